import { expect } from 'chai';
import { discoverHosts } from '../../../controller/engine/observe.ts';
import { mesh } from '../../../reconcilers/mesh/index.ts';
import { statusFacts, statusOf } from '../../../reconcilers/shared/tenant-health.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import type { HostWorld, World } from '../../../simulation/world.ts';

const fleet = fleetOf({ ...plainFleet, mtu: 9001 });

/** What the mesh reports in a converged world with one change, and the health of the first tenant. */
async function seenAfter(change: (world: World) => void) {
  const world = await convergedWorld(fleet);
  change(world);
  const { read, lookup, inventory } = await discoverHosts(fleet, simulate(world).reader);
  const items = mesh.items(fleet, inventory);
  await read([...items.flatMap(({ requests }) => requests), ...statusFacts(fleet, inventory)]);
  const findings = items.flatMap((item) => item.diff(lookup));
  return { findings, status: statusOf(fleet, inventory, lookup)[0] };
}

function hostOf(world: World, name: string): HostWorld {
  const host = world.hosts[name];
  if (!host) throw new Error(`no host ${name}`);
  return host;
}

describe('mesh: the MTU of the paths', () => {
  it('of all pairs of hosts with a tunnel is tried, each once', async () => {
    const { inventory } = await discoverHosts(fleet, simulate(await convergedWorld(fleet)).reader);
    const tried = mesh
      .items(fleet, inventory)
      .flatMap(({ subject, requests }) =>
        requests.flatMap((one) => (one.fact === 'path-mtu' ? [`${subject} ${one.mtu} ${one.peers.length}`] : [])),
      );
    expect(tried).to.deep.equal([
      'mesh/proxy-1 9001 3',
      'mesh/proxy-2 9001 3',
      'mesh/redis-1 9001 2',
      'mesh/redis-2 9001 1',
    ]);
  });

  it('below what is declared is reported with both numbers, and get says so of the tenants that use it', async () => {
    const { findings, status } = await seenAfter((world) =>
      Object.assign(hostOf(world, 'redis-2'), { carriesBytes: 1500 }),
    );
    expect(findings.map(({ subject, reason, have, want }) => [subject, reason, have, want].join(' '))).to.deep.equal([
      'mesh/proxy-1>redis-2 PathMtu at most 1500 at least 9001',
      'mesh/proxy-2>redis-2 PathMtu at most 1500 at least 9001',
      'mesh/redis-1>redis-2 PathMtu at most 1500 at least 9001',
      'mesh/redis-2>redis-3 PathMtu at most 1500 at least 9001',
    ]);
    const [first] = findings;
    expect(first?.remedy)
      .to.have.property('message')
      .that.contains('ping -M do -s 8973')
      .and.contains('underlayMtu: 1500');
    expect(first?.impacts).to.deep.equal(fleet.tenants.map(({ name }) => name));
    expect(status).to.include({ ready: 'True', reason: 'PathMtu' });
    expect(status?.message).to.contain('packets of more than 1500 bytes are lost between proxy-1 and redis-2');
  });

  it('is not judged where a device of the host carries less, which is reported instead', async () => {
    const { findings } = await seenAfter((world) => {
      const host = hostOf(world, 'proxy-1');
      Object.assign(host, { carriesBytes: 1500 });
      for (const link of host.links) if (link.mtu === 9001) link.mtu = 1500;
    });
    expect(findings.map(({ subject, reason }) => `${subject} ${reason}`)).to.deep.equal([
      'mesh/proxy-1@underlay UnderlayMtuTooSmall',
    ]);
  });
});
