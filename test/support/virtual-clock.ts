import type { Clock } from '../../controller/transport/io.ts';

/** A clock whose time advances only when nothing runs any more: to the moment at which the first sleeper wakes. */
export interface VirtualClock extends Clock {
  /** Lets time pass until the condition holds; fails if that takes longer than so many milliseconds of its time. */
  until(holds: () => boolean, withinMs?: number): Promise<void>;
  /** Lets this many milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
  readonly sleepers: number;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Based on the clock of a world in memory, whose time advances with its use and with sleep(). */
export function virtualClock(world: Clock): VirtualClock {
  const sleepers = new Set<Sleeper>();
  const rest = async (): Promise<void> => {
    // All transports are in memory: everything that is due happens in microtasks, or within a few turns of the event loop.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const until = async (holds: () => boolean, withinMs = 24 * 3_600_000): Promise<void> => {
    const deadline = world.now() + withinMs;
    for (await rest(); !holds(); await rest()) {
      if (world.now() > deadline) throw new Error(`the condition did not hold within ${withinMs} ms`);
      const first = [...sleepers].sort((a, b) => a.due - b.due)[0];
      if (!first) throw new Error('nothing sleeps, and the condition does not hold');
      const left = Math.min(first.due, deadline + 1) - world.now();
      if (left > 0) await world.sleep(left);
      if (world.now() >= first.due) first.wake();
    }
  };
  return {
    now: () => world.now(),
    random: () => world.random(),
    until,
    pass: async (milliseconds) => {
      const end = world.now() + milliseconds;
      const over = virtualSleep(sleepers, end);
      await until(() => over.woken);
    },
    get sleepers() {
      return sleepers.size;
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const end = () => {
          sleepers.delete(one);
          reject(signal?.reason);
        };
        const wake = () => {
          sleepers.delete(one);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const one = { due: world.now() + milliseconds, wake };
        if (signal?.aborted) return end();
        signal?.addEventListener('abort', end);
        sleepers.add(one);
      }),
  };
}

function virtualSleep(sleepers: Set<Sleeper>, due: number): { readonly woken: boolean } {
  const state = { woken: false };
  const one: Sleeper = {
    due,
    wake: () => {
      sleepers.delete(one);
      state.woken = true;
    },
  };
  sleepers.add(one);
  return state;
}
