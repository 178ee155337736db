import type { PruneOptions } from '../../reconcilers/contract/prune.ts';
import type { FactRequest } from '../../reconcilers/facts/requests.ts';
import { filesOf } from '../containers.ts';
import { applyEc2Command } from '../ec2.ts';
import { killContainer, stopLxc } from '../lxc.ts';
import { dropPort } from '../ovs.ts';
import { rewriteRedis } from '../redis.ts';
import type { Faults } from '../simulated-transport.ts';
import { runToQuiescence } from '../step.ts';
import { endUnit } from '../units.ts';
import type { Container, HostWorld, World } from '../world.ts';
import { type FleetSpec, fleetOf, plainFleet, plainTenant } from './fleets.ts';
import { convergedWorld } from './start.ts';
import { bareWorld } from './worlds.ts';

/** What went wrong in a fleet that was converged. */
export interface BrokenWorld {
  /** What is declared now; `before`: what was declared when it was converged, if something else. */
  readonly fleet?: FleetSpec;
  readonly before?: FleetSpec;
  /** Nothing was applied before. */
  readonly bare?: true;
  /** Breaks the world in place. */
  readonly broken?: (world: World) => unknown;
  readonly faults?: Faults;
  readonly prune?: PruneOptions;
  /** The world has reacted to it, and is quiescent, when it is observed. */
  readonly settled?: true;
}

const created: FleetSpec = { ...plainFleet, adopt: 'create', sriov: false };
const twoTenants: FleetSpec = { ...plainFleet, tenants: [plainTenant, plainTenant] };
const openvz: FleetSpec = { ...plainFleet, runtime: 'openvz' };
const overlaid: FleetSpec = { ...plainFleet, overlay: true };

export const members = '/var/lib/ec2-redis-operator/members';

export function host(world: World, name: string): HostWorld {
  const found = world.hosts[name];
  if (!found) throw new Error(`no host ${name}`);
  return found;
}

export const redisHost = (world: World, n: number): HostWorld => host(world, `redis-${n}`);

export function containerOf(world: World, n: number): Container {
  const found = redisHost(world, n).containers[`t1-r${n}`];
  if (!found) throw new Error(`t1-r${n} does not run`);
  return found;
}

export const redis = (world: World, n: number) => containerOf(world, n).redis ?? fail(`no Redis in t1-r${n}`);
export const sentinel = (world: World, n: number) => containerOf(world, n).sentinel ?? fail(`no Sentinel in t1-r${n}`);
export const watch = (world: World, n: number) => sentinel(world, n).watch ?? fail(`Sentinel t1-r${n} watches nothing`);

function fail(words: string): never {
  throw new Error(words);
}

function port(world: World, on: string, name: string) {
  const bridge = host(world, on).ovs.bridges[0] ?? fail(`no bridge on ${on}`);
  return bridge.ports.find((one) => one.name === name) ?? fail(`no port ${name} on ${on}`);
}

/** The container's port is not managed here any more: it must not be taken out, and the container not be started beside it. */
export function blockContainer(world: World, n: number): void {
  const { port: name } = containerOf(world, n);
  killContainer(redisHost(world, n), `t1-r${n}`);
  Object.assign(port(world, `redis-${n}`, name), { marks: { owner: 'them' }, tag: 7 });
}

/** Removes files and disks of a host by their paths. */
export function removeFiles(from: HostWorld, gone: (path: string) => boolean): void {
  for (const table of [from.files, from.disks]) for (const path of Object.keys(table).filter(gone)) delete table[path];
}

/** The runtime has forgotten the container; its folder, data included, is there. */
export function unregister(world: World, n: number): void {
  const from = redisHost(world, n);
  const own = filesOf(from, `t1-r${n}`);
  killContainer(from, `t1-r${n}`);
  removeFiles(from, (path) => own.includes(path));
}

export function loseMember(world: World, n: number): void {
  unregister(world, n);
  removeFiles(redisHost(world, n), (path) => path.includes(`/members/t1-r${n}/`));
}

