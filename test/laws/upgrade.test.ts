import { expect } from 'chai';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Action } from '../../reconcilers/operations/actions.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { killContainer } from '../../simulation/lxc.ts';
import { type FleetSpec, fleetOf, plainFleet, plainTenant } from '../../simulation/scenarios/fleets.ts';
import { crashPointStride } from '../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';

const redis7 = plainFleet;
const valkey: FleetSpec = { ...plainFleet, template: 'valkey' };
const onOpenvz: FleetSpec = { ...plainFleet, runtime: 'openvz' };
const withoutFile: FleetSpec = { ...plainFleet, tenants: [{ ...plainTenant, appendonly: false }] };

/** Runs apply, and watches that at most one member of the tenant is away from its master at any time. */
async function upgrade(spec: FleetSpec, world: World, faults: Faults = {}) {
  let away = 0;
  const simulation = simulate(world, {
    ...faults,
    onStep: () => {
      away = Math.max(away, 3 - redisOf(world).length);
    },
  });
  const ended = await run(fleetOf(spec), simulation).catch(() => undefined);
  runToQuiescence(world);
  const steps = simulation.steps.flatMap((step) => ('operation' in step ? [step as Action] : []));
  return { outcome: ended?.outcome, steps, away };
}

const containersOf = (world: World) =>
  Object.values(world.hosts).flatMap(({ containers }) => Object.values(containers));
const redisOf = (world: World) => containersOf(world).flatMap(({ redis }) => redis ?? []);
const enginesOf = (world: World) =>
  redisOf(world).map(({ engine }) => `${engine.name} ${engine.version.split('.')[0]}`);
const masterOf = (world: World) => containersOf(world).find(({ redis }) => redis && redis.of === undefined);
const namesOf = (steps: readonly Action[], operation: Action['operation']) =>
  steps.flatMap((step) => (step.operation === operation && 'name' in step ? [step.name] : []));

