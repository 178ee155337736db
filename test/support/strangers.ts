import fc from 'fast-check';

import { copyOf } from '../../reconcilers/model/copy.ts';
import { addPort, ovsRuns, tickOvs } from '../../reconcilers/model/ovs.ts';
import { vzKernel } from '../../reconcilers/model/packages.ts';
import type { HostWorld, World, Writable } from '../../reconcilers/model/world.ts';
import type { AddressOwner } from '../../reconcilers/questions/address-owner.ts';
import { interfaceLike } from './account.ts';

/** Something of somebody else's on a host. */
export interface Foreign {
  readonly kind: keyof typeof strangers;
  readonly host: number;
}

const file = (text: string) => ({ mode: '644', owner: 'root:root', text });

/** Each is recognised by what it makes: put twice, it is there once. */
const strangers = {
  'port on our bridge': (host) => putPort(host, 'theirs0', {}),
  'marked port of another cluster': (host) => putPort(host, 'other0', { 'ec2-redis-operator/cluster': 'another' }),
  'bridge of their own': (host) => {
    if (!ovsRuns(host) || host.ovs.bridges.some((one) => one.name === 'br-theirs')) return;
    const bridge = {
      name: 'br-theirs',
      datapathType: 'system',
      datapathId: '00aa',
      marks: { owner: 'them' },
      ports: [],
    };
    host.ovs.bridges.push(bridge);
    addPort(bridge, 'br-theirs').type = 'internal';
  },
  'configuration files': (host) => {
    host.files['/etc/haproxy/haproxy.cfg'] = file('global\n  daemon\n');
    host.files['/etc/keepalived/keepalived.conf'] = file('vrrp_instance theirs {\n}\n');
    host.files['/etc/ec2-redis-operator/notes'] = file('call Ann first\n');
  },
  'package of their own': (host) => {
    host.system.packages['nginx'] = '1.22';
  },
  'unit of their own': (host) => {
    host.files['/etc/systemd/system/theirs.service'] = file('[Service]\n');
    host.units['theirs.service'] = { active: 'active', enabled: true, read: '[Service]\n' };
  },
  'container of their own': (host) => {
    // Under another kernel than OpenVZ's no container runs there.
    if (host.system.release.id === 'centos' && host.system.kernel.running !== vzKernel) return;
    if (host.runtime === 'lxc')
      host.files['/var/lib/lxc/theirs/config'] = file('# by hand\nlxc.uts.name = theirs\nlxc.start.auto = 1\n');
    else host.files['/etc/vz/conf/777.conf'] = file('# by hand\nNAME="theirs"\nDESCRIPTION="it\'s $(ours)"\n');
    const limits = {
      memoryBytes: Number.POSITIVE_INFINITY,
      cpuMillicores: Number.POSITIVE_INFINITY,
      pids: 100,
      swap: true,
      used: 1,
    };
    const blank = { redis: undefined, sentinel: undefined, fence: undefined };
    host.boxes['theirs'] ??= {
      pid: 99_999,
      address: '192.0.2.9',
      mtu: 1500,
      port: 'theirs9',
      folder: '/srv/theirs',
      limits,
      ...blank,
    };
  },
  'member folder of nobody': (host) => {
    host.files['/var/lib/ec2-redis-operator/members/stranger/conf/notes'] = file('whose is this?\n');
    host.disks['/var/lib/ec2-redis-operator/members/stranger/rootfs.img'] = {
      imageBytes: 2 ** 28,
      fileSystemBytes: 2 ** 28,
      filled: true,
      aof: false,
      complete: false,
    };
  },
  'network interface of their own': (_, world) => {
    const networkInterfaceId = 'eni-theirs';
    if (world.ec2.interfaces.some((one) => one.networkInterfaceId === networkInterfaceId)) return;
    const place = { instanceId: undefined, subnetId: 'subnet-1', vpcId: 'vpc-2' };
    const addresses = [{ address: '10.80.1.100', primary: true }];
    world.ec2.interfaces.push(
      copyOf(interfaceLike({ networkInterfaceId, ...place, addresses })) as Writable<AddressOwner>,
    );
  },
} satisfies Record<string, (host: HostWorld, world: World) => void>;

export const foreign: fc.Arbitrary<Foreign> = fc.record({
  kind: fc.constantFrom(...(Object.keys(strangers) as (keyof typeof strangers)[])),
  host: fc.nat(6),
});

/** Puts something of somebody else's into the world. */
export function addForeign(world: World, { kind, host }: Foreign): void {
  const hosts = Object.values(world.hosts);
  const chosen = hosts[host % hosts.length];
  if (!chosen) return;
  strangers[kind](chosen, world);
  tickOvs(chosen);
}

function putPort(host: HostWorld, name: string, marks: Record<string, string>): void {
  const [bridge] = host.ovs?.bridges ?? [];
  if (bridge && !bridge.ports.some((one) => one.name === name))
    Object.assign(addPort(bridge, name), { type: 'internal', marks });
}
