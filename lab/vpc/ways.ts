import { contains, knownCidr, parseAddress } from '../ec2/cidr.ts';
import { publicAddressesOf } from '../ec2/public-addresses.ts';
import { isActive } from '../ec2/route-targets.ts';
import type { Ec2State, NatGateway, RouteTable, VpcEndpoint } from '../ec2/state.ts';
import type { Subnet } from '../topology.ts';

/** How packets of a subnet go to a place on the internet. */
export type Way =
  | { readonly by: 'gateway' }
  | { readonly by: 'nat'; readonly nat: NatGateway }
  | { readonly by: 'none' };

/** The way for an address on the internet, by the most specific route of the subnet's table. A black hole is none. */
export function wayOf(state: Ec2State, subnet: Pick<Subnet, 'id' | 'vpcId'>, address: string): Way {
  const table = tableOf(state, subnet);
  const number = parseAddress(address) ?? -1;
  const [route] = (table?.routes ?? [])
    .filter((one) => contains(knownCidr(one.cidr), number))
    .sort((a, b) => knownCidr(b.cidr).bits - knownCidr(a.cidr).bits);
  if (table === undefined || route === undefined || !isActive(state, table, route)) return { by: 'none' };
  if (route.target.startsWith('igw-')) return { by: 'gateway' };
  const nat = state.natGateways.find((one) => one.id === route.target && one.state === 'available');
  if (nat === undefined) return { by: 'none' };
  // It sits in a subnet itself, from which it needs a way of its own.
  const place = { id: nat.subnetId, vpcId: nat.vpcId };
  const next = tableOf(state, place) === table ? 'none' : wayOf(state, place, address).by;
  return next === 'gateway' ? { by: 'nat', nat } : { by: 'none' };
}

/** Private addresses and the public ones that stand for them, in the VPCs that have an internet gateway. */
export function publicPairs(state: Ec2State): readonly { readonly privateAddress: string; readonly address: string }[] {
  const open = new Set(state.gateways.map((one) => one.vpcId));
  return state.interfaces
    .filter((one) => one.managed === undefined && one.attached && open.has(one.host.subnet.vpcId))
    .flatMap((one) => publicAddressesOf(state, one));
}

/** The endpoint that takes the name of the EC2 API in a VPC, and its addresses. */
export function apiEndpoint(state: Ec2State, vpcId: string): { readonly addresses: readonly string[] } | undefined {
  const found = state.endpoints.find((one) => one.vpcId === vpcId && one.privateDns && one.state === 'available');
  return found && { addresses: addressesOf(state, found) };
}

/** Whether the route table of a subnet has a gateway endpoint of S3. */
export function hasS3Endpoint(state: Ec2State, subnet: Pick<Subnet, 'id' | 'vpcId'>): boolean {
  const table = tableOf(state, subnet);
  return state.endpoints.some(
    (one) => one.service.endsWith('.s3') && one.state === 'available' && one.routeTableIds.includes(table?.id ?? ''),
  );
}

/** The addresses of all interface endpoints that answer. */
export function endpointAddresses(state: Ec2State): readonly string[] {
  return state.endpoints.filter((one) => one.state === 'available').flatMap((one) => addressesOf(state, one));
}

function addressesOf(state: Ec2State, endpoint: VpcEndpoint): readonly string[] {
  return state.interfaces
    .filter((one) => endpoint.interfaceIds.includes(one.host.interfaceId))
    .flatMap((one) => one.addresses);
}

/** The route table that applies to a subnet: its own, or the main one of the VPC. */
export function tableOf(state: Ec2State, subnet: Pick<Subnet, 'id' | 'vpcId'>): RouteTable | undefined {
  const own = state.routeTables.filter((one) => one.vpcId === subnet.vpcId);
  const associated = (id: string | undefined) =>
    own.find((one) => one.associations.some((association) => association.subnetId === id));
  return associated(subnet.id) ?? associated(undefined);
}
