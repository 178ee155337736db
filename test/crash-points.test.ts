import { expect } from 'chai';
import { findingsText } from '../controller/report/plan-text.ts';
import type { Fleet } from '../crds/fleet.ts';
import { copyOf } from '../reconcilers/model/copy.ts';
import { settle } from '../reconcilers/model/tick.ts';
import type { World } from '../reconcilers/model/world.ts';
import { breakageKinds, breakWorld } from './support/breakages.ts';
import { essence } from './support/essence.ts';
import { type FleetSpec, fleetOf, plainFleet, plainTenant } from './support/fleets.ts';
import { illnesses } from './support/health.ts';
import { same } from './support/same.ts';
import { type Faults, type Simulation, simulate } from './support/simulated-world.ts';
import { convergedWorld, run } from './support/start.ts';
import { bareWorld } from './support/worlds.ts';

const fleet = fleetOf(plainFleet);
const created = fleetOf({ ...plainFleet, adopt: 'create' });
const openvz = fleetOf({ ...plainFleet, adopt: 'create', runtime: 'openvz' });
/** What only OpenVZ on CentOS 6 has. */
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
  ['SR-IOV', { ...plainFleet, adopt: 'create', runtime: 'openvz', sriov: true }],
  ['one tenant more', { ...plainFleet, tenants: [plainTenant, plainTenant] }],
];

const before: FleetSpec = { ...plainFleet, tenants: [{ ...plainTenant, appendonly: false }] };

/** What was declared before a change of that name. */
function earlierOf(name: string, to: FleetSpec): FleetSpec {
  if (to.sriov) return { ...to, sriov: 'later' };
  return to.tenants[0]?.appendonly && name.startsWith('appendonly') ? before : plainFleet;
}

/** Cold start, every change of the documents, and every breakage, where it first finds something to break. */
const scenarios: readonly Scenario[] = [
  { name: 'a cold start', fleet, world: async () => bareWorld(fleet) },
  { name: 'an account with nothing in it', fleet: created, world: async () => bareWorld(created) },
  ...changes.map(([name, to]) => ({
    name: `a change of the documents: ${name}`,
    fleet: fleetOf(to),
    world: () => convergedWorld(fleetOf(earlierOf(name, to))),
  })),
  ...breakageKinds.map((kind) => ({
    name: `a repair: ${kind}`,
    fleet: ofOpenvz.includes(kind) ? openvz : created,
    world: async () => {
      const whole = await convergedWorld(ofOpenvz.includes(kind) ? openvz : created);
      const untouched = JSON.stringify(whole);
      for (let dice = 0; dice < 40; dice += 1) {
        const world = copyOf(whole);
        breakWorld(world, { kind, dice: [dice, dice, dice >> 2] }, 1);
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
  ['loses the answer of', (step) => ({ lost: step })],
];

describe('crash points: every step of every scenario', function () {
  this.timeout(600_000);
  let tried = 0;
  after(() => {
    process.stdout.write(`      figure: ${tried} crash points in ${scenarios.length} scenarios\n`);
  });

  for (const scenario of scenarios)
    it(scenario.name, async () => {
      const calm = simulate(await scenario.world());
      const { outcome } = await run(scenario.fleet, calm);
      settle(calm.world);
      expect(outcome.result, findingsText(outcome.left)).to.equal('done');
      const end = essence(calm.world, scenario.fleet);
      for (let step = 1; step <= calm.steps.length; step += 1)
        for (const [words, faults] of points) {
          const where = `the operator ${words} step ${step} of ${calm.steps.length}: ${JSON.stringify(calm.steps[step - 1])}`;
          await recovers(scenario, faults(step), where, calm.steps.filter(isCounted).length, end);
          tried += 1;
        }
    });
});

/** The same end in at most two applies, and no more done than without the accident and once more what was interrupted. */
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
  settle(world);
  expect(outcome.result, `${where}\n${findingsText(outcome.left)}`).to.equal('done');
  expect(illnesses(world, fleet), where).to.deep.equal([]);
  if (alive) expect(second.steps, `${where}: the apply that lost the answer left something`).to.deep.equal([]);
  const all = [...first.steps, ...second.steps].filter(isCounted);
  expect(all.length, `${where}: ${JSON.stringify(all, undefined, 1)}`).to.be.at.most(steps + 1);
  same(essence(world, fleet), end);
}

/** How often a tenant changes hands before its hosts have had their turn follows from who is master, which may differ by right. */
function isCounted(step: Simulation['steps'][number]): boolean {
  return !('verb' in step) || (step.verb !== 'redis-pause' && step.verb !== 'sentinel-failover');
}
