import type { Fleet, Member, ProxyPair, Tenant } from '../../crds/fleet.ts';
import type { Component } from '../../reconcilers/contract/subject.ts';
import { serviceFact } from '../../reconcilers/facts/service/service.ts';
import { isNoReply } from '../facts.ts';
import { sumOf } from '../files.ts';
import { badSettings } from '../kernel-settings.ts';
import { segmentOf } from '../network.ts';
import { hasProgram, installedByUs } from '../packages.ts';
import { renderService } from '../service.ts';
import type { Container, World } from '../world.ts';
import { instanceViolations, networkViolations, srIovViolations } from './account-health.ts';

/** Problems of a world, determined from the simulated state and not from the plan. Empty if the fleet serves as declared. */
export function violations(world: World, fleet: Fleet): readonly string[] {
  return Object.values(checkers).flatMap((checker) => checker(world, fleet));
}

/** The checker of each component. Without it, a component that does nothing would pass every law. */
const checkers: { readonly [C in Component]: (world: World, fleet: Fleet) => readonly string[] } = {
  network: networkViolations,
  instance: instanceViolations,
  // A disk that is full, or cannot be written to, must be fixed manually.
  host: ofHosts,
  mesh: ofMesh,
  container: (world, fleet) => [
    ...ofTemplates(world, fleet),
    ...ofMembers(world, fleet, ({ container, tenant }) => [
      [container?.mtu !== fleet.cluster.mesh.innerMtu, 'runs with another MTU'],
      [container?.limits.memoryBytes !== tenant.resources.memoryBytes || container.limits.swap, 'memory limit'],
    ]),
  ],
  redis: (world, fleet) => [...ofMasters(world, fleet), ...ofMembers(world, fleet, ofRedis)],
  sentinel: (world, fleet) => ofMembers(world, fleet, ofSentinel),
  haproxy: (world, fleet) =>
    fleet.proxyPairs.flatMap((pair) => pair.hosts.flatMap((host) => ofProxy(world, fleet, host))),
  service: (world, fleet) => unserved(world, fleet),
  maintenance: srIovViolations,
  vip: (world, fleet) => fleet.proxyPairs.flatMap((pair) => ofAddress(world, pair)),
};

/** A template that is built is the same on all hosts. */
function ofTemplates(world: World, { cluster }: Fleet): readonly string[] {
  const { template } = cluster.runtime;
  if (!template.from || !('build' in template.from)) return [];
  const redis = cluster.hosts.filter(({ role }) => role === 'redis');
  const digests = new Set(redis.map(({ name }) => world.hosts[name]?.templates.tarballs[template.tarball]));
  return digests.size === 1 ? [] : ['Redis hosts have different templates'];
}

/** Members of a tenant that do not serve: not running, isolated, or replicas that lag behind. */
export function unavailable(world: World, tenant: Tenant): readonly string[] {
  return tenant.members
    .filter((member) => {
      const container = containerOf(world, tenant, member.name);
      const hostWorld = world.hosts[member.host];
      return !container || !hostWorld || segmentOf(hostWorld, container) !== tenant.vlan || !serves(container);
    })
    .map((member) => member.name);
}

function serves(container: Container): boolean {
  return (
    container.redis !== undefined &&
    !container.redis.stopped &&
    (container.redis.of === undefined || container.redis.linkUp)
  );
}

function containerOf(world: World, tenant: Tenant, member: string): Container | undefined {
  const host = tenant.members.find((one) => one.name === member)?.host ?? '';
  return world.hosts[host]?.containers[`${tenant.name}-${member}`];
}

interface CheckedMember {
  readonly tenant: Tenant;
  readonly member: Member;
  readonly container: Container | undefined;
  /** Address of the tenant's master; undefined while there is not exactly one. */
  readonly master: string | undefined;
}

type Wrong = readonly (readonly [is: boolean, words: string])[];

function ofMembers(world: World, fleet: Fleet, check: (one: CheckedMember) => Wrong): readonly string[] {
  return fleet.tenants.flatMap((tenant) => {
    const [master, ...others] = mastersOf(world, tenant);
    return tenant.members.flatMap((member) => {
      const container = containerOf(world, tenant, member.name);
      const wrong = check({ tenant, member, container, master: others.length ? undefined : master });
      return wrong.flatMap(([is, words]) => (is ? [`${tenant.name}: ${member.name}: ${words}`] : []));
    });
  });
}

function mastersOf(world: World, tenant: Tenant): readonly string[] {
  return tenant.members.flatMap(({ name, address }) => {
    const redis = containerOf(world, tenant, name)?.redis;
    return redis && redis.of === undefined ? [address] : [];
  });
}

function ofMasters(world: World, { tenants }: Fleet): readonly string[] {
  return tenants.flatMap((tenant) => {
    const { length } = mastersOf(world, tenant);
    return length === 1 ? [] : [`${tenant.name}: ${length} masters`];
  });
}

function ofRedis({ tenant, container, master }: CheckedMember): Wrong {
  const redis = container?.redis;
  const buffers = redis?.settings['client-output-buffer-limit'] ?? '';
  const password = tenant.password.reveal();
  return [
    [!redis || redis.stopped, 'Redis does not run'],
    [redis?.of !== undefined && (!redis.linkUp || redis.of !== master), 'does not follow the master'],
    [redis?.settings['maxmemory'] !== String(tenant.redis.maxmemoryBytes), 'maxmemory'],
    [redis?.settings['repl-backlog-size'] !== String(tenant.redis.backlogBytes), 'repl-backlog-size'],
    [!buffers.includes(`slave ${tenant.redis.replicaBufferBytes} 0 0`), 'client-output-buffer-limit'],
    [redis?.settings['appendonly'] !== (tenant.redis.appendonly ? 'yes' : 'no'), 'appendonly'],
    [redis?.settings['replica-priority'] === '0', 'cannot be promoted'],
    [!accepts(tenant, redis?.accepted) || redis?.masterauth !== password, 'password'],
  ];
}

