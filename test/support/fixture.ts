import { apply } from '../../controller/engine/apply.ts';
import type { Event, Outcome } from '../../controller/events/events.ts';
import { TransportError } from '../../controller/transport/errors.ts';
import type { Clock, Executor, FactReader } from '../../controller/transport/io.ts';
import { Secret } from '../../crds/secret.ts';
import { type Finding, findingsAbout } from '../../reconcilers/contract/finding.ts';
import { type BoundReconciler, bind, type Desired } from '../../reconcilers/contract/reconciler.ts';
import { act, manual, notKnown, notObserved, settling } from '../../reconcilers/contract/remedy.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';
import type { Action } from '../../reconcilers/operations/actions.ts';
import type { ScriptResult } from '../../renderers/host-batch.ts';
import { describe } from '../../simulation/ec2-describe.ts';
import { fleetOf } from '../../simulation/scenarios/fleets.ts';
import { bareWorld } from '../../simulation/scenarios/worlds.ts';
import { renderUnits } from '../../simulation/units.ts';
import type { World } from '../../simulation/world.ts';

/** A unit that should be active: the smallest world in which the engine can be observed. */
export interface Fixture {
  readonly name: string;
  readonly host?: string;
  readonly dependsOn?: readonly string[];
  readonly impacts?: readonly string[];
  readonly disrupts?: readonly string[];
  /** What is found when it is not active; by default an action that starts it. */
  readonly remedy?: 'waiting' | 'manual' | 'unknown';
}

export const fixtureFleet = fleetOf({
  redisHosts: 3,
  datapath: 'netdev',
  runtime: 'lxc',
  adopt: 'tag',
  mtu: 9001,
  tenants: [],
});

/** The result of a step's script when it is executed; undefined: it activates the unit. */
export type Effect = (action: Action, world: World, times: number) => ScriptResult | undefined;

export interface Play {
  readonly outcome: Outcome;
  readonly events: readonly Event[];
  /** Names of the fixtures whose steps were executed, in order. */
  readonly effects: readonly string[];
  readonly passes: number;
  readonly seconds: number;
}

export interface Stage {
  readonly active?: readonly string[];
  readonly effect?: Effect;
  /** Called before each pass: changes of the world from outside. */
  readonly meanwhile?: (world: World, pass: number) => void;
  readonly unreachable?: readonly string[];
  readonly timeoutMs?: number;
  readonly abort?: (event: Event) => boolean;
}

const ok: ScriptResult = { exit: 0, stdout: '', stderr: '', truncated: false };

/** The action that starts a fixture. */
export function starting(name: string, host = 'redis-1'): Action {
  return { operation: 'unit', host, unit: name, order: 'start' };
}

/** A reconciler that keeps these fixtures active. */
export function fixtureReconciler(fixtures: readonly Fixture[]): BoundReconciler {
  const facts = (fixture: Fixture & Desired) => {
    return { units: { fact: 'units', host: fixture.host ?? 'redis-1', units: [fixture.name] } as const };
  };
  return bind<Fixture & Desired, ReturnType<typeof facts>>({
    component: 'mesh',
    desire: () =>
      fixtures.map((fixture) => ({
        ...fixture,
        subject: subjectOf(fixture.name),
        dependsOn: (fixture.dependsOn ?? []).map(subjectOf),
      })),
    facts,
    diff: (fixture, { units }) => {
      const about = findingsAbout(fixture.subject, { impacts: fixture.impacts ?? [] });
      const finding = (have: string, remedy: Finding['remedy']): readonly Finding[] => [
        about('NotRunning', 'state', { have, want: 'active' }, remedy),
      ];
      if (units.state !== 'present') return finding('unknown', notObserved(units));
      if (units.value[0]?.active === 'active') return [];
      const others = { waiting: settling('soon'), manual: manual('action required'), unknown: notKnown('no answer') };
      return finding(
        'inactive',
        fixture.remedy ? others[fixture.remedy] : act([starting(fixture.name, fixture.host)], fixture.disrupts),
      );
    },
  });
}

/** Runs an apply over fixtures. */
export async function play(fixtures: readonly Fixture[], stage: Stage = {}): Promise<Play> {
  const world = bareWorld(fixtureFleet);
  const activate = (name: string) => {
    for (const host of Object.values(world.hosts))
      host.units[name] = { active: 'active', enabled: true, read: undefined };
  };
  for (const name of stage.active ?? []) activate(name);
  const events: Event[] = [];
  const effects: string[] = [];
  let passes = 0;
  const controller = new AbortController();
  const clock = fixtureClock();
  const reader: FactReader = {
    readHost: async ({ name }, queries) => {
      if (stage.unreachable?.includes(name)) throw new TransportError('unreachable', `${name} does not answer`);
      const host = world.hosts[name];
      if (!host) throw new Error(`no host ${name}`);
      return queries.map(({ request }) => (request.fact === 'units' ? renderUnits(host, request.units) : undefined));
    },
    readEc2: async (query) => {
      passes += 1;
      stage.meanwhile?.(world, passes);
      return describe(world, query);
    },
    readResp: async () => [],
  };
  const executor: Executor = {
    runOnHost: async (_, action) => {
      const name = action.operation === 'unit' ? action.unit : '';
      effects.push(name);
      clock.elapse(1000);
      const answer = stage.effect?.(action, world, effects.filter((one) => one === name).length);
      if (!answer) activate(name);
      return answer ?? ok;
    },
    transfer: async () => {},
    signS3: async () => new Secret('none', ''),
    callEc2: async () => {},
    sendResp: async () => [],
    dial: async () => Promise.reject(new Error('no client')),
    converse: async () => {},
  };
  const listen = (event: Event) => {
    events.push(event);
    if (stage.abort?.(event)) controller.abort();
  };
  const options = { timeoutMs: stage.timeoutMs ?? 600_000, signal: controller.signal, listen };
  const begun = clock.now();
  const outcome = await apply(fixtureFleet, [fixtureReconciler(fixtures)], { reader, executor, clock }, options);
  return { outcome, events, effects, passes, seconds: (clock.now() - begun) / 1000 };
}

export interface FixtureClock extends Clock {
  elapse(milliseconds: number): void;
}

export function fixtureClock(): FixtureClock {
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
