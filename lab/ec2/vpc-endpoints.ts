import { endpointXml } from './describe-endpoints.ts';
import { endpointRequest } from './endpoint-request.ts';
import { type Ec2Error, missingParameter } from './errors.ts';
import { type Change, find, replaced, without } from './find.ts';
import { newId, unknownId } from './ids.ts';
import { managedInterface } from './managed-interfaces.ts';
import { list, type Parameters } from './query.ts';
import { type Ec2State, type VpcEndpoint, type VpcSubnet, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';

/** EC2 takes a minute or more for an interface endpoint; the lab shows the states. */
const pendingMs = 1500;
const deletingMs = 1500;

/** CreateVpcEndpoint: a gateway endpoint is there at once; an interface endpoint is `pending` first. */
export function createVpcEndpoint(state: Ec2State, parameters: Parameters): Change {
  const token = parameters.get('ClientToken') ?? '';
  const again = state.endpoints.find((one) => token !== '' && one.clientToken === token);
  if (again !== undefined) return { state, answer: { vpcEndpoint: endpointXml(state, again) } };
  const { vpc, subnets, ...asked } = endpointRequest(state, parameters);
  const endpoint: VpcEndpoint = {
    ...asked,
    id: newId('vpce'),
    vpcId: vpc.id,
    state: asked.type === 'Gateway' ? 'available' : 'pending',
    subnetIds: [],
    interfaceIds: [],
    created: new Date(),
    clientToken: token,
  };
  const added = withSubnets({ ...state, endpoints: [...state.endpoints, endpoint] }, endpoint, subnets);
  const next = withTags(added, endpoint.id, specifiedTags(parameters, 'vpc-endpoint'));
  const available = { afterMs: pendingMs, next: (now: Ec2State) => stateSet(now, endpoint.id, 'available') };
  return {
    state: next,
    answer: { vpcEndpoint: endpointXml(next, find.endpoint(next, endpoint.id)) },
    later: endpoint.state === 'pending' ? [available] : [],
  };
}

/** DeleteVpcEndpoints: each by itself; those that could not be deleted are listed in the answer. */
export function deleteVpcEndpoints(state: Ec2State, parameters: Parameters): Change {
  const ids = list(parameters, 'VpcEndpointId');
  if (ids.length === 0) throw missingParameter('vpcEndpointId');
  const gone = ids.filter((id) => state.endpoints.some((one) => one.id === id));
  const failed = ids.filter((id) => !gone.includes(id));
  const kinds = (type: VpcEndpoint['type']) => gone.filter((id) => find.endpoint(state, id).type === type);
  const next = kinds('Interface').reduce((now, id) => stateSet(now, id, 'deleting'), state);
  const removal = { afterMs: deletingMs, next: (now: Ec2State) => kinds('Interface').reduce(removed, now) };
  return {
    state: kinds('Gateway').reduce(removed, next),
    answer: { unsuccessful: failed.map((resourceId) => ({ resourceId, error: errorOf(resourceId) })) },
    later: kinds('Interface').length > 0 ? [removal] : [],
  };
}

/** The endpoint with an interface in each of these subnets, next to those that it has. */
export function withSubnets(state: Ec2State, endpoint: VpcEndpoint, subnets: readonly VpcSubnet[]): Ec2State {
  const { id, groupIds: groups } = endpoint;
  const parts = { groups, description: `VPC Endpoint Interface ${id}` };
  // They are in different subnets, so none can take the address of another.
  const nics = subnets.map((subnet) => managedInterface(state, subnet, 'vpc_endpoint', parts));
  const have = find.endpoint(state, id);
  const next = {
    ...have,
    subnetIds: [...have.subnetIds, ...subnets.map((one) => one.id)],
    interfaceIds: [...have.interfaceIds, ...nics.map((one) => one.host.interfaceId)],
  };
  const interfaces = [...state.interfaces, ...nics];
  return { ...state, interfaces, endpoints: replaced(state.endpoints, next) };
}

function stateSet(state: Ec2State, id: string, to: VpcEndpoint['state']): Ec2State {
  const one = state.endpoints.find((endpoint) => endpoint.id === id);
  if (one === undefined || (to === 'available' && one.state !== 'pending')) return state;
  return { ...state, endpoints: replaced(state.endpoints, { ...one, state: to }) };
}

function removed(state: Ec2State, id: string): Ec2State {
  const one = state.endpoints.find((endpoint) => endpoint.id === id);
  if (one === undefined) return state;
  const interfaces = state.interfaces.filter((nic) => !one.interfaceIds.includes(nic.host.interfaceId));
  return withoutTags({ ...state, interfaces, endpoints: without(state.endpoints, id) }, [id]);
}

function errorOf(id: string): { code: string; message: string } {
  const { code, message }: Ec2Error = unknownId('vpce', id);
  return { code, message };
}
