import type { Fleet, Overlay, ProxyPair } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { RouteTable } from '../facts/ec2/vpc-network.ts';
import type { FactRequestOf } from '../facts/requests.ts';

/** The route to an overlay address in one route table. */
export interface VipRoute {
  readonly table: RouteTable;
  /** What it leads to; undefined: there is no route. */
  readonly target: string | undefined;
  /** `active`, or `blackhole`: what it leads to is gone or does not run. */
  readonly state: string | undefined;
}

/** The destination of the route to a virtual IP. */
export function destinationOf(vip: string): string {
  return `${vip}/32`;
}

/** One call for all route tables of the VPC. None for an address of a subnet, or while EC2 shows no host of the pair. */
export function vipRouteFacts(
  { hosts, overlay }: Pick<ProxyPair, 'hosts' | 'overlay'>,
  inventory: Inventory,
): readonly FactRequestOf<'route-tables'>[] {
  const [vpcId] = overlay ? vpcsOf(hosts, inventory) : [];
  return vpcId === undefined ? [] : [{ fact: 'route-tables', filters: { 'vpc-id': [vpcId] } }];
}

/**
 * One call for the network interfaces that have a virtual IP, and for those of the hosts that an overlay address is routed to: all pairs
 * together.
 */
export function vipInterfaceFacts({ proxyPairs }: Fleet, inventory: Inventory): FactRequestOf<'network-interfaces'> {
  const addresses = proxyPairs.flatMap(({ vip, overlay, hosts }) => [
    vip,
    ...(overlay ? hosts.flatMap((host) => instanceIn(inventory, host)?.privateAddress ?? []) : []),
  ]);
  return { fact: 'network-interfaces', addresses: [...new Set(addresses)].sort() };
}

/** VPCs of a pair's hosts, as far as EC2 shows them: one, unless they are adopted. */
export function vpcsOf(hosts: ProxyPair['hosts'], inventory: Inventory): readonly string[] {
  return [...new Set(hosts.flatMap((host) => instanceIn(inventory, host)?.vpcId ?? []))].sort();
}

/**
 * The tables of gateways are left out: EC2 takes only destinations inside the VPC there. Source: Amazon VPC User Guide, "Gateway route
 * tables".
 */
export function managedTables({ routeTables }: Overlay, shown: readonly RouteTable[]): readonly RouteTable[] {
  const managed = shown.filter((one) => (routeTables.length ? routeTables.includes(one.id) : !one.ofGateway));
  return [...managed].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The routes to an overlay address, one for each managed route table. */
export function vipRoutesIn(vip: string, overlay: Overlay, shown: readonly RouteTable[]): readonly VipRoute[] {
  return managedTables(overlay, shown).map((table) => {
    const route = table.routes.find(({ destination }) => destination === destinationOf(vip));
    return { table, target: route?.target, state: route?.state };
  });
}

function instanceIn(inventory: Inventory, host: string) {
  const seen = inventory.get(host);
  return seen?.state === 'present' ? seen.value : undefined;
}
