import fc from 'fast-check';
import { marks } from '../../reconcilers/marks.ts';
import { reboot } from '../../reconcilers/model/boot.ts';
import { containersOn, filesOf } from '../../reconcilers/model/containers.ts';
import { obey } from '../../reconcilers/model/ec2.ts';
import { runHaproxy } from '../../reconcilers/model/haproxy.ts';
import { endKeepalived, runKeepalived } from '../../reconcilers/model/keepalived.ts';
import { dropLink, giveLink } from '../../reconcilers/model/links.ts';
import { loseBox, stopBox } from '../../reconcilers/model/lxc.ts';
import { confPath, containerIds } from '../../reconcilers/model/openvz-conf.ts';
import { dropPort } from '../../reconcilers/model/ovs.ts';
import { rewriteRedis } from '../../reconcilers/model/redis.ts';
import { flushSentinel } from '../../reconcilers/model/sentinel.ts';
import { endUnit } from '../../reconcilers/model/units.ts';
import type { Box, HostWorld, World } from '../../reconcilers/model/world.ts';
import { digest } from '../../renderers/text.ts';

/** One thing that went wrong, as data: what kind, and dice that say where. */
export interface Breakage {
  readonly kind: keyof typeof breakages;
  readonly dice: readonly [number, number, number];
}

type Pick = <T>(from: readonly T[]) => T | undefined;
type Break = (host: HostWorld, pick: Pick, world: World, tenants: number) => void;

