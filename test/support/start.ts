import fc from 'fast-check';
import { apply } from '../../controller/apply.ts';
import type { Event, Outcome } from '../../controller/events.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { copyOf } from '../../reconcilers/model/copy.ts';
import { settle } from '../../reconcilers/model/tick.ts';
import type { World } from '../../reconcilers/model/world.ts';
import type { PruneOptions } from '../../reconcilers/prune.ts';
import { type Breakage, breakage, breakWorld } from './breakages.ts';
import { type EarlierSpec, earlierFleet, earlierSpec, type FleetSpec, fleetOf, fleetSpec } from './fleets.ts';
import { type Simulation, simulate } from './simulated-world.ts';
import { addForeign, type Foreign, foreign } from './strangers.ts';
import { bareWorld, unpreparedWorld } from './worlds.ts';

/** A fleet, and the world that a run finds: nothing yet, or what an earlier run left, broken since; and other people's things. */
export interface Start {
  readonly fleet: FleetSpec;
  /** unprepared, bare: hosts as an image has them, with nothing that we need installed, or all of it; half: an apply from bare hosts died there; converged: by these documents; changed: by earlier ones. */
  readonly from: 'unprepared' | 'bare' | 'half' | 'converged' | 'changed';
  /** After how many steps it died. */
  readonly half: number;
  readonly earlier: EarlierSpec;
  readonly breakages: readonly Breakage[];
  readonly foreign: readonly Foreign[];
}

export const start: fc.Arbitrary<Start> = fc.record({
  fleet: fleetSpec,
  from: fc.constantFrom('unprepared', 'bare', 'half', 'converged', 'converged', 'converged', 'changed', 'changed'),
  half: fc.nat(100),
  earlier: earlierSpec,
  breakages: fc.array(breakage, { maxLength: 4 }),
  foreign: fc.array(foreign, { maxLength: 2 }),
});

/** The world of a start, made afresh each time. It may be in the middle of reacting to what happened to it. */
export async function worldOf({ fleet: spec, from, half, earlier, breakages, foreign: others }: Start): Promise<{
  readonly fleet: Fleet;
  readonly world: World;
}> {
  const fleet = fleetOf(spec);
  const before = from === 'changed' ? fleetOf(earlierFleet(spec, earlier)) : fleet;
  const world = await groundOf(from, half, fleet, before);
  if (from === 'half') await run(fleet, simulate(world, { crash: { step: half, when: 'after' } })).catch(() => {});
  for (const one of breakages) breakWorld(world, one, spec.tenants.length);
  for (const one of others) addForeign(world, one);
  return { fleet, world };
}

async function groundOf(from: Start['from'], half: number, fleet: Fleet, before: Fleet): Promise<World> {
  if (from === 'unprepared' || (from === 'half' && half % 2)) return unpreparedWorld(fleet);
  return from === 'bare' || from === 'half' ? bareWorld(fleet) : convergedWorld(before);
}

const converged = new Map<Fleet, Promise<World>>();

/** The world that apply makes of bare hosts: a copy. */
export async function convergedWorld(fleet: Fleet): Promise<World> {
  const known = converged.get(fleet) ?? converge(fleet);
  converged.set(fleet, known);
  return copyOf(await known);
}

async function converge(fleet: Fleet): Promise<World> {
  const simulation = simulate(bareWorld(fleet));
  const { outcome } = await run(fleet, simulation);
  if (outcome.result !== 'done') throw new Error(`bare hosts ended ${outcome.result}: ${JSON.stringify(outcome.left)}`);
  settle(simulation.world);
  return simulation.world;
}

export interface Run {
  readonly outcome: Outcome;
  readonly events: readonly Event[];
}

/** apply in a simulation, with everything that it told. Rejects with Died when the simulation ends it. */
export async function run(
  fleet: Fleet,
  simulation: Simulation,
  timeoutMs = 600_000,
  prune?: PruneOptions,
): Promise<Run> {
  const events: Event[] = [];
  const options = {
    timeoutMs,
    signal: new AbortController().signal,
    listen: (event: Event) => void events.push(event),
    ...(prune === undefined ? {} : { prune }),
  };
  const outcome = await Promise.race([apply(fleet, reconcilers, simulation, options), simulation.death]);
  return { outcome, events };
}
