import type { Issue } from '../issue.ts';
import { byName, type Check, type ClusterEntry, fault, type ProxyPairEntry } from '../load/declared.ts';
import { cidr, contains, ipv4, ipv4Text } from '../schema/address.ts';

/** The virtual address of a pair must be able to move between its created hosts. */
export const pairSubnet: Check = ({ clusters, proxyPairs }) =>
  proxyPairs.flatMap((pair) => oneSubnet(byName(clusters, pair.body.spec.clusterRef), pair));

/** The virtual address moves only between ENIs of one subnet, and is not the primary address of a host. */
function oneSubnet(cluster: ClusterEntry | undefined, pair: ProxyPairEntry): readonly Issue[] {
  if (!cluster || pair.body.spec.overlay) return [];
  const hosts = pair.body.spec.hosts.map((name) => cluster.body.spec.hosts.find((host) => host.name === name));
  const [one, other] = hosts.map((host) => host?.create);
  if (one && other && one.subnet !== other.subnet) {
    const problem = `${pair.body.spec.hosts[0]} is in subnet ${one.subnet} and ${pair.body.spec.hosts[1]} in ${other.subnet}, and a VIP can move only within one subnet`;
    return [
      fault(
        pair,
        ['spec', 'hosts'],
        problem,
        'place both proxies of a pair in one subnet, or declare `overlay` and a vip outside the VPC',
      ),
    ];
  }
  const { vip } = pair.body.spec;
  const owner = cluster.body.spec.hosts.find((host) => host.create?.address === vip);
  if (owner)
    return [fault(pair, ['spec', 'vip'], `${vip} is the primary address of host ${owner.name}`, 'use a free address')];
  const subnet = cluster.body.spec.network.subnets?.find((each) => each.name === one?.subnet);
  const [range, number] = [cidr(subnet?.cidr ?? ''), ipv4(vip)];
  if (range === undefined || number === undefined || contains(range, number)) return [];
  const problem = `${vip} is outside ${subnet?.name}, the subnet of the pair's hosts (${subnet?.cidr})`;
  return [
    fault(
      pair,
      ['spec', 'vip'],
      problem,
      `use an address from ${ipv4Text(range.first + 4)} to ${ipv4Text(range.last - 1)}`,
    ),
  ];
}
