import type { Fleet, Host, Runtime } from '../../crds/fleet.ts';
import type { Instance } from '../../reconcilers/facts/ec2/instance.ts';
import type { NetworkInterface } from '../../reconcilers/facts/ec2/network-interfaces.ts';
import { centos6 } from '../../reconcilers/host/systems/centos-6.ts';
import { debian12 } from '../../reconcilers/host/systems/debian-12.ts';
import type { System } from '../../reconcilers/host/systems/system.ts';
import { digest } from '../../renderers/lib/text.ts';
import { copyOf } from '../copy.ts';
import { settingsAtBoot } from '../kernel-settings.ts';
import { addLink } from '../links.ts';
import { attachNic } from '../nic.ts';
import { packageVersion, vzKernel } from '../packages.ts';
import type { HostWorld, SystemWorld, World, Writable } from '../world.ts';
import { emptyAccount, instanceLike, interfaceLike } from './account.ts';
import { instanceId } from './fleets.ts';

/** Initial hosts: running, with the programs installed, and without managed resources. Hosts with `create` do not exist yet. */
export function bareWorld(fleet: Fleet): World {
  const { cluster } = fleet;
  const images = Object.fromEntries(
    cluster.hosts.flatMap(({ role, origin }) =>
      'create' in origin ? [[origin.create.image, bareHost(cluster.runtime, role)]] : [],
    ),
  );
  const world: World = { now: 1_700_000_000_000, hosts: {}, ec2: emptyAccount(images) };
  const redisFirst = [...cluster.hosts].sort((a, b) => rank(a.role) - rank(b.role) || (a.name < b.name ? -1 : 1));
  for (const [index, host] of redisFirst.entries()) if ('adopt' in host.origin) adoptHost(world, fleet, host, index);
  if (redisFirst.some(({ origin }) => 'adopt' in origin)) world.ec2.routeTables.push(...existingTables());
  return world;
}

/** The route tables of a VPC with two subnets, one of a gateway, and one of another VPC. */
function existingTables(): World['ec2']['routeTables'] {
  const table = (id: string, change: Partial<World['ec2']['routeTables'][number]>) => {
    const routes = [{ destination: '10.80.0.0/16', target: 'local', state: 'active' }];
    return { id, tags: {}, vpcId: 'vpc-1', main: false, associations: [], ofGateway: false, routes, ...change };
  };
  return [
    table('rtb-00000001', { main: true }),
    table('rtb-00000002', { associations: [{ id: 'rtbassoc-1', subnetId: 'subnet-2' }] }),
    table('rtb-00000003', { ofGateway: true }),
    table('rtb-00000004', { vpcId: 'vpc-2', main: true }),
  ];
}

/** An existing instance, like the lab's hosts. The second proxy of a pair with an overlay address is in another zone. */
function adoptHost(
  world: World,
  { cluster, proxyPairs }: Fleet,
  { name, role }: Fleet['cluster']['hosts'][number],
  index: number,
): void {
  const overlaid = proxyPairs.find(({ overlay, hosts }) => overlay && hosts.includes(name));
  const second = overlaid !== undefined && name === 'proxy-2';
  const [id, networkInterfaceId] = [instanceId(index + 1), `eni-${index + 1}`];
  const address = `10.80.${second ? 2 : 1}.${10 + index}`;
  const place = second ? { subnetId: 'subnet-2', zone: 'lab-1b' } : {};
  const host = bareHost(cluster.runtime, role);
  Object.assign(addLink(host, 'eth0', 9001), { up: true, addresses: [`${address}/24`] });
  world.hosts[name] = host;
  const instance = instanceLike({
    instanceId: id,
    privateAddress: address,
    networkInterfaceId,
    macAddress: `02:00:00:00:00:0${index + 1}`,
    tags: { Name: name },
    ...place,
  });
  const nic = interfaceLike({
    networkInterfaceId,
    instanceId: id,
    addresses: [{ address, primary: true }],
    sourceDestCheck: overlaid === undefined,
    ...(second ? { subnetId: 'subnet-2' } : {}),
  });
  world.ec2.instances.push(copyOf(instance) as Writable<Instance>);
  world.ec2.interfaces.push(copyOf(nic) as Writable<NetworkInterface>);
  attachNic(world, host);
}

