import { expect } from 'chai';
import { apply } from '../controller/apply.ts';
import { findingsText } from '../controller/report/plan-text.ts';
import type { Fleet } from '../crds/fleet.ts';
import { dismantlers } from '../reconcilers/dismantle/index.ts';
import { copyOf } from '../reconcilers/model/copy.ts';
import { settle } from '../reconcilers/model/tick.ts';
import type { World } from '../reconcilers/model/world.ts';
import type { What } from '../reconcilers/questions/index.ts';
import { fleetOf, plainFleet } from './support/fleets.ts';
import { type Faults, simulate } from './support/simulated-world.ts';
import { convergedWorld, run } from './support/start.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create' });
const week = 7 * 24 * 3_600_000;

const describedBy: Partial<Record<What, string>> = {
  gateways: 'DescribeInternetGateways',
  'address-owner': 'DescribeNetworkInterfaces',
  vpcs: 'DescribeVpcs',
};

async function dismantle(
  world: World,
  of: Fleet = fleet,
  options: { atOnce?: boolean; faults?: Faults; hidden?: What } = {},
) {
  const simulation = simulate(world, options.faults);
  const { senses } = simulation;
  const askEc2: typeof senses.askEc2 = async (query) => {
    const describes = options.hidden && describedBy[options.hidden];
    if (query.action === describes) throw new Error('EC2 did not answer');
    return senses.askEc2(query);
  };
  const all = dismantlers({ now: world.now, atOnce: options.atOnce ?? false });
  const media = { senses: { ...senses, askEc2 }, actuators: simulation.actuators, clock: simulation.clock };
  const signal = new AbortController().signal;
  const ending = apply(of, all, media, { timeoutMs: 600_000, signal, listen: () => {} });
  const outcome = await Promise.race([ending, simulation.death]);
  settle(world);
  return { outcome, calls: simulation.steps };
}

/** What there is in the account that carries a tag of ours. */
function ours({ ec2 }: World): readonly string[] {
  const tagged = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) =>
    'ec2-redis-operator/cluster' in tags;
  return [
    ...ec2.vpcs.filter(tagged).map(({ id }) => id),
    ...ec2.subnets.filter(tagged).map(({ id }) => id),
    ...ec2.gateways.filter(tagged).map(({ id }) => id),
    ...ec2.groups.filter(tagged).map(({ id }) => id),
    ...ec2.interfaces.filter(tagged).map(({ networkInterfaceId }) => networkInterfaceId),
    ...ec2.instances.filter((one) => tagged(one) && one.state !== 'terminated').map(({ instanceId }) => instanceId),
  ];
}

const disksOf = (world: World) => Object.values(world.hosts).flatMap(({ disks }) => Object.entries(disks));

