import { expect } from 'chai';
import { observeAndPlan, observeStatus } from '../../../controller/engine/pass.ts';
import type { Fleet, Overlay } from '../../../crds/fleet.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { violations } from '../../../simulation/checkers/health.ts';
import { applyEc2Command } from '../../../simulation/ec2.ts';
import { type FleetSpec, fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../../simulation/step.ts';
import type { World } from '../../../simulation/world.ts';

const overlaid: FleetSpec = { ...plainFleet, overlay: true };
const adopted = fleetOf(overlaid);
const created = fleetOf({ ...overlaid, adopt: 'create' });
const destination = '192.168.250.10/32';

const withOverlay = (overlay: Overlay): Fleet => ({
  ...adopted,
  proxyPairs: adopted.proxyPairs.map((pair) => ({ ...pair, overlay })),
});

const targetsIn = ({ ec2 }: World) =>
  ec2.routeTables.map(({ id, routes }) => [id, routes.find((one) => one.destination === destination)?.target]);

const interfaceOf = ({ ec2 }: World, name: string) =>
  ec2.instances.find(({ tags }) => tags['Name'] === name)?.networkInterfaceId ?? '';

/** Findings about the pair, as reason, values, and the calls or the remedy. */
async function findingsIn(world: World, fleet: Fleet = adopted): Promise<readonly string[]> {
  const { plan } = await observeAndPlan(fleet, reconcilers, simulate(world).reader);
  return plan.findings
    .filter(({ subject, reason }) => /^(vip|instance)\//.test(subject) && reason !== 'ZoneAtRisk')
    .map(({ reason, field, have, remedy }) => {
      const done =
        remedy.by === 'action'
          ? remedy.actions.map((one) => ('call' in one ? one.call.action : one.operation)).join()
          : remedy.by;
      return `${reason}: ${field}: ${have}: ${done}`;
    });
}

describe('a pair in two zones, with an overlay address', () => {
  it('is routed to the VRRP master in each table of the VPC, but not in that of a gateway or of another VPC', async () => {
    const world = await convergedWorld(adopted);
    expect(targetsIn(world)).to.deep.equal([
      ['rtb-00000001', interfaceOf(world, 'proxy-1')],
      ['rtb-00000002', interfaceOf(world, 'proxy-1')],
      ['rtb-00000003', undefined],
      ['rtb-00000004', undefined],
    ]);
    expect(await findingsIn(world)).to.deep.equal([]);
  });

  it('created with its network, too, and without the source/destination check', async () => {
    const world = await convergedWorld(created);
    const proxies = ['proxy-1', 'proxy-2'].map((name) => interfaceOf(world, name));
    expect(targetsIn(world).map(([, target]) => target)).to.deep.equal([proxies[0]]);
    for (const { networkInterfaceId, sourceDestCheck } of world.ec2.interfaces)
      expect(sourceDestCheck, networkInterfaceId).to.equal(!proxies.includes(networkInterfaceId));
    const zones = world.ec2.instances.filter(({ tags }) => tags['Name']?.startsWith('proxy')).map(({ zone }) => zone);
    expect(new Set(zones).size).to.equal(2);
    expect(await findingsIn(world, created)).to.deep.equal([]);
  });

  it('its scripts know the tables, and only with an overlay address', async () => {
    const settings = async (fleet: Fleet) =>
      (await convergedWorld(fleet)).hosts['proxy-2']?.files[vipPlaces.settings]?.text;
    expect(await settings(adopted)).to.include("tables='rtb-00000001 rtb-00000002'\n");
    expect(await settings(fleetOf(plainFleet))).not.to.include('tables');
  });

  const change = async (act: (world: World) => void, fleet: Fleet = adopted) => {
    const world = await convergedWorld(fleet);
    world.now += 60_000;
    act(world);
    return world;
  };
  const route = (world: World, name: string, RouteTableId = 'rtb-00000002') =>
    applyEc2Command(world, {
      action: 'ReplaceRoute',
      input: { RouteTableId, DestinationCidrBlock: destination, NetworkInterfaceId: interfaceOf(world, name) },
    });

  it('a route that is missing is created', async () => {
    const input = { RouteTableId: 'rtb-00000002', DestinationCidrBlock: destination };
    const world = await change((one) => applyEc2Command(one, { action: 'DeleteRoute', input }));
    expect(await findingsIn(world)).to.deep.equal([
      'VipRouteMissing: route to 192.168.250.10 in rtb-00000002: absent: CreateRoute',
    ]);
    expect(violations(world, adopted).join()).to.include('192.168.250.10 is on proxy-1, and on the ENI of no instance');
    await run(adopted, simulate(world));
    expect(await findingsIn(world)).to.deep.equal([]);
    expect(violations(world, adopted)).to.deep.equal([]);
  });

  it('tables that disagree follow the VRRP master', async () => {
    const world = await change((one) => route(one, 'proxy-2'));
    const other = interfaceOf(world, 'proxy-2');
    expect(await findingsIn(world)).to.deep.equal([
      `VipRoutesDisagree: route to 192.168.250.10 in rtb-00000002: ${other} (active): ReplaceRoute`,
    ]);
    expect(violations(world, adopted).join()).to.include('and on the ENI of proxy-1, proxy-2');
    await run(adopted, simulate(world));
    expect(await findingsIn(world)).to.deep.equal([]);
    expect(violations(world, adopted)).to.deep.equal([]);
  });

  it('all tables lead to the proxy that is not VRRP master', async () => {
    const world = await change((one) => ['rtb-00000001', 'rtb-00000002'].map((id) => route(one, 'proxy-2', id)));
    const found = await findingsIn(world);
    expect(found.map((one) => one.split(':')[0])).to.deep.equal(['VipRouteElsewhere', 'VipRouteElsewhere']);
  });

  it('within the first seconds of a master, its own script is left to move them', async () => {
    const world = await convergedWorld(adopted);
    const state = world.hosts['proxy-1']?.files[`${vipPlaces.states}/front`];
    if (state) state.text = `MASTER ${Math.floor(world.now / 1000) - 2} 1 1\n`;
    route(world, 'proxy-2');
    expect((await findingsIn(world)).map((one) => one.split(': ').at(-1))).to.deep.equal(['waiting']);
  });

  it('a route to something foreign that works needs manual action; a black hole does not', async () => {
    const world = await change((one) => route(one, 'redis-1'));
    expect((await findingsIn(world)).map((one) => one.split(': ').at(-1))).to.deep.equal(['manual']);
    const [foreign] = world.ec2.instances.filter(({ tags }) => tags['Name'] === 'redis-1');
    if (foreign) foreign.state = 'stopped';
    const hole = world.ec2.routeTables[1]?.routes.find((one) => one.destination === destination);
    if (hole) hole.state = 'blackhole';
    expect((await findingsIn(world)).filter((one) => one.startsWith('Vip'))).to.deep.equal([
      `VipRouteBlackhole: route to 192.168.250.10 in rtb-00000002: ${interfaceOf(world, 'redis-1')} (blackhole): ReplaceRoute`,
    ]);
  });

  it('the check of an adopted proxy needs manual action, that of a created one is turned off', async () => {
    const enable = (world: World) => {
      const own = interfaceOf(world, 'proxy-2');
      for (const nic of world.ec2.interfaces) if (nic.networkInterfaceId === own) nic.sourceDestCheck = true;
    };
    const theirs = await change(enable);
    const field = (world: World) => `source/destination check of ${interfaceOf(world, 'proxy-2')}`;
    expect(await findingsIn(theirs)).to.deep.equal([`SourceDestCheckEnabled: ${field(theirs)}: enabled: manual`]);
    const ours = await change(enable, created);
    expect(await findingsIn(ours, created)).to.deep.equal([
      `SourceDestCheckEnabled: ${field(ours)}: enabled: ModifyNetworkInterfaceAttribute`,
    ]);
  });

  it('with declared route tables: one that is not there, and one that the subnet of a proxy uses and is not declared', async () => {
    const world = await change(() => {});
    expect(await findingsIn(world, withOverlay({ routeTables: ['rtb-00000001', 'rtb-0000000f'] }))).to.have.members([
      'FileDiffers: /etc/ec2-redis-operator/vip/settings: different: write-files',
      'FileDiffers: /etc/ec2-redis-operator/vip/settings: different: write-files',
      'RouteTableNotFound: route table rtb-0000000f: absent: manual',
      `VipRouteUnmanaged: route to 192.168.250.10 in rtb-00000002: ${interfaceOf(world, 'proxy-1')}: manual`,
      'VipNotRouted: route table of proxy-2: rtb-00000002: manual',
    ]);
  });

  it('no script is written while the route tables are not known', async () => {
    const world = await change(() => {});
    const { reader } = simulate(world);
    const readEc2: typeof reader.readEc2 = async (query) => {
      if (query.action === 'DescribeRouteTables') throw new Error('EC2 did not answer');
      return reader.readEc2(query);
    };
    const { plan } = await observeAndPlan(adopted, reconcilers, { ...reader, readEc2 });
    expect(plan.steps).to.deep.equal([]);
    const reasons = plan.findings.filter(({ subject }) => subject.startsWith('vip/')).map(({ reason }) => reason);
    expect(new Set(reasons)).to.deep.equal(new Set(['NotObserved']));
  });

  it('the owner of the address stops: the other one routes it to itself, in all tables', async () => {
    const world = await change((one) => {
      const { instanceId = '' } = one.ec2.instances.find(({ tags }) => tags['Name'] === 'proxy-1') ?? {};
      applyEc2Command(one, { action: 'StopInstances', input: { InstanceIds: [instanceId] } });
    }, created);
    runToQuiescence(world);
    expect(targetsIn(world).map(([, target]) => target)).to.deep.equal([interfaceOf(world, 'proxy-2')]);
  });

  it('a pair that serves gets an overlay address, and another one, and one of its subnet again', async () => {
    const plain = fleetOf({ ...plainFleet, adopt: 'create' });
    const declared = (vip: string, overlay: Overlay | undefined): Fleet => ({
      ...plain,
      proxyPairs: plain.proxyPairs.map((pair) => ({ ...pair, vip, overlay, publicAddress: undefined })),
    });
    const world = await convergedWorld(declared('10.80.1.100', undefined));
    const steps: readonly (readonly [Fleet, readonly string[]])[] = [
      [declared('192.168.250.10', { routeTables: [] }), ['FormerVipAssigned']],
      [declared('192.168.250.11', { routeTables: [] }), ['FormerVipAssigned', 'FormerVipRouted']],
      [declared('10.80.1.101', undefined), ['FormerVipAssigned']],
    ];
    for (const [fleet, left] of steps) {
      const { outcome } = await run(fleet, simulate(world));
      expect(outcome.result, JSON.stringify(outcome.left)).to.equal('done');
      runToQuiescence(world);
      expect((await findingsIn(world, fleet)).map((one) => one.split(':')[0])).to.deep.equal(left);
      expect((await observeStatus(fleet, simulate(world).reader))[0]).to.include({ ready: 'True' });
      const open = world.ec2.interfaces.filter(({ sourceDestCheck }) => !sourceDestCheck);
      expect(open).to.have.lengthOf(fleet.proxyPairs[0]?.overlay ? 2 : 0);
    }
  });

  it('its owner is the one that all tables lead to', async () => {
    const world = await change(() => {});
    const status = async () => (await observeStatus(adopted, simulate(world).reader))[0];
    expect(await status()).to.include({ vipOwner: 'proxy-1', ready: 'True' });
    route(world, 'proxy-2');
    expect(await status()).to.include({ vipOwner: '?' });
  });
});
