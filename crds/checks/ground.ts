import { cidr, contains, overlap } from '../address.ts';
import { type Check, type ClusterEntry, fault } from '../declared.ts';
import type { Issue, Path } from '../issue.ts';
import { placeText } from '../issue.ts';

/** The network around the hosts hangs together: parts within the VPC, subnets within it and apart from each other. */
export const ground: Check = ({ clusters }) =>
  clusters.flatMap((cluster) => [...withoutVpc(cluster), ...subnetRanges(cluster), ...sources(cluster)]);

/** A subnet, a gateway or a group is of a VPC: it must be said which. */
function withoutVpc(cluster: ClusterEntry): readonly Issue[] {
  const { vpc, internetGateway, subnets, securityGroup } = cluster.body.spec.network;
  if (vpc) return [];
  const parts = { internetGateway, subnets: subnets?.length ? subnets : undefined, securityGroup };
  return Object.entries(parts).flatMap(([name, part]) =>
    part === undefined
      ? []
      : [
          fault(
            cluster,
            ['spec', 'network', name],
            `${name} without a VPC`,
            'declare spec.network.vpc: `create: true`, or `adopt` with its id or a tag',
          ),
        ],
  );
}

function subnetRanges(cluster: ClusterEntry): readonly Issue[] {
  const { vpcCidr, subnets = [] } = cluster.body.spec.network;
  const vpc = cidr(vpcCidr);
  return subnets.flatMap((subnet, index) => {
    const path = ['spec', 'network', 'subnets', index, 'cidr'];
    const range = cidr(subnet.cidr);
    if (range === undefined || vpc === undefined) return [];
    const issues: Issue[] = [];
    if (!contains(vpc, range.first) || !contains(vpc, range.last))
      issues.push(fault(cluster, path, `${subnet.cidr} is outside vpcCidr, ${vpcCidr}`, `use a part of ${vpcCidr}`));
    if (range.prefixLength > 28)
      issues.push(
        fault(cluster, path, `a /${range.prefixLength} subnet is too small for EC2`, 'use one from /16 to /28'),
      );
    const before = subnets.findIndex((other, at) => at < index && overlaps(other.cidr, subnet.cidr));
    if (before >= 0) issues.push(overlapping(cluster, path, subnets[before]?.name ?? '', before));
    return issues;
  });
}

function overlapping(cluster: ClusterEntry, path: Path, name: string, index: number): Issue {
  const place = placeText(cluster.places.at(['spec', 'network', 'subnets', index, 'cidr']));
  return fault(cluster, path, `overlaps subnet ${name} at ${place}`, 'give each subnet a range of its own');
}

function overlaps(a: string, b: string): boolean {
  const [one, other] = [cidr(a), cidr(b)];
  return one !== undefined && other !== undefined && overlap(one, other);
}

/** A group of our making that lets nobody in by SSH can never be prepared. */
function sources(cluster: ClusterEntry): readonly Issue[] {
  const group = cluster.body.spec.network.securityGroup;
  if (!group?.create || group.sshFrom?.length) return [];
  return [
    fault(
      cluster,
      ['spec', 'network', 'securityGroup'],
      'nobody may reach the hosts by SSH, this operator included',
      'name in sshFrom the range that the machine running the operator is in',
    ),
  ];
}