/** A replica that its master refuses: it has lost its link since its password was changed. */
export function otherMasterauth(world: World, n: number): void {
  const own = Object.assign(redis(world, n), { masterauth: 'another', linkUp: false, linkDownSince: world.now });
  rewriteRedis(redisHost(world, n), containerOf(world, n), own);
}

/** Requests over RESP to these servers fail. */
export function notAnswering(...servers: readonly `${'redis' | 'sentinel'} r${number}`[]): Faults {
  const requests = new Set<string>(servers);
  return {
    failing: (request: FactRequest) =>
      'endpoint' in request && requests.has(`${request.fact} ${request.endpoint.member}`),
  };
}

const unit = (name: 'haproxy' | 'keepalived') => `ec2-redis-${name}.service`;

export const untagProxy2 = (world: World) => untag(instanceOf(world, 'proxy-2'));

function untag(resource: { readonly tags: Record<string, string> } | undefined): void {
  for (const key of Object.keys(resource?.tags ?? fail('nothing to untag'))) delete resource?.tags[key];
}

const instanceOf = (world: World, name: string) =>
  world.ec2.instances.find(({ tags, state }) => state !== 'terminated' && Object.values(tags).includes(name)) ??
  fail(`no instance of ${name}`);

/** Its launch left the interface to be deleted with it for later: it stays. */
export function endPending(world: World, name: string, deleted = true): void {
  const { instanceId, networkInterfaceId } = instanceOf(world, name);
  const nic = world.ec2.interfaces.find((one) => one.networkInterfaceId === networkInterfaceId);
  Object.assign(nic ?? fail(`no interface of ${name}`), { deleteOnTermination: deleted });
  applyEc2Command(world, { action: 'TerminateInstances', input: { InstanceIds: [instanceId] } });
}

