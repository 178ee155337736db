import { expect } from 'chai';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { copyOf } from '../../simulation/copy.ts';
import { faultKinds, injectFault } from '../../simulation/scenarios/faults.ts';
import { type FleetSpec, fleetOf, plainFleet, plainTenant } from '../../simulation/scenarios/fleets.ts';
import { crashPointStride, everyCrashPoint } from '../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { bareWorld } from '../../simulation/scenarios/worlds.ts';
import { type Faults, type Simulation, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';

const fleet = fleetOf(plainFleet);
const created = fleetOf({ ...plainFleet, adopt: 'create' });
const openvz = fleetOf({ ...plainFleet, adopt: 'create', runtime: 'openvz' });
/** Faults that exist only with OpenVZ on CentOS 6. */
const ofOpenvz: readonly string[] = ['parameter changed', 'another kernel booted', 'SELinux in force'];

interface Scenario {
  readonly name: string;
  readonly fleet: Fleet;
  world(): Promise<World>;
}

const changes: readonly (readonly [string, FleetSpec])[] = [
  ['another MTU', { ...plainFleet, mtu: 9001 }],
  ['more memory', { ...plainFleet, tenants: [{ ...plainTenant, memory: '256Mi' }] }],
  ['appendonly switched on', { ...plainFleet, tenants: [{ ...plainTenant, appendonly: true }] }],
  ['appendonly switched on, and another MTU', { ...plainFleet, mtu: 9001 }],
  [
    'another profile, and other settings',
    { ...plainFleet, tenants: [{ ...plainTenant, profile: 'fast', config: { save: '900 1' } }] },
  ],
  [
    'settings that Redis reads at its start only',
    { ...plainFleet, tenants: [{ ...plainTenant, config: { databases: '32', 'io-threads': '2' } }] },
  ],
  ['SR-IOV', { ...plainFleet, adopt: 'create', runtime: 'openvz', sriov: true }],
  ['one tenant more', { ...plainFleet, tenants: [plainTenant, plainTenant] }],
  ['the first member on another host', { ...plainFleet, redisHosts: 5, tenants: [{ ...plainTenant, on: [4, 2, 3] }] }],
  ['two members more', { ...plainFleet, redisHosts: 5, tenants: [{ ...plainTenant, members: 5 }] }],
  ['two members less', { ...plainFleet, redisHosts: 5, tenants: [plainTenant] }],
];

const before: FleetSpec = { ...plainFleet, tenants: [{ ...plainTenant, appendonly: false }] };

/** The earlier declaration of each change. */
function earlierOf(name: string, to: FleetSpec): FleetSpec {
  if (to.sriov) return { ...to, sriov: 'later' };
  if (name === 'two members less') return { ...to, tenants: [{ ...plainTenant, members: 5 }] };
  if (to.redisHosts === 5) return { ...to, tenants: [plainTenant] };
  return to.tenants[0]?.appendonly && name.startsWith('appendonly') ? before : plainFleet;
}

/** Cold start, every change of the documents, and every fault, with the first seed that has a target. */
const scenarios: readonly Scenario[] = [
  { name: 'a cold start', fleet, world: async () => bareWorld(fleet) },
  { name: 'an account with nothing in it', fleet: created, world: async () => bareWorld(created) },
  ...changes.map(([name, to]) => ({
    name: `a change of the documents: ${name}`,
    fleet: fleetOf(to),
    world: () => convergedWorld(fleetOf(earlierOf(name, to))),
  })),
  // An upgrade changes nothing where the units of the packages are masked, as they are once it has converged.
  ...faultKinds
    .filter((kind) => kind !== 'package upgraded')
    .map((kind) => ({
      name: `a repair: ${kind}`,
      fleet: ofOpenvz.includes(kind) ? openvz : created,
      world: async () => {
        const whole = await convergedWorld(ofOpenvz.includes(kind) ? openvz : created);
        const untouched = JSON.stringify(whole);
        for (let seed = 0; seed < 40; seed += 1) {
          const world = copyOf(whole);
          injectFault(world, { kind, seed: [seed, seed, seed >> 2] }, 1);
          if (JSON.stringify(world) !== untouched) return world;
        }
        throw new Error(`nothing to break was found for: ${kind}`);
      },
    })),
];

const points: readonly (readonly [string, (step: number) => Faults])[] = [
  ['dies before', (step) => ({ crash: { step, when: 'before' } })],
  ['dies in the middle of', (step) => ({ crash: { step, when: 'middle' } })],
  ['dies after', (step) => ({ crash: { step, when: 'after' } })],
  ['loses the result of', (step) => ({ lost: step })],
];

/** In the gate, one of them at each step, and another one at the next. */
const pointsAt = (step: number) => points.filter((_, index) => everyCrashPoint || index === step % points.length);

describe('crash points: the steps of every scenario', function () {
  this.timeout(600_000);
  let tried = 0;
  after(() => {
    process.stdout.write(`      figure: ${tried} crash points in ${scenarios.length} scenarios\n`);
  });

  for (const scenario of scenarios)
    it(scenario.name, async () => {
      const calm = simulate(await scenario.world());
      const { outcome } = await run(scenario.fleet, calm);
      runToQuiescence(calm.world);
      expect(outcome.result, findingsText(outcome.left)).to.equal('done');
      const end = canonicalState(calm.world);
      for (let step = 1; step <= calm.steps.length; step += crashPointStride)
        for (const [words, faults] of pointsAt(step)) {
          const where = `the operator ${words} step ${step} of ${calm.steps.length}: ${JSON.stringify(calm.steps[step - 1])}`;
          await recovers(scenario, faults(step), where, calm.steps.filter(isCounted).length, end);
          tried += 1;
        }
    });
});

/** The same final state in at most two applies, with at most one step more than without the fault. */
async function recovers(
  { fleet, world: make }: Scenario,
  faults: Faults,
  where: string,
  steps: number,
  end: unknown,
): Promise<void> {
  const world = await make();
  const first = simulate(world, faults);
  const alive = await run(fleet, first).then(
    () => true,
    () => false,
  );
  const second = simulate(world);
  const { outcome } = await run(fleet, second);
  runToQuiescence(world);
  expect(outcome.result, `${where}\n${findingsText(outcome.left)}`).to.equal('done');
  expect(violations(world, fleet), where).to.deep.equal([]);
  if (alive) expect(second.steps, `${where}: the apply that lost the result left something`).to.deep.equal([]);
  const all = [...first.steps, ...second.steps].filter(isCounted);
  expect(all.length, `${where}: ${JSON.stringify(all, undefined, 1)}`).to.be.at.most(steps + 1);
  same(canonicalState(world), end);
}

/** The number of failovers during a rolling change depends on the current master, which may differ. */
function isCounted(step: Simulation['steps'][number]): boolean {
  return !('operation' in step) || step.operation !== 'master-switch';
}