describe('delete', () => {
  it('first stops every host and keeps it with its data; within retainFor it does nothing more', async () => {
    const world = await convergedWorld(fleet);
    const before = disksOf(copyOf(world));
    const { outcome } = await dismantle(world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(world.ec2.instances.map(({ state }) => state)).to.deep.equal(Array.from({ length: 5 }, () => 'stopped'));
    expect(disksOf(world)).to.deep.equal(before);
    expect(findingsText(outcome.left)).to.match(/retired .*; stopped and kept, its data with it, until /);
    world.now += week - 3_600_000;
    expect((await dismantle(world)).calls).to.deep.equal([]);
  });

  it('asked again after retainFor, brings the account back to empty', async () => {
    const world = await convergedWorld(fleet);
    await dismantle(world);
    world.now += week + 3_600_000;
    const { outcome } = await dismantle(world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(ours(world)).to.deep.equal([]);
    expect(outcome.left).to.deep.equal([]);
    expect((await dismantle(world)).calls).to.deep.equal([]);
  });

  it('does not destroy what it has just stopped, but when that is asked for', async () => {
    const world = await convergedWorld(fleet);
    const { outcome } = await dismantle(world, fleet, { atOnce: true });
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(ours(world)).to.deep.equal([]);
  });

  it('stops the proxies before what they lead to', async () => {
    const world = await convergedWorld(fleet);
    const { calls } = await dismantle(world);
    const stops = calls.flatMap((call) =>
      'action' in call && call.action === 'StopInstances' ? [String((call.input['InstanceIds'] as string[])[0])] : [],
    );
    const names = stops.map((id) => world.ec2.instances.find((one) => one.instanceId === id)?.tags['Name'] ?? '');
    expect(names.slice(0, 2).sort()).to.deep.equal(['proxy-1', 'proxy-2']);
    expect(names.slice(2).sort()).to.deep.equal(['redis-1', 'redis-2', 'redis-3']);
  });

  it('leaves what was adopted alone, and says so', async () => {
    const world = await convergedWorld(fleet);
    const [vpc] = world.ec2.vpcs;
    const adopting: Fleet = {
      ...fleet,
      cluster: { ...fleet.cluster, network: { ...fleet.cluster.network, vpc: { adopt: { id: vpc?.id ?? '' } } } },
    };
    const { outcome } = await dismantle(world, adopting, { atOnce: true });
    expect(findingsText(outcome.left)).to.match(/VPC: vpc-\w+, should be as it is; adopted: it is left alone/);
    expect(ours(world)).to.deep.equal([vpc?.id]);
  });

  it('touches nothing of a fleet that is adopted whole', async () => {
    const adopted = fleetOf(plainFleet);
    const world = await convergedWorld(adopted);
    const { outcome, calls } = await dismantle(world, adopted, { atOnce: true });
    expect(calls).to.deep.equal([]);
    expect(outcome.left.map(({ remedy }) => remedy.by)).to.deep.equal(Array.from({ length: 5 }, () => 'notice'));
  });

  it('takes a VPC that was made twice away too', async () => {
    const world = await convergedWorld(fleet);
    const [vpc] = world.ec2.vpcs;
    if (!vpc) throw new Error('there is no VPC');
    world.ec2.vpcs.push({ ...copyOf(vpc), id: 'vpc-ffffffff' });
    const { outcome } = await dismantle(world, fleet, { atOnce: true });
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(world.ec2.vpcs).to.deep.equal([]);
  });

  it('does not say that nothing is left of a VPC that has lost its tag: a person is told', async () => {
    const world = await convergedWorld(fleet);
    for (const vpc of world.ec2.vpcs) vpc.tags = {};
    const { outcome } = await dismantle(world, fleet, { atOnce: true });
    expect(outcome.result).to.equal('operator');
    expect(findingsText(outcome.left)).to.match(/vpc-\w+ without our tag.*put it back/);
    expect(world.ec2.vpcs).to.have.lengthOf(1);
  });

  for (const hidden of ['gateways', 'address-owner', 'vpcs'] as const)
    it(`deletes nothing of the network, and is not done, while EC2 does not show its ${hidden}`, async () => {
      const world = await convergedWorld(fleet);
      await dismantle(world, fleet, { atOnce: true, faults: { crash: { step: 20, when: 'before' } } }).catch(
        () => undefined,
      );
      const vpcs = world.ec2.vpcs.map(({ id }) => id);
      const { outcome, calls } = await dismantle(world, fleet, { atOnce: true, hidden });
      expect(outcome.result).to.equal('blind');
      expect(calls.filter((call) => 'action' in call && call.action === 'DeleteVpc')).to.deep.equal([]);
      expect(world.ec2.vpcs.map(({ id }) => id)).to.deep.equal(vpcs);
    });

  it('a crash anywhere is forgotten by the next delete', async function () {
    this.timeout(60_000);
    const whole = await convergedWorld(fleet);
    const { calls } = await dismantle(copyOf(whole), fleet, { atOnce: true });
    for (let step = 1; step <= calls.length; step += 1)
      for (const when of ['before', 'after'] as const) {
        const world = copyOf(whole);
        await dismantle(world, fleet, { atOnce: true, faults: { crash: { step, when } } }).catch(() => undefined);
        settle(world);
        const { outcome } = await dismantle(world, fleet, { atOnce: true });
        expect(outcome.result, `${when} ${step}: ${findingsText(outcome.left)}`).to.equal('done');
        expect(ours(world), `${when} ${step}`).to.deep.equal([]);
      }
  });

  it('is not undone by an apply: that says what is kept, and how it would serve again', async () => {
    const world = await convergedWorld(fleet);
    await dismantle(world);
    const { outcome } = await run(fleet, simulate(world), 60_000);
    expect(outcome.result).to.equal('operator');
    expect(world.ec2.instances.every(({ state }) => state === 'stopped')).to.equal(true);
    expect(findingsText(outcome.left)).to.match(/`reconcile delete` stopped it at .*take the tag off/);
  });
});
