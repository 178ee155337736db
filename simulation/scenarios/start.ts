import fc from 'fast-check';
import { apply } from '../../controller/engine/apply.ts';
import type { Event, Outcome } from '../../controller/events/events.ts';
import type { Fleet } from '../../crds/fleet.ts';
import type { Accepted } from '../../reconcilers/contract/consent.ts';
import { newPruning, type PruneOptions } from '../../reconcilers/contract/prune.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { copyOf } from '../copy.ts';
import { type Simulation, simulate } from '../simulated-transport.ts';
import { runToQuiescence } from '../step.ts';
import type { World } from '../world.ts';
import { type Fault, fault, injectFault } from './faults.ts';
import { type EarlierSpec, earlierFleet, earlierSpec, type FleetSpec, fleetOf, fleetSpec } from './fleets.ts';
import { addForeign, type Foreign, foreign } from './foreign-things.ts';
import { bareWorld, unpreparedWorld } from './worlds.ts';

/** A fleet, and the initial world of a run: bare hosts, or the result of an earlier run with faults; and foreign resources. */
export interface Start {
  readonly fleet: FleetSpec;
  /** unprepared: hosts from an image, without our packages; bare: with them; half: an apply from bare hosts died; converged: by these documents; changed: by earlier ones. */
  readonly from: 'unprepared' | 'bare' | 'half' | 'converged' | 'changed';
  /** The number of steps after which it died. */
  readonly half: number;
  readonly earlier: EarlierSpec;
  readonly faults: readonly Fault[];
  readonly foreign: readonly Foreign[];
}

export const start: fc.Arbitrary<Start> = fc.record({
  fleet: fleetSpec,
  from: fc.constantFrom('unprepared', 'bare', 'half', 'converged', 'converged', 'converged', 'changed', 'changed'),
  half: fc.nat(100),
  earlier: earlierSpec,
  faults: fc.array(fault, { maxLength: 4 }),
  foreign: fc.array(foreign, { maxLength: 2 }),
});

/** A new world for a start. It may not have reacted to its faults yet. */
export async function worldOf({ fleet: spec, from, half, earlier, faults, foreign: others }: Start): Promise<{
  readonly fleet: Fleet;
  readonly world: World;
}> {
  const fleet = fleetOf(spec);
  const before = from === 'changed' ? fleetOf(earlierFleet(spec, earlier)) : fleet;
  const world = await baseWorldOf(from, half, fleet, before);
  if (from === 'half') await run(fleet, simulate(world, { crash: { step: half, when: 'after' } })).catch(() => {});
  for (const one of faults) injectFault(world, one, spec.tenants.length);
  for (const one of others) addForeign(world, one);
  return { fleet, world };
}

async function baseWorldOf(from: Start['from'], half: number, fleet: Fleet, before: Fleet): Promise<World> {
  if (from === 'unprepared' || (from === 'half' && half % 2)) return unpreparedWorld(fleet);
  return from === 'bare' || from === 'half' ? bareWorld(fleet) : convergedWorld(before);
}

const converged = new Map<Fleet, Promise<World>>();

/** A copy of the world after an apply on bare hosts. */
export async function convergedWorld(fleet: Fleet): Promise<World> {
  const known = converged.get(fleet) ?? converge(fleet);
  converged.set(fleet, known);
  return copyOf(await known);
}

async function converge(fleet: Fleet): Promise<World> {
  const simulation = simulate(bareWorld(fleet));
  const { outcome } = await run(fleet, simulation);
  if (outcome.result !== 'done') throw new Error(`bare hosts ended ${outcome.result}: ${JSON.stringify(outcome.left)}`);
  runToQuiescence(simulation.world);
  return simulation.world;
}

export interface Run {
  readonly outcome: Outcome;
  readonly events: readonly Event[];
}

/** Runs apply in a simulation and records its events. Rejects with SimulatedCrash if the simulation ends it. */
export async function run(
  fleet: Fleet,
  simulation: Simulation,
  timeoutMs = 600_000,
  prune?: PruneOptions,
  accepted: readonly Accepted[] = [],
  ignoreWindows = false,
): Promise<Run> {
  const events: Event[] = [];
  const options = {
    timeoutMs,
    signal: new AbortController().signal,
    listen: (event: Event) => void events.push(event),
    pruning: prune && newPruning(prune, fleet),
    accepted,
    ignoreWindows,
  };
  const outcome = await Promise.race([apply(fleet, reconcilers, simulation, options), simulation.death]);
  return { outcome, events };
}
