import { type Issue, type Path, placeText } from '../issue.ts';
import { type Check, type ClusterEntry, fault } from '../load/declared.ts';
import { cidr, contains, ipv4, ipv4Text } from '../schema/address.ts';
import { nearestName } from '../schema/nearest-name.ts';
import { claimedTwice } from './claims.ts';
import { hasSriov, sriovFamilies } from './instance-types.ts';
import { volumes } from './volumes.ts';

type Creation = NonNullable<ClusterEntry['body']['spec']['hosts'][number]['create']>;

/** Hosts with `create`: everything that EC2 needs is declared and consistent. An issue with a common setting is reported once. */
export const creation: Check = ({ clusters }) =>
  clusters.flatMap((cluster) => [
    ...missingNetwork(cluster),
    ...missingSettings(cluster),
    ...volumes(cluster),
    ...spread(cluster),
    ...createdHosts(cluster).flatMap(({ create, path }) => [
      ...subnetAndAddress(cluster, create, path),
      ...networking(cluster, create, path),
    ]),
    ...addressTwice(cluster),
    ...consoleWithoutCreatedHosts(cluster),
  ]);

/** Running instances per availability zone in a spread placement group at most: EC2 User Guide, "Placement strategies". */
const spreadLimit = 7;

function spread(cluster: ClusterEntry): readonly Issue[] {
  const { instances, hosts, network } = cluster.body.spec;
  if (instances.placementGroup === undefined) return [];
  const zones = new Map<string, number>();
  for (const { role, create } of hosts) {
    const zone = network.subnets?.find(({ name }) => name === create?.subnet)?.zone;
    if (role === 'redis' && zone !== undefined) zones.set(zone, (zones.get(zone) ?? 0) + 1);
  }
  return [...zones]
    .filter(([, count]) => count > spreadLimit)
    .map(([zone, count]) =>
      fault(
        cluster,
        ['spec', 'instances', 'placementGroup'],
        `${count} Redis hosts are in ${zone}, and a spread placement group takes ${spreadLimit} per zone`,
        'use more zones, or remove placementGroup',
      ),
    );
}

interface Created {
  readonly name: string;
  readonly create: Creation;
  readonly path: Path;
}

function createdHosts(cluster: ClusterEntry): readonly Created[] {
  return cluster.body.spec.hosts.flatMap(({ name, create }, index) =>
    create ? [{ name, create, path: ['spec', 'hosts', index, 'create'] }] : [],
  );
}

function missingNetwork(cluster: ClusterEntry): readonly Issue[] {
  const { vpc, securityGroup } = cluster.body.spec.network;
  const missing = [...(vpc ? [] : ['vpc']), ...(securityGroup ? [] : ['securityGroup'])];
  if (missing.length === 0 || createdHosts(cluster).length === 0) return [];
  const fields = missing.map((name) => `spec.network.${name}`).join(' and ');
  return [
    fault(cluster, ['spec', 'network'], `created hosts need ${fields}`, 'declare it: `create: true`, or `adopt`'),
  ];
}

function subnetAndAddress(cluster: ClusterEntry, { subnet: name, address }: Creation, path: Path): readonly Issue[] {
  const subnets = cluster.body.spec.network.subnets ?? [];
  const subnet = subnets.find((one) => one.name === name);
  if (!subnet) {
    const names = subnets.map((one) => one.name);
    const meant = nearestName(name, names);
    const known = names.length ? `use one of ${names.join(', ')}` : 'declare it in spec.network.subnets';
    return [
      fault(cluster, [...path, 'subnet'], `there is no subnet named ${name}`, meant ? `did you mean ${meant}?` : known),
    ];
  }
  const [range, number] = [cidr(subnet.cidr), ipv4(address)];
  if (range === undefined || number === undefined) return [];
  // EC2 reserves the first four addresses and the last one of a subnet: VPC User Guide, "Subnet CIDR blocks".
  const remedy = `use an address from ${ipv4Text(range.first + 4)} to ${ipv4Text(range.last - 1)}`;
  const at = [...path, 'address'];
  if (!contains(range, number))
    return [fault(cluster, at, `${address} is outside subnet ${name}, ${subnet.cidr}`, remedy)];
  if (number < range.first + 4 || number === range.last)
    return [fault(cluster, at, `${address} is reserved by EC2 in subnet ${name}`, remedy)];
  return [];
}

function missingSettings(cluster: ClusterEntry): readonly Issue[] {
  const common = cluster.body.spec.instances;
  return (['type', 'image'] as const).flatMap((name) => {
    const without = createdHosts(cluster).filter(({ create }) => create[name] === undefined);
    if (common[name] !== undefined || without.length === 0) return [];
    const problem = `${name} is missing for ${without.map((one) => one.name).join(', ')}`;
    const remedy = `set spec.instances.${name}, or ${name} for each of these hosts`;
    return [fault(cluster, without[0]?.path ?? ['spec', 'hosts'], problem, remedy)];
  });
}

/** The issue is at the declared type or enhancedNetworking: of the host, or the common one. */
function networking(cluster: ClusterEntry, create: Creation, path: Path): readonly Issue[] {
  const common = cluster.body.spec.instances;
  const type = create.type ?? common.type;
  if ((create.enhancedNetworking ?? common.enhancedNetworking) !== 'sriov' || type === undefined || hasSriov(type))
    return [];
  const remedy = `use \`ena\` or \`none\`, or a type of ${sriovFamilies} (m4.16xlarge apart)`;
  const problem = `${type} has no SR-IOV (Intel 82599)`;
  if (create.enhancedNetworking) return [fault(cluster, [...path, 'enhancedNetworking'], problem, remedy)];
  if (create.type) return [fault(cluster, [...path, 'type'], problem, remedy)];
  const first = createdHosts(cluster).find((one) => !one.create.type && !one.create.enhancedNetworking);
  if (first?.create !== create) return [];
  return [fault(cluster, ['spec', 'instances', 'enhancedNetworking'], problem, remedy)];
}

function addressTwice(cluster: ClusterEntry): readonly Issue[] {
  const claims = cluster.body.spec.hosts.flatMap(({ create }, index) => {
    const path = ['spec', 'hosts', index, 'create', 'address'];
    return create ? [{ key: create.address, place: cluster.places.at(path), path }] : [];
  });
  return claimedTwice(claims, ({ key }, first) => ({
    problem: `${key} is assigned to two hosts; the other is at ${placeText(first.place)}`,
    remedy: 'give each host its own address',
  }));
}

/** `console` has no effect on adopted hosts: their keys are never read from the console. */
function consoleWithoutCreatedHosts(cluster: ClusterEntry): readonly Issue[] {
  if (cluster.body.spec.ssh.hostKeys !== 'console' || createdHosts(cluster).length > 0) return [];
  const problem = '`console` applies to created hosts only, and all hosts are adopted';
  return [fault(cluster, ['spec', 'ssh', 'hostKeys'], problem, 'use `strict`, and add their keys to knownHosts')];
}
