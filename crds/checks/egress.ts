import type { Issue, Path } from '../issue.ts';
import { byName, type Check, type ClusterEntry, fault, type ProxyPairEntry } from '../load/declared.ts';
import { isPrivateUrl } from '../schema/address.ts';
import { nearestName } from '../schema/nearest-name.ts';

type Spec = ClusterEntry['body']['spec'];
type Host = Spec['hosts'][number];

const at = (...path: Path): Path => ['spec', 'network', 'egress', ...path];

/** Each created host has a way out, and none that would take away its way in. */
export const egress: Check = ({ clusters, proxyPairs }) => [
  ...clusters.flatMap((cluster) => [
    ...withoutGateway(cluster),
    ...natSubnets(cluster),
    ...withoutHosts(cluster),
    ...withoutWay(cluster),
    ...withoutWayIn(cluster),
  ]),
  ...proxyPairs.flatMap((pair) => publicBehindNat(byName(clusters, pair.body.spec.clusterRef), pair)),
];

/** Public addresses and NAT gateways reach the internet by the internet gateway only. */
function withoutGateway(cluster: ClusterEntry): readonly Issue[] {
  const { egress: declared, internetGateway } = cluster.body.spec.network;
  const need = declared?.publicAddresses || declared?.natGateways?.some(({ create }) => create);
  if (!need || internetGateway) return [];
  return [
    fault(
      cluster,
      at(),
      'without an internet gateway, hosts reach neither the EC2 API nor package repositories',
      'declare spec.network.internetGateway: `create: true`, or `adopt` with its id or a tag',
    ),
  ];
}

/** An endpoint is made for created hosts. */
function withoutHosts(cluster: ClusterEntry): readonly Issue[] {
  const { network, hosts } = cluster.body.spec;
  if (!network.egress?.endpoints || hosts.some(({ create }) => create)) return [];
  const problem = 'no host of the Cluster is created, so that there is nothing to make an endpoint for';
  return [fault(cluster, at('endpoints'), problem, 'remove it: the endpoints of adopted hosts are not managed')];
}

/** A NAT gateway is in a subnet with a way of its own, and a subnet has one default route. */
function natSubnets(cluster: ClusterEntry): readonly Issue[] {
  const { network } = cluster.body.spec;
  const names = (network.subnets ?? []).map(({ name }) => name);
  const gateways = network.egress?.natGateways ?? [];
  const unknown = (name: string, path: Path) => {
    if (names.includes(name)) return [];
    const meant = nearestName(name, names);
    const remedy = meant ? `did you mean ${meant}?` : 'name a subnet of spec.network.subnets';
    return [fault(cluster, at('natGateways', ...path), `there is no subnet named ${name}`, remedy)];
  };
  return gateways.flatMap(({ subnet, serves }, index) => [
    ...unknown(subnet, [index, 'subnet']),
    ...serves.flatMap((name, each) => {
      const path = [index, 'serves', each];
      const place = gateways.find((one) => one.subnet === name);
      const first = gateways.findIndex((one) => one.serves.includes(name));
      if (place) {
        const problem = `a NAT gateway is in subnet ${name}, whose default route has to lead to the internet gateway`;
        return [fault(cluster, at('natGateways', ...path), problem, 'name subnets without a NAT gateway in them')];
      }
      if (first < index) {
        const problem = `subnet ${name} is served by the NAT gateway in ${gateways[first]?.subnet} already, and has one default route`;
        return [fault(cluster, at('natGateways', ...path), problem, 'name it once')];
      }
      return unknown(name, path);
    }),
  ]);
}

/** Where the way out is declared, it leads each host to what it needs: a proxy to the EC2 API, one that is prepared to a package repository. */
function withoutWay(cluster: ClusterEntry): readonly Issue[] {
  const { network, hosts, preparation } = cluster.body.spec;
  const { egress: declared } = network;
  if (!declared || declared.publicAddresses) return [];
  const behind = hosts.filter(({ create }) => create && !isServed(network, create.subnet));
  const proxies = declared.endpoints?.ec2 ? [] : behind.filter(({ role }) => role === 'proxy');
  const isLocal = preparation.repositories.some(({ url }) => isPrivateUrl(url));
  const prepared = declared.endpoints?.s3 || isLocal || preparation.mode === 'check' ? [] : behind;
  const ways = (subnets: string) => `declare \`publicAddresses: true\`, a NAT gateway that serves ${subnets}`;
  return [
    ...faultAbout(cluster, proxies, 'could not reach the EC2 API, and would never take over the VIP', (subnets) =>
      [ways(subnets), 'or `endpoints: { ec2: { create: true } }`'].join(', '),
    ),
    ...faultAbout(
      cluster,
      prepared,
      'could not reach the package repositories that they are prepared from',
      (subnets) =>
        [
          ways(subnets),
          '`endpoints: { s3: { create: true } }` for repositories in S3',
          'or `preparation: { mode: check }` for AMIs that have all packages',
        ].join(', '),
    ),
  ];
}

function faultAbout(
  cluster: ClusterEntry,
  hosts: readonly Host[],
  problem: string,
  remedy: (subnets: string) => string,
): readonly Issue[] {
  if (!hosts.length) return [];
  const subnets = [...new Set(hosts.flatMap(({ create }) => create?.subnet ?? []))].sort().join(' and ');
  return [fault(cluster, at(), `${hosts.map(({ name }) => name).join(', ')} ${problem}`, remedy(subnets))];
}

/** A host that is reached at its public address has one, and its answers leave by the internet gateway. */
function withoutWayIn(cluster: ClusterEntry): readonly Issue[] {
  const { network, ssh, hosts } = cluster.body.spec;
  const { egress: declared } = network;
  if (!declared) return [];
  const reached = hosts.filter(({ name }) => ssh.reach === 'public' || ssh.jump?.host === name);
  const where =
    ssh.reach === 'public' ? (['spec', 'ssh', 'reach'] as const) : (['spec', 'ssh', 'jump', 'host'] as const);
  const remedy = 'reach the hosts at their private addresses, or through a host that has a public one: `reach: jump`';
  return reached.flatMap(({ name, create }) => {
    if (!create) return [];
    if (isServed(network, create.subnet)) {
      const problem = `${name} is in subnet ${create.subnet}, whose packets leave by a NAT gateway: it cannot be reached from outside`;
      return [fault(cluster, where, problem, remedy)];
    }
    if (declared.publicAddresses) return [];
    return [fault(cluster, where, `spec.network.egress gives ${name} no public address`, remedy)];
  });
}

/** An Elastic IP address answers by the internet gateway. */
function publicBehindNat(cluster: ClusterEntry | undefined, pair: ProxyPairEntry): readonly Issue[] {
  const { publicAddress, hosts } = pair.body.spec;
  if (!cluster || !publicAddress) return [];
  const { network } = cluster.body.spec;
  const behind = cluster.body.spec.hosts.find(
    ({ name, create }) => hosts.includes(name) && create && isServed(network, create.subnet),
  );
  if (!behind) return [];
  const problem = `${behind.name} is in subnet ${behind.create?.subnet}, whose packets leave by a NAT gateway: clients at a public address would get no answer`;
  const remedy = 'place the proxies in a subnet that no NAT gateway serves, or remove publicAddress';
  return [fault(pair, ['spec', 'publicAddress'], problem, remedy)];
}

function isServed({ egress: declared }: Spec['network'], subnet: string): boolean {
  return declared?.natGateways?.some(({ serves }) => serves.includes(subnet)) === true;
}
