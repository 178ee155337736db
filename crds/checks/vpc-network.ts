import type { Issue, Path } from '../issue.ts';
import { placeText } from '../issue.ts';
import { type Check, type ClusterEntry, fault } from '../load/declared.ts';
import { cidr, contains, overlap } from '../schema/address.ts';

/** The VPC network is consistent: its parts need a VPC, and subnets are inside it and do not overlap. */
export const network: Check = ({ clusters }) =>
  clusters.flatMap((cluster) => [...withoutVpc(cluster), ...subnetRanges(cluster), ...sources(cluster)]);

/** A subnet, a gateway or a security group belongs to a VPC, which must be declared. */
function withoutVpc(cluster: ClusterEntry): readonly Issue[] {
  const { vpc, internetGateway, subnets, securityGroup, egress } = cluster.body.spec.network;
  if (vpc) return [];
  const parts = { internetGateway, subnets: subnets?.length ? subnets : undefined, securityGroup, egress };
  return Object.entries(parts).flatMap(([name, part]) =>
    part === undefined
      ? []
      : [
          fault(
            cluster,
            ['spec', 'network', name],
            `${name} is declared without a VPC`,
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

/** If a created security group allows no SSH, its hosts cannot be prepared. */
function sources(cluster: ClusterEntry): readonly Issue[] {
  const group = cluster.body.spec.network.securityGroup;
  if (!group?.create || group.sshFrom?.length) return [];
  return [
    fault(
      cluster,
      ['spec', 'network', 'securityGroup'],
      'no range is allowed to reach the hosts by SSH, not even that of this operator',
      'add the range of the machine that runs the operator to sshFrom',
    ),
  ];
}
