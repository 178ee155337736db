import { checkRouteTables, subnetsAsked } from './endpoint-request.ts';
import { type Change, find, replaced } from './find.ts';
import { groupsFor } from './group-choice.ts';
import { list, type Parameters, required } from './query.ts';
import type { Ec2State, VpcEndpoint } from './state.ts';
import { withSubnets } from './vpc-endpoints.ts';

/** ModifyVpcEndpoint: adds or removes route tables (of a gateway endpoint), subnets and groups (of an interface endpoint). */
export function modifyVpcEndpoint(state: Ec2State, parameters: Parameters): Change {
  const endpoint = find.endpoint(state, required(parameters, 'VpcEndpointId'));
  const vpc = find.vpc(state, endpoint.vpcId);
  const tables = list(parameters, 'AddRouteTableId').filter((id) => !endpoint.routeTableIds.includes(id));
  checkRouteTables(state, vpc, endpoint.service, tables);
  const have = endpoint.subnetIds.map((id) => find.subnet(state, id));
  const added = list(parameters, 'AddSubnetId').filter((id) => !endpoint.subnetIds.includes(id));
  const subnets = subnetsAsked(state, vpc, added, have);
  const removedTables = list(parameters, 'RemoveRouteTableId');
  const edited: VpcEndpoint = {
    ...endpoint,
    routeTableIds: [...endpoint.routeTableIds, ...tables].filter((id) => !removedTables.includes(id)),
    groupIds: groupsAfter(state, endpoint, parameters),
  };
  const kept = withoutSubnets(
    { ...state, endpoints: replaced(state.endpoints, edited) },
    edited,
    list(parameters, 'RemoveSubnetId'),
  );
  const interfaces = kept.interfaces.map((nic) =>
    edited.interfaceIds.includes(nic.host.interfaceId) ? { ...nic, groups: edited.groupIds } : nic,
  );
  const next = withSubnets({ ...kept, interfaces }, edited, subnets);
  return { state: next, answer: { return: true } };
}

function groupsAfter(state: Ec2State, endpoint: VpcEndpoint, parameters: Parameters): readonly string[] {
  const removed = list(parameters, 'RemoveSecurityGroupId');
  const wanted = [...endpoint.groupIds, ...list(parameters, 'AddSecurityGroupId')].filter(
    (id) => !removed.includes(id),
  );
  return endpoint.type === 'Gateway' ? [] : groupsFor(state, wanted, { vpcId: endpoint.vpcId, id: endpoint.vpcId });
}

function withoutSubnets(state: Ec2State, endpoint: VpcEndpoint, ids: readonly string[]): Ec2State {
  const gone = state.interfaces.filter(
    (nic) => endpoint.interfaceIds.includes(nic.host.interfaceId) && ids.includes(nic.host.subnet.id),
  );
  const next = {
    ...endpoint,
    subnetIds: endpoint.subnetIds.filter((id) => !ids.includes(id)),
    interfaceIds: endpoint.interfaceIds.filter((id) => gone.every((nic) => nic.host.interfaceId !== id)),
  };
  const interfaces = state.interfaces.filter((nic) => !gone.includes(nic));
  return { ...state, interfaces, endpoints: replaced(state.endpoints, next) };
}
