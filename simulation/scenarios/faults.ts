import fc from 'fast-check';
import { markers } from '../../renderers/lib/markers.ts';
import { digest } from '../../renderers/lib/text.ts';
import { reboot } from '../boot.ts';
import { containersOn, filesOf } from '../containers.ts';
import { applyEc2Command } from '../ec2.ts';
import { runHaproxy } from '../haproxy.ts';
import { endKeepalived, runKeepalived } from '../keepalived.ts';
import { settingsAtBoot } from '../kernel-settings.ts';
import { addLink, dropLink } from '../links.ts';
import { killContainer, stopLxc } from '../lxc.ts';
import { confPath, containerIds } from '../openvz-conf.ts';
import { dropPort } from '../ovs.ts';
import { installedByUs, upgradePackage } from '../packages.ts';
import { rewriteRedis } from '../redis.ts';
import { flushSentinel } from '../sentinel.ts';
import { endUnit } from '../units.ts';
import type { Container, HostWorld, World } from '../world.ts';

/** One fault, as data: its kind, and a seed that selects where. */
export interface Fault {
  readonly kind: keyof typeof faults;
  readonly seed: readonly [number, number, number];
}

type Pick = <T>(from: readonly T[]) => T | undefined;
type ApplyFault = (host: HostWorld, pick: Pick, world: World, tenants: number) => void;

