import { droppedWith } from './elastic-associations.ts';
import { Ec2Error } from './errors.ts';
import { type Change, find, replaced, without } from './find.ts';
import { newId } from './ids.ts';
import { described, type Listing, tagSet } from './listing.ts';
import { managedInterface } from './managed-interfaces.ts';
import { type Parameters, required } from './query.ts';
import { type Ec2State, type NatGateway, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';
import type { Xml } from './xml.ts';

/** EC2 takes a minute or two for each of these; the lab shows the states, and does not let anybody wait as long. */
const pendingMs = 2000;
const deletingMs = 2000;
/** EC2 shows a deleted or failed gateway for about an hour. */
const shownMs = 3600_000;

const GATEWAYS: Listing<NatGateway> = {
  set: 'natGatewaySet',
  ids: 'NatGatewayId',
  prefix: 'nat',
  id: (row) => row.id,
  rows: (state) => state.natGateways,
  fields: () => ({
    'nat-gateway-id': (row) => [row.id],
    state: (row) => [row.state],
    'subnet-id': (row) => [row.subnetId],
    'vpc-id': (row) => [row.vpcId],
  }),
  xml: gatewayXml,
};

export const describeNatGateways = described(GATEWAYS);

/**
 * CreateNatGateway: answers at once with a `pending` gateway. What is wrong with its address or its network shows later, as `failed` with
 * the codes and messages of NatGateway in the EC2 API reference.
 */
export function createNatGateway(state: Ec2State, parameters: Parameters): Change {
  const subnet = find.subnet(state, required(parameters, 'SubnetId'));
  const kind = parameters.get('ConnectivityType') ?? 'public';
  if (kind !== 'public') throw new Ec2Error('Unsupported', 'This lab supports public NAT gateways only.');
  const allocationId = parameters.get('AllocationId');
  if (allocationId === undefined)
    throw new Ec2Error(
      'MissingParameter',
      'The request must include the AllocationId parameter. Add the required parameter and retry the request.',
    );
  const again = repeated(state, parameters);
  if (again !== undefined) return { state, answer: { natGateway: gatewayXml(state, again) } };
  const id = newId('nat');
  const description = { groups: [], description: `Interface for NAT Gateway ${id}` };
  const nic = managedInterface(state, subnet, 'nat_gateway', description);
  const gateway: NatGateway = {
    id,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    state: 'pending',
    interfaceId: nic.host.interfaceId,
    privateAddress: nic.host.address,
    allocationId,
    publicAddress: undefined,
    created: new Date(),
    deleted: undefined,
    failure: undefined,
    clientToken: parameters.get('ClientToken') ?? '',
  };
  const added = { ...state, interfaces: [...state.interfaces, nic], natGateways: [...state.natGateways, gateway] };
  const next = withTags(connected(added, gateway), id, specifiedTags(parameters, 'natgateway'));
  return {
    state: next,
    answer: { natGateway: gatewayXml(next, gateway) },
    later: [{ afterMs: pendingMs, next: (now) => settled(now, id) }],
  };
}

/** DeleteNatGateway: `deleting` until its interface is gone; its Elastic IP address stays allocated. Routes to it become black holes. */
export function deleteNatGateway(state: Ec2State, parameters: Parameters): Change {
  const gateway = find.nat(state, required(parameters, 'NatGatewayId'));
  const answer = { natGatewayId: gateway.id };
  if (gateway.state === 'deleting' || gateway.state === 'deleted') return { state, answer };
  const natGateways = replaced(state.natGateways, { ...gateway, state: 'deleting' as const });
  return {
    state: { ...state, natGateways },
    answer,
    later: [
      { afterMs: deletingMs, next: (now) => removed(now, gateway.id, { state: 'deleted', deleted: new Date() }) },
      { afterMs: shownMs, next: (now) => forgotten(now, gateway.id) },
    ],
  };
}

function repeated(state: Ec2State, parameters: Parameters): NatGateway | undefined {
  const token = parameters.get('ClientToken') ?? '';
  return token === '' ? undefined : state.natGateways.find((one) => one.clientToken === token);
}

/** The address is in use from the start; without one that is free, the gateway will fail. */
function connected(state: Ec2State, gateway: NatGateway): Ec2State {
  const elastic = state.elasticAddresses.find((one) => one.id === gateway.allocationId);
  const failure = failureOf(state, gateway);
  if (elastic === undefined || failure !== undefined)
    return { ...state, natGateways: replaced(state.natGateways, { ...gateway, failure }) };
  const association = {
    id: newId('eipassoc'),
    interfaceId: gateway.interfaceId,
    privateAddress: gateway.privateAddress,
  };
  return {
    ...state,
    elasticAddresses: replaced(state.elasticAddresses, { ...elastic, association }),
    natGateways: replaced(state.natGateways, { ...gateway, publicAddress: elastic.address }),
  };
}

function failureOf(state: Ec2State, { vpcId, allocationId }: NatGateway): NatGateway['failure'] {
  const elastic = state.elasticAddresses.find((one) => one.id === allocationId);
  if (!state.gateways.some((one) => one.vpcId === vpcId))
    return { code: 'Gateway.NotAttached', message: `Network ${vpcId} has no Internet gateway attached` };
  if (elastic === undefined)
    return {
      code: 'InvalidAllocationID.NotFound',
      message: `Elastic IP address ${allocationId} could not be associated with this NAT gateway`,
    };
  if (elastic.association !== undefined)
    return {
      code: 'Resource.AlreadyAssociated',
      message: `Elastic IP address ${allocationId} is already associated`,
    };
  return undefined;
}

function settled(state: Ec2State, id: string): Ec2State {
  const gateway = state.natGateways.find((one) => one.id === id);
  if (gateway?.state !== 'pending') return state;
  if (gateway.failure !== undefined) return removed(state, id, { state: 'failed' });
  return { ...state, natGateways: replaced(state.natGateways, { ...gateway, state: 'available' }) };
}

/** Its interface is gone, and its address is free. */
function removed(state: Ec2State, id: string, change: Partial<NatGateway>): Ec2State {
  const gateway = state.natGateways.find((one) => one.id === id);
  if (gateway === undefined) return state;
  const interfaces = state.interfaces.filter((one) => one.host.interfaceId !== gateway.interfaceId);
  const natGateways = replaced(state.natGateways, { ...gateway, ...change });
  return droppedWith({ ...state, interfaces, natGateways }, gateway.interfaceId);
}

function forgotten(state: Ec2State, id: string): Ec2State {
  return withoutTags({ ...state, natGateways: without(state.natGateways, id) }, [id]);
}

function gatewayXml(state: Ec2State, row: NatGateway): Xml {
  const failed = row.state === 'failed' ? row.failure : undefined;
  return {
    natGatewayId: row.id,
    vpcId: row.vpcId,
    subnetId: row.subnetId,
    state: row.state,
    connectivityType: 'public',
    createTime: row.created.toISOString(),
    deleteTime: row.deleted?.toISOString(),
    failureCode: failed?.code,
    failureMessage: failed?.message,
    natGatewayAddressSet: [
      {
        allocationId: row.allocationId,
        networkInterfaceId: row.interfaceId,
        privateIp: row.privateAddress,
        publicIp: row.publicAddress,
        isPrimary: true,
        status: 'succeeded',
      },
    ],
    tagSet: tagSet(state, row.id),
  };
}
