import { type Cluster, endpointServices, type Origin } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Ec2Filters } from '../facts/fact.ts';
import type { FactRequestOf } from '../facts/requests.ts';

/** The name of a Cluster's security group. EC2 allows each name once per VPC, so that no duplicate can be created. */
export function groupName(cluster: string): string {
  return `${cluster}-hosts`;
}

/** One call for each kind of resource, and one more for each way in which something is adopted. */
export function vpcNetworkFacts({ name, network }: Cluster) {
  const { vpc, internetGateway, subnets, securityGroup, egress } = network;
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
    natGateways: factRequests(
      'nat-gateways',
      selecting(egress?.natGateways.map(({ origin }) => origin) ?? [], 'nat-gateway-id', byClusterTag),
    ),
    natAddresses: factRequests(
      'elastic-addresses',
      egress?.natGateways.some(({ origin }) => 'create' in origin) ? [byClusterTag] : [],
    ),
    endpoints: factRequests('vpc-endpoints', endpointFilters(network, byClusterTag)),
    groups: factRequests(
      'groups',
      securityGroup && [filtersOf(securityGroup.origin, 'group-id', { 'group-name': [groupName(name)] })],
    ),
  };
}

/** Of hosts without a VPC network that is looked at. */
export const noNetworkFacts: ReturnType<typeof vpcNetworkFacts> = {
  vpcs: [],
  subnets: [],
  gateways: [],
  routeTables: [],
  natGateways: [],
  natAddresses: [],
  endpoints: [],
  groups: [],
};

/** Of all VPCs: which one is ours is known only once the VPC is. */
function routeTableFilters({ vpc }: Cluster['network']): readonly Ec2Filters[] | undefined {
  return vpc && [inAdopted(vpc)];
}

/** Those that are declared; where no way out is declared, all, as one of them may be it. */
function endpointFilters({ egress, vpc }: Cluster['network'], byClusterTag: Ec2Filters): readonly Ec2Filters[] {
  if (!egress) return vpc && 'adopt' in vpc ? [inAdopted(vpc)] : [];
  const origins = endpointServices.flatMap((service) => egress.endpoints[service] ?? []);
  return selecting(origins, 'vpc-endpoint-id', byClusterTag);
}

function inAdopted(vpc: Origin): Ec2Filters {
  return 'adopt' in vpc && 'id' in vpc.adopt ? { 'vpc-id': [vpc.adopt.id] } : {};
}

/** One call for all that are created, and one for each that is adopted. */
function selecting(origins: readonly Origin[], idFilter: string, ifCreated: Ec2Filters): readonly Ec2Filters[] {
  const adopted = origins.filter((origin) => 'adopt' in origin);
  return [
    ...(adopted.length < origins.length ? [ifCreated] : []),
    ...adopted.map((origin) => filtersOf(origin, idFilter, ifCreated)),
  ];
}

/** What selects a created or adopted resource in a describe call. */
export function filtersOf(origin: Origin, idFilter: string, ifCreated: Ec2Filters): Ec2Filters {
  if ('create' in origin) return ifCreated;
  if ('id' in origin.adopt) return { [idFilter]: [origin.adopt.id] };
  return { [`tag:${origin.adopt.tag.key}`]: [origin.adopt.tag.value] };
}

type NetworkFact =
  | 'vpcs'
  | 'subnets'
  | 'gateways'
  | 'route-tables'
  | 'nat-gateways'
  | 'elastic-addresses'
  | 'vpc-endpoints'
  | 'groups';

function factRequests<W extends NetworkFact>(
  fact: W,
  filters: readonly Ec2Filters[] | undefined,
): readonly FactRequestOf<W>[] {
  return (filters ?? []).map((one) => ({ fact, filters: one }) as FactRequestOf<W>);
}
