import { expect } from 'chai';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { unavailable, unserved, violations } from '../../simulation/checkers/health.ts';
import { cutTunnels } from '../../simulation/checkers/tunnels.ts';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';

const before = fleetOf(plainFleet);
const withKey = (greKey: number) => fleetOf({ ...plainFleet, greKey });

/** An apply. `cut`: tunnels that some step has cut; `away`: what some step has taken from the tenants. */
async function applied(fleet: Fleet, world: World, faults: Faults = {}) {
  const [cut, away] = [new Set<string>(), new Set<string>()];
  const onStep = () => {
    for (const one of cutTunnels(world, fleet)) cut.add(one);
    for (const tenant of fleet.tenants) for (const member of unavailable(world, tenant)) away.add(member);
    for (const one of unserved(world, fleet)) away.add(one);
  };
  const simulation = simulate(world, { ...faults, onStep });
  const outcome = await run(fleet, simulation).then(
    (one) => one.outcome,
    () => undefined,
  );
  runToQuiescence(world);
  onStep();
  return {
    result: outcome?.result,
    left: outcome?.left ?? [],
    steps: simulation.steps,
    cut: [...cut],
    away: [...away],
  };
}

async function becomes(fleet: Fleet, world: World, where: string): Promise<void> {
  const { result, left, cut } = await applied(fleet, world);
  expect(result, `${where}\n${findingsText(left)}`).to.equal('done');
  expect(cut, where).to.deep.equal([]);
  expect(violations(world, fleet), where).to.deep.equal([]);
  same(canonicalState(world), canonicalState(await convergedWorld(fleet)));
}

/** What is done by a run, in order: `ovs-bridge proxy-1`. */
const done = (steps: Awaited<ReturnType<typeof applied>>['steps']) =>
  steps.map((one) => ('operation' in one && 'host' in one ? `${one.operation} ${one.host}` : JSON.stringify(one)));

describe('another GRE key', function () {
  this.timeout(120_000);
  const whens = ['before', 'middle', 'after'] as const;

  it('is live: no tunnel is cut, and nothing else is done', async () => {
    const world = await convergedWorld(before);
    const { result, left, steps, cut } = await applied(withKey(7), world);
    expect(result, findingsText(left)).to.equal('done');
    expect(cut).to.deep.equal([]);
    expect(new Set(steps.map((one) => 'operation' in one && one.operation))).to.deep.equal(
      new Set(['ovs-transaction']),
    );
    expect(steps).to.have.lengthOf(15);
    same(canonicalState(world), canonicalState(await convergedWorld(withKey(7))));
    expect((await applied(withKey(7), world)).steps).to.deep.equal([]);
  });

  it('cuts no tunnel wherever the operator dies, and whether the next run has this key, the former one or a third', async () => {
    for (let step = 1; step <= 15; step += 1)
      for (const [index, when] of whens.entries()) {
        const world = await convergedWorld(before);
        const where = `died ${when} step ${step}`;
        expect((await applied(withKey(7), world, { crash: { step, when } })).cut, where).to.deep.equal([]);
        const next = [withKey(7), before, withKey(8)][(step + index) % 3] ?? before;
        await becomes(next, world, `${where}, then ${next.cluster.mesh.greKey}`);
      }
  });

  it('waits at the tunnels of a host that does not answer, from whatever step on', async () => {
    for (const dies of [0, 3, 7, 12]) {
      const world = await convergedWorld(before);
      if (dies) await applied(withKey(7), world, { crash: { step: dies, when: 'after' } });
      const partial = await applied(withKey(7), world, { unreachable: new Set(['redis-2']) });
      expect(partial.result).to.equal('unknown');
      expect(partial.cut).to.deep.equal([]);
      await becomes(dies === 7 ? before : withKey(7), world, `after step ${dies}`);
    }
  });

  it('of one end alone is repaired at once', async () => {
    const world = await convergedWorld(before);
    const port = world.hosts['redis-1']?.ovs?.bridges
      .flatMap(({ ports }) => ports)
      .find(({ name }) => name === 'gre-redis-2');
    if (port) Object.assign(port.options, { key: '9' });
    expect(cutTunnels(world, before)).to.deep.equal(['redis-1 and redis-2']);
    expect((await applied(before, world)).steps).to.have.lengthOf(1);
    await becomes(before, world, 'repaired');
  });
});

