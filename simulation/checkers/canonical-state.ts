import { markers } from '../../renderers/lib/markers.ts';
import { vzPlaces } from '../../renderers/openvz/openvz-conf.ts';
import { confFile, directives } from '../conf.ts';
import { startSettings } from '../redis.ts';
import type { Container, HostWorld, World } from '../world.ts';

/**
 * A world without its history: without numbers that the kernel and the daemons assign, and without the current master, which Sentinel
 * and keepalived decide.
 */
export function canonicalState(world: World): unknown {
  const hosts = Object.entries(world.hosts).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    hosts: Object.fromEntries(hosts.map(([name, host]) => [name, canonicalStateOf(host)])),
    ec2: accountOf(world),
  };
}

/** An account without its ids and the order of creation. */
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
    elasticAddresses: sorted(ec2.elasticAddresses.map(({ tags, boundTo }) => ({ tags, boundTo: boundTo?.address }))),
    natGateways: sorted(ec2.natGateways.map(({ tags, subnetId, state }) => ({ tags, state, subnet: named(subnetId) }))),
    endpoints: sorted(
      ec2.endpoints.map(({ tags, service, subnetIds }) => ({ tags, service, subnets: subnetIds.map(named).sort() })),
    ),
    routes: sorted(ec2.routeTables.map(({ routes }) => routes.map(({ destination }) => destination).sort())),
    groups: sorted(ec2.groups.map(({ name, ingress, tags }) => ({ name, ingress: ingress.map(rule).sort(), tags }))),
    instances: sorted(
      ec2.instances
        .filter(({ state }) => state !== 'terminated')
        .map(({ state, privateAddress, type, imageId, imdsv2, sriov, tags }) => ({
          state,
          privateAddress,
          type,
          imageId,
          imdsv2,
          sriov,
          declaredTag: tags['cost-center'],
        })),
    ),
    volumes: sorted(
      ec2.volumes.map(({ id, instanceId, tags, ...one }) => ({ ...one, declaredTag: tags['cost-center'] })),
    ),
    placementGroups: sorted(ec2.placementGroups.map(({ id: _, ...one }) => one)),
    interfaces: sorted(
      ec2.interfaces
        .filter((one) => markers.ec2Host in one.tags)
        .map(({ status, groupIds, sourceDestCheck, deleteOnTermination, tags, addresses }) => ({
          status,
          groupIds: groupIds.map(named),
          sourceDestCheck,
          deleteOnTermination,
          host: tags[markers.ec2Host],
          declaredTag: tags['cost-center'],
          primary: addresses.filter(({ primary }) => primary),
        })),
    ),
  };
}

/** The compiler requires every part of a host in the world, but for what is around the host. */
type Around = 'next' | 'hearsNoVrrp' | 'carriesBytes' | 'firewall';
type CanonicalState = { readonly [P in Exclude<keyof HostWorld, Around>]: unknown };

function canonicalStateOf(host: HostWorld): CanonicalState {
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
    system: [Object.entries(host.system.packages).sort(), host.system.nic, host.system.initramfs, host.system.settings],
    ovs: bridges,
    links: links.sort((a, b) => (a.name < b.name ? -1 : 1)),
    fileSystems: host.fileSystems,
    dataVolume: host.dataVolume !== undefined,
    files: Object.fromEntries(
      Object.entries(host.files)
        .filter(([path]) => !changing.test(path))
        .map(([path, file]) => [path, { ...file, text: timeless(path, file.text) }] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    units: Object.entries(host.units)
      .filter(([, { masked }]) => !masked)
      .sort(),
    templates: host.templates,
    disks: Object.entries(host.disks)
      .map(([path, { imageBytes, fileSystemBytes }]) => [path, imageBytes, fileSystemBytes])
      .sort(),
    containers: Object.entries(host.containers)
      .map(([name, container]) => [name, containerOf(host, container)])
      .sort(),
    haproxy: Object.entries(host.haproxy?.loaded ?? {}).sort(),
    keepalived: host.keepalived?.loaded,
  };
}

function timeless(path: string, text: string): string {
  const ids = text.replaceAll(/\b(eni|vol)-[0-9a-f]+/g, '$1-…');
  // With vzctl a container that is not disabled is one without the parameter too.
  if (path.startsWith(`${vzPlaces.conf}/`)) return ids.replace('DISABLED="no"\n', '');
  return path.endsWith(`/marks/${markers.retired}`) ? ids.replace(/^\d+/, 'seconds') : ids;
}

/** Written by daemons as they run. */
const changing =
  /^\/run\/|^\/var\/lib\/ec2-redis-operator\/(reboot|installed-packages|former-vips)$|\/conf\/(redis\.conf|sentinel\.conf|start-guard|redis-exits)$|\/marks\/former$/;

function containerOf(host: HostWorld, { limits, folder, redis, sentinel }: Container): unknown {
  const { options, authPass, sentinels } = sentinel?.watch ?? {};
  const conf = directives(confFile(host, folder, 'redis.conf')?.text ?? '') ?? [];
  return {
    limits,
    settings: redis?.settings,
    masterauth: redis?.masterauth,
    accepted: [redis?.accepted, sentinel?.accepted],
    atStart: { ...startSettings(conf), 'replica-priority': undefined },
    options,
    authPass,
    sentinels,
    own: sentinel?.own,
  };
}
