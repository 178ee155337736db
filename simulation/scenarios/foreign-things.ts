import fc from 'fast-check';
import type { NetworkInterface } from '../../reconcilers/facts/ec2/network-interfaces.ts';
import { copyOf } from '../copy.ts';
import { addPort, ovsRuns, stepOvs } from '../ovs.ts';
import { vzKernel } from '../packages.ts';
import type { HostWorld, World, Writable } from '../world.ts';
import { interfaceLike } from './account.ts';

/** A foreign resource on a host or in the account. */
export interface Foreign {
  readonly kind: keyof typeof foreignResources;
  readonly host: number;
}

const file = (text: string) => ({ mode: '644', owner: 'root:root', text });

/** Each is idempotent: adding it twice results in one resource. */
const foreignResources = {
  'foreign port on our bridge': (host) => putPort(host, 'theirs0', {}),
  'port with the marker of another cluster': (host) =>
    putPort(host, 'other0', { 'ec2-redis-operator/cluster': 'another' }),
  'foreign bridge': (host) => {
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
  'foreign configuration files': (host) => {
    host.files['/etc/haproxy/haproxy.cfg'] = file('global\n  daemon\n');
    host.files['/etc/keepalived/keepalived.conf'] = file('vrrp_instance theirs {\n}\n');
    host.files['/etc/ec2-redis-operator/notes'] = file('call Ann first\n');
  },
  'foreign package': (host) => {
    host.system.packages['nginx'] = '1.22';
  },
  'foreign unit': (host) => {
    host.files['/etc/systemd/system/theirs.service'] = file('[Service]\n');
    host.units['theirs.service'] = { active: 'active', enabled: true, read: '[Service]\n' };
  },
  'foreign container': (host) => {
    // With a kernel other than OpenVZ's no container runs.
    if (host.system.release.id === 'centos' && host.system.kernel.running !== vzKernel) return;
    if (host.runtime === 'lxc')
      host.files['/var/lib/lxc/theirs/config'] = file('# manual\nlxc.uts.name = theirs\nlxc.start.auto = 1\n');
    else host.files['/etc/vz/conf/777.conf'] = file('# manual\nNAME="theirs"\nDESCRIPTION="it\'s $(ours)"\n');
    const limits = {
      memoryBytes: Number.POSITIVE_INFINITY,
      cpuMillicores: Number.POSITIVE_INFINITY,
      pids: 100,
      swap: true,
      used: 1,
    };
    const blank = { redis: undefined, sentinel: undefined, startGuard: undefined };
    host.containers['theirs'] ??= {
      pid: 99_999,
      address: '192.0.2.9',
      mtu: 1500,
      port: 'theirs9',
      folder: '/srv/theirs',
      limits,
      ...blank,
    };
  },
  'member directory without owner': (host) => {
    host.files['/var/lib/ec2-redis-operator/members/foreign/conf/notes'] = file('unknown owner\n');
    host.disks['/var/lib/ec2-redis-operator/members/foreign/rootfs.img'] = {
      imageBytes: 2 ** 28,
      fileSystemBytes: 2 ** 28,
      filled: true,
      aof: false,
      complete: false,
      engine: { name: 'redis', version: '7.0.15' },
    };
  },
  'foreign network interface': (_, world) => {
    const networkInterfaceId = 'eni-theirs';
    if (world.ec2.interfaces.some((one) => one.networkInterfaceId === networkInterfaceId)) return;
    const place = { instanceId: undefined, subnetId: 'subnet-1', vpcId: 'vpc-2' };
    const addresses = [{ address: '10.80.1.100', primary: true }];
    world.ec2.interfaces.push(
      copyOf(interfaceLike({ networkInterfaceId, ...place, addresses })) as Writable<NetworkInterface>,
    );
  },
} satisfies Record<string, (host: HostWorld, world: World) => void>;

export const foreign: fc.Arbitrary<Foreign> = fc.record({
  kind: fc.constantFrom(...(Object.keys(foreignResources) as (keyof typeof foreignResources)[])),
  host: fc.nat(6),
});

/** Adds a foreign resource to the world. */
export function addForeign(world: World, { kind, host }: Foreign): void {
  const hosts = Object.values(world.hosts);
  const chosen = hosts[host % hosts.length];
  if (!chosen) return;
  foreignResources[kind](chosen, world);
  stepOvs(chosen);
}

function putPort(host: HostWorld, name: string, marks: Record<string, string>): void {
  const [bridge] = host.ovs?.bridges ?? [];
  if (bridge && !bridge.ports.some((one) => one.name === name))
    Object.assign(addPort(bridge, name), { type: 'internal', marks });
}
