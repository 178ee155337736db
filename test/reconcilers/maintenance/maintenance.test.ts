import { expect } from 'chai';
import { wordsFor } from '../../../controller/perform.ts';
import { findingsText } from '../../../controller/report/plan-text.ts';
import { vzKernel } from '../../../reconcilers/model/packages.ts';
import { settle } from '../../../reconcilers/model/tick.ts';
import type { World } from '../../../reconcilers/model/world.ts';
import type { Ask } from '../../../reconcilers/questions/index.ts';
import type { Action } from '../../../reconcilers/verbs/index.ts';
import { fleetOf, plainFleet, plainTenant } from '../../support/fleets.ts';
import { illnesses } from '../../support/health.ts';
import { simulate } from '../../support/simulated-world.ts';
import { convergedWorld, run } from '../../support/start.ts';

const spec = { ...plainFleet, adopt: 'create' as const, tenants: [plainTenant, plainTenant] };
const before = fleetOf(spec);
const after = fleetOf({ ...spec, sriov: true });

/** SR-IOV needs another type: the instances have been of it all along. */
async function worldBefore(): Promise<World> {
  const world = await convergedWorld(before);
  for (const one of world.ec2.instances) one.type = 'c4.large';
  return world;
}

describe('SR-IOV switched on in a running cluster', () => {
  it('stops every host once, one at a time, and never one that has a master or the virtual address', async () => {
    const world = await worldBefore();
    const faults: string[] = [];
    const look = () => {
      const away = world.ec2.instances.filter(({ state }) => state !== 'running');
      if (away.length > 1) faults.push(`away at the same time: ${away.map(({ tags }) => tags['Name']).join(', ')}`);
    };
    const simulation = simulate(world, { witness: look });
    const { outcome, events } = await run(after, simulation);
    settle(world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(illnesses(world, after)).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
    const done = events.flatMap((event) => (event.type === 'step-done' ? [event.step.action] : []));
    const calls = (name: string) => done.filter((action) => action.verb === 'ec2-call' && action.call.action === name);
    for (const name of ['StopInstances', 'ModifyInstanceAttribute', 'StartInstances'])
      expect(calls(name), name).to.have.lengthOf(5);
    expect(handedOver(done)).to.deep.equal([]);
    expect((await run(after, simulate(world))).outcome).to.include({ result: 'done', steps: 0 });
  });

  it('hands a master over only while its writes are held back', async () => {
    const { events } = await run(after, simulate(await worldBefore()));
    const done = events.flatMap((event) => (event.type === 'step-done' ? [event.step.action] : []));
    const failovers = done.flatMap((action, index) => (action.verb === 'sentinel-failover' ? [index] : []));
    expect(failovers.length).to.be.greaterThan(1);
    for (const index of failovers) {
      const pause = done[index - 1];
      expect(pause?.verb).to.equal('redis-pause');
      if (pause?.verb === 'redis-pause') expect(wordsFor(pause)).to.match(/^hold back writes to t\d-r\d for 6 s$/);
    }
  });

  it('stops nobody while a replica is away', async () => {
    const world = await worldBefore();
    const [box] = Object.values(world.hosts).flatMap((host) => Object.values(host.boxes));
    const stay = new Set<string>();
    const simulation = simulate(world, {
      unreachable: new Set(['redis-3']),
      witness: () => {
        for (const one of world.ec2.instances) if (one.state !== 'running') stay.add(one.tags['Name'] ?? '');
      },
    });
    expect(box).not.to.equal(undefined);
    const { outcome } = await run(after, simulation, 60_000);
    expect(outcome.result).to.equal('blind');
    expect([...stay]).to.deep.equal([]);
  });
});

describe('SR-IOV, and the driver that it needs', () => {
  const off = async () => {
    const world = await worldBefore();
    const instance = world.ec2.instances.find(({ tags }) => tags['Name'] === 'redis-2');
    if (!instance) throw new Error('there is no such host');
    return { world, instance };
  };

  it('a host whose kernel lacks it is left as it is, those after it wait for it, and a person is told', async () => {
    const { world, instance } = await off();
    Object.assign(world.hosts['redis-2']?.system ?? {}, { drivers: ['ena'] });
    const { outcome } = await run(after, simulate(world), 60_000);
    settle(world);
    expect(outcome.result).to.equal('operator');
    expect(instance).to.include({ state: 'running', sriov: false });
    expect(findingsText(outcome.left)).to.match(/^host\/redis-2@driver\n {2}! driver ixgbevf: no such module/m);
    const on = world.ec2.instances.filter(({ sriov }) => sriov).map(({ tags }) => tags['Name']);
    expect(on.sort()).to.deep.equal(['proxy-1', 'proxy-2', 'redis-1']);
  });

  it('a host that could not be asked for it is not stopped', async () => {
    const { world, instance } = await off();
    const deaf = (ask: Ask) => ask.what === 'system' && ask.host === 'redis-2';
    await run(after, simulate(world, { deaf }), 60_000);
    expect(instance).to.include({ state: 'running', sriov: false });
  });

  it('one that somebody stopped is started and looked at first, and only then stopped for it', async () => {
    const { world, instance } = await off();
    instance.state = 'stopped';
    const { outcome, events } = await run(after, simulate(world));
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    const done = events.flatMap((event) => (event.type === 'step-done' ? [wordsFor(event.step.action)] : []));
    expect(done.filter((words) => words.includes(`${instance.instanceId} of redis-2`))).to.deep.equal([
      `start ${instance.instanceId} of redis-2`,
      `mark ${instance.instanceId} of redis-2 as ready for SR-IOV`,
      `stop ${instance.instanceId} of redis-2, to turn SR-IOV on`,
      `turn SR-IOV on for ${instance.instanceId} of redis-2`,
      `start ${instance.instanceId} of redis-2`,
    ]);
  });

  it('on CentOS 6 it is put into the initramfs before the host is marked', async () => {
    const openvz = { ...spec, runtime: 'openvz' as const };
    const world = await convergedWorld(fleetOf(openvz));
    for (const one of world.ec2.instances) one.type = 'c4.large';
    const { outcome, events } = await run(fleetOf({ ...openvz, sriov: true }), simulate(world));
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    const done = events.flatMap((event) => (event.type === 'step-done' ? [event.step] : []));
    const own = done.filter(({ subject }) => /^(host|maintenance)\/redis-1/.test(subject));
    expect(own.map(({ action }) => wordsFor(action)).slice(0, 1)).to.deep.equal([
      `redis-1: put ixgbevf into the initramfs of ${vzKernel}`,
    ]);
    expect(done.filter(({ action }) => action.verb === 'initramfs-driver')).to.have.lengthOf(3);
    expect(Object.values(world.hosts).map(({ system }) => system.card)).to.deep.equal(Array(5).fill('ixgbevf'));
  });
});

/** Stops of a host that had a master: a failover away from it must have come since it last got one. */
function handedOver(done: readonly Action[]): readonly string[] {
  const words = done.map(wordsFor);
  return words.filter(
    (line, index) =>
      /^stop .* of redis-1,/.test(line) && !words.slice(0, index).some((one) => /hand t\d over from t\d-r1/.test(one)),
  );
}