/** Faults on hosts. A fault without a target does nothing. */
const faults = {
  'system upgraded': ({ system }, _pick, { now }) => {
    system.firstBoot = { upgrade: now + 20_000 };
  },
  'cloud-init failed': ({ system }) => {
    system.cloudInitError = 'users-groups failed';
  },
  'port removed': (host, pick) => {
    const bridge = pick(host.ovs?.bridges ?? []);
    const port = pick(bridge?.ports.filter((one) => one.name !== bridge.name) ?? []);
    if (bridge && port) dropPort(host, bridge, port.name);
  },
  'port unprotected': onPort((port) => Object.assign(port, { protected: false })),
  'port tagged': onPort((port) => Object.assign(port, { tag: 4000 })),
  'tunnel to another address': onPort((port) => {
    if (port.type === 'gre') Object.assign(port, { options: { ...port.options, remote_ip: '10.9.9.9' } });
  }),
  'tunnel key changed': onPort((port) => {
    // A different key each time: tunnels that all have the same key look like a change of the document.
    if (port.type === 'gre') Object.assign(port, { options: { ...port.options, key: `90${port.ofport ?? 0}` } });
  }),
  'mtu requested': onPort((port) => {
    if (port.type === 'internal') port.mtuRequest = 1280;
  }),
  'bridge removed': (host, pick) => {
    const bridge = pick(host.ovs?.bridges ?? []);
    if (!host.ovs || !bridge) return;
    for (const port of [...bridge.ports]) dropPort(host, bridge, port.name);
    host.ovs.bridges = host.ovs.bridges.filter((one) => one !== bridge);
  },
  'device down': (host, pick) => Object.assign(pick(tenantLinks(host)) ?? {}, { up: false }),
  'address removed': (host, pick) => Object.assign(pick(tenantLinks(host)) ?? {}, { addresses: [] }),
  'address added': (host, pick) =>
    pick(host.links.filter((link) => /^tn\d/.test(link.name)))?.addresses.push('10.9.9.9/24'),
  'veth removed': onContainer((host, container) => dropLink(host, container.port)),
  'veth recreated': onContainer((host, container) => {
    dropLink(host, container.port);
    addLink(host, container.port, 1500).up = true;
  }),
  'file removed': (host, pick, _, tenants) => {
    const path = pick(breakable(host, tenants));
    if (path) delete host.files[path];
  },
  'file changed': (host, pick, _, tenants) => {
    const path = pick(breakable(host, tenants).filter((one) => !/\/(identity|config)$/.test(one) && !isConf(one)));
    if (path) Object.assign(host.files[path] ?? {}, { text: 'something else\n' });
  },
  'file readable by all': (host, pick, _, tenants) => {
    const path = pick(breakable(host, tenants).filter((one) => !isConf(one)));
    if (path) Object.assign(host.files[path] ?? {}, { mode: '666' });
  },
  'unit stopped': (host, pick, world) => {
    const unit = pick(ownUnits(host));
    if (unit) endUnit(world, host, unit);
  },
  'unit failed': (host, pick, world) => {
    const unit = pick(ownUnits(host));
    if (unit) endUnit(world, host, unit, 'failed');
  },
  'unit disabled': (host, pick) => Object.assign(host.units[pick(ownUnits(host)) ?? ''] ?? {}, { enabled: false }),
  'container killed': (host, pick) => killContainer(host, pick(Object.keys(host.containers)) ?? ''),
  'container stopped': (host, pick, world) => stopLxc(world, host, pick(Object.keys(host.containers)) ?? ''),
  'container and its data lost': (host, pick) => {
    const name = pick(containersOn(host));
    if (!name) return;
    killContainer(host, name);
    const own = filesOf(host, name);
    const gone = (path: string) => own.includes(path) || path.includes(`/members/${name}/`);
    host.files = Object.fromEntries(Object.entries(host.files).filter(([path]) => !gone(path)));
    host.disks = Object.fromEntries(Object.entries(host.disks).filter(([path]) => !gone(path)));
  },
  'limits lifted': onContainer((_, container) =>
    Object.assign(container.limits, { memoryBytes: Number.POSITIVE_INFINITY, swap: true }),
  ),
  'parameter changed': (host, pick) => {
    const file = host.files[confPath(pick(containerIds(host)) ?? '')];
    const key = pick(['PHYSPAGES', 'ONBOOT', 'HOSTNAME', 'NETIF', 'CPULIMIT', 'DISABLED', 'NAME']);
    // A foreign one has no marker and is not changed.
    if (!file?.text.includes('DESCRIPTION="# ec2-redis-operator')) return;
    file.text = file.text.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}="1"`);
  },
  'file system small': (host, pick) =>
    Object.assign(pick(Object.values(host.disks)) ?? {}, { fileSystemBytes: 2 ** 28 }),
  'template image lost': (host) => {
    host.templates.images = {};
  },
  'template replaced': (host, pick) => {
    const path = pick(Object.keys(host.templates.tarballs));
    if (path) host.templates.tarballs[path] = digest('another template');
  },
  'redis killed': onContainer((_, container) => {
    container.redis = undefined;
  }),
  'redis stopped by a signal': onContainer((_, container) => Object.assign(container.redis ?? {}, { stopped: true })),
  'sentinel killed': onContainer((_, container) => {
    container.sentinel = undefined;
  }),
  'sentinel stopped by a signal': onContainer((_, container) =>
    Object.assign(container.sentinel ?? {}, { stopped: true }),
  ),
  'redis setting changed': onContainer((_, container) =>
    Object.assign(container.redis?.settings ?? {}, { maxmemory: '1048576', appendonly: 'no' }),
  ),
  'replica not electable': onContainer((_, container) =>
    Object.assign(container.redis?.settings ?? {}, { 'replica-priority': '0' }),
  ),
  'masterauth changed': onContainer((host, container) => {
    if (!container.redis) return;
    container.redis.masterauth = 'another';
    rewriteRedis(host, container, container.redis);
  }),
  'stale sentinel entries': onContainer((host, container) => {
    const { watch } = container.sentinel ?? {};
    if (!container.sentinel || !watch) return;
    // So many that the running ones are no majority of the known ones.
    const staleEntries = [97, 98, 99].map((last) => container.address.replace(/\d+$/, String(last)));
    watch.sentinels.push(...staleEntries);
    watch.replicas.push(...staleEntries.slice(2));
    flushSentinel(host, container, container.sentinel);
  }),
  'sentinel setting changed': onContainer((_, container) => {
    Object.assign(container.sentinel?.watch?.options ?? {}, { quorum: '1', 'failover-timeout': '1' });
    Object.assign(container.sentinel?.own ?? {}, { 'announce-ip': '' });
  }),
  'haproxy loaded another configuration': (host, pick) => {
    const name = pick(Object.keys(host.haproxy?.loaded ?? {}));
    if (name && host.haproxy) host.haproxy.loaded[name] = `listen other\n`;
  },
  'haproxy killed': (host, _, world) => {
    if (!host.haproxy) return;
    host.haproxy = undefined;
    if (!runHaproxy(world, host, 'start'))
      host.units['ec2-redis-haproxy.service'] = { active: 'failed', enabled: true, read: '' };
  },
  'keepalived killed': (host, _, world) => {
    if (!host.keepalived) return;
    endKeepalived(world, host);
    if (!runKeepalived(world, host, 'start')) endUnit(world, host, 'ec2-redis-keepalived.service', 'failed');
  },
  'address moved on EC2': (host, pick, world) =>
    moveAddress(host, world, pick(['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'] as const)),
  'rule revoked': (_, pick, { ec2 }) => {
    const group = pick(ec2.groups);
    const rule = pick(group?.ingress ?? []);
    if (group) group.ingress = group.ingress.filter((one) => one !== rule);
  },
  'security group changed': onInterface((nic) => Object.assign(nic, { groupIds: ['sg-theirs'] })),
  'source/dest check changed': onInterface((nic) => Object.assign(nic, { sourceDestCheck: !nic.sourceDestCheck })),
  'interface kept at termination': onInterface((nic) => Object.assign(nic, { deleteOnTermination: false })),
  'IMDSv1 allowed': (_, pick, { ec2 }) => Object.assign(pick(ec2.instances.filter(isCreated)) ?? {}, { imdsv2: false }),
  'declared tag changed': (_, pick, { ec2 }) => {
    const one = pick([...ec2.subnets, ...ec2.groups, ...ec2.instances, ...ec2.interfaces].filter(isTagged));
    if (one) one.tags['cost-center'] = 'theirs';
  },
  'instance stopped': (_, pick, world) => {
    const { instanceId } = pick(world.ec2.instances.filter((one) => isCreated(one) && one.state === 'running')) ?? {};
    if (instanceId) applyEc2Command(world, { action: 'StopInstances', input: { InstanceIds: [instanceId] } });
  },
  'address left behind': (host) => {
    const vip = vipOf(host);
    if (!vip || host.keepalived?.state === 'MASTER') return;
    host.links.find((link) => link.name === 'eth0')?.addresses.push(`${vip}/32`);
  },
  'package removed': (host, pick, world) => {
    // Without vzctl its containers cannot be observed.
    const name = pick(Object.keys(host.system.packages).filter((one) => one !== 'vzctl'));
    if (!name) return;
    delete host.system.packages[name];
    for (const unit of goesWith[name] ?? []) if (host.units[unit]) endUnit(world, host, unit, 'failed');
  },
  'package upgraded': (host, pick) => {
    const name = pick(installedByUs(host).filter((one) => one in host.system.packages));
    if (name) upgradePackage(host, name);
  },
  'another kernel booted': (host, _, world) => {
    if (!host.system.kernel.atBoot) return;
    reboot(host, world);
    host.system.kernel.running = '2.6.32-754.el6.x86_64';
  },
  'SELinux in force': (host) => {
    if (host.system.selinux) host.system.selinux = { now: 'Enforcing', atBoot: 'enforcing' };
  },
  'kernel module unloaded': (host) => {
    host.system.modules = [];
  },
  'kernel setting changed': ({ system }, pick) => {
    const name = pick(Object.keys(system.settings));
    if (name) system.settings[name] = settingsAtBoot({})[name] ?? '';
  },
  'MTU changed inside': onContainer((_, container) => Object.assign(container, { mtu: 1280 })),
  'host rebooted': (host, _, world) => reboot(host, world),
} satisfies Record<string, ApplyFault>;

export const faultKinds = Object.keys(faults) as readonly (keyof typeof faults)[];

export const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom(...faultKinds),
  seed: fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)),
});

/** Injects a fault in place. `tenants`: number of declared tenants. The rest of other tenants needs manual action. */
export function injectFault(world: World, { kind, seed }: Fault, tenants: number): void {
  const hosts = Object.values(world.hosts);
  const [first, ...rest] = seed;
  // There are fewer proxies, with as many possible faults.
  const weighted = [...hosts, ...hosts.filter((one) => one.keepalived)];
  const host = weighted[first % weighted.length];
  let next = 0;
  const pick: Pick = (from) => from[(rest[next++ % rest.length] ?? 0) % from.length];
  if (host) faults[kind](host, pick, world, tenants);
}

/**
 * Moves a member's container and its data to another host than declared.
 * Returns the host where it is now.
 */
export function moveMember(world: World, seed: number): string | undefined {
  const hosts = Object.values(world.hosts).filter((host) => Object.keys(host.templates.tarballs).length);
  const from = hosts[seed % hosts.length];
  const to = hosts[(seed + 1) % hosts.length];
  const name = from && containersOn(from)[0];
  if (!from || !to || !name) return undefined;
  killContainer(from, name);
  const files = filesOf(from, name);
  const own = (path: string) => files.includes(path) || path.includes(`/members/${name}/`);
  for (const kind of ['files', 'disks'] as const)
    for (const path of Object.keys(from[kind]).filter(own)) {
      Object.assign(to[kind], { [path]: from[kind][path] });
      delete from[kind][path];
    }
  return Object.entries(world.hosts).find(([, host]) => host === to)?.[0];
}

type Port = NonNullable<HostWorld['ovs']>['bridges'][number]['ports'][number];

function isCreated({ tags }: { readonly tags: Readonly<Record<string, string>> }): boolean {
  return markers.ec2Host in tags;
}

function isTagged({ tags }: { readonly tags: Readonly<Record<string, string>> }): boolean {
  return 'cost-center' in tags;
}

function onInterface(change: (nic: World['ec2']['interfaces'][number]) => void): ApplyFault {
  return (_, pick, { ec2 }) => {
    const nic = pick(ec2.interfaces.filter(isCreated));
    if (nic) change(nic);
  };
}

function onPort(change: (port: Port) => void): ApplyFault {
  return (host, pick) => {
    const ports = (host.ovs?.bridges ?? []).flatMap((bridge) => bridge.ports.filter((one) => one.name !== bridge.name));
    const port = pick(ports);
    if (port) change(port);
  };
}

function onContainer(change: (host: HostWorld, container: Container) => void): ApplyFault {
  return (host, pick) => {
    const container = pick(Object.values(host.containers));
    if (container) change(host, container);
  };
}

function tenantLinks(host: HostWorld): HostWorld['links'] {
  return host.links.filter((link) => /^(tn|ct)\d/.test(link.name));
}

/** A configuration of OpenVZ with the marker of the container. */
function isConf(path: string): boolean {
  return /^\/etc\/vz\/conf\/\d+\.conf$/.test(path);
}

/** OpenVZ's own unit belongs to the distribution: manual action. */
function ownUnits(host: HostWorld): readonly string[] {
  return Object.keys(host.units).filter((unit) => unit !== 'vz.service' && !host.units[unit]?.masked);
}

/** Files whose loss or change is repaired. Sentinel's own file and the identity of a directory need manual action. */
function breakable(host: HostWorld, tenants: number): readonly string[] {
  const own = /\/(sentinel\.conf|identity|vz\.service|installed-packages)$|^\/run\/ec2-redis-operator\/vrrp\//;
  const declared = (path: string) => Number(/\/(?:tenant-)?t(\d)[-.]/.exec(path)?.[1] ?? 0) <= tenants;
  return Object.keys(host.files).filter((path) => !own.test(path) && declared(path));
}

function vipOf(host: HostWorld): string | undefined {
  return /^ *([\d.]+)\/32 dev /m.exec(host.keepalived?.loaded ?? '')?.[1];
}

function moveAddress(
  host: HostWorld,
  world: World,
  action: 'AssignPrivateIpAddresses' | 'UnassignPrivateIpAddresses' | undefined,
): void {
  const address = vipOf(host);
  const own = host.links.find((link) => link.name === 'eth0')?.addresses[0]?.split('/')[0];
  const networkInterfaceId = world.ec2.instances.find((one) => one.privateAddress === own)?.networkInterfaceId;
  if (!address || !networkInterfaceId || !action) return;
  const destination = `${address}/32`;
  const routed = world.ec2.routeTables.find(({ routes }) => routes.some((one) => one.destination === destination));
  const route = { RouteTableId: routed?.id ?? '', DestinationCidrBlock: destination };
  if (!routed)
    applyEc2Command(world, {
      action,
      input: { NetworkInterfaceId: networkInterfaceId, PrivateIpAddresses: [address], AllowReassignment: true },
    });
  else if (action === 'UnassignPrivateIpAddresses') applyEc2Command(world, { action: 'DeleteRoute', input: route });
  else applyEc2Command(world, { action: 'ReplaceRoute', input: { ...route, NetworkInterfaceId: networkInterfaceId } });
}

/** Units that stop when the package of their program is removed. */
const goesWith: Readonly<Record<string, readonly string[]>> = {
  'openvswitch-switch': ['openvswitch-switch.service'],
  openvswitch: ['openvswitch.service'],
  chrony: ['chrony.service'],
  ntp: ['ntpd.service'],
  haproxy: ['ec2-redis-haproxy.service'],
  keepalived: ['ec2-redis-keepalived.service'],
};
