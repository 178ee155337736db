import { watch as watchCommand } from '../../controller/cli/watch.ts';
import type { Effort, Shell } from '../../controller/shell.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import type { World } from '../../reconcilers/model/world.ts';
import { type Faults, type Simulation, simulate } from './simulated-world.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** A line of JSON that the watch printed. */
export interface Told {
  readonly type: string;
  readonly time: string;
  readonly cluster?: string;
  readonly subject?: string;
  readonly field?: string;
  readonly reason?: string;
  readonly says?: string;
  readonly subjects?: readonly string[];
  readonly refused?: boolean;
  readonly state?: string;
  readonly problems?: readonly string[];
  readonly left?: readonly object[] | null;
}

/** `reconcile watch -o json` over a world in memory, in its own time. */
export interface Watching {
  readonly simulation: Simulation;
  readonly clock: VirtualClock;
  readonly told: Told[];
  /** As SIGTERM does. */
  terminate(): void;
  readonly code: () => number | undefined;
  /** Worlds opened and closed so far. */
  readonly worlds: { opened: number; closed: number };
  /** What the documents say now, or what is wrong with them; the files change with it. */
  declare(documents: readonly Fleet[] | string): void;
  saw(type: string, words?: string): boolean;
}

const effort: Effort = { sshConnections: {}, sshCommands: {}, channels: 0, ec2Calls: {}, milliseconds: 0 };

/** `faults` may be changed while it runs. */
export function watching(fleet: Fleet, world: World, faults: Faults = {}, intervalMs = 30_000): Watching {
  const simulation = simulate(world, faults);
  const clock = virtualClock(simulation.clock);
  const told: Told[] = [];
  const controller = new AbortController();
  const worlds = { opened: 0, closed: 0 };
  let documents: readonly Fleet[] | string = [fleet];
  let print = 0;
  let code: number | undefined;
  const quiet = () => {};
  const shell: Shell = {
    reconcilers,
    clock,
    load: async () => undefined,
    documents: {
      read: async () =>
        typeof documents === 'string' ? { fleets: [], problems: [documents] } : { fleets: documents, problems: [] },
      print: async () => String(print),
    },
    open: () => {
      worlds.opened += 1;
      const close = async () => {
        worlds.closed += 1;
      };
      return { senses: simulation.senses, actuators: () => simulation.actuators, effort: () => effort, close };
    },
    out: (text) => {
      for (const line of text.split('\n').filter(Boolean)) told.push(JSON.parse(line) as Told);
    },
    err: quiet,
    save: async () => {},
    terminal: undefined,
    signal: controller.signal,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  };
  void watchCommand(shell, ['x'], { intervalMs, output: 'json' }).then((ended) => {
    code = ended;
  });
  return {
    simulation,
    clock,
    told,
    worlds,
    terminate: () => controller.abort(),
    code: () => code,
    declare: (next) => {
      documents = next;
      print += 1;
    },
    saw: (type, words = '') => told.some((one) => one.type === type && JSON.stringify(one).includes(words)),
  };
}