/** Worlds that are broken in one way each. Fleet: redis-1..3 hold t1-r1..r3 (r1 is master), proxy-1 and proxy-2 are the pair `front`. */
export const brokenWorlds: Readonly<Record<string, BrokenWorld>> = {
  'in order': {},
  'mesh: tunnel gone': {
    broken: (world) => {
      const on = redisHost(world, 1);
      const bridge = on.ovs.bridges[0] ?? fail('no bridge');
      dropPort(on, bridge, 'gre-redis-2');
    },
  },
  'mesh: tunnel to another host': {
    broken: (world) => {
      const gre = port(world, 'redis-1', 'gre-redis-2');
      gre.options = { ...gre.options, remote_ip: '10.9.9.9' };
    },
  },
  'mesh: bridge not managed here': {
    broken: (world) => Object.assign(redisHost(world, 1).ovs.bridges[0] ?? {}, { marks: { owner: 'them' } }),
  },
  'OVS: port of a member in another VLAN': {
    broken: (world) => Object.assign(port(world, 'redis-2', containerOf(world, 2).port), { tag: 4000 }),
  },
  'OVS: port of a proxy not managed here': {
    broken: (world) => Object.assign(port(world, 'proxy-1', 'tn101'), { marks: { owner: 'them' } }),
  },
  'container: stopped': { broken: (world) => stopLxc(world, redisHost(world, 2), 't1-r2') },
  'container: of the master stopped': { broken: (world) => stopLxc(world, redisHost(world, 1), 't1-r1') },
  'container: not registered, its Redis depends on it': { broken: (world) => unregister(world, 2) },
  'container: not registered, OpenVZ': { fleet: openvz, broken: (world) => unregister(world, 2) },
  'container: blocked, its Redis depends on it': { broken: (world) => blockContainer(world, 2) },
  'container: limits lifted': {
    broken: (world) =>
      Object.assign(containerOf(world, 2).limits, { memoryBytes: Number.POSITIVE_INFINITY, swap: true }),
  },
  'container: tarball replaced': {
    broken: (world) => {
      const { tarballs } = redisHost(world, 2).templates;
      for (const path of Object.keys(tarballs)) tarballs[path] = '0'.repeat(64);
    },
  },
  'member: folder lost': { broken: (world) => loseMember(world, 2) },
  'member: all data lost': {
    broken: (world) => {
      for (const n of [1, 2, 3]) {
        killContainer(redisHost(world, n), `t1-r${n}`);
        for (const disk of Object.values(redisHost(world, n).disks))
          Object.assign(disk, { filled: false, complete: false });
      }
    },
  },
  'redis: setting changed': {
    broken: (world) => Object.assign(redis(world, 2).settings, { maxmemory: '1048576', appendonly: 'no' }),
  },
  'bare hosts': { bare: true },
  'bare account': { fleet: created, bare: true },
  'bare hosts: a setting that Redis refuses': {
    fleet: { ...plainFleet, tenants: [{ ...plainTenant, config: { activedefrag: 'yes' } }] },
    bare: true,
  },
  'redis: master stopped by a signal': { broken: (world) => Object.assign(redis(world, 1), { stopped: true }) },
  'redis: no majority, two containers blocked': {
    broken: (world) => [2, 3].map((n) => blockContainer(world, n)),
    settled: true,
  },
  'redis: no majority, two Sentinels unknown': { faults: notAnswering('sentinel r2', 'sentinel r3') },
  'redis: replica unknown': { faults: notAnswering('redis r2') },
  'redis: masterauth changed': { broken: (world) => otherMasterauth(world, 2), settled: true },
  'sentinel: stopped by a signal': { broken: (world) => Object.assign(sentinel(world, 2), { stopped: true }) },
  'sentinel: option changed': { broken: (world) => Object.assign(watch(world, 2).options, { quorum: '1' }) },
  'sentinel: stale entries known': {
    broken: (world) => {
      for (const n of [1, 2, 3]) watch(world, n).sentinels.push('10.101.0.97', '10.101.0.98');
      watch(world, 2).replicas.push('10.101.0.99');
    },
  },
  'sentinel: files lost, ambiguous': {
    broken: (world) => {
      for (const n of [2, 3]) {
        delete redisHost(world, n).files[`${members}/t1-r${n}/conf/sentinel.conf`];
        killContainer(redisHost(world, n), `t1-r${n}`);
      }
    },
  },
  'haproxy: configuration stale': {
    broken: (world) => {
      const { haproxy } = host(world, 'proxy-1');
      if (haproxy) haproxy.loaded = { ...haproxy.loaded, 'tenant-t1.cfg': 'listen other\n' };
    },
  },
  'haproxy: stopped': { broken: (world) => endUnit(world, host(world, 'proxy-1'), unit('haproxy'), 'failed') },
  'keepalived: stopped': { broken: (world) => endUnit(world, host(world, 'proxy-1'), unit('keepalived')) },
  'vip: on neither host': {
    broken: (world) => ['proxy-1', 'proxy-2'].map((name) => endUnit(world, host(world, name), unit('keepalived'))),
  },
  'vip: on neither host, and no host can take it': { broken: withoutAddress, settled: true },
  'vip: the proxies do not hear each other': { broken: withoutVrrp, settled: true },
  'vip: the proxies do not hear each other, and the one that serves is gone': {
    broken: (world) => {
      withoutVrrp(world);
      runToQuiescence(world);
      const serving = ['proxy-1', 'proxy-2'].find((name) => host(world, name).keepalived?.state === 'MASTER') ?? '';
      endUnit(world, host(world, serving), unit('keepalived'));
    },
    settled: true,
  },
  'vip: on another ENI': {
    broken: (world) => {
      const { networkInterfaceId = '' } = instanceOf(world, 'proxy-2');
      applyEc2Command(world, {
        action: 'AssignPrivateIpAddresses',
        input: { NetworkInterfaceId: networkInterfaceId, PrivateIpAddresses: ['10.80.1.100'], AllowReassignment: true },
      });
    },
  },
  'vip: a route table leads to the other proxy': {
    fleet: overlaid,
    broken: (world) => {
      const { networkInterfaceId = '' } = instanceOf(world, 'proxy-2');
      const route = { RouteTableId: 'rtb-00000002', DestinationCidrBlock: '192.168.250.10/32' };
      const input = { ...route, NetworkInterfaceId: networkInterfaceId };
      applyEc2Command(world, { action: 'ReplaceRoute', input });
    },
  },
  'vip: a route table leads nowhere': {
    fleet: overlaid,
    broken: (world) => {
      const input = { RouteTableId: 'rtb-00000002', DestinationCidrBlock: '192.168.250.10/32' };
      applyEc2Command(world, { action: 'DeleteRoute', input });
    },
  },
  'host: redis-2 unreachable': { faults: { unreachable: new Set(['redis-2']) } },
  'host: proxy-1 unreachable': { faults: { unreachable: new Set(['proxy-1']) } },
  'host: the proxies forward no connections': { faults: { notForwarding: new Set(['proxy-1', 'proxy-2']) } },
  'host: disk full': {
    broken: (world) => Object.assign(redisHost(world, 2).fileSystems[0] ?? {}, { freeBytes: 2 ** 20 }),
  },
  'host: disk read-only, its container stopped': {
    broken: (world) => {
      stopLxc(world, redisHost(world, 2), 't1-r2');
      Object.assign(redisHost(world, 2).fileSystems[0] ?? {}, { writable: false });
    },
  },
  'host: package removed': { broken: (world) => delete redisHost(world, 2).system.packages['lxc'] },
  'EC2: unreachable': { faults: { ec2Silent: true } },
  'EC2: tag of an adopted instance wrong': { broken: untagProxy2 },
  'EC2: tags of a created instance gone': { fleet: created, broken: (world) => untag(instanceOf(world, 'redis-2')) },
  'EC2: instance stopped': {
    fleet: created,
    broken: (world) => {
      const { instanceId } = instanceOf(world, 'redis-2');
      applyEc2Command(world, { action: 'StopInstances', input: { InstanceIds: [instanceId] } });
    },
  },
  'EC2: instance ended while it was pending, its interface stays': {
    fleet: created,
    broken: (world) => endPending(world, 'proxy-2', false),
  },
  'EC2: VPC without its tag': { fleet: created, broken: (world) => untag(world.ec2.vpcs[0]) },
  'EC2: subnet without its tag': { fleet: created, broken: (world) => untag(world.ec2.subnets[0]) },
  'EC2: security group without a rule': {
    fleet: created,
    broken: (world) => world.ec2.groups.map((group) => group.ingress.splice(0, 1)),
  },
  'tenant: not declared': { fleet: plainFleet, before: twoTenants },
  'tenant: not declared, pruned': {
    fleet: plainFleet,
    before: twoTenants,
    prune: { maxDeletes: 1, allowEmpty: false },
  },
  'tenant: not declared, pruned with a host unknown': {
    fleet: plainFleet,
    before: twoTenants,
    faults: { unreachable: new Set(['redis-2']) },
    prune: { maxDeletes: 1, allowEmpty: false },
  },
};

/** No device of either proxy carries the address that EC2 says: keepalived cannot be set up there. */
export function withoutAddress(world: World): void {
  for (const name of ['proxy-1', 'proxy-2']) {
    endUnit(world, host(world, name), unit('keepalived'));
    for (const link of host(world, name).links) if (link.name === 'eth0') link.addresses = [];
  }
}

/** Something drops VRRP packets at both proxies. */
export function withoutVrrp(world: World): void {
  for (const name of ['proxy-1', 'proxy-2']) host(world, name).hearsNoVrrp = true;
}

export async function brokenWorld({ fleet = plainFleet, before = fleet, bare, broken, settled }: BrokenWorld) {
  const world = bare ? bareWorld(fleetOf(fleet)) : await convergedWorld(fleetOf(before));
  broken?.(world);
  if (settled) runToQuiescence(world);
  return { fleet: fleetOf(fleet), world };
}
