import { cidrText, parseCidr } from './cidr.ts';
import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import { type Change, find, replaced } from './find.ts';
import { type Parameters, required } from './query.ts';
import type { Ec2State, RouteTable } from './state.ts';

/** CreateRoute: to an internet gateway, the only target that the lab supports. */
export function createRoute(state: Ec2State, parameters: Parameters): Change {
  const table = find.routeTable(state, required(parameters, 'RouteTableId'));
  const route = routeAsked(state, table, parameters);
  const have = table.routes.find((one) => one.cidr === route.cidr);
  // Repeating the same route is not an error; another target for the same block is.
  if (have !== undefined && have.gatewayId !== route.gatewayId)
    throw new Ec2Error('RouteAlreadyExists', `The route identified by ${route.cidr} already exists.`);
  return withRoutes(state, table, have === undefined ? [...table.routes, route] : table.routes);
}

export function replaceRoute(state: Ec2State, parameters: Parameters): Change {
  const table = find.routeTable(state, required(parameters, 'RouteTableId'));
  const route = routeAsked(state, table, parameters);
  const kept = table.routes.filter((one) => one.cidr !== route.cidr);
  if (kept.length === table.routes.length)
    throw invalidValue(`There is no route defined for '${route.cidr}' in the route table. Use CreateRoute instead.`);
  return withRoutes(state, table, [...kept, route]);
}

export function deleteRoute(state: Ec2State, parameters: Parameters): Change {
  const table = find.routeTable(state, required(parameters, 'RouteTableId'));
  const cidr = destination(parameters);
  if (cidr === find.vpc(state, table.vpcId).cidr)
    throw invalidValue(`cannot remove local route ${cidr} in route table ${table.id}`);
  const kept = table.routes.filter((one) => one.cidr !== cidr);
  if (kept.length === table.routes.length)
    throw new Ec2Error(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${cidr} in route table ${table.id}`,
    );
  return withRoutes(state, table, kept);
}

export interface ShownRoute {
  readonly cidr: string;
  readonly gatewayId: string;
  readonly state: 'active' | 'blackhole';
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
}

/** A table's routes: the VPC's own first. A route to a gateway that is no longer attached is a black hole. */
export function shownRoutes(state: Ec2State, table: RouteTable): readonly ShownRoute[] {
  const own = state.vpcs.filter((vpc) => vpc.id === table.vpcId);
  const attached = (id: string) => state.gateways.some((one) => one.id === id && one.vpcId === table.vpcId);
  return [
    ...own.map(({ cidr }): ShownRoute => ({ cidr, gatewayId: 'local', state: 'active', origin: 'CreateRouteTable' })),
    ...table.routes.map(
      ({ cidr, gatewayId }): ShownRoute => ({
        cidr,
        gatewayId,
        state: attached(gatewayId) ? 'active' : 'blackhole',
        origin: 'CreateRoute',
      }),
    ),
  ];
}

function routeAsked(state: Ec2State, table: RouteTable, parameters: Parameters): RouteTable['routes'][number] {
  const cidr = destination(parameters);
  if (cidr === find.vpc(state, table.vpcId).cidr)
    throw new Ec2Error('RouteAlreadyExists', `The route identified by ${cidr} already exists.`);
  const other = ['NatGatewayId', 'InstanceId', 'NetworkInterfaceId', 'TransitGatewayId', 'VpcPeeringConnectionId'];
  const unsupported = other.find((name) => parameters.has(name));
  if (unsupported !== undefined)
    throw new Ec2Error('Unsupported', `This lab does not support routes to a ${unsupported.replace(/Id$/, '')}.`);
  const gateway = find.gateway(state, required(parameters, 'GatewayId'));
  if (gateway.vpcId !== table.vpcId)
    throw invalidValue(`route table ${table.id} and network gateway ${gateway.id} belong to different networks`);
  return { cidr, gatewayId: gateway.id };
}

function destination(parameters: Parameters): string {
  const asked = parameters.get('DestinationCidrBlock');
  if (asked === undefined) throw missingParameter('destinationCidrBlock');
  const cidr = parseCidr(asked);
  if (cidr === undefined)
    throw invalidValue(
      `Value (${asked}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    );
  return cidrText(cidr);
}

function withRoutes(state: Ec2State, table: RouteTable, routes: RouteTable['routes']): Change {
  return {
    state: { ...state, routeTables: replaced(state.routeTables, { ...table, routes }) },
    answer: { return: true },
  };
}
