import { covers, knownCidr, parseAddress } from '../ec2/cidr.ts';
import { isActive } from '../ec2/route-targets.ts';
import type { Ec2State, Route, RouteTable } from '../ec2/state.ts';
import { METADATA_ADDRESS, OPERATOR } from '../topology.ts';
import { tableOf } from './ways.ts';

/** The routes to network interfaces that a subnet's route table has, as a table of the router's kernel, for what enters by the subnet's bridge. */
export interface RouterTable {
  readonly bridge: string;
  readonly number: number;
  /** By destination: how `ip route` writes the rest. */
  readonly routes: Readonly<Record<string, string>>;
}

/**
 * One for each subnet, and one for the operator's network, which is in the range of the VPC and uses its main table. A route to an interface
 * with the source/destination check drops the packets, as EC2 does. What is local to the VPC, and the metadata service, is left to the next
 * table of the router.
 */
export function routerTables(state: Ec2State): readonly RouterTable[] {
  const operatorsVpc = state.vpcs.find(({ cidr }) => covers(knownCidr(cidr), knownCidr(`${OPERATOR.address}/32`)));
  const places = [
    ...state.subnets.map(({ id, vpcId, bridge, gateway }) => ({ id, vpcId, bridge, gateway })),
    ...(operatorsVpc
      ? [{ id: 'operator', vpcId: operatorsVpc.id, bridge: OPERATOR.bridge, gateway: OPERATOR.gateway }]
      : []),
  ];
  return places.map(({ bridge, gateway, ...place }) => {
    const table = tableOf(state, place);
    const routes = (table?.routes ?? []).filter(({ target }) => target.startsWith('eni-'));
    const local = state.vpcs.filter(({ id }) => id === place.vpcId).map(({ cidr }) => [cidr, 'throw'] as const);
    const own = routes.map((route) => [route.cidr, wayTo(state, table, route)] as const);
    const all = routes.length ? [...local, [`${METADATA_ADDRESS}/32`, 'throw'] as const, ...own] : [];
    return { bridge, number: parseAddress(gateway) ?? 0, routes: Object.fromEntries(all) };
  });
}

function wayTo(state: Ec2State, table: RouteTable | undefined, route: Route): string {
  const nic = state.interfaces.find((one) => one.attached && one.host.interfaceId === route.target);
  if (table === undefined || nic === undefined || !isActive(state, table, route) || nic.sourceDestCheck)
    return 'blackhole';
  return `via ${nic.host.address} dev ${nic.host.subnet.bridge} onlink`;
}

/** The commands of `ip -batch` that change the router from one list of tables to another, without a moment in which a route is missing. */
export function tableCommands(next: readonly RouterTable[], before: readonly RouterTable[]): readonly string[] {
  const has = (list: readonly RouterTable[], { bridge }: RouterTable) => list.some((one) => one.bridge === bridge);
  return [
    ...next
      .filter((one) => !has(before, one))
      .map(({ bridge, number }) => `rule add priority 100 iif ${bridge} lookup ${number}`),
    ...next.flatMap(({ number, routes }) =>
      Object.entries(routes).map(([cidr, way]) => `route replace ${routeWords(cidr, way)} table ${number}`),
    ),
    ...before.flatMap(({ bridge, number, routes }) =>
      Object.entries(routes)
        .filter(([cidr]) => !next.some((one) => one.bridge === bridge && cidr in one.routes))
        .map(([cidr, way]) => `route del ${routeWords(cidr, way)} table ${number}`),
    ),
    ...before
      .filter((one) => !has(next, one))
      .map(({ bridge, number }) => `rule del priority 100 iif ${bridge} lookup ${number}`),
  ];
}

function routeWords(cidr: string, way: string): string {
  return way.startsWith('via ') ? `${cidr} ${way}` : `${way} ${cidr}`;
}
