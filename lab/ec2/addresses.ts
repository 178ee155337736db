import { SUBNETS } from '../topology.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import { flag, list, type Parameters, required } from './query.ts';
import type { Ec2State, NetworkInterface } from './state.ts';
import type { Xml } from './xml.ts';

/** Private IPv4 addresses an interface of an m5.large may carry, the primary one included. */
const LIMIT = 10;

export interface Change {
  readonly state: Ec2State;
  readonly answer: { readonly [field: string]: Xml };
}

/**
 * AssignPrivateIpAddresses: all addresses or none. Another interface's secondary address moves only with AllowReassignment; a primary
 * one never does. There is no compare-and-swap: the last writer wins.
 */
export function assignPrivateIpAddresses(state: Ec2State, parameters: Parameters): Change {
  const target = find(state, required(parameters, 'NetworkInterfaceId'));
  const wanted = wantedAddresses(state, target, parameters);
  for (const address of wanted) checkAssignable(state, target, address, flag(parameters, 'AllowReassignment'));
  const added = wanted.filter((address) => !target.addresses.includes(address));
  if (target.addresses.length + added.length > LIMIT)
    throw new Ec2Error(
      'PrivateIpAddressLimitExceeded',
      `Number of private addresses will exceed limit (${LIMIT}) for interface ${target.host.interfaceId}`,
    );
  const interfaces = state.interfaces.map((one) => ({
    ...one,
    addresses:
      one === target ? [...one.addresses, ...added] : one.addresses.filter((address) => !added.includes(address)),
  }));
  return {
    state: { ...state, interfaces },
    answer: {
      return: true,
      networkInterfaceId: target.host.interfaceId,
      assignedPrivateIpAddressesSet: wanted.map((privateIpAddress) => ({ privateIpAddress })),
    },
  };
}

/** UnassignPrivateIpAddresses: secondary addresses of that interface, all or none. */
export function unassignPrivateIpAddresses(state: Ec2State, parameters: Parameters): Change {
  const target = find(state, required(parameters, 'NetworkInterfaceId'));
  const gone = list(parameters, 'PrivateIpAddress');
  if (gone.length === 0)
    throw new Ec2Error('MissingParameter', 'The request must contain the parameter privateIpAddress');
  if (gone.some((address) => !target.addresses.includes(address)))
    throw invalidValue(`Some of the specified addresses are not assigned to interface ${target.host.interfaceId}`);
  if (gone.includes(target.host.address)) throw invalidValue('The primary private IP address cannot be unassigned');
  const interfaces = state.interfaces.map((one) =>
    one === target ? { ...one, addresses: one.addresses.filter((address) => !gone.includes(address)) } : one,
  );
  return { state: { ...state, interfaces }, answer: { return: true } };
}

function find(state: Ec2State, id: string): NetworkInterface {
  const found = state.interfaces.find((one) => one.host.interfaceId === id);
  if (found !== undefined) return found;
  if (!/^eni-[0-9a-f]{8,17}$/.test(id))
    throw new Ec2Error('InvalidNetworkInterfaceId.Malformed', `Invalid id: "${id}"`);
  throw new Ec2Error('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`);
}

function wantedAddresses(state: Ec2State, target: NetworkInterface, parameters: Parameters): readonly string[] {
  const named = list(parameters, 'PrivateIpAddress');
  const count = Number(parameters.get('SecondaryPrivateIpAddressCount') ?? 0);
  if (named.length > 0 && count > 0)
    throw new Ec2Error(
      'InvalidParameterCombination',
      'Only one of privateIpAddress or secondaryPrivateIpAddressCount may be specified',
    );
  if (named.length === 0 && !(count > 0))
    throw new Ec2Error(
      'MissingParameter',
      'Either privateIpAddress or secondaryPrivateIpAddressCount must be specified',
    );
  return named.length > 0 ? [...new Set(named)] : freeAddresses(state, target).slice(0, count);
}

function freeAddresses(state: Ec2State, target: NetworkInterface): string[] {
  const taken = new Set(state.interfaces.flatMap((one) => one.addresses));
  const base = target.host.subnet.cidr.split('.').slice(0, 3).join('.');
  return Array.from({ length: 251 }, (_, index) => `${base}.${index + 4}`).filter((address) => !taken.has(address));
}

function checkAssignable(state: Ec2State, target: NetworkInterface, address: string, mayMove: boolean): void {
  if (!/^(\d{1,3}\.){3}\d{1,3}$/.test(address) || address.split('.').some((part) => Number(part) > 255))
    throw invalidValue(`Value (${address}) for parameter privateIpAddress is invalid. Invalid IPv4 address`);
  if (!inSubnet(address, target.host.subnet.cidr))
    throw invalidValue(
      `Address ${address} does not fall within the subnet's address range (${target.host.subnet.cidr})`,
    );
  if (isReserved(address)) throw invalidValue(`Address ${address} is in subnet's reserved address range`);
  const owner = state.interfaces.find((one) => one.addresses.includes(address));
  if (owner === undefined || (owner === target && address !== target.host.address)) return;
  if (owner.host.address === address)
    throw invalidValue(
      `[${address}] is the primary address of an interface and cannot be ${owner === target ? 'assigned again' : 'moved'}.`,
    );
  if (!mayMove) throw invalidValue(`[${address}] assigned, but move is not allowed.`);
}

function inSubnet(address: string, cidr: string): boolean {
  return address.split('.').slice(0, 3).join('.') === cidr.split('.').slice(0, 3).join('.');
}

/** EC2 keeps the first four addresses of a subnet and its last. */
function isReserved(address: string): boolean {
  const last = Number(address.split('.')[3]);
  return SUBNETS.some((subnet) => inSubnet(address, subnet.cidr)) && (last < 4 || last === 255);
}
