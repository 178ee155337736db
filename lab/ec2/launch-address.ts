import { addressText, contains, knownCidr, parseAddress, sizeOf } from './cidr.ts';
import { isReserved } from './describe-subnets.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import type { Ec2State, VpcSubnet } from './state.ts';

/** The requested or a free address for a new interface in `subnet`; throws EC2's error if it is not available. */
export function addressFor(state: Ec2State, subnet: VpcSubnet, asked: string | undefined): string {
  const taken = new Set(state.interfaces.flatMap((one) => one.addresses));
  if (asked === undefined) return freeAddresses(taken, subnet, 1)[0] ?? exhausted(subnet);
  const address = parseAddress(asked);
  if (address === undefined)
    throw invalidValue(`Value (${asked}) for parameter privateIpAddress is invalid. Invalid IPv4 address`);
  if (!contains(knownCidr(subnet.cidr), address))
    throw invalidValue("Address does not fall within the subnet's address range");
  if (isReserved(subnet, address)) throw invalidValue("Address is in subnet's reserved address range");
  if (taken.has(asked)) throw new Ec2Error('InvalidIPAddress.InUse', `Address ${asked} is in use.`);
  return asked;
}

/** The first `count` free addresses of the subnet. */
export function freeAddresses(taken: ReadonlySet<string>, subnet: { readonly cidr: string }, count: number): string[] {
  const { first, bits } = knownCidr(subnet.cidr);
  const found: string[] = [];
  for (let offset = 4; offset < sizeOf(bits) - 1 && found.length < count; offset++) {
    const address = addressText(first + offset);
    if (!taken.has(address)) found.push(address);
  }
  return found;
}

function exhausted(subnet: VpcSubnet): never {
  throw new Ec2Error(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
  );
}
