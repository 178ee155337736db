import type { Fleet } from '../../crds/fleet.ts';
import { debian12 } from '../../reconcilers/host/systems/debian-12.ts';
import type { Instance } from '../../reconcilers/inventory.ts';
import { copyOf } from '../../reconcilers/model/copy.ts';
import { giveLink } from '../../reconcilers/model/links.ts';
import { packageVersion } from '../../reconcilers/model/packages.ts';
import type { HostWorld, SystemWorld, World, Writable } from '../../reconcilers/model/world.ts';
import type { AddressOwner } from '../../reconcilers/questions/address-owner.ts';
import { digest } from '../../renderers/text.ts';
import { emptyAccount, instanceLike, interfaceLike } from './account.ts';
import { instanceId } from './fleets.ts';

/** Hosts as EC2 and the image give them: running, the programs installed, nothing of ours. Hosts that are to be created are not there yet. */
export function bareWorld(fleet: Fleet): World {
  const { cluster } = fleet;
  const images = Object.fromEntries(
    cluster.hosts.flatMap(({ role, origin }) =>
      'create' in origin
        ? [
            [
              origin.create.image,
              bareHost(cluster.runtime.type, role === 'redis' ? cluster.runtime.template.tarball : undefined),
            ],
          ]
        : [],
    ),
  );
  const world: World = { now: 1_700_000_000_000, hosts: {}, ec2: emptyAccount(images) };
  const redisFirst = [...cluster.hosts].sort((a, b) => rank(a.role) - rank(b.role) || (a.name < b.name ? -1 : 1));
  for (const [index, host] of redisFirst.entries()) if ('adopt' in host.origin) adoptHost(world, fleet, host, index);
  return world;
}

/** An instance that exists already, as the lab's hosts do. */
function adoptHost(
  world: World,
  { cluster }: Fleet,
  { name, role }: Fleet['cluster']['hosts'][number],
  index: number,
): void {
  const [id, networkInterfaceId, address] = [instanceId(index + 1), `eni-${index + 1}`, `10.80.1.${10 + index}`];
  const host = bareHost(cluster.runtime.type, role === 'redis' ? cluster.runtime.template.tarball : undefined);
  Object.assign(giveLink(host, 'eth0', 9001), { up: true, addresses: [`${address}/24`] });
  world.hosts[name] = host;
  const instance = instanceLike({
    instanceId: id,
    privateAddress: address,
    networkInterfaceId,
    macAddress: `02:00:00:00:00:0${index + 1}`,
    tags: { Name: name },
  });
  const card = interfaceLike({ networkInterfaceId, instanceId: id, addresses: [{ address, primary: true }] });
  world.ec2.instances.push(copyOf(instance) as Writable<Instance>);
  world.ec2.interfaces.push(copyOf(card) as Writable<AddressOwner>);
}

/** What vzctl's package brings. */
const vzUnit = '[Unit]\nDescription=OpenVZ\n';

/** Hosts as an image of the distribution has them: nothing of what we need is installed. */
export function unpreparedWorld(fleet: Fleet): World {
  const world = bareWorld(fleet);
  const bare = (host: HostWorld) => {
    // What is brought is there from the beginning.
    const vzctl = host.system.packages['vzctl'];
    const units = Object.entries(host.units).filter(([unit]) => unit === 'vz.service');
    Object.assign(host, { system: systemWorld(vzctl ? { vzctl } : {}), units: Object.fromEntries(units) });
  };
  for (const host of [...Object.values(world.hosts), ...Object.values(world.ec2.images)]) bare(host);
  return world;
}

function systemWorld(packages: Record<string, string>): SystemWorld {
  return {
    release: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
    boot: '10c2c61e-2e98-495d-aeb0-000000000001',
    packages,
    modules: packages['openvswitch-switch'] ? ['openvswitch'] : [],
    synchronised: true,
  };
}

function bareHost(runtime: HostWorld['runtime'], tarball: string | undefined): HostWorld {
  const templates = { tarballs: tarball ? { [tarball]: digest('template') } : {}, images: {} };
  const fileSystems = [
    { mount: '/', writable: true, freeBytes: 2 ** 34, totalBytes: 2 ** 35, freeInodes: 2 ** 20, inodes: 2 ** 21 },
    { mount: '/run', writable: true, freeBytes: 2 ** 27, totalBytes: 2 ** 28, freeInodes: 2 ** 16, inodes: 2 ** 17 },
  ];
  const empty = {
    links: [],
    fileSystems,
    files: {},
    units: Object.fromEntries(
      [...debian12.services, debian12.clock].map(({ unit, package: name }) => [
        unit,
        { active: 'active' as const, enabled: true, read: `# of package ${name}\n` },
      ]),
    ),
    disks: {},
    boxes: {},
    haproxy: undefined,
    keepalived: undefined,
  };
  const needs = [...debian12.every, ...(tarball ? (debian12.runtimes[runtime] ?? []) : debian12.proxy), debian12.clock];
  const system = systemWorld(Object.fromEntries(needs.map((need) => [need.package, packageVersion])));
  const host: HostWorld = { runtime, system, ovs: { bridges: [] }, ...empty, templates, next: 1 };
  if (runtime === 'openvz' && tarball) {
    host.files['/etc/systemd/system/vz.service'] = { mode: '644', owner: 'root:root', text: vzUnit };
    host.files['/etc/vz/vznet.conf'] = {
      mode: '644',
      owner: 'root:root',
      text: '#EXTERNAL_SCRIPT="/usr/sbin/vznetaddbr"\n',
    };
    host.units['vz.service'] = { active: 'active', enabled: true, read: vzUnit };
  }
  Object.assign(giveLink(host, 'lo', 65_536), { up: true, addresses: ['127.0.0.1/8'] });
  return host;
}

function rank(role: string): number {
  return role === 'redis' ? 0 : 1;
}