/** What happens to hosts behind our back. A breakage that finds nothing to break does nothing. */
const breakages = {
  'port removed': (host, pick) => {
    const bridge = pick(host.ovs?.bridges ?? []);
    const port = pick(bridge?.ports.filter((one) => one.name !== bridge.name) ?? []);
    if (bridge && port) dropPort(host, bridge, port.name);
  },
  'port unprotected': onPort((port) => Object.assign(port, { protected: false })),
  'port tagged': onPort((port) => Object.assign(port, { tag: 4000 })),
  'tunnel astray': onPort((port) => {
    if (port.type === 'gre') Object.assign(port, { options: { ...port.options, remote_ip: '10.9.9.9' } });
  }),
  'tunnel key changed': onPort((port) => {
    // Another one each time: tunnels that all carry the same key say that the document changed.
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
  'address gone': (host, pick) => Object.assign(pick(tenantLinks(host)) ?? {}, { addresses: [] }),
  'address added': (host, pick) =>
    pick(host.links.filter((link) => /^tn\d/.test(link.name)))?.addresses.push('10.9.9.9/24'),
  'veth gone': onBox((host, box) => dropLink(host, box.port)),
  'veth made anew': onBox((host, box) => {
    dropLink(host, box.port);
    giveLink(host, box.port, 1500).up = true;
  }),
  'file removed': (host, pick, _, tenants) => {
    const path = pick(breakable(host, tenants));
    if (path) delete host.files[path];
  },
  'file changed': (host, pick, _, tenants) => {
    const path = pick(breakable(host, tenants).filter((one) => !/\/(identity|config)$/.test(one) && !isConf(one)));
    if (path) Object.assign(host.files[path] ?? {}, { text: 'something else\n' });
  },
  'file opened to all': (host, pick, _, tenants) => {
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
  'container killed': (host, pick) => loseBox(host, pick(Object.keys(host.boxes)) ?? ''),
  'container stopped': (host, pick, world) => stopBox(world, host, pick(Object.keys(host.boxes)) ?? ''),
  'container and its data lost': (host, pick) => {
    const name = pick(containersOn(host));
    if (!name) return;
    loseBox(host, name);
    const own = filesOf(host, name);
    const gone = (path: string) => own.includes(path) || path.includes(`/members/${name}/`);
    host.files = Object.fromEntries(Object.entries(host.files).filter(([path]) => !gone(path)));
    host.disks = Object.fromEntries(Object.entries(host.disks).filter(([path]) => !gone(path)));
  },
  'limits lifted': onBox((_, box) => Object.assign(box.limits, { memoryBytes: Number.POSITIVE_INFINITY, swap: true })),
  'parameter changed': (host, pick) => {
    const file = host.files[confPath(pick(containerIds(host)) ?? '')];
    const key = pick(['PHYSPAGES', 'ONBOOT', 'HOSTNAME', 'NETIF', 'CPULIMIT', 'DISABLED', 'NAME']);
    // What is foreign has no mark, and stays as somebody made it.
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
  'redis killed': onBox((_, box) => {
    box.redis = undefined;
  }),
  'redis stopped by a signal': onBox((_, box) => Object.assign(box.redis ?? {}, { stopped: true })),
  'sentinel killed': onBox((_, box) => {
    box.sentinel = undefined;
  }),
  'sentinel stopped by a signal': onBox((_, box) => Object.assign(box.sentinel ?? {}, { stopped: true })),
  'redis set otherwise': onBox((_, box) =>
    Object.assign(box.redis?.settings ?? {}, { maxmemory: '1048576', appendonly: 'no' }),
  ),
  'replica made unelectable': onBox((_, box) => Object.assign(box.redis?.settings ?? {}, { 'replica-priority': '0' })),
  'masterauth changed': onBox((host, box) => {
    if (!box.redis) return;
    box.redis.masterauth = 'another';
    rewriteRedis(host, box, box.redis);
  }),
  'ghosts known': onBox((host, box) => {
    const { watch } = box.sentinel ?? {};
    if (!box.sentinel || !watch) return;
    // As many as leave no majority of all that are known.
    const ghosts = [97, 98, 99].map((last) => box.address.replace(/\d+$/, String(last)));
    watch.sentinels.push(...ghosts);
    watch.replicas.push(...ghosts.slice(2));
    flushSentinel(host, box, box.sentinel);
  }),
  'sentinel set otherwise': onBox((_, box) => {
    Object.assign(box.sentinel?.watch?.options ?? {}, { quorum: '1', 'failover-timeout': '1' });
    Object.assign(box.sentinel?.own ?? {}, { 'announce-ip': '' });
  }),
  'haproxy loaded otherwise': (host, pick) => {
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
  'security group changed': onCard((card) => Object.assign(card, { groupIds: ['sg-theirs'] })),
  'source/dest check off': onCard((card) => Object.assign(card, { sourceDestCheck: false })),
  'interface that would stay': onCard((card) => Object.assign(card, { deleteOnTermination: false })),
  'IMDSv1 allowed': (_, pick, { ec2 }) => Object.assign(pick(ec2.instances.filter(isCreated)) ?? {}, { imdsv2: false }),
  'instance stopped': (_, pick, world) => {
    const { instanceId } = pick(world.ec2.instances.filter((one) => isCreated(one) && one.state === 'running')) ?? {};
    if (instanceId) obey(world, { action: 'StopInstances', input: { InstanceIds: [instanceId] } });
  },
  'address left behind': (host) => {
    const vip = vipOf(host);
    if (!vip || host.keepalived?.state === 'MASTER') return;
    host.links.find((link) => link.name === 'eth0')?.addresses.push(`${vip}/32`);
  },
  'package removed': (host, pick, world) => {
    // Without vzctl its containers are out of sight.
    const name = pick(Object.keys(host.system.packages).filter((one) => one !== 'vzctl'));
    if (!name) return;
    delete host.system.packages[name];
    for (const unit of goesWith[name] ?? []) if (host.units[unit]) endUnit(world, host, unit, 'failed');
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
  'MTU changed inside': onBox((_, box) => Object.assign(box, { mtu: 1280 })),
  'host rebooted': (host, _, world) => reboot(host, world),
} satisfies Record<string, Break>;

export const breakageKinds = Object.keys(breakages) as readonly (keyof typeof breakages)[];

export const breakage: fc.Arbitrary<Breakage> = fc.record({
  kind: fc.constantFrom(...breakageKinds),
  dice: fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)),
});

/** Breaks the world in place. `tenants`: how many are declared now; what is left of others is a person's matter. */
export function breakWorld(world: World, { kind, dice }: Breakage, tenants: number): void {
  const hosts = Object.values(world.hosts);
  const [first, ...rest] = dice;
  // Proxies are fewer, and hold as much that can break.
  const weighted = [...hosts, ...hosts.filter((one) => one.keepalived)];
  const host = weighted[first % weighted.length];
  let thrown = 0;
  const pick: Pick = (from) => from[(rest[thrown++ % rest.length] ?? 0) % from.length];
  if (host) breakages[kind](host, pick, world, tenants);
}

/**
 * A member's container and its data are on another host than the documents say: somebody moved it, or its declaration.
 * Yields where it is now.
 */
export function moveMember(world: World, dice: number): string | undefined {
  const hosts = Object.values(world.hosts).filter((host) => Object.keys(host.templates.tarballs).length);
  const from = hosts[dice % hosts.length];
  const to = hosts[(dice + 1) % hosts.length];
  const name = from && containersOn(from)[0];
  if (!from || !to || !name) return undefined;
  loseBox(from, name);
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
  return marks.ec2Host in tags;
}

function onCard(change: (card: World['ec2']['interfaces'][number]) => void): Break {
  return (_, pick, { ec2 }) => {
    const card = pick(ec2.interfaces.filter(isCreated));
    if (card) change(card);
  };
}

function onPort(change: (port: Port) => void): Break {
  return (host, pick) => {
    const ports = (host.ovs?.bridges ?? []).flatMap((bridge) => bridge.ports.filter((one) => one.name !== bridge.name));
    const port = pick(ports);
    if (port) change(port);
  };
}

function onBox(change: (host: HostWorld, box: Box) => void): Break {
  return (host, pick) => {
    const box = pick(Object.values(host.boxes));
    if (box) change(host, box);
  };
}

function tenantLinks(host: HostWorld): HostWorld['links'] {
  return host.links.filter((link) => /^(tn|ct)\d/.test(link.name));
}

/** A configuration of OpenVZ's, which says whose the container is; it is told by what stands in it, a line each. */
function isConf(path: string): boolean {
  return /^\/etc\/vz\/conf\/\d+\.conf$/.test(path);
}

/** OpenVZ's own unit is its distribution's: a person's matter. */
function ownUnits(host: HostWorld): readonly string[] {
  return Object.keys(host.units).filter((unit) => unit !== 'vz.service');
}

/** Files whose loss or change we undo. Sentinel's own, and what says whose a folder is, are a person's matter. */
function breakable(host: HostWorld, tenants: number): readonly string[] {
  const own = /\/(sentinel\.conf|identity|vz\.service)$|^\/run\/ec2-redis-operator\/vrrp\//;
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
  if (address && networkInterfaceId && action)
    obey(world, {
      action,
      input: { NetworkInterfaceId: networkInterfaceId, PrivateIpAddresses: [address], AllowReassignment: true },
    });
}

/** Units that end when their program's package goes. */
const goesWith: Readonly<Record<string, readonly string[]>> = {
  'openvswitch-switch': ['openvswitch-switch.service'],
  openvswitch: ['openvswitch.service'],
  chrony: ['chrony.service'],
  ntp: ['ntpd.service'],
  haproxy: ['ec2-redis-haproxy.service'],
  keepalived: ['ec2-redis-keepalived.service'],
};
