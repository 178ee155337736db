import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved } from '../contract/remedy.ts';
import type { RouteTable } from '../facts/ec2/vpc-network.ts';
import { ec2Step, isOwnedBy, partTags } from '../shared/ec2-tags.ts';
import { egressParts } from '../shared/egress-state.ts';
import { anywhere, defaultRouteText, leadsTo, tableOf } from '../shared/route-tables.ts';
import type { PartContext } from './desired.ts';
import { subnetInOtherTable, subnetNotByNat } from './messages.ts';

/**
 * The default route of the subnets that a NAT gateway serves leads to it: in a route table that is created for those that are created here.
 * The tables of adopted subnets are only read.
 */
export function routeTableFindings(context: PartContext): readonly Finding[] {
  const { desired, state, finding } = context;
  const { part, cluster } = desired;
  const nat = cluster.network.egress?.natGateways.find(
    ({ subnet }) => part.kind === 'route-table' && subnet === part.subnet,
  );
  if (!nat) return [];
  const field = `route table by the NAT gateway in subnet ${nat.subnet}`;
  const gateway = state.egress.natGateway(nat);
  const { vpc, routeTables } = state;
  if (vpc.state !== 'present' || gateway.state !== 'present' || gateway.value.state !== 'available')
    return [
      finding('Missing', field, { have: 'absent', want: 'present' }, dependsOn(`network/nat-gateway-${nat.subnet}`)),
    ];
  if (routeTables.state !== 'present')
    return [finding('NotObserved', field, { have: 'unknown', want: 'present' }, notObserved(routeTables))];
  const served = cluster.network.subnets.filter(({ name }) => nat.serves.includes(name));
  const created = served.filter(({ origin }) => 'create' in origin).map(({ name }) => name);
  const adopted = served.filter(({ origin }) => 'adopt' in origin).map(({ name }) => name);
  return [
    ...(created.length ? ownTable(context, field, nat.subnet, gateway.value.id, created) : []),
    ...adopted.flatMap((name) => adoptedSubnet(context, name, gateway.value.id)),
  ];
}

function ownTable(
  context: PartContext,
  field: string,
  subnet: string,
  gateway: string,
  serves: readonly string[],
): readonly Finding[] {
  const { desired, state, finding } = context;
  const tables = state.egress.created.routeTables(subnet);
  const { vpc } = state;
  if (tables.state !== 'present' || vpc.state !== 'present') return [];
  const [table, ...others] = tables.value;
  if (!table) {
    const create = ec2Step(`create route table for ${serves.join(', ')}`, 'CreateRouteTable', {
      VpcId: vpc.value.id,
      TagSpecifications: partTags('route-table', desired.cluster, egressParts.routeTable(subnet)),
    });
    return [finding('Missing', field, { have: 'absent', want: 'present' }, act([create]))];
  }
  const routes = routeFindings(context, table, gateway);
  return [
    ...routes,
    // Once the table has its route: no subnet is ever without one.
    ...(routes.length ? [] : serves.flatMap((name) => associationFindings(context, table, name))),
    ...others
      .filter(({ associations }) => associations.length === 0)
      .map(({ id }) => {
        const remove = ec2Step(`delete duplicate route table ${id}`, 'DeleteRouteTable', { RouteTableId: id });
        return finding('Duplicate', `route table ${id}`, { have: `beside ${table.id}`, want: 'absent' }, act([remove]));
      }),
  ];
}

function routeFindings({ finding }: PartContext, table: RouteTable, gateway: string): readonly Finding[] {
  if (leadsTo(table, gateway)) return [];
  const isThere = table.routes.some(({ destination }) => destination === anywhere);
  const input = { RouteTableId: table.id, DestinationCidrBlock: anywhere, NatGatewayId: gateway };
  const fix = ec2Step(
    `route ${anywhere} to ${gateway} in ${table.id}`,
    isThere ? 'ReplaceRoute' : 'CreateRoute',
    input,
  );
  const values = { have: defaultRouteText(table), want: gateway };
  return [finding('EgressRouteDiffers', `default route of ${table.id}`, values, act([fix]))];
}

function associationFindings(
  { desired, state, finding }: PartContext,
  table: RouteTable,
  name: string,
): readonly Finding[] {
  const subnet = state.subnet(name);
  const { routeTables } = state;
  const field = `route table of subnet ${name}`;
  if (subnet.state !== 'present' || routeTables.state !== 'present')
    return [finding('Missing', field, { have: 'absent', want: table.id }, dependsOn(`network/subnet-${name}`))];
  const { id } = subnet.value;
  if (table.associations.some(({ subnetId }) => subnetId === id)) return [];
  const other = routeTables.value.find(({ associations }) => associations.some(({ subnetId }) => subnetId === id));
  const values = { have: other?.id ?? 'the main one', want: table.id };
  const associate = ec2Step(`associate subnet ${id} (${name}) with ${table.id}`, 'AssociateRouteTable', {
    RouteTableId: table.id,
    SubnetId: id,
  });
  if (!other) return [finding('EgressRouteDiffers', field, values, act([associate]))];
  if (!isOwnedBy(other, desired.cluster.name))
    return [finding('EgressRouteDiffers', field, values, manual(subnetInOtherTable(name, other.id)))];
  const association = other.associations.find(({ subnetId }) => subnetId === id)?.id ?? '';
  const replace = ec2Step(`associate subnet ${id} (${name}) with ${table.id}`, 'ReplaceRouteTableAssociation', {
    AssociationId: association,
    RouteTableId: table.id,
  });
  return [finding('EgressRouteDiffers', field, values, act([replace]))];
}

function adoptedSubnet({ state, finding }: PartContext, name: string, gateway: string): readonly Finding[] {
  const subnet = state.subnet(name);
  if (subnet.state !== 'present' || state.routeTables.state !== 'present') return [];
  const table = tableOf(subnet.value, state.routeTables.value);
  if (leadsTo(table, gateway)) return [];
  const values = { have: defaultRouteText(table), want: gateway };
  const remedy = manual(subnetNotByNat(name, table?.id ?? '', gateway));
  return [finding('EgressRouteDiffers', `default route of subnet ${name}`, values, remedy)];
}
