import { contains, knownCidr, parseAddress } from './cidr.ts';
import { isReserved } from './describe-subnets.ts';
import { dropped, followed } from './elastic-associations.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import { type Change, find } from './find.ts';
import { typeOf } from './instance-types.ts';
import { freeAddresses } from './launch-address.ts';
import { checkOwn } from './managed-interfaces.ts';
import { flag, list, type Parameters, required } from './query.ts';
import type { Ec2State, NetworkInterface } from './state.ts';

/**
 * AssignPrivateIpAddresses: all addresses or none. Another interface's secondary address moves only with AllowReassignment; a primary
 * one never does. There is no compare-and-swap: the last writer wins. An Elastic IP address moves along.
 */
export function assignPrivateIpAddresses(state: Ec2State, parameters: Parameters): Change {
  const target = find.nic(state, required(parameters, 'NetworkInterfaceId'));
  checkOwn(target);
  const wanted = wantedAddresses(state, target, parameters);
  for (const address of wanted) checkAssignable(state, target, address, flag(parameters, 'AllowReassignment'));
  const added = wanted.filter((address) => !target.addresses.includes(address));
  const limit = limitOf(state, target);
  if (target.addresses.length + added.length > limit)
    throw new Ec2Error(
      'PrivateIpAddressLimitExceeded',
      `Number of private addresses will exceed limit (${limit}) for interface ${target.host.interfaceId}`,
    );
  const interfaces = state.interfaces.map((one) => ({
    ...one,
    addresses:
      one === target ? [...one.addresses, ...added] : one.addresses.filter((address) => !added.includes(address)),
  }));
  return {
    state: followed({ ...state, interfaces }, target, added),
    answer: {
      return: true,
      networkInterfaceId: target.host.interfaceId,
      assignedPrivateIpAddressesSet: wanted.map((privateIpAddress) => ({ privateIpAddress })),
    },
  };
}

/** UnassignPrivateIpAddresses: secondary addresses of that interface, all or none. Their Elastic IP addresses are disassociated. */
export function unassignPrivateIpAddresses(state: Ec2State, parameters: Parameters): Change {
  const target = find.nic(state, required(parameters, 'NetworkInterfaceId'));
  const removed = list(parameters, 'PrivateIpAddress');
  if (removed.length === 0)
    throw new Ec2Error('MissingParameter', 'The request must contain the parameter privateIpAddress');
  if (removed.some((address) => !target.addresses.includes(address)))
    throw invalidValue(`Some of the specified addresses are not assigned to interface ${target.host.interfaceId}`);
  if (removed.includes(target.host.address)) throw invalidValue('The primary private IP address cannot be unassigned');
  const interfaces = state.interfaces.map((one) =>
    one === target ? { ...one, addresses: one.addresses.filter((address) => !removed.includes(address)) } : one,
  );
  return { state: dropped({ ...state, interfaces }, target, removed), answer: { return: true } };
}

/** Private IPv4 addresses an interface of the instance's type may carry, the primary one included. */
function limitOf(state: Ec2State, { host }: NetworkInterface): number {
  const type = state.instances.find((one) => one.host === host)?.type ?? '';
  return typeOf(type)?.addresses ?? 1;
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
  const taken = new Set(state.interfaces.flatMap((one) => one.addresses));
  return named.length > 0 ? [...new Set(named)] : freeAddresses(taken, target.host.subnet, count);
}

function checkAssignable(state: Ec2State, target: NetworkInterface, address: string, mayMove: boolean): void {
  const number = parseAddress(address);
  if (number === undefined)
    throw invalidValue(`Value (${address}) for parameter privateIpAddress is invalid. Invalid IPv4 address`);
  if (!contains(knownCidr(target.host.subnet.cidr), number))
    throw invalidValue(
      `Address ${address} does not fall within the subnet's address range (${target.host.subnet.cidr})`,
    );
  if (isReserved(target.host.subnet, number))
    throw invalidValue(`Address ${address} is in subnet's reserved address range`);
  const owner = state.interfaces.find((one) => one.addresses.includes(address));
  if (owner === undefined || (owner === target && address !== target.host.address)) return;
  if (owner.host.address === address)
    throw invalidValue(
      `[${address}] is the primary address of an interface and cannot be ${owner === target ? 'assigned again' : 'moved'}.`,
    );
  if (!mayMove) throw invalidValue(`[${address}] assigned, but move is not allowed.`);
}
