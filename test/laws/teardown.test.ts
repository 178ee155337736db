import { expect } from 'chai';
import { apply } from '../../controller/engine/apply.ts';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Ec2Query } from '../../reconcilers/facts/fact.ts';
import { teardownReconcilers } from '../../reconcilers/teardown/index.ts';
import { copyOf } from '../../simulation/copy.ts';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create' });
const week = 7 * 24 * 3_600_000;

/** Runs `reconcile delete` once. `hidden`: the query of EC2 that fails. */
async function runDelete(
  world: World,
  of: Fleet = fleet,
  options: { atOnce?: boolean; faults?: Faults; hidden?: Ec2Query['action'] } = {},
) {
  const simulation = simulate(world, options.faults);
  const { reader, executor, clock } = simulation;
  const readEc2: typeof reader.readEc2 = async (query) => {
    if (query.action === options.hidden) throw new Error('EC2 did not respond');
    return reader.readEc2(query);
  };
  const all = teardownReconcilers({ now: world.now, atOnce: options.atOnce ?? false });
  const transport = { reader: { ...reader, readEc2 }, executor, clock };
  const signal = new AbortController().signal;
  const ending = apply(of, all, transport, { timeoutMs: 600_000, signal, listen: () => {} });
  const outcome = await Promise.race([ending, simulation.death]);
  runToQuiescence(world);
  return { outcome, calls: simulation.steps };
}

/** Ids of all resources in the account that carry the tag of a Cluster. */
function createdResources({ ec2 }: World): readonly string[] {
  const isTagged = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) =>
    'ec2-redis-operator/cluster' in tags;
  return [
    ...ec2.vpcs.filter(isTagged).map(({ id }) => id),
    ...ec2.subnets.filter(isTagged).map(({ id }) => id),
    ...ec2.gateways.filter(isTagged).map(({ id }) => id),
    ...ec2.elasticAddresses.filter(isTagged).map(({ id }) => id),
    ...[...ec2.natGateways, ...ec2.endpoints, ...ec2.routeTables].filter(isTagged).map(({ id }) => id),
    ...ec2.groups.filter(isTagged).map(({ id }) => id),
    ...ec2.interfaces.filter(isTagged).map(({ networkInterfaceId }) => networkInterfaceId),
    ...ec2.instances.filter((one) => isTagged(one) && one.state !== 'terminated').map(({ instanceId }) => instanceId),
  ];
}

const disksOf = (world: World) => Object.values(world.hosts).flatMap(({ disks }) => Object.entries(disks));
/** `instance/redis-1 HostRetained info`. */
const codesOf = (findings: readonly Finding[]) =>
  findings.map(({ subject, reason, remedy }) => `${subject} ${reason} ${remedy.by}`);

