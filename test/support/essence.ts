import type { Fleet } from '../../crds/fleet.ts';
import { marks } from '../../reconcilers/marks.ts';
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
  const hosts = Object.entries(world.hosts).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    hosts: Object.fromEntries(hosts.map(([name, host]) => [name, essenceOf(host, declared)])),
    ec2: accountOf(world),
  };
}

/** An account without its ids and the order in which things were made. */
function accountOf({ ec2 }: World): unknown {
  const names = new Map<string, string>([
    ...ec2.vpcs.map(({ id }) => [id, 'vpc'] as const),
    ...ec2.subnets.map(({ id, cidr }) => [id, cidr] as const),
    ...ec2.groups.map(({ id, name }) => [id, name] as const),
  ]);
  const named = (id: string | undefined) => names.get(id ?? '') ?? id;
  const rule = ({ source, ...one }: World['ec2']['groups'][number]['ingress'][number]) =>
    JSON.stringify({ ...one, source: named(source) });
  const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
  return {
    vpcs: sorted(ec2.vpcs.map(({ cidrs, tags }) => ({ cidrs, tags }))),
    subnets: sorted(ec2.subnets.map(({ cidr, zone, tags }) => ({ cidr, zone, tags }))),
    gateways: sorted(ec2.gateways.map(({ tags, vpcIds }) => ({ tags, vpcIds: vpcIds.map(named) }))),
    routes: sorted(ec2.routeTables.map(({ routes }) => routes.map(({ destination }) => destination).sort())),
    groups: sorted(ec2.groups.map(({ name, ingress }) => ({ name, ingress: ingress.map(rule).sort() }))),
    instances: sorted(
      ec2.instances.map(({ state, privateAddress, type, imageId, imdsv2, sriov }) => ({
        state,
        privateAddress,
        type,
        imageId,
        imdsv2,
        sriov,
      })),
    ),
    interfaces: sorted(
      ec2.interfaces
        .filter((one) => marks.ec2Host in one.tags)
        .map(({ status, groupIds, sourceDestCheck, deleteOnTermination, tags, addresses }) => ({
          status,
          groupIds: groupIds.map(named),
          sourceDestCheck,
          deleteOnTermination,
          host: tags[marks.ec2Host],
          primary: addresses.filter(({ primary }) => primary),
        })),
    ),
  };
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
    runtime: host.runtime,
    system: [Object.entries(host.system.packages).sort(), host.system.card, host.system.initramfs],
    ovs: bridges,
    links: links.sort((a, b) => (a.name < b.name ? -1 : 1)),
    fileSystems: host.fileSystems,
    files: Object.fromEntries(
      Object.entries(host.files)
        .filter(([path]) => !changing.test(path))
        .map(([path, file]) => [path, { ...file, text: file.text.replaceAll(/\beni-[0-9a-f]+/g, 'eni-…') }] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
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
const changing =
  /^\/run\/|^\/var\/lib\/ec2-redis-operator\/reboot$|\/conf\/(redis\.conf|sentinel\.conf|fence|redis-exits)$/;

function boxOf({ limits, redis, sentinel }: Box, declared: ReadonlySet<string> | undefined): unknown {
  const { options, authPass, sentinels } = sentinel?.watch ?? {};
  const settings = Object.entries(redis?.settings ?? {}).filter(([name]) => !declared || declared.has(name));
  const masterauth = redis?.masterauth;
  return { limits, settings, masterauth, options, authPass, sentinels, own: sentinel?.own };
}