describe('another name of the bridge', function () {
  this.timeout(240_000);
  const whens = ['before', 'middle', 'after'] as const;
  const renamed = fleetOf({ ...plainFleet, bridge: 'br-other' });

  it('moves the ports of one host after the other, of the proxy with the virtual IP last, and restarts nothing', async () => {
    const world = await convergedWorld(before);
    const owner = ['proxy-1', 'proxy-2'].find((name) =>
      world.hosts[name]?.links.some(({ addresses }) => addresses.includes('10.80.1.100/32')),
    );
    const { result, left, steps, cut, away } = await applied(renamed, world);
    expect(result, findingsText(left)).to.equal('done');
    expect([cut, away]).to.deep.equal([[], []]);
    const moved = done(steps).filter((one) => one.startsWith('ovs-bridge'));
    expect(moved).to.have.members(before.cluster.hosts.map(({ name }) => `ovs-bridge ${name}`));
    expect(moved.filter((one) => one.includes('proxy'))[1]).to.equal(`ovs-bridge ${owner}`);
    const others = done(steps).filter((one) => !one.startsWith('ovs-bridge'));
    expect(others).to.have.members(['redis-1', 'redis-2', 'redis-3'].map((name) => `write-files ${name}`));
    same(canonicalState(world), canonicalState(await convergedWorld(renamed)));
    expect((await applied(renamed, world)).steps).to.deep.equal([]);
  });

  it('is finished, or taken back, wherever the operator dies', async () => {
    for (let step = 1; step <= 8; step += 1)
      for (const [index, when] of whens.entries()) {
        const world = await convergedWorld(before);
        const where = `died ${when} step ${step}`;
        const first = await applied(renamed, world, { crash: { step, when } });
        if (when !== 'middle') expect([first.cut, first.away], where).to.deep.equal([[], []]);
        await becomes((step + index) % 3 ? renamed : before, world, where);
      }
  });

  it('changes nothing of a tenant while one of its hosts does not answer', async () => {
    const world = await convergedWorld(before);
    const partial = await applied(renamed, world, { unreachable: new Set(['redis-2']) });
    expect(partial.result).to.equal('unknown');
    expect(partial.steps).to.deep.equal([]);
    await becomes(renamed, world, 'redis-2 answers');
  });

  it('and another key at once', async () => {
    const world = await convergedWorld(before);
    await becomes(fleetOf({ ...plainFleet, bridge: 'br-other', greKey: 7 }), world, 'both');
  });
});

describe('the datapath of the kernel', function () {
  this.timeout(240_000);
  const kernel = fleetOf({ ...plainFleet, datapath: 'system' });
  const withoutModules = ({ hosts }: World) => {
    for (const { system } of Object.values(hosts)) system.modules = [];
  };

  it('is not set where its module is not loaded: nothing is changed', async () => {
    const { cluster } = kernel;
    const checked = {
      ...kernel,
      cluster: { ...cluster, preparation: { ...cluster.preparation, mode: 'check' as const } },
    };
    const world = await convergedWorld(before);
    withoutModules(world);
    const { result, left, steps } = await applied(checked, world);
    expect(result).to.equal('manual');
    expect(steps).to.deep.equal([]);
    expect(findingsText(left)).to.contain('run modprobe openvswitch on redis-1');
  });

  it('is set on one host after the other, once its module is loaded', async () => {
    const world = await convergedWorld(before);
    withoutModules(world);
    const { result, left, steps, cut, away } = await applied(kernel, world);
    expect(result, findingsText(left)).to.equal('done');
    expect([cut, away]).to.deep.equal([[], []]);
    const names = done(steps).map((one) => one.split(' ')[0]);
    expect(names.filter((one) => one === 'ovs-bridge')).to.have.lengthOf(5);
    expect(names).to.not.include('container-run');
    same(canonicalState(world), canonicalState(await convergedWorld(kernel)));
    expect((await applied(kernel, world)).steps).to.deep.equal([]);
  });

  it('is finished wherever the operator dies', async () => {
    for (let step = 1; step <= 13; step += 1) {
      const world = await convergedWorld(before);
      const when = (['before', 'middle', 'after'] as const)[step % 3] ?? 'after';
      await applied(kernel, world, { crash: { step, when } });
      await becomes(kernel, world, `died ${when} step ${step}`);
    }
  });

  it('is not replaced by that of Open vSwitch under members that run', async () => {
    const world = await convergedWorld(kernel);
    const { result, left, steps } = await applied(before, world);
    expect(result).to.equal('manual');
    expect(new Set(left.map(({ reason }) => reason))).to.include('DatapathTypeDiffers');
    expect(done(steps).filter((one) => !one.startsWith('kernel-'))).to.deep.equal([]);
    await becomes(kernel, world, 'declared again');
  });
});
