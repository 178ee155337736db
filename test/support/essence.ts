import type { Fleet } from '../../crds/fleet.ts';
import type { Box, HostWorld, World } from '../../reconcilers/model/world.ts';
import { redisSettings } from '../../renderers/redis-conf.ts';

/**
 * A world without what only tells its history: numbers that the kernel and the daemons hand out, and who of several equals is
 * master now, which is Sentinel's and keepalived's affair.
 */
export function essence(world: World, { tenants }: Fleet): unknown {
  // A setting that is no longer declared stays as it was until Redis starts anew from a new file.
  const declared = new Map(
    tenants.flatMap((tenant) =>
      tenant.members.map((member) => [`${tenant.name}-${member.name}`, new Set(redisSettings(tenant, member).keys())]),
    ),
  );
  return Object.fromEntries(Object.entries(world.hosts).map(([name, host]) => [name, essenceOf(host, declared)]));
}

type Declared = ReadonlyMap<string, ReadonlySet<string>>;

/** The compiler asks for every part of a host that the world has. */
type Essence = { readonly [P in Exclude<keyof HostWorld, 'next'>]: unknown };

function essenceOf(host: HostWorld, declared: Declared): Essence {
  const port = ({ marks, ...one }: NonNullable<HostWorld['ovs']>['bridges'][number]['ports'][number]) => ({
    ...one,
    marks: Object.fromEntries(Object.entries(marks).filter(([key]) => !key.endsWith('ifindex'))),
    ofport: (one.ofport ?? 0) > 0,
  });
  const bridges = host.ovs?.bridges.map((bridge) => ({ ...bridge, ports: bridge.ports.map(port) }));
  const links = host.links.map(({ name, mtu, up, addresses }) => {
    return { name, mtu, up, addresses: addresses.filter((address) => !address.endsWith('/32')).sort() };
  });
  return {
    ovs: bridges,
    links: links.sort((a, b) => (a.name < b.name ? -1 : 1)),
    fileSystems: host.fileSystems,
    files: Object.fromEntries(
      Object.entries(host.files)
        .filter(([path]) => !changing.test(path))
        .sort(),
    ),
    units: Object.entries(host.units).sort(),
    templates: host.templates,
    disks: Object.entries(host.disks)
      .map(([path, { imageBytes, fileSystemBytes }]) => [path, imageBytes, fileSystemBytes])
      .sort(),
    boxes: Object.entries(host.boxes)
      .map(([name, box]) => [name, boxOf(box, declared.get(name))])
      .sort(),
    haproxy: Object.entries(host.haproxy?.loaded ?? {}).sort(),
    keepalived: host.keepalived?.loaded,
  };
}

/** Written by daemons as they run. */
const changing = /^\/run\/|\/conf\/(redis\.conf|sentinel\.conf|fence|redis-exits)$/;

function boxOf({ limits, redis, sentinel }: Box, declared: ReadonlySet<string> | undefined): unknown {
  const { options, authPass, sentinels } = sentinel?.watch ?? {};
  const settings = Object.entries(redis?.settings ?? {}).filter(([name]) => !declared || declared.has(name));
  const masterauth = redis?.masterauth;
  return { limits, settings, masterauth, options, authPass, sentinels, own: sentinel?.own };
}
