import type { Cluster, NatGatewaySpec } from '../../crds/fleet.ts';
import type { RouteTable } from '../facts/ec2/vpc-network.ts';

/** The destination of a default route. */
export const anywhere = '0.0.0.0/0';

/** The table that applies to a subnet: the one that it is associated with, or the main one of its VPC. */
export function tableOf(
  { id, vpcId }: { readonly id: string; readonly vpcId: string },
  tables: readonly RouteTable[],
): RouteTable | undefined {
  const own = tables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === id));
  return own ?? tables.find((one) => one.main && one.vpcId === vpcId);
}

/** `igw-1 (active)`, `absent`. */
export function defaultRouteText(table: RouteTable | undefined): string {
  const route = table?.routes.find(({ destination }) => destination === anywhere);
  return route ? `${route.target || 'another kind of target'} (${route.state})` : 'absent';
}

/** Whether the default route of a table leads to a target that is there. */
export function leadsTo(table: RouteTable | undefined, target: string): boolean {
  return (
    table?.routes.some((one) => one.destination === anywhere && one.target === target && one.state === 'active') ===
    true
  );
}

/** The NAT gateway that serves a subnet, if one is declared. */
export function natGatewayOf({ network }: Pick<Cluster, 'network'>, subnet: string): NatGatewaySpec | undefined {
  return network.egress?.natGateways.find(({ serves }) => serves.includes(subnet));
}

/** Names of the subnets that created hosts are in, sorted. */
export function subnetsWithHosts({ hosts }: Pick<Cluster, 'hosts'>): readonly string[] {
  const names = hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create.subnet] : []));
  return [...new Set(names)].sort();
}
