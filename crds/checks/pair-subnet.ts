import { cidr, contains, ipv4, ipv4Text } from '../address.ts';
import { byName, type Check, type ClusterEntry, fault, type ProxyPairEntry } from '../declared.ts';
import type { Issue } from '../issue.ts';

/** Where the hosts of a pair are created, their virtual address can move between them. */
export const pairSubnet: Check = ({ clusters, proxyPairs }) =>
  proxyPairs.flatMap((pair) => oneSubnet(byName(clusters, pair.body.spec.clusterRef), pair));

/** The virtual address moves between ENIs of one subnet only, and is nobody's own. */
function oneSubnet(cluster: ClusterEntry | undefined, pair: ProxyPairEntry): readonly Issue[] {
  if (!cluster) return [];
  const hosts = pair.body.spec.hosts.map((name) => cluster.body.spec.hosts.find((host) => host.name === name));
  const [one, other] = hosts.map((host) => host?.create);
  if (one && other && one.subnet !== other.subnet) {
    const problem = `${pair.body.spec.hosts[0]} is in subnet ${one.subnet} and ${pair.body.spec.hosts[1]} in ${other.subnet}, and an address moves within one subnet only`;
    return [fault(pair, ['spec', 'hosts'], problem, 'place both proxies of a pair in one subnet')];
  }
  const { vip } = pair.body.spec;
  const owner = cluster.body.spec.hosts.find((host) => host.create?.address === vip);
  if (owner)
    return [
      fault(pair, ['spec', 'vip'], `${vip} is the own address of host ${owner.name}`, 'use an address that is free'),
    ];
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
