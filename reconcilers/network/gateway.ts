import type { Cluster } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, info, manual, notObserved, settling } from '../contract/remedy.ts';
import type { Gateway, RouteTable } from '../facts/ec2/vpc-network.ts';
import { adoptionText } from '../shared/adoption.ts';
import { ec2Step, isOwnedBy, partTags } from '../shared/ec2-tags.ts';
import { anywhere, natGatewayOf, subnetsWithHosts, tableOf } from '../shared/route-tables.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';
import type { PartContext } from './desired.ts';
import { adoptedGatewayNotFound, attachGateway, routeInAdoptedVpc, routeInUse, routeLeftAlone } from './messages.ts';

const field = 'internet gateway';

/** The internet gateway: attached to the VPC, and the target of the default route in the main route table. */
export function gatewayFindings(context: PartContext): readonly Finding[] {
  const { desired, state, finding } = context;
  const { gateways, vpc } = state;
  if (gateways.state !== 'present')
    return [finding('NotObserved', field, { have: 'unknown', want: 'attached' }, notObserved(gateways))];
  if (vpc.state !== 'present')
    return [finding('Missing', field, { have: 'absent', want: 'attached' }, dependsOn('network/vpc'))];
  const vpcId = vpc.value.id;
  const usable = gateways.value.filter(({ vpcIds }) => vpcIds.length === 0 || vpcIds.includes(vpcId));
  const [gateway, ...others] = [...usable].sort((a, b) => b.vpcIds.length - a.vpcIds.length || (a.id < b.id ? -1 : 1));
  if (!gateway) return [missingGateway(context, vpcId)];
  return [
    ...attachmentFindings(context, gateway, vpcId),
    ...routeFindings(context, gateway, vpcId),
    ...others
      .filter((one) => isOwnedBy(one, desired.cluster.name))
      .map((duplicate) => duplicateFinding(context, gateway, duplicate)),
  ];
}

function missingGateway({ desired: { cluster }, finding }: PartContext, vpcId: string): Finding {
  const { internetGateway } = cluster.network;
  const values = { have: 'absent', want: `attached to ${vpcId}` };
  if (internetGateway && 'adopt' in internetGateway) {
    const message = adoptedGatewayNotFound(adoptionText(internetGateway.adopt), vpcId);
    return finding('AdoptedNotFound', field, values, manual(message));
  }
  const create = ec2Step(`create internet gateway ${cluster.name}-internet-gateway`, 'CreateInternetGateway', {
    TagSpecifications: partTags('internet-gateway', cluster, 'internet-gateway'),
  });
  return finding('Missing', field, values, act([create]));
}

function attachmentFindings(
  { desired, finding }: PartContext,
  { id, vpcIds }: Gateway,
  vpcId: string,
): readonly Finding[] {
  if (vpcIds.includes(vpcId)) return [];
  const attach = ec2Step(`attach internet gateway ${id} to ${vpcId}`, 'AttachInternetGateway', {
    InternetGatewayId: id,
    VpcId: vpcId,
  });
  const { internetGateway } = desired.cluster.network;
  const adopted = internetGateway && 'adopt' in internetGateway;
  const values = { have: 'detached', want: `attached to ${vpcId}` };
  const remedy = adopted ? manual(attachGateway(id, vpcId)) : act([attach]);
  return [finding('InternetGatewayDetached', `internet gateway ${id}`, values, remedy)];
}

function routeFindings({ desired, state, finding }: PartContext, { id }: Gateway, vpcId: string): readonly Finding[] {
  const name = 'default route';
  const { routeTables } = state;
  if (routeTables.state !== 'present')
    return [finding('NotObserved', name, { have: 'unknown', want: id }, notObserved(routeTables))];
  const table = routeTables.value.find((one) => one.vpcId === vpcId && one.main);
  if (!table) {
    const remedy = settling(`EC2 does not show the main route table of ${vpcId} yet`);
    return [finding('NotAvailableYet', name, { have: 'absent', want: id }, remedy)];
  }
  const route = table.routes.find(({ destination }) => destination === anywhere);
  if (route?.target === id && route.state !== 'blackhole') return [];
  const have = route ? `${route.target || 'not a gateway'} (${route.state})` : 'absent';
  const { egress } = desired.cluster.network;
  const isNeeded = egress !== undefined && (egress.publicAddresses || egress.natGateways.length > 0);
  if (route && route.state !== 'blackhole' && !isNeeded)
    return [finding('DefaultRouteElsewhere', name, { have, want: have }, info(routeLeftAlone(table.id, id)))];
  const input = { RouteTableId: table.id, DestinationCidrBlock: anywhere, GatewayId: id };
  const fix = ec2Step(`route ${anywhere} to ${id} in ${table.id}`, route ? 'ReplaceRoute' : 'CreateRoute', input);
  const { vpc } = desired.cluster.network;
  const isAdopted = vpc !== undefined && 'adopt' in vpc;
  if (isAdopted && egress && !(isNeeded && usesMainTable(desired.cluster, state, routeTables.value))) return [];
  const isInUse = route !== undefined && route.state !== 'blackhole' && !desired.noHostRunning;
  const remedy = isAdopted
    ? manual(routeInAdoptedVpc(anywhere, id, table.id))
    : isInUse
      ? manual(routeInUse(table.id, id))
      : act([fix]);
  return [finding('DefaultRouteDiffers', name, { have, want: id }, remedy)];
}

/** Whether the default route of the main table is the way of created hosts, or of a NAT gateway. */
function usesMainTable(cluster: Cluster, state: VpcNetworkState, tables: readonly RouteTable[]): boolean {
  const nats = (cluster.network.egress?.natGateways ?? []).map(({ subnet }) => subnet);
  const names = [...nats, ...subnetsWithHosts(cluster).filter((name) => !natGatewayOf(cluster, name))];
  return names.some((name) => {
    const subnet = state.subnet(name);
    return subnet.state !== 'present' || tableOf(subnet.value, tables)?.main === true;
  });
}

function duplicateFinding({ finding }: PartContext, kept: Gateway, { id }: Gateway): Finding {
  const remove = ec2Step(`delete duplicate internet gateway ${id}`, 'DeleteInternetGateway', { InternetGatewayId: id });
  return finding(
    'Duplicate',
    `internet gateway ${id}`,
    { have: `duplicate of ${kept.id}`, want: 'absent' },
    act([remove]),
  );
}
