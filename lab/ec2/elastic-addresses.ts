import { ACCOUNT_ID, REGION } from '../topology.ts';
import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import { type Change, find, replaced, without } from './find.ts';
import { newId, unknownId } from './ids.ts';
import { type Answer, described, type Listing, tagSet } from './listing.ts';
import { checkOwn } from './managed-interfaces.ts';
import { freePublicAddress } from './public-addresses.ts';
import { flag, list, type Parameters, required } from './query.ts';
import { type Ec2State, type ElasticAddress, type NetworkInterface, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';

/** EC2's default quota of Elastic IP addresses (EC2-VPC, a region). */
const QUOTA = 5;

const ADDRESSES: Listing<ElasticAddress> = {
  set: 'addressesSet',
  ids: 'AllocationId',
  prefix: 'eipalloc',
  id: (row) => row.id,
  rows: (state) => state.elasticAddresses,
  fields: (state) => ({
    'allocation-id': (row) => [row.id],
    'association-id': (row) => (row.association === undefined ? [] : [row.association.id]),
    'instance-id': (row) => [nicOf(state, row)?.host.instanceId ?? ''].filter((id) => id !== ''),
    'network-border-group': () => [REGION],
    'network-interface-id': (row) => (row.association === undefined ? [] : [row.association.interfaceId]),
    'network-interface-owner-id': (row) => (row.association === undefined ? [] : [ACCOUNT_ID]),
    'private-ip-address': (row) => (row.association === undefined ? [] : [row.association.privateAddress]),
    'public-ip': (row) => [row.address],
  }),
  xml: (state, row) => ({
    publicIp: row.address,
    allocationId: row.id,
    domain: 'vpc',
    instanceId: nicOf(state, row)?.host.instanceId || undefined,
    associationId: row.association?.id,
    networkInterfaceId: row.association?.interfaceId,
    networkInterfaceOwnerId: row.association && ACCOUNT_ID,
    privateIpAddress: row.association?.privateAddress,
    publicIpv4Pool: 'amazon',
    networkBorderGroup: REGION,
    tagSet: tagSet(state, row.id),
  }),
};

/** DescribeAddresses: by allocation id, public address or filters. */
export function describeAddresses(state: Ec2State, parameters: Parameters): Answer {
  const named = list(parameters, 'PublicIp');
  const missing = named.find((address) => state.elasticAddresses.every((one) => one.address !== address));
  if (missing !== undefined) throw new Ec2Error('InvalidAddress.NotFound', `Address '${missing}' not found.`);
  const rows = (from: Ec2State) => from.elasticAddresses.filter((one) => !named.length || named.includes(one.address));
  return described({ ...ADDRESSES, rows })(state, parameters);
}

export function allocateAddress(state: Ec2State, parameters: Parameters): Change {
  const domain = parameters.get('Domain') ?? 'vpc';
  if (domain !== 'vpc') throw invalidValue(`Value (${domain}) for parameter domain is invalid. Expecting vpc.`);
  if (state.elasticAddresses.length >= QUOTA)
    throw new Ec2Error('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
  const one: ElasticAddress = { id: newId('eipalloc'), address: freePublicAddress(state), association: undefined };
  const tags = specifiedTags(parameters, 'elastic-ip');
  return {
    state: withTags({ ...state, elasticAddresses: [...state.elasticAddresses, one] }, one.id, tags),
    answer: {
      publicIp: one.address,
      domain,
      allocationId: one.id,
      publicIpv4Pool: 'amazon',
      networkBorderGroup: REGION,
    },
  };
}

/**
 * AssociateAddress: with a private address of an interface, by default its primary one. An address that is associated already moves, unless
 * AllowReassociation is false; the one that the private address had is released (if EC2 gave it) or disassociated.
 */
export function associateAddress(state: Ec2State, parameters: Parameters): Change {
  const one = find.elastic(state, required(parameters, 'AllocationId'));
  const nic = target(state, parameters);
  checkOwn(nic);
  const privateAddress = parameters.get('PrivateIpAddress') ?? nic.host.address;
  if (!nic.addresses.includes(privateAddress))
    throw invalidValue(
      `Invalid value '${privateAddress}' for PrivateIpAddress: it is not assigned to ${nic.host.interfaceId}.`,
    );
  if (!state.gateways.some((gateway) => gateway.vpcId === nic.host.subnet.vpcId))
    throw new Ec2Error(
      'Gateway.NotAttached',
      `Network ${nic.host.subnet.vpcId} is not attached to any internet gateway`,
    );
  const interfaceId = nic.host.interfaceId;
  const { association } = one;
  if (association?.interfaceId === interfaceId && association.privateAddress === privateAddress)
    return { state, answer: { return: true, associationId: association.id } };
  const rival = state.elasticAddresses.find(
    (other) => other.association?.interfaceId === interfaceId && other.association.privateAddress === privateAddress,
  );
  checkFree(parameters, one, rival);
  checkUnmanaged(state, one);
  const next: ElasticAddress = { ...one, association: { id: newId('eipassoc'), interfaceId, privateAddress } };
  const cleared = rival
    ? replaced(state.elasticAddresses, { ...rival, association: undefined })
    : state.elasticAddresses;
  const interfaces = state.interfaces.map((other) =>
    other === nic && privateAddress === nic.host.address ? { ...other, publicAddress: undefined } : other,
  );
  return {
    state: { ...state, interfaces, elasticAddresses: replaced(cleared, next) },
    answer: { return: true, associationId: next.association?.id },
  };
}

export function disassociateAddress(state: Ec2State, parameters: Parameters): Change {
  const id = required(parameters, 'AssociationId');
  const one = state.elasticAddresses.find(({ association }) => association?.id === id);
  if (one === undefined) throw unknownId('eipassoc', id);
  checkUnmanaged(state, one);
  const elasticAddresses = replaced(state.elasticAddresses, { ...one, association: undefined });
  return { state: { ...state, elasticAddresses }, answer: { return: true } };
}

/** ReleaseAddress: refused for an associated one. */
export function releaseAddress(state: Ec2State, parameters: Parameters): Change {
  const { id, address, association } = find.elastic(state, required(parameters, 'AllocationId'));
  if (association !== undefined) throw new Ec2Error('InvalidIPAddress.InUse', `Address ${address} is in use.`);
  const next = { ...state, elasticAddresses: without(state.elasticAddresses, id) };
  return { state: withoutTags(next, [id]), answer: { return: true } };
}

function target(state: Ec2State, parameters: Parameters): NetworkInterface {
  const interfaceId = parameters.get('NetworkInterfaceId');
  const instanceId = parameters.get('InstanceId');
  if (interfaceId !== undefined && instanceId !== undefined)
    throw new Ec2Error(
      'InvalidParameterCombination',
      'You may specify a network interface or an instance, but not both in the same request',
    );
  if (interfaceId !== undefined) return find.nic(state, interfaceId);
  if (instanceId === undefined) throw missingParameter('networkInterfaceId');
  const { host, state: power } = find.instance(state, instanceId);
  const nic = state.interfaces.find((one) => one.attached && one.host.instanceId === host.instanceId);
  if (nic !== undefined && (power === 'running' || power === 'stopped')) return nic;
  throw new Ec2Error(
    'InvalidInstanceID',
    `The ${power} instance '${instanceId}' is not in a valid state for this operation.`,
  );
}

function checkFree(parameters: Parameters, one: ElasticAddress, rival: ElasticAddress | undefined): void {
  if (!parameters.has('AllowReassociation') || flag(parameters, 'AllowReassociation')) return;
  const { association } = one;
  if (association !== undefined)
    throw alreadyAssociated(`resource ${one.id} is already associated with associate-id ${association.id}`);
  if (rival?.association !== undefined) {
    const { interfaceId, privateAddress } = rival.association;
    throw alreadyAssociated(
      `resource ${interfaceId} and ${privateAddress} is already associated with public address ${rival.address}`,
    );
  }
}

function alreadyAssociated(message: string): Ec2Error {
  return new Ec2Error('Resource.AlreadyAssociated', message);
}

function nicOf(state: Ec2State, { association }: ElasticAddress): NetworkInterface | undefined {
  return state.interfaces.find((one) => one.host.interfaceId === association?.interfaceId);
}

/** The address of a NAT gateway stays with it. */
function checkUnmanaged(state: Ec2State, one: ElasticAddress): void {
  const nic = nicOf(state, one);
  if (nic !== undefined) checkOwn(nic);
}
