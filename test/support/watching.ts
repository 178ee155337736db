import type { CliContext } from '../../controller/cli/context.ts';
import { watch as watchCommand } from '../../controller/cli/watch.ts';
import type { Stats } from '../../controller/events/stats.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { type Faults, type Simulation, simulate } from '../../simulation/simulated-transport.ts';
import type { World } from '../../simulation/world.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** A line of JSON that the watch printed. */
export interface Reported {
  readonly type: string;
  readonly time: string;
  readonly cluster?: string;
  readonly subject?: string;
  readonly field?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly remedy?: { readonly by: string; readonly cause?: string; readonly message: string };
  readonly description?: string;
  readonly subjects?: readonly string[];
  readonly refused?: boolean;
  readonly state?: string;
  readonly problems?: readonly string[];
  readonly left?: readonly object[] | null;
}

/** `reconcile watch -o json` over a world in memory, with a virtual clock. */
export interface Watching {
  readonly simulation: Simulation;
  readonly clock: VirtualClock;
  readonly reported: Reported[];
  /** As SIGTERM does. */
  terminate(): void;
  readonly code: () => number | undefined;
  /** Connections opened and closed so far. */
  readonly worlds: { opened: number; closed: number };
  /** Sets the documents, or what is wrong with them, and changes their files. */
  declare(documents: readonly Fleet[] | string): void;
  saw(type: string, text?: string): boolean;
}

const noStats: Stats = { sshConnections: {}, sshCommands: {}, channels: 0, ec2Calls: {}, milliseconds: 0 };

/** `faults` may be changed meanwhile. */
export function watching(fleet: Fleet, world: World, faults: Faults = {}, intervalMs = 30_000): Watching {
  const simulation = simulate(world, faults);
  const clock = virtualClock(simulation.clock);
  const reported: Reported[] = [];
  const controller = new AbortController();
  const worlds = { opened: 0, closed: 0 };
  let documents: readonly Fleet[] | string = [fleet];
  let print = 0;
  let code: number | undefined;
  const notRequested = () => {};
  const context: CliContext = {
    reconcilers,
    clock,
    load: async () => undefined,
    documents: {
      read: async () =>
        typeof documents === 'string' ? { fleets: [], problems: [documents] } : { fleets: documents, problems: [] },
      fingerprint: async () => String(print),
    },
    open: () => {
      worlds.opened += 1;
      const close = async () => {
        worlds.closed += 1;
      };
      const dryRun = async () => ({ result: 'allowed', message: '' }) as const;
      const { reader, executor } = simulation;
      const quotaOf = async () => 1000;
      return { reader, executor: () => executor, dryRun, quotaOf, stats: () => noStats, close };
    },
    out: (text) => {
      for (const line of text.split('\n').filter(Boolean)) reported.push(JSON.parse(line) as Reported);
    },
    err: notRequested,
    save: async () => {},
    terminal: undefined,
    signal: controller.signal,
    log: { debug: notRequested, info: notRequested, warn: notRequested, error: notRequested },
  };
  void watchCommand(context, ['x'], { intervalMs, output: 'json' }).then((ended) => {
    code = ended;
  });
  return {
    simulation,
    clock,
    reported,
    worlds,
    terminate: () => controller.abort(),
    code: () => code,
    declare: (next) => {
      documents = next;
      print += 1;
    },
    saw: (type, text = '') => reported.some((one) => one.type === type && JSON.stringify(one).includes(text)),
  };
}
