import { apply } from '../../controller/apply.ts';
import type { Event, Outcome } from '../../controller/events.ts';
import { type Actuators, type Clock, MediumError, type Senses } from '../../controller/ports.ts';
import { act, blind, type Drift, operator, type Subject, wait } from '../../reconcilers/drift.ts';
import { describe } from '../../reconcilers/model/ec2-describe.ts';
import { printUnits } from '../../reconcilers/model/units.ts';
import type { World } from '../../reconcilers/model/world.ts';
import type { HostAnswer } from '../../reconcilers/questions/sense.ts';
import { type BoundReconciler, bind, type Desired } from '../../reconcilers/reconciler.ts';
import type { Action } from '../../reconcilers/verbs/index.ts';
import { fleetOf } from './fleets.ts';
import { bareWorld } from './worlds.ts';

/** A thing that should be active: the smallest world in which the engine can be watched. */
export interface Toy {
  readonly name: string;
  readonly host?: string;
  readonly needs?: readonly string[];
  readonly hurts?: readonly string[];
  readonly disrupts?: readonly string[];
  /** What is found when it is not active; to start it unless told otherwise. */
  readonly remedy?: 'waiting' | 'operator' | 'blind';
}

export const toyFleet = fleetOf({
  redisHosts: 3,
  datapath: 'netdev',
  runtime: 'lxc',
  adopt: 'tag',
  mtu: 9001,
  tenants: [],
});

/** What a step does when it is carried out: nothing else than an answer, unless it changes the world too. */
export type Deed = (action: Action, world: World, times: number) => HostAnswer | undefined;

export interface Play {
  readonly outcome: Outcome;
  readonly events: readonly Event[];
  /** Names of the toys that were acted on, in order. */
  readonly acts: readonly string[];
  readonly looks: number;
  readonly seconds: number;
}

export interface Stage {
  readonly active?: readonly string[];
  readonly deed?: Deed;
  /** Before each look at hosts: what the world does by itself. */
  readonly meanwhile?: (world: World, look: number) => void;
  readonly unreachable?: readonly string[];
  readonly timeoutMs?: number;
  readonly abort?: (event: Event) => boolean;
}

const ok: HostAnswer = { exit: 0, stdout: '', stderr: '', truncated: false };

/** The action that starts a toy. */
export function starting(name: string, host = 'redis-1'): Action {
  return { verb: 'unit', host, unit: name, order: 'start' };
}

/** A concern that has these toys active. */
export function toyReconciler(toys: readonly Toy[]): BoundReconciler {
  const questions = (toy: Toy & Desired) => {
    return { units: { what: 'units', host: toy.host ?? 'redis-1', units: [toy.name] } as const };
  };
  return bind<Toy & Desired, ReturnType<typeof questions>>({
    concern: 'mesh',
    desire: () =>
      toys.map((toy) => ({ ...toy, subject: subjectOf(toy.name), needs: (toy.needs ?? []).map(subjectOf) })),
    questions,
    diff: (toy, { units }) => {
      const finding = (have: string, remedy: Drift['remedy']): readonly Drift[] => [
        { subject: toy.subject, field: 'state', want: 'active', have, hurts: toy.hurts ?? [], remedy },
      ];
      if (units.state !== 'present')
        return finding('unseen', blind(units.state === 'unknown' ? units.reason : 'absent'));
      if (units.value[0]?.active === 'active') return [];
      const others = { waiting: wait('soon'), operator: operator('by hand'), blind: blind('dark') };
      return finding('inactive', toy.remedy ? others[toy.remedy] : act([starting(toy.name, toy.host)], toy.disrupts));
    },
  });
}

/** Plays an apply over toys. */
export async function play(toys: readonly Toy[], stage: Stage = {}): Promise<Play> {
  const world = bareWorld(toyFleet);
  const activate = (name: string) => {
    for (const host of Object.values(world.hosts))
      host.units[name] = { active: 'active', enabled: true, read: undefined };
  };
  for (const name of stage.active ?? []) activate(name);
  const events: Event[] = [];
  const acts: string[] = [];
  let looks = 0;
  const controller = new AbortController();
  const clock = toyClock();
  const senses: Senses = {
    askHost: async ({ name }, questions) => {
      if (stage.unreachable?.includes(name)) throw new MediumError('unreachable', `${name} does not answer`);
      const host = world.hosts[name];
      if (!host) throw new Error(`no host ${name}`);
      return questions.map(({ ask }) => (ask.what === 'units' ? printUnits(host, ask.units) : undefined));
    },
    askEc2: async (query) => {
      looks += 1;
      stage.meanwhile?.(world, looks);
      return describe(world, query);
    },
    askResp: async () => [],
  };
  const actuators: Actuators = {
    actOnHost: async (_, action) => {
      const name = action.verb === 'unit' ? action.unit : '';
      acts.push(name);
      clock.elapse(1000);
      const answer = stage.deed?.(action, world, acts.filter((one) => one === name).length);
      if (!answer) activate(name);
      return answer ?? ok;
    },
    actOnEc2: async () => {},
    actOverResp: async () => [],
  };
  const listen = (event: Event) => {
    events.push(event);
    if (stage.abort?.(event)) controller.abort();
  };
  const options = { timeoutMs: stage.timeoutMs ?? 600_000, signal: controller.signal, listen };
  const begun = clock.now();
  const outcome = await apply(toyFleet, [toyReconciler(toys)], { senses, actuators, clock }, options);
  return { outcome, events, acts, looks, seconds: (clock.now() - begun) / 1000 };
}

export interface ToyClock extends Clock {
  elapse(milliseconds: number): void;
}

export function toyClock(): ToyClock {
  let now = 0;
  return {
    now: () => now,
    random: () => 0.5,
    elapse: (milliseconds) => {
      now += milliseconds;
    },
    sleep: async (milliseconds, signal) => {
      if (signal?.aborted) throw signal.reason;
      now += milliseconds;
    },
  };
}

function subjectOf(name: string): Subject {
  return `mesh/${name}`;
}