describe('another engine', function () {
  this.timeout(300_000);

  for (const [words, before] of [
    ['with an append-only file', redis7],
    ['without one', withoutFile],
    ['with OpenVZ', onOpenvz],
  ] as const)
    it(`Redis 7 to Valkey 8, ${words}: each member is rebuilt once, the master last, and the data are kept`, async () => {
      const world = await convergedWorld(fleetOf(before));
      const master = masterOf(world);
      if (!master?.redis) throw new Error('no master');
      master.redis.keys = 41;
      for (const { redis } of containersOf(world)) if (redis) redis.keys = 41;
      const { outcome, steps, away } = await upgrade({ ...before, template: 'valkey' }, world);
      expect(outcome?.result, findingsText(outcome?.left ?? [])).to.equal('done');
      expect(enginesOf(world)).to.deep.equal(['valkey 8', 'valkey 8', 'valkey 8']);
      const rebuilt = namesOf(steps, 'container-rebuild');
      expect(rebuilt).to.have.lengthOf(3);
      expect(new Set(rebuilt).size).to.equal(3);
      expect(master.folder.endsWith(rebuilt[2] ?? '-')).to.equal(true);
      const operations = steps.map(({ operation }) => operation);
      expect(operations.filter((one) => one === 'master-switch')).to.have.lengthOf(1);
      expect(operations.indexOf('master-switch')).to.be.greaterThan(operations.indexOf('container-rebuild'));
      expect(away).to.equal(1);
      expect(violations(world, fleetOf({ ...before, template: 'valkey' }))).to.deep.equal([]);
      expect((await upgrade({ ...before, template: 'valkey' }, world)).steps).to.deep.equal([]);
    });

  it('killed at every step: the next apply finishes, with the same result, and never two members are away', async () => {
    const calm = await convergedWorld(fleetOf(redis7));
    const { steps } = await upgrade(valkey, calm);
    const end = canonicalState(calm);
    let tried = 0;
    for (let step = 1; step <= steps.length; step += crashPointStride)
      for (const when of ['before', 'middle', 'after'] as const) {
        const world = await convergedWorld(fleetOf(redis7));
        const first = await upgrade(valkey, world, { crash: { step, when } });
        const second = await upgrade(valkey, world);
        const where = `${when} step ${step}: ${JSON.stringify(steps[step - 1]?.operation)}`;
        expect(second.outcome?.result, `${where}\n${findingsText(second.outcome?.left ?? [])}`).to.equal('done');
        expect(Math.max(first.away, second.away), where).to.be.at.most(1);
        expect(violations(world, fleetOf(valkey)), where).to.deep.equal([]);
        same(canonicalState(world), end);
        tried += 1;
      }
    process.stdout.write(`      figure: ${tried} crash points of an upgrade\n`);
  });

  it('its master lost when one replica is rebuilt: a replica that cannot read the new data is rebuilt, and all serve', async () => {
    const world = await convergedWorld(fleetOf(redis7));
    const { steps } = await upgrade(valkey, await convergedWorld(fleetOf(redis7)));
    const first = steps.findIndex(({ operation }) => operation === 'container-rebuild') + 1;
    await upgrade(valkey, world, { crash: { step: first, when: 'after' } });
    const master = masterOf(world);
    if (!master) throw new Error('no master');
    for (const host of Object.values(world.hosts))
      for (const [name, one] of Object.entries(host.containers)) if (one === master) killContainer(host, name);
    runToQuiescence(world);
    const { outcome } = await upgrade(valkey, world);
    expect(outcome?.result, findingsText(outcome?.left ?? [])).to.equal('done');
    expect(new Set(enginesOf(world))).to.deep.equal(new Set(['valkey 8']));
    expect(violations(world, fleetOf(valkey))).to.deep.equal([]);
  });

  for (const [words, before, after, said] of [
    [
      'the way back',
      valkey,
      { ...plainFleet, template: 'downloaded' },
      /Redis 7\.0\.15 cannot read the data that Valkey 8/,
    ],
    [
      'Redis 8 to Valkey',
      { ...plainFleet, template: 'redis8' },
      valkey,
      /Valkey 8\.1\.1 cannot read the data that Redis 8/,
    ],
    ['a version that is not known', redis7, { ...plainFleet, template: 'unknown' }, /is not known to this operator/],
  ] as const)
    it(`${words} is refused: no member is touched`, async () => {
      const world = await convergedWorld(fleetOf(before as FleetSpec));
      const engines = enginesOf(world);
      const { outcome, steps } = await upgrade(after as FleetSpec, world);
      const left = outcome?.left.filter(({ reason }) => reason === 'ContainerTemplateDiffers') ?? [];
      expect(left.map(({ remedy }) => remedy.by)).to.deep.equal(['manual', 'manual', 'manual']);
      expect(findingsText(left)).to.match(said);
      expect(namesOf(steps, 'container-rebuild')).to.deep.equal([]);
      expect(namesOf(steps, 'container-run')).to.deep.equal([]);
      expect(enginesOf(world)).to.deep.equal(engines);
    });

  it('a former root is kept for its time, and then removed on request', async () => {
    const world = await convergedWorld(fleetOf(redis7));
    await upgrade(valkey, world);
    const former = () =>
      Object.values(world.hosts).flatMap(({ disks }) => Object.keys(disks).filter((path) => /former/.test(path)));
    const prune = { maxDeletes: 0, allowEmpty: false };
    expect(former()).to.have.lengthOf(3);
    await run(fleetOf(valkey), simulate(world), 600_000, prune);
    expect(former()).to.have.lengthOf(3);
    world.now += 366 * 24 * 3_600_000;
    const { outcome } = await run(fleetOf(valkey), simulate(world), 600_000, prune);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(former()).to.have.lengthOf(0);
    expect((await upgrade(valkey, world)).steps).to.deep.equal([]);
  });
});