/** Hosts from an image of the distribution, without our packages. */
export function unpreparedWorld(fleet: Fleet): World {
  const world = bareWorld(fleet);
  for (const host of [...Object.values(world.hosts), ...Object.values(world.ec2.images)]) {
    const centos = host.system.release.id === 'centos';
    const iptables = { active: 'active', enabled: true, read: iptablesUnit } as const;
    host.system = { ...systemWorld(centos ? centos6 : debian12, {}), nic: host.system.nic };
    host.units = centos ? { 'iptables.service': iptables } : {};
    delete host.files['/etc/vz/vznet.conf'];
  }
  return world;
}

function systemWorld({ name, release }: System, packages: Record<string, string>): SystemWorld {
  const prepared = Object.keys(packages).length > 0;
  const kernel = prepared ? vzKernel : '2.6.32-754.el6.x86_64';
  const centos = name === 'centos-6';
  return {
    release: { ...release, name: name },
    kernel: centos ? { running: kernel, atBoot: kernel } : { running: '6.1.0', atBoot: undefined },
    selinux: centos
      ? { now: prepared ? 'Disabled' : 'Enforcing', atBoot: prepared ? 'disabled' : 'enforcing' }
      : undefined,
    boot: '10c2c61e-2e98-495d-aeb0-000000000001',
    packages,
    drivers: ['ena', 'ixgbevf'],
    initramfs: centos ? [] : undefined,
    nic: undefined,
    settings: settingsAtBoot({}),
    modules: prepared ? ['openvswitch'] : [],
    firstBoot: {},
    synchronized: true,
  };
}

/** Services of init on CentOS. */
const iptablesUnit = '[Unit]\nDescription=iptables\n';

/** OpenVZ runs on CentOS 6, everything else on Debian. Redis hosts have the template that the user puts there. */
function bareHost({ type: runtime, template }: Runtime, role: Host['role']): HostWorld {
  const forRedis = role === 'redis';
  const kind = runtime === 'openvz' && forRedis ? centos6 : debian12;
  const tarballs = forRedis && !template.from ? { [template.tarball]: digest('template') } : {};
  const templates = { tarballs, images: {}, origins: {} };
  const fileSystems = [
    { mount: '/', writable: true, freeBytes: 2 ** 34, totalBytes: 2 ** 35, freeInodes: 2 ** 20, inodes: 2 ** 21 },
    { mount: '/run', writable: true, freeBytes: 2 ** 27, totalBytes: 2 ** 28, freeInodes: 2 ** 16, inodes: 2 ** 17 },
  ];
  const empty = {
    links: [],
    fileSystems,
    files: {},
    disks: {},
    containers: {},
    haproxy: undefined,
    keepalived: undefined,
  };
  const needs = [...kind.every, ...((forRedis ? kind.runtimes[runtime] : kind.proxy) ?? []), kind.clock];
  const system = systemWorld(kind, Object.fromEntries(needs.map((need) => [need.package, packageVersion])));
  // Without a modules directory the drivers are unknown.
  if (!forRedis) system.drivers = undefined;
  const units = Object.fromEntries(
    [...kind.services, kind.clock].map(({ unit, package: name }) => [
      unit,
      { active: 'active' as const, enabled: true, read: `# of package ${name}\n` },
    ]),
  );
  const host: HostWorld = { runtime, system, ovs: { bridges: [] }, ...empty, units, templates, next: 1 };
  if (kind === centos6) {
    host.units['iptables.service'] = { active: 'inactive', enabled: false, read: undefined };
    host.files['/etc/vz/vznet.conf'] = {
      mode: '644',
      owner: 'root:root',
      text: '#EXTERNAL_SCRIPT="/usr/sbin/vznetaddbr"\n',
    };
  }
  Object.assign(addLink(host, 'lo', 65_536), { up: true, addresses: ['127.0.0.1/8'] });
  return host;
}

function rank(role: string): number {
  return role === 'redis' ? 0 : 1;
}
