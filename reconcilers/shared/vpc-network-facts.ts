import type { Cluster, Origin } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Ec2Filters } from '../facts/fact.ts';
import type { FactRequestOf } from '../facts/requests.ts';

/** The name of a Cluster's security group. EC2 allows each name once per VPC, so that no duplicate can be created. */
export function groupName(cluster: string): string {
  return `${cluster}-hosts`;
}

/** One call for each kind of resource, and one more for each way in which something is adopted. */
export function vpcNetworkFacts({ name, network }: Cluster) {
  const { vpc, internetGateway, subnets, securityGroup } = network;
  const byClusterTag = { [`tag:${markers.ec2Cluster}`]: [name] };
  const created = subnets.filter(({ origin }) => 'create' in origin).map(({ cidr }) => cidr);
  const adopted = subnets.flatMap(({ origin }) => ('adopt' in origin ? [origin] : []));
  return {
    vpcs: factRequests('vpcs', vpc && [filtersOf(vpc, 'vpc-id', byClusterTag)]),
    subnets: factRequests('subnets', [
      ...(created.length ? [{ 'cidr-block': created }] : []),
      ...adopted.map((origin) => filtersOf(origin, 'subnet-id', byClusterTag)),
    ]),
    gateways: factRequests(
      'gateways',
      internetGateway && [filtersOf(internetGateway, 'internet-gateway-id', byClusterTag)],
    ),
    routeTables: factRequests('route-tables', routeTableFilters(network)),
    groups: factRequests(
      'groups',
      securityGroup && [filtersOf(securityGroup.origin, 'group-id', { 'group-name': [groupName(name)] })],
    ),
  };
}

/** Of all VPCs: which one is ours is known only once the VPC is. The main ones, or all if the way out of each subnet is declared. */
function routeTableFilters({ egress, internetGateway, vpc }: Cluster['network']): readonly Ec2Filters[] | undefined {
  if (egress) return [vpc && 'adopt' in vpc && 'id' in vpc.adopt ? { 'vpc-id': [vpc.adopt.id] } : {}];
  return internetGateway && [{ 'association.main': ['true'] }];
}

/** What selects a created or adopted resource in a describe call. */
export function filtersOf(origin: Origin, idFilter: string, ifCreated: Ec2Filters): Ec2Filters {
  if ('create' in origin) return ifCreated;
  if ('id' in origin.adopt) return { [idFilter]: [origin.adopt.id] };
  return { [`tag:${origin.adopt.tag.key}`]: [origin.adopt.tag.value] };
}

function factRequests<W extends 'vpcs' | 'subnets' | 'gateways' | 'route-tables' | 'groups'>(
  fact: W,
  filters: readonly Ec2Filters[] | undefined,
): readonly FactRequestOf<W>[] {
  return (filters ?? []).map((one) => ({ fact, filters: one }) as FactRequestOf<W>);
}
