import { type Cluster, type Creation, endpointServices, type Host } from '../../crds/fleet.ts';
import { isPrivateUrl } from '../../crds/schema/address.ts';
import type { Subject } from '../contract/subject.ts';
import type { RouteTable } from '../facts/ec2/vpc-network.ts';
import type { Observation } from '../facts/observation.ts';
import { anywhere, leadsTo, natGatewayOf, tableOf } from './route-tables.ts';
import type { VpcNetworkState } from './vpc-network.ts';

/**
 * The part of the network without which hosts in a subnet reach neither the EC2 API nor package repositories; undefined if nothing is missing,
 * or if their way out is not declared.
 */
export function missingWayOut({ network }: Cluster, state: VpcNetworkState, name: string): Subject | undefined {
  const subnet = state.subnet(name);
  const { egress } = network;
  if (!egress || subnet.state !== 'present') return undefined;
  const { gateways, routeTables } = state;
  const tables = routeTables.state === 'present' ? routeTables.value : [];
  const table = tableOf(subnet.value, tables);
  const nat = natGatewayOf({ network }, name);
  if (nat) {
    const found = state.egress.natGateway(nat);
    if (found.state !== 'present' || found.value.state !== 'available') return `network/nat-gateway-${nat.subnet}`;
    if (!leadsTo(table, found.value.id)) return `network/route-table-${nat.subnet}`;
  } else if (egress.publicAddresses) {
    if (gateways.state !== 'present' || routeTables.state !== 'present') return 'network/egress';
    const gateway = gateways.value.find(({ vpcIds }) => vpcIds.includes(subnet.value.vpcId));
    if (!gateway || !leadsTo(table, gateway.id))
      return !gateway || table?.main ? 'network/internet-gateway' : 'network/egress';
  }
  return missingEndpoint(egress, state, subnet.value.vpcId, table);
}

function missingEndpoint(
  { endpoints }: NonNullable<Cluster['network']['egress']>,
  state: VpcNetworkState,
  vpcId: string,
  table: RouteTable | undefined,
): Subject | undefined {
  const missing = endpointServices.find((service) => {
    const found = state.egress.endpoint(service);
    if (!endpoints[service]) return false;
    if (found.state !== 'present' || found.value.state !== 'available' || found.value.vpcId !== vpcId) return true;
    const { privateDns, routeTableIds } = found.value;
    return service === 'ec2' ? !privateDns : !routeTableIds.includes(table?.id ?? '');
  });
  return missing && `network/endpoint-${missing}`;
}

/** Whether a created host gets a public address: declared, and in a subnet that no NAT gateway serves. */
export function hasPublicAddress({ network }: Pick<Cluster, 'network'>, { subnet }: Pick<Creation, 'subnet'>): boolean {
  return network.egress?.publicAddresses === true && !natGatewayOf({ network }, subnet);
}

/** What a host needs of the internet: a proxy moves the VIP by the EC2 API, and a host that is prepared downloads its packages. */
export function needsWayOut({ preparation }: Cluster, { role }: Host): boolean {
  const isLocal = preparation.repositories.some(({ url }) => isPrivateUrl(url));
  return role === 'proxy' || (preparation.mode === 'install' && !isLocal);
}

/**
 * Why hosts that are launched into a subnet would reach nothing, where no way out is declared: undefined if there is one, or if it is not
 * known. A route to anything else than an internet gateway, such as a transit gateway, is taken for one, wherever it leads.
 */
export function withoutWayOut(
  { network }: Cluster,
  state: VpcNetworkState,
  name: string,
): string | Extract<Observation<unknown>, { readonly state: 'unknown' }> | undefined {
  const declared = network.subnets.find((one) => one.name === name);
  const { vpc, routeTables } = state;
  if (network.egress || !declared) return undefined;
  if (vpc.state === 'absent') return 'no way out is declared for the VPC that is created';
  if (vpc.state !== 'present' || routeTables.state !== 'present') return undefined;
  const subnet = state.subnet(name);
  if (subnet.state !== 'present' && subnet.state !== 'absent') return undefined;
  const vpcId = vpc.value.id;
  const { endpoints } = state.egress;
  const toEc2 = (endpoints.state === 'present' ? endpoints.value : []).some(
    (one) => one.vpcId === vpcId && one.privateDns && one.service.endsWith('.ec2') && one.state === 'available',
  );
  if (toEc2) return undefined;
  const table =
    subnet.state === 'present'
      ? tableOf(subnet.value, routeTables.value)
      : routeTables.value.find((one) => one.main && one.vpcId === vpcId);
  const isElsewhere = ({ target, state: is }: RouteTable['routes'][number]) =>
    is === 'active' && target !== 'local' && !/^(igw|vpce)-/.test(target);
  if (table?.routes.some(isElsewhere)) return undefined;
  if (endpoints.state === 'unknown') return endpoints;
  const route = table?.routes.find(({ destination }) => destination === anywhere);
  if (!table || !route) return `${table?.id ?? `the main route table of ${vpcId}`} has no default route`;
  if (route.state !== 'active') return `the default route of ${table.id} leads to ${route.target}, which is gone`;
  if (subnet.state === 'present' && subnet.value.givesPublicAddresses) return undefined;
  return `the default route of ${table.id} leads to ${route.target}, and instances in the subnet get no public address`;
}
