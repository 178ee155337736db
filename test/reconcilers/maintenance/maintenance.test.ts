import { expect } from 'chai';
import { findingsText } from '../../../controller/report/plan-text.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import type { Action } from '../../../reconcilers/operations/actions.ts';
import { describeAction } from '../../../reconcilers/operations/index.ts';
import { violations } from '../../../simulation/checkers/health.ts';
import { vzKernel } from '../../../simulation/packages.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../../simulation/step.ts';
import type { World } from '../../../simulation/world.ts';

const spec = { ...plainFleet, adopt: 'create' as const, tenants: [plainTenant, plainTenant] };
const before = fleetOf(spec);
const after = fleetOf({ ...spec, sriov: true });

/** The instances have a type that supports SR-IOV from the start. */
async function worldBefore(): Promise<World> {
  const world = await convergedWorld(before);
  for (const one of world.ec2.instances) one.type = 'c4.large';
  return world;
}

describe('enabling SR-IOV in a running cluster', () => {
  it('stops every host once, one at a time, and none with a master or the VIP', async () => {
    const world = await worldBefore();
    const faults: string[] = [];
    const check = () => {
      const down = world.ec2.instances.filter(({ state }) => state !== 'running');
      if (down.length > 1) faults.push(`down at the same time: ${down.map(({ tags }) => tags['Name']).join(', ')}`);
    };
    const simulation = simulate(world, { onStep: check });
    const { outcome, events } = await run(after, simulation);
    runToQuiescence(world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(violations(world, after)).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
    const done = events.flatMap((event) => (event.type === 'step-done' ? [event.step.action] : []));
    const calls = (name: string) =>
      done.filter((action) => action.operation === 'ec2-call' && action.call.action === name);
    for (const name of ['StopInstances', 'ModifyInstanceAttribute', 'StartInstances'])
      expect(calls(name), name).to.have.lengthOf(5);
    expect(stoppedWithMaster(done)).to.deep.equal([]);
    expect((await run(after, simulate(world))).outcome).to.include({ result: 'done', steps: 0 });
  });

  it('hands a master over to a replica, and to no other member', async () => {
    const { events } = await run(after, simulate(await worldBefore()));
    const switches = events.flatMap((event) =>
      event.type === 'step-done' && event.step.action.operation === 'master-switch' ? [event.step] : [],
    );
    expect(switches.length).to.be.greaterThan(1);
    for (const { description, disrupts } of switches) {
      expect(description).to.match(
        /^switch the master of (t\d) from \1-r\d to \1-r\d \(pause writes, SENTINEL FAILOVER\)$/,
      );
      expect(disrupts).to.have.lengthOf(1);
    }
  });

  it('stops no host while a replica is down', async () => {
    const world = await worldBefore();
    const [container] = Object.values(world.hosts).flatMap((host) => Object.values(host.containers));
    const stopped = new Set<string>();
    const simulation = simulate(world, {
      unreachable: new Set(['redis-3']),
      onStep: () => {
        for (const one of world.ec2.instances) if (one.state !== 'running') stopped.add(one.tags['Name'] ?? '');
      },
    });
    expect(container).not.to.equal(undefined);
    const { outcome } = await run(after, simulation, 60_000);
    expect(outcome.result).to.equal('unknown');
    expect([...stopped]).to.deep.equal([]);
  });
});

describe('SR-IOV and its driver', () => {
  const off = async () => {
    const world = await worldBefore();
    const instance = world.ec2.instances.find(({ tags }) => tags['Name'] === 'redis-2');
    if (!instance) throw new Error('there is no such host');
    return { world, instance };
  };

  it('a host whose kernel lacks it is left alone and reported, and the hosts after it wait', async () => {
    const { world, instance } = await off();
    Object.assign(world.hosts['redis-2']?.system ?? {}, { drivers: ['ena'] });
    const { outcome } = await run(after, simulate(world), 60_000);
    runToQuiescence(world);
    expect(outcome.result).to.equal('manual');
    expect(instance).to.include({ state: 'running', sriov: false });
    const left = (subject: string) => outcome.left.filter((one) => one.subject === subject);
    expect(left('host/redis-2@driver').map(({ reason, remedy }) => [reason, remedy.by])).to.deep.equal([
      ['DriverMissing', 'manual'],
    ]);
    const [next] = left('maintenance/redis-3');
    expect(next?.reason).to.equal('RollingSlotTaken');
    expect(next?.remedy).to.include({ by: 'waiting', cause: 'dependency', dependsOn: 'maintenance/redis-2' });
    const on = world.ec2.instances.filter(({ sriov }) => sriov).map(({ tags }) => tags['Name']);
    expect(on.sort()).to.deep.equal(['proxy-1', 'proxy-2', 'redis-1']);
  });

  it('a host whose driver is unknown is not stopped', async () => {
    const { world, instance } = await off();
    const failing = (request: FactRequest) => request.fact === 'system' && request.host === 'redis-2';
    await run(after, simulate(world, { failing }), 60_000);
    expect(instance).to.include({ state: 'running', sriov: false });
  });

  it('a host that was stopped otherwise is started and checked first, and only then stopped for it', async () => {
    const { world, instance } = await off();
    instance.state = 'stopped';
    const { outcome, events } = await run(after, simulate(world));
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    const done = events.flatMap((event) => (event.type === 'step-done' ? [describeAction(event.step.action)] : []));
    expect(done.filter((step) => step.includes(`${instance.instanceId} of redis-2`))).to.deep.equal([
      `start ${instance.instanceId} of redis-2`,
      `mark ${instance.instanceId} of redis-2 as ready for SR-IOV`,
      `stop ${instance.instanceId} of redis-2, to enable SR-IOV`,
      `enable SR-IOV on ${instance.instanceId} of redis-2`,
      `start ${instance.instanceId} of redis-2`,
    ]);
  });

  it('on CentOS 6 it is added to the initramfs before the host is marked', async () => {
    const openvz = { ...spec, runtime: 'openvz' as const };
    const world = await convergedWorld(fleetOf(openvz));
    for (const one of world.ec2.instances) one.type = 'c4.large';
    const { outcome, events } = await run(fleetOf({ ...openvz, sriov: true }), simulate(world));
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    const done = events.flatMap((event) => (event.type === 'step-done' ? [event.step] : []));
    const own = done.filter(({ subject }) => /^(host|maintenance)\/redis-1/.test(subject));
    expect(own.map(({ action }) => describeAction(action)).slice(0, 1)).to.deep.equal([
      `redis-1: put ixgbevf into the initramfs of ${vzKernel}`,
    ]);
    expect(done.filter(({ action }) => action.operation === 'initramfs-driver')).to.have.lengthOf(3);
    expect(Object.values(world.hosts).map(({ system }) => system.nic)).to.deep.equal(Array(5).fill('ixgbevf'));
  });
});

/** Stops of redis-1 without an earlier failover away from it. */
function stoppedWithMaster(done: readonly Action[]): readonly string[] {
  const steps = done.map((action) => describeAction(action));
  return steps.filter(
    (line, index) =>
      /^stop .* of redis-1,/.test(line) &&
      !steps.slice(0, index).some((one) => /switch the master of t\d from t\d-r1/.test(one)),
  );
}
