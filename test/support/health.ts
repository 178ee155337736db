import type { Fleet, Member, Tenant } from '../../crds/fleet.ts';
import type { Concern } from '../../reconcilers/drift.ts';
import { segmentOf } from '../../reconcilers/model/network.ts';
import { hasProgram } from '../../reconcilers/model/packages.ts';
import type { Box, World } from '../../reconcilers/model/world.ts';
import { instanceIllness, networkIllness, srIovIllness } from './account-health.ts';

/** What is wrong with a world, judged by the world itself and not by our own plan: nothing, if the fleet is served as declared. */
export function illnesses(world: World, fleet: Fleet): readonly string[] {
  return Object.values(judges).flatMap((judge) => judge(world, fleet));
}

/** How a person would judge each concern. Without its judge a concern that does nothing would pass every law. */
const judges: { readonly [C in Concern]: (world: World, fleet: Fleet) => readonly string[] } = {
  network: networkIllness,
  instance: instanceIllness,
  // A disk that is full, or cannot be written to, is a person's matter.
  host: ofHosts,
  mesh: ofMesh,
  container: (world, fleet) =>
    ofMembers(world, fleet, ({ box, tenant }) => [
      [box?.mtu !== fleet.cluster.mesh.innerMtu, 'runs with another MTU'],
      [box?.limits.memoryBytes !== tenant.resources.memoryBytes || box.limits.swap, 'memory limit'],
    ]),
  redis: (world, fleet) => [...ofMasters(world, fleet), ...ofMembers(world, fleet, ofRedis)],
  sentinel: (world, fleet) => ofMembers(world, fleet, ofSentinel),
  haproxy: (world, fleet) =>
    fleet.proxyPairs.flatMap((pair) => pair.hosts.flatMap((host) => ofProxy(world, fleet, host))),
  maintenance: srIovIllness,
  vip: (world, fleet) => fleet.proxyPairs.flatMap((pair) => ofAddress(world, pair.vip, pair.hosts)),
};

/** Members of a tenant that serve nobody: away, cut off, or replicas that are behind. */
export function impaired(world: World, tenant: Tenant): readonly string[] {
  return tenant.members
    .filter((member) => {
      const box = boxOf(world, tenant, member.name);
      const home = world.hosts[member.host];
      return !box || !home || segmentOf(home, box) !== tenant.vlan || !serves(box);
    })
    .map((member) => member.name);
}

function serves(box: Box): boolean {
  return box.redis !== undefined && !box.redis.stopped && (box.redis.of === undefined || box.redis.linkUp);
}

function boxOf(world: World, tenant: Tenant, member: string): Box | undefined {
  const host = tenant.members.find((one) => one.name === member)?.host ?? '';
  return world.hosts[host]?.boxes[`${tenant.name}-${member}`];
}

interface Judged {
  readonly tenant: Tenant;
  readonly member: Member;
  readonly box: Box | undefined;
  /** Address of the tenant's master; undefined while there is not exactly one. */
  readonly master: string | undefined;
}

type Wrong = readonly (readonly [is: boolean, words: string])[];

function ofMembers(world: World, fleet: Fleet, judge: (one: Judged) => Wrong): readonly string[] {
  return fleet.tenants.flatMap((tenant) => {
    const [master, ...others] = mastersOf(world, tenant);
    return tenant.members.flatMap((member) => {
      const box = boxOf(world, tenant, member.name);
      const wrong = judge({ tenant, member, box, master: others.length ? undefined : master });
      return wrong.flatMap(([is, words]) => (is ? [`${tenant.name}: ${member.name}: ${words}`] : []));
    });
  });
}

function mastersOf(world: World, tenant: Tenant): readonly string[] {
  return tenant.members.flatMap(({ name, address }) => {
    const redis = boxOf(world, tenant, name)?.redis;
    return redis && redis.of === undefined ? [address] : [];
  });
}

function ofMasters(world: World, { tenants }: Fleet): readonly string[] {
  return tenants.flatMap((tenant) => {
    const { length } = mastersOf(world, tenant);
    return length === 1 ? [] : [`${tenant.name}: ${length} masters`];
  });
}

function ofRedis({ tenant, box, master }: Judged): Wrong {
  const redis = box?.redis;
  const password = tenant.password.reveal();
  return [
    [!redis || redis.stopped, 'Redis does not run'],
    [redis?.of !== undefined && (!redis.linkUp || redis.of !== master), 'does not follow the master'],
    [redis?.settings['maxmemory'] !== String(tenant.redis.maxmemoryBytes), 'maxmemory'],
    [redis?.settings['appendonly'] !== (tenant.redis.appendonly ? 'yes' : 'no'), 'appendonly'],
    [redis?.settings['replica-priority'] === '0', 'cannot be promoted'],
    [redis?.requirepass !== password || redis.masterauth !== password, 'password'],
  ];
}

