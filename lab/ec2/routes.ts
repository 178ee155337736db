import { cidrText, covers, knownCidr, parseCidr } from './cidr.ts';
import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import { type Change, find, replaced } from './find.ts';
import { type Parameters, required } from './query.ts';
import { routeTarget } from './route-targets.ts';
import type { Ec2State, Route, RouteTable } from './state.ts';

/** CreateRoute: to an internet gateway, a NAT gateway, or a network interface (also as an instance). */
export function createRoute(state: Ec2State, parameters: Parameters): Change {
  const table = find.routeTable(state, required(parameters, 'RouteTableId'));
  const route = routeAsked(state, table, parameters);
  const have = table.routes.find((one) => one.cidr === route.cidr);
  // Repeating the same route is not an error; another target for the same block is.
  if (have !== undefined && have.target !== route.target)
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

function routeAsked(state: Ec2State, table: RouteTable, parameters: Parameters): Route {
  const cidr = destination(parameters);
  const vpc = find.vpc(state, table.vpcId);
  if (cidr === vpc.cidr) throw new Ec2Error('RouteAlreadyExists', `The route identified by ${cidr} already exists.`);
  const target = routeTarget(state, table, parameters);
  if (covers(knownCidr(vpc.cidr), knownCidr(cidr)) && !target.startsWith('eni-'))
    throw invalidValue(
      `The destination CIDR block ${cidr} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
    );
  // Source: Amazon VPC User Guide, "Route tables": in the range of the VPC, the destination must be that of a subnet.
  const isSubnet = state.subnets.some((one) => one.vpcId === vpc.id && one.cidr === cidr);
  if (covers(knownCidr(vpc.cidr), knownCidr(cidr)) && !isSubnet)
    throw invalidValue("Route destination doesn't match any subnet CIDR blocks.");
  return { cidr, target };
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