/** Every declared password, and no other. */
function accepts({ password, previousPassword }: Tenant, accepted: readonly string[] = []): boolean {
  const want = [password, ...(previousPassword ? [previousPassword] : [])].map((one) => sumOf(one.reveal()));
  return accepted.length === want.length && want.every((one) => accepted.includes(one));
}

function ofSentinel({ tenant, container, master }: CheckedMember): Wrong {
  const { watch, stopped } = container?.sentinel ?? {};
  return [
    [!container?.sentinel || stopped === true, 'Sentinel does not run'],
    [!accepts(tenant, container?.sentinel?.accepted), 'password of Sentinel'],
    [watch?.authPass !== tenant.password.reveal(), 'auth-pass'],
    [watch?.address !== master, 'Sentinel names another'],
    [watch?.options['quorum'] !== String(tenant.sentinel.quorum), 'quorum'],
    [watch?.options['down-after-milliseconds'] !== String(tenant.sentinel.downAfterMs), 'down-after'],
    [watch?.sentinels.length !== tenant.members.length - 1, 'Sentinels known'],
    [watch?.replicas.some((one) => tenant.members.every(({ address }) => address !== one)) === true, 'replicas known'],
  ];
}

function ofAddress(world: World, { vip, hosts, overlay }: ProxyPair): readonly string[] {
  const holders = hosts.filter((name) => world.hosts[name]?.links.some((link) => link.addresses.includes(`${vip}/32`)));
  const cards = overlay
    ? routedTo(world, vip)
    : world.ec2.interfaces.filter(
        (one) => one.vpcId !== 'vpc-2' && one.addresses.some(({ address }) => address === vip),
      );
  const owners = cards.map(
    (nic) => world.ec2.instances.find((one) => one.networkInterfaceId === nic.networkInterfaceId)?.tags['Name'],
  );
  return holders.length === 1 && owners.length === 1 && owners[0] === holders[0]
    ? []
    : [`${vip} is on ${holders.join(', ') || 'no host'}, and on the ENI of ${owners.join(', ') || 'no instance'}`];
}

/** The interfaces that the route tables lead to; none if one of them does not lead to any. */
function routedTo({ ec2 }: World, vip: string): World['ec2']['interfaces'] {
  const targets = ec2.routeTables
    .filter(({ vpcId, ofGateway }) => vpcId !== 'vpc-2' && !ofGateway)
    .map(({ routes }) => routes.find((one) => one.destination === `${vip}/32`)?.target);
  const cards = ec2.interfaces.filter((one) => targets.includes(one.networkInterfaceId));
  return targets.every((target) => cards.some((one) => one.networkInterfaceId === target)) ? cards : [];
}

function ofProxy(world: World, fleet: Fleet, name: string): readonly string[] {
  const servers = world.hosts[name]?.haproxy?.servers ?? {};
  return fleet.tenants.flatMap((tenant) => {
    const admitted = tenant.members.filter((member) => servers[`redis.${tenant.name}/${member.name}`]?.up);
    return admitted.length === 1 ? [] : [`${name} admits ${admitted.length} members of ${tenant.name}`];
  });
}

/** Proxies of the tenants' pairs from which no write is accepted. */
export function unserved(world: World, { proxyPairs, tenants }: Fleet): readonly string[] {
  return proxyPairs.flatMap((pair) => tenants.flatMap((tenant) => ofService(world, pair, tenant)));
}

function ofService(world: World, pair: ProxyPair, tenant: Tenant): readonly string[] {
  if (tenant.expose?.proxyPair !== pair.name) return [];
  return pair.hosts.flatMap((host) => {
    const reply = world.hosts[host] ? renderService(world, serviceFact(tenant, pair, host)) : [];
    const accepted = !isNoReply(reply) && reply[0] === 0;
    return accepted ? [] : [`${tenant.name}: a write from ${host} is not accepted: ${JSON.stringify(reply)}`];
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
    const vendor = { haproxy: ['haproxy'], keepalived: ['keepalived'], lxc: ['lxc', 'lxc-net'] };
    const unmasked = Object.entries(vendor).flatMap(([name, units]) =>
      host && (name === 'lxc') === (role === 'redis') && installedByUs(host).includes(name)
        ? units.filter((unit) => !host.units[`${unit}.service`]?.masked)
        : [],
    );
    const settings = centos ? [] : badSettings(host?.system.settings ?? {}, role);
    const module = cluster.mesh.datapath === 'system' && !host?.system.modules.includes('openvswitch');
    return [
      ...wrong,
      ...(host?.system.nic ? [] : [`${name} has no network`]),
      ...units.map((unit) => `${unit} does not run on ${name}`),
      ...settings.map((setting) => `${setting} on ${name}`),
      ...unmasked.map((unit) => `an upgrade would start ${unit}.service on ${name}`),
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
      const address = world.ec2.instances.find(
        (one) => one.tags['Name'] === peer.name && one.privateAddress,
      )?.privateAddress;
      return remotes.some((port) => port.options['remote_ip'] === address);
    });
    const other = remotes.filter((port) => port.options['key'] !== String(cluster.mesh.greKey));
    return [
      ...(reached.length === peers.length
        ? []
        : [`${host.name} has tunnels to ${reached.length} of ${peers.length} hosts`]),
      ...other.map(({ name }) => `${name} on ${host.name} has another key`),
    ];
  });
}