describe('delete', () => {
  it('stops every host first and keeps it with its data; within retainFor, a second delete does nothing', async () => {
    const world = await convergedWorld(fleet);
    const before = disksOf(copyOf(world));
    const { outcome } = await runDelete(world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(world.ec2.instances.map(({ state }) => state)).to.deep.equal(Array.from({ length: 5 }, () => 'stopped'));
    expect(disksOf(world)).to.deep.equal(before);
    const { hosts, network } = fleet.cluster;
    expect(codesOf(outcome.left)).to.have.members([
      ...hosts.map(({ name }) => `instance/${name} HostRetained info`),
      'vip/front@public-address NetworkStillInUse info',
      // VPC, internet gateway, security group and subnets.
      ...Array.from({ length: 3 + network.subnets.length }, () => 'network/vpc NetworkStillInUse info'),
    ]);
    for (const { subject, have } of outcome.left)
      if (subject.startsWith('instance/')) expect(have).to.match(/^stopped, retired \d{4}-/);
    world.now += week - 3_600_000;
    expect((await runDelete(world)).calls).to.deep.equal([]);
  });

  it('deletes everything that was created, once retainFor is over', async () => {
    const world = await convergedWorld(fleet);
    await runDelete(world);
    world.now += week + 3_600_000;
    const { outcome } = await runDelete(world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(createdResources(world)).to.deep.equal([]);
    expect(outcome.left).to.deep.equal([]);
    expect((await runDelete(world)).calls).to.deep.equal([]);
  });

  it('deletes what it has just stopped only on request', async () => {
    const world = await convergedWorld(fleet);
    const { outcome } = await runDelete(world, fleet, { atOnce: true });
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(createdResources(world)).to.deep.equal([]);
  });

  it('stops the Redis hosts only when both proxies are stopped', async () => {
    const world = await convergedWorld(fleet);
    const statesOf = (role: string) =>
      world.ec2.instances.filter(({ tags }) => tags['Name']?.startsWith(role)).map(({ state }) => state);
    const seen = new Set<string>();
    const onStep = () => {
      if (statesOf('redis').some((state) => state !== 'running')) seen.add(statesOf('proxy').join(', '));
    };
    const { calls } = await runDelete(world, fleet, { faults: { onStep } });
    expect([...seen]).to.deep.equal(['stopped, stopped']);
    const stops = calls.filter((call) => 'action' in call && call.action === 'StopInstances');
    expect(stops).to.have.lengthOf(5);
  });

  it('leaves an adopted VPC as it is, and reports it', async () => {
    const world = await convergedWorld(fleet);
    const [vpc] = world.ec2.vpcs;
    const adopting: Fleet = {
      ...fleet,
      cluster: { ...fleet.cluster, network: { ...fleet.cluster.network, vpc: { adopt: { id: vpc?.id ?? '' } } } },
    };
    const { outcome } = await runDelete(world, adopting, { atOnce: true });
    expect(codesOf(outcome.left)).to.deep.equal(['network/vpc AdoptedKept info']);
    expect(outcome.left[0]).to.include({ field: 'VPC', have: vpc?.id, want: vpc?.id });
    expect(createdResources(world)).to.deep.equal([vpc?.id]);
  });

  it('changes nothing where everything is adopted', async () => {
    const adopted = fleetOf(plainFleet);
    const world = await convergedWorld(adopted);
    const { outcome, calls } = await runDelete(world, adopted, { atOnce: true });
    expect(calls).to.deep.equal([]);
    expect(codesOf(outcome.left)).to.have.members(
      adopted.cluster.hosts.map(({ name }) => `instance/${name} AdoptedKept info`),
    );
  });

  const overlaid = fleetOf({ ...plainFleet, adopt: 'create', overlay: true });
  const routesIn = ({ ec2 }: World) =>
    ec2.routeTables.filter(({ routes }) => routes.some(({ destination }) => destination === '192.168.250.10/32'));

  it('deletes the routes to an overlay address once no proxy runs, also in a VPC that stays', async () => {
    const world = await convergedWorld(overlaid);
    const running = () =>
      world.ec2.instances.filter(({ tags, state }) => tags['Name']?.startsWith('proxy') && state === 'running');
    const seen = new Set<number>();
    const onStep = () => void (routesIn(world).length === 0 && seen.add(running().length));
    const { outcome, calls } = await runDelete(world, overlaid, { faults: { onStep } });
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect([...seen]).to.deep.equal([0]);
    expect(calls.filter((call) => 'action' in call && call.action === 'DeleteRoute')).to.have.lengthOf(1);
    expect((await runDelete(world, overlaid)).calls).to.deep.equal([]);
    const table = { id: 'rtb-theirs', tags: {}, vpcId: 'vpc-theirs', main: true, associations: [], ofGateway: false };
    const theirs = { destination: '192.168.250.10/32', target: 'eni-theirs', state: 'blackhole' };
    world.ec2.routeTables.push({ ...table, routes: [theirs] });
    await runDelete(world, overlaid, { atOnce: true });
    expect(routesIn(world).map(({ id }) => id)).to.deep.equal(['rtb-theirs']);
  });

  it('leaves the routes to adopted proxies, which serve on', async () => {
    const adopted = fleetOf({ ...plainFleet, overlay: true });
    const world = await convergedWorld(adopted);
    const { outcome, calls } = await runDelete(world, adopted, { atOnce: true });
    expect(calls).to.deep.equal([]);
    expect(codesOf(outcome.left).filter((one) => one.startsWith('vip/'))).to.deep.equal([
      'vip/front@routes AdoptedKept info',
      'vip/front@routes AdoptedKept info',
    ]);
  });

  it('deletes a duplicate VPC too', async () => {
    const world = await convergedWorld(fleet);
    const [vpc] = world.ec2.vpcs;
    if (!vpc) throw new Error('there is no VPC');
    world.ec2.vpcs.push({ ...copyOf(vpc), id: 'vpc-ffffffff' });
    const { outcome } = await runDelete(world, fleet, { atOnce: true });
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(world.ec2.vpcs).to.deep.equal([]);
  });

  it('is not done while a VPC without its tag is left, and requires the tag', async () => {
    const world = await convergedWorld(fleet);
    for (const vpc of world.ec2.vpcs) vpc.tags = {};
    const { outcome } = await runDelete(world, fleet, { atOnce: true });
    expect(outcome.result).to.equal('manual');
    expect(codesOf(outcome.left)).to.include('network/vpc ClusterTagMissing manual');
    expect(findingsText(outcome.left)).to.match(/aws ec2 create-tags --resources vpc-/);
    expect(world.ec2.vpcs).to.have.lengthOf(1);
  });

  for (const hidden of ['DescribeInternetGateways', 'DescribeNetworkInterfaces', 'DescribeVpcs'] as const)
    it(`deletes no VPC, and is not done, while ${hidden} fails`, async () => {
      const world = await convergedWorld(fleet);
      await runDelete(world, fleet, { atOnce: true, faults: { crash: { step: 20, when: 'before' } } }).catch(
        () => undefined,
      );
      const vpcs = world.ec2.vpcs.map(({ id }) => id);
      const { outcome, calls } = await runDelete(world, fleet, { atOnce: true, hidden });
      expect(outcome.result).to.equal('unknown');
      expect(codesOf(outcome.left)).to.include('network/vpc NotObserved unknown');
      expect(calls.filter((call) => 'action' in call && call.action === 'DeleteVpc')).to.deep.equal([]);
      expect(vpcs).to.have.lengthOf(1);
      expect(world.ec2.vpcs.map(({ id }) => id)).to.deep.equal(vpcs);
    });

  it('completes after a crash at any step of an earlier delete', async function () {
    this.timeout(60_000);
    const whole = await convergedWorld(fleet);
    const { calls } = await runDelete(copyOf(whole), fleet, { atOnce: true });
    for (let step = 1; step <= calls.length; step += 1)
      for (const when of ['before', 'after'] as const) {
        const world = copyOf(whole);
        await runDelete(world, fleet, { atOnce: true, faults: { crash: { step, when } } }).catch(() => undefined);
        runToQuiescence(world);
        const { outcome } = await runDelete(world, fleet, { atOnce: true });
        expect(outcome.result, `${when} ${step}: ${findingsText(outcome.left)}`).to.equal('done');
        expect(createdResources(world), `${when} ${step}`).to.deep.equal([]);
      }
  });

  it('is not undone by an apply, which reports how a retained host is used again', async () => {
    const world = await convergedWorld(fleet);
    await runDelete(world);
    const { outcome } = await run(fleet, simulate(world), 60_000);
    expect(outcome.result).to.equal('manual');
    expect(world.ec2.instances.every(({ state }) => state === 'stopped')).to.equal(true);
    for (const { name } of fleet.cluster.hosts)
      expect(codesOf(outcome.left)).to.include(`instance/${name} InstanceRetired manual`);
    expect(findingsText(outcome.left)).to.match(
      /aws ec2 delete-tags --resources i-\w+ --tags Key=ec2-redis-operator\/retired/,
    );
  });
});
