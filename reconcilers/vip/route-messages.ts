import type { HostName } from '../../crds/fleet.ts';

/** What to do about the routes to an overlay address. */

export function foreignRoute(vip: string, table: string, target: string, pair: string): string {
  return `${target} is not of this pair, so the route is not taken away: delete it if it is not needed (aws ec2 delete-route --route-table-id ${table} --destination-cidr-block ${vip}/32), or declare another vip of ProxyPair ${pair}`;
}

export function routeTableNotFound(table: string, pair: string): string {
  return `no route table ${table} exists in the VPC of the proxies: correct overlay.routeTables of ProxyPair ${pair}`;
}

export function notRouted(host: HostName, table: string, pair: string): string {
  return `${host} cannot try the virtual IP as a client does, nor can other hosts of its subnet reach it: add ${table} to overlay.routeTables of ProxyPair ${pair}`;
}

export function routeUnmanaged(vip: string, table: string, pair: string): string {
  return `after a failover it leads clients to the wrong proxy: add ${table} to overlay.routeTables of ProxyPair ${pair}, or delete the route (aws ec2 delete-route --route-table-id ${table} --destination-cidr-block ${vip}/32)`;
}

export function formerVipRouted(address: string, pair: string, table: string): string {
  return `an earlier virtual IP of ProxyPair ${pair}. Left alone, since it may be in use again; if it is not: aws ec2 delete-route --route-table-id ${table} --destination-cidr-block ${address}/32`;
}

export function sourceDestCheckOn(host: HostName, networkInterfaceId: string): string {
  return `${host} is adopted and its network interface is not modified; clients reach nothing at the virtual IP there until the check is off: aws ec2 modify-network-interface-attribute --network-interface-id ${networkInterfaceId} --no-source-dest-check`;
}

export function differentVpcs(pair: string): string {
  return `a route leads only to a network interface in the VPC of its table: declare two proxies in one VPC in ProxyPair ${pair}`;
}
