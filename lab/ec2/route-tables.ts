import { ACCOUNT_ID } from '../topology.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import { type Change, find, replaced, without } from './find.ts';
import { newId, unknownId } from './ids.ts';
import { described, type Listing, tagSet } from './listing.ts';
import { type Parameters, required } from './query.ts';
import { shownRoutes } from './route-targets.ts';
import { type Ec2State, type RouteTable, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';
import type { Xml } from './xml.ts';

const TABLES: Listing<RouteTable> = {
  set: 'routeTableSet',
  ids: 'RouteTableId',
  prefix: 'rtb',
  id: (row) => row.id,
  rows: (state) => state.routeTables,
  maxPageSize: 100,
  fields: (state) => ({
    'route-table-id': (row) => [row.id],
    'vpc-id': (row) => [row.vpcId],
    'owner-id': () => [ACCOUNT_ID],
    'association.main': (row) => row.associations.map((one) => String(one.subnetId === undefined)),
    'association.route-table-association-id': (row) => row.associations.map((one) => one.id),
    'association.route-table-id': (row) => row.associations.map(() => row.id),
    'association.subnet-id': (row) => row.associations.flatMap((one) => one.subnetId ?? []),
    'route.destination-cidr-block': (row) => shownRoutes(state, row).flatMap((one) => one.cidr ?? []),
    'route.destination-prefix-list-id': (row) => shownRoutes(state, row).flatMap((one) => one.prefixListId ?? []),
    'route.gateway-id': (row) => shownRoutes(state, row).flatMap((one) => one.gatewayId ?? []),
    'route.instance-id': (row) => shownRoutes(state, row).flatMap((one) => one.instanceId ?? []),
    'route.nat-gateway-id': (row) => shownRoutes(state, row).flatMap((one) => one.natGatewayId ?? []),
    'route.origin': (row) => shownRoutes(state, row).map((one) => one.origin),
    'route.state': (row) => shownRoutes(state, row).map((one) => one.state),
  }),
  xml: tableXml,
};

export const describeRouteTables = described(TABLES);

export function createRouteTable(state: Ec2State, parameters: Parameters): Change {
  const vpc = find.vpc(state, required(parameters, 'VpcId'));
  const table: RouteTable = { id: newId('rtb'), vpcId: vpc.id, associations: [], routes: [] };
  const tags = specifiedTags(parameters, 'route-table');
  const next = withTags({ ...state, routeTables: [...state.routeTables, table] }, table.id, tags);
  return { state: next, answer: { routeTable: tableXml(next, table) } };
}

export function deleteRouteTable(state: Ec2State, parameters: Parameters): Change {
  const { id, associations } = find.routeTable(state, required(parameters, 'RouteTableId'));
  if (associations.length > 0)
    throw new Ec2Error('DependencyViolation', `The routeTable '${id}' has dependencies and cannot be deleted.`);
  const endpoints = state.endpoints.map((one) => ({
    ...one,
    routeTableIds: one.routeTableIds.filter((other) => other !== id),
  }));
  const next = { ...state, endpoints, routeTables: without(state.routeTables, id) };
  return { state: withoutTags(next, [id]), answer: { return: true } };
}

export function associateRouteTable(state: Ec2State, parameters: Parameters): Change {
  const table = find.routeTable(state, required(parameters, 'RouteTableId'));
  const subnet = find.subnet(state, required(parameters, 'SubnetId'));
  if (subnet.vpcId !== table.vpcId)
    throw invalidValue(`Route table ${table.id} and subnet ${subnet.id} belong to different networks`);
  const own = table.associations.find((one) => one.subnetId === subnet.id);
  if (own === undefined && state.routeTables.some((one) => one.associations.some((a) => a.subnetId === subnet.id)))
    throw new Ec2Error(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${table.id} conflicts with an existing association`,
    );
  const association = own ?? { id: newId('rtbassoc'), subnetId: subnet.id };
  const associations = own === undefined ? [...table.associations, association] : table.associations;
  return {
    state: { ...state, routeTables: replaced(state.routeTables, { ...table, associations }) },
    answer: { associationId: association.id, associationState: { state: 'associated' } },
  };
}

export function disassociateRouteTable(state: Ec2State, parameters: Parameters): Change {
  const id = required(parameters, 'AssociationId');
  const table = state.routeTables.find((one) => one.associations.some((association) => association.id === id));
  if (table === undefined) throw unknownId('rtbassoc', id);
  if (table.associations.find((one) => one.id === id)?.subnetId === undefined)
    throw invalidValue(`cannot disassociate the main route table association ${id}`);
  const next = { ...table, associations: without(table.associations, id) };
  return { state: { ...state, routeTables: replaced(state.routeTables, next) }, answer: { return: true } };
}

/** ReplaceRouteTableAssociation: another table for a subnet, or another main table for the VPC. The association gets a new id. */
export function replaceRouteTableAssociation(state: Ec2State, parameters: Parameters): Change {
  const id = required(parameters, 'AssociationId');
  const to = find.routeTable(state, required(parameters, 'RouteTableId'));
  const from = state.routeTables.find((one) => one.associations.some((association) => association.id === id));
  const old = from?.associations.find((one) => one.id === id);
  if (from === undefined || old === undefined) throw unknownId('rtbassoc', id);
  if (from.vpcId !== to.vpcId)
    throw invalidValue(`Route table ${to.id} and route table ${from.id} belong to different networks`);
  const next = { ...old, id: newId('rtbassoc') };
  const routeTables = state.routeTables.map((one) => {
    const kept = without(one.associations, id);
    return { ...one, associations: one.id === to.id ? [...kept, next] : kept };
  });
  return {
    state: { ...state, routeTables },
    answer: { newAssociationId: next.id, associationState: { state: 'associated' } },
  };
}

function tableXml(state: Ec2State, table: RouteTable): Xml {
  return {
    routeTableId: table.id,
    vpcId: table.vpcId,
    ownerId: ACCOUNT_ID,
    routeSet: shownRoutes(state, table).map((route) => ({
      destinationCidrBlock: route.cidr,
      destinationPrefixListId: route.prefixListId,
      gatewayId: route.gatewayId,
      instanceId: route.instanceId,
      instanceOwnerId: route.instanceId && ACCOUNT_ID,
      natGatewayId: route.natGatewayId,
      networkInterfaceId: route.networkInterfaceId,
      state: route.state,
      origin: route.origin,
    })),
    associationSet: table.associations.map((one) => ({
      routeTableAssociationId: one.id,
      routeTableId: table.id,
      subnetId: one.subnetId,
      main: one.subnetId === undefined,
      associationState: { state: 'associated' },
    })),
    propagatingVgwSet: [],
    tagSet: tagSet(state, table.id),
  };
}
