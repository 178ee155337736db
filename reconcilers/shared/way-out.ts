import type { Cluster, Creation, Host } from '../../crds/fleet.ts';
import type { Subject } from '../contract/subject.ts';
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
  if (gateways.state !== 'present' || routeTables.state !== 'present') return 'network/egress';
  const table = tableOf(subnet.value, routeTables.value);
  const nat = natGatewayOf({ network }, name);
  if (nat) {
    const found = state.egress.natGateway(nat);
    if (found.state !== 'present' || found.value.state !== 'available') return `network/nat-gateway-${nat.subnet}`;
    return leadsTo(table, found.value.id) ? missingEndpoint(egress, state) : `network/route-table-${nat.subnet}`;
  }
  if (!egress.publicAddresses) return missingEndpoint(egress, state);
  const gateway = gateways.value.find(({ vpcIds }) => vpcIds.includes(subnet.value.vpcId));
  if (gateway && leadsTo(table, gateway.id)) return missingEndpoint(egress, state);
  return !gateway || table?.main ? 'network/internet-gateway' : 'network/egress';
}

function missingEndpoint(
  { endpoints }: NonNullable<Cluster['network']['egress']>,
  state: VpcNetworkState,
): Subject | undefined {
  const missing = (['ec2', 's3'] as const).find((service) => {
    const found = state.egress.endpoint(service);
    return endpoints[service] && !(found.state === 'present' && found.value.state === 'available');
  });
  return missing && `network/endpoint-${missing}`;
}

/** Whether a created host gets a public address: declared, and in a subnet that no NAT gateway serves. */
export function hasPublicAddress({ network }: Pick<Cluster, 'network'>, { subnet }: Pick<Creation, 'subnet'>): boolean {
  return network.egress?.publicAddresses === true && !natGatewayOf({ network }, subnet);
}

/** What a host needs of the internet: a proxy moves the VIP by the EC2 API, and a host that is prepared downloads its packages. */
export function needsWayOut({ preparation }: Cluster, { role }: Host): boolean {
  const isLocal = preparation.repositories.some(({ url }) => url.startsWith('file:'));
  return role === 'proxy' || (preparation.mode === 'install' && !isLocal);
}

/**
 * Why hosts that are launched into a subnet would reach nothing, where no way out is declared: undefined if there is one, or if it is not
 * known. A route to anything else than an internet gateway is taken for one.
 */
export function withoutWayOut({ network }: Cluster, state: VpcNetworkState, name: string): string | undefined {
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
  const route = table?.routes.find(({ destination }) => destination === anywhere);
  if (!table || !route) return `${table?.id ?? `the main route table of ${vpcId}`} has no default route`;
  if (route.state !== 'active') return `the default route of ${table.id} leads to ${route.target}, which is gone`;
  if (!route.target.startsWith('igw-')) return undefined;
  if (subnet.state === 'present' && subnet.value.givesPublicAddresses) return undefined;
  return `the default route of ${table.id} leads to ${route.target}, and instances in the subnet get no public address`;
}