function ofSentinel({ tenant, box, master }: Judged): Wrong {
  const { watch, stopped } = box?.sentinel ?? {};
  return [
    [!box?.sentinel || stopped === true, 'Sentinel does not run'],
    [watch?.address !== master, 'Sentinel names another'],
    [watch?.options['quorum'] !== String(tenant.sentinel.quorum), 'quorum'],
    [watch?.options['down-after-milliseconds'] !== String(tenant.sentinel.downAfterMs), 'down-after'],
    [watch?.sentinels.length !== tenant.members.length - 1, 'Sentinels known'],
    [watch?.replicas.some((one) => tenant.members.every(({ address }) => address !== one)) === true, 'replicas known'],
  ];
}

function ofAddress(world: World, vip: string, hosts: readonly string[]): readonly string[] {
  const holders = hosts.filter((name) => world.hosts[name]?.links.some((link) => link.addresses.includes(`${vip}/32`)));
  const cards = world.ec2.interfaces.filter(
    (one) => one.vpcId !== 'vpc-2' && one.addresses.some(({ address }) => address === vip),
  );
  const owners = cards.map(
    (card) => world.ec2.instances.find((one) => one.networkInterfaceId === card.networkInterfaceId)?.tags['Name'],
  );
  return holders.length === 1 && owners.length === 1 && owners[0] === holders[0]
    ? []
    : [`${vip} is on ${holders.join(', ') || 'no host'}, and on the ENI of ${owners.join(', ') || 'nobody'}`];
}

function ofProxy(world: World, fleet: Fleet, name: string): readonly string[] {
  const servers = world.hosts[name]?.haproxy?.servers ?? {};
  return fleet.tenants.flatMap((tenant) => {
    const admitted = tenant.members.filter((member) => servers[`redis.${tenant.name}/${member.name}`]?.up);
    return admitted.length === 1 ? [] : [`${name} admits ${admitted.length} members of ${tenant.name}`];
  });
}

function ofHosts(world: World, { cluster }: Fleet): readonly string[] {
  return cluster.hosts.flatMap(({ name, role }) => {
    const host = world.hosts[name];
    const centos = host?.system.release.id === 'centos';
    const programs = [
      'ovs-vsctl',
      'ethtool',
      centos ? 'ntpd' : 'chronyd',
      ...(role === 'proxy'
        ? ['haproxy', 'keepalived', 'socat', 'curl']
        : [cluster.runtime.type === 'lxc' ? 'lxc-start' : 'vzctl']),
    ];
    const wrong = programs.flatMap((program) =>
      host && hasProgram(host, program) ? [] : [`${name} has no ${program}`],
    );
    const units = (
      centos ? ['openvswitch.service', 'ntpd.service', 'vz.service'] : ['openvswitch-switch.service', 'chrony.service']
    ).filter((unit) => !(host?.units[unit]?.active === 'active' && host.units[unit].enabled));
    const module = cluster.mesh.datapath === 'system' && !host?.system.modules.includes('openvswitch');
    return [
      ...wrong,
      ...(host?.system.card ? [] : [`${name} has no network`]),
      ...units.map((unit) => `${unit} does not run on ${name}`),
      ...(module ? [`no openvswitch in the kernel of ${name}`] : []),
    ];
  });
}

function ofMesh(world: World, { cluster }: Fleet): readonly string[] {
  return cluster.hosts.flatMap((host) => {
    const bridge = world.hosts[host.name]?.ovs?.bridges.find((one) => one.name === cluster.mesh.bridge);
    const remotes =
      bridge?.ports.filter((port) => port.type === 'gre' && port.protected && (port.ofport ?? 0) > 0) ?? [];
    const peers = cluster.hosts.filter((peer) => peer !== host && (peer.role === 'redis' || host.role === 'redis'));
    const reached = peers.filter((peer) => {
      const address = world.ec2.instances.find((one) => one.tags['Name'] === peer.name)?.privateAddress;
      return remotes.some((port) => port.options['remote_ip'] === address);
    });
    return reached.length === peers.length
      ? []
      : [`${host.name} has tunnels to ${reached.length} of ${peers.length} hosts`];
  });
}
