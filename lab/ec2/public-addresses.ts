import { randomInt } from 'node:crypto';
import { ACCOUNT_ID, INTERNET, type LabHost } from '../topology.ts';
import { addressText, knownCidr, sizeOf } from './cidr.ts';
import { publicDnsName } from './dns.ts';
import { Ec2Error } from './errors.ts';
import type { Ec2State, NetworkInterface } from './state.ts';
import type { Xml } from './xml.ts';

/** A public address, and the private one that it stands for; with ids if it is an Elastic IP address. */
export interface PublicAddress {
  readonly address: string;
  readonly privateAddress: string;
  readonly allocationId: string | undefined;
  readonly associationId: string | undefined;
}

/** All public addresses of an interface. An Elastic IP address takes the place of the one that EC2 gave. */
export function publicAddressesOf(state: Ec2State, nic: NetworkInterface): readonly PublicAddress[] {
  const elastic = state.elasticAddresses.flatMap(({ id, address, association }): PublicAddress[] =>
    association?.interfaceId === nic.host.interfaceId
      ? [{ address, privateAddress: association.privateAddress, allocationId: id, associationId: association.id }]
      : [],
  );
  const { publicAddress, host } = nic;
  if (publicAddress === undefined) return elastic;
  const given = { address: publicAddress, privateAddress: host.address };
  return [{ ...given, allocationId: undefined, associationId: undefined }, ...elastic];
}

/** The public address of an interface's private address, by default of its primary one. */
export function publicOf(
  state: Ec2State,
  nic: NetworkInterface,
  privateAddress = nic.host.address,
): PublicAddress | undefined {
  return publicAddressesOf(state, nic).find((one) => one.privateAddress === privateAddress);
}

/** Its DNS name; empty without one, and in a VPC that gives no host names (enableDnsHostnames). */
export function publicName(state: Ec2State, nic: NetworkInterface, privateAddress = nic.host.address): string {
  const found = publicOf(state, nic, privateAddress);
  const named = state.vpcs.some((vpc) => vpc.id === nic.host.subnet.vpcId && vpc.dnsHostnames);
  return found === undefined || !named ? '' : publicDnsName(found.address);
}

/** The association of a private address, as Describe calls show it. */
export function associationXml(state: Ec2State, nic: NetworkInterface, privateAddress: string): Xml {
  const found = publicOf(state, nic, privateAddress);
  if (found === undefined) return undefined;
  const { address, allocationId, associationId } = found;
  return {
    publicIp: address,
    publicDnsName: publicName(state, nic, privateAddress),
    ipOwnerId: allocationId === undefined ? 'amazon' : ACCOUNT_ID,
    allocationId,
    associationId,
  };
}

/** Whether an interface in the VPC has a public address. */
export function hasPublicAddresses(state: Ec2State, vpcId: string): boolean {
  return state.interfaces.some((one) => one.host.subnet.vpcId === vpcId && publicAddressesOf(state, one).length > 0);
}

/** The state in which a host that starts has its public address, if it is to have one: another one than before. */
export function withPublicAddress(state: Ec2State, host: LabHost): Ec2State {
  return changed(state, host, (nic) =>
    nic.public === true && publicOf(state, nic) === undefined ? freePublicAddress(state) : nic.publicAddress,
  );
}

/** The state in which a host that has stopped has lost its public address. Elastic IP addresses stay. */
export function withoutPublicAddress(state: Ec2State, host: LabHost): Ec2State {
  return changed(state, host, () => undefined);
}

/** A public address that nobody has, chosen at random, as EC2's are. */
export function freePublicAddress(state: Ec2State): string {
  const { first, bits } = knownCidr(INTERNET.cidr);
  const taken = new Set([
    ...state.elasticAddresses.map((one) => one.address),
    ...state.interfaces.map((one) => one.publicAddress),
  ]);
  const free = Array.from({ length: sizeOf(bits) - 1 - INTERNET.reserved }, (_, index) =>
    addressText(first + INTERNET.reserved + index),
  ).filter((one) => !taken.has(one));
  const chosen = free[randomInt(Math.max(1, free.length))];
  if (chosen === undefined) throw new Ec2Error('InsufficientAddressCapacity', 'There are no public addresses left.');
  return chosen;
}

function changed(state: Ec2State, host: LabHost, next: (nic: NetworkInterface) => string | undefined): Ec2State {
  const own = state.interfaces.find((one) => one.attached && one.host.instanceId === host.instanceId);
  const publicAddress = own && next(own);
  if (own === undefined || publicAddress === own.publicAddress) return state;
  return { ...state, interfaces: state.interfaces.map((one) => (one === own ? { ...one, publicAddress } : one)) };
}
