import { newId, type Specified, tagsFrom, withId } from './ec2-ids.ts';
import { OperationFailed, type World } from './world.ts';

/** A new Elastic IP address, bound to nothing. */
export function allocateAddress(world: World, input: Specified): void {
  const id = newId(world, 'eipalloc');
  const publicIp = `198.51.100.${world.ec2.next % 250}`;
  world.ec2.elasticAddresses.push({ id, tags: tagsFrom(input, 'elastic-ip'), publicIp, boundTo: undefined });
}

interface Association {
  readonly AllocationId: string;
  readonly NetworkInterfaceId: string;
  readonly PrivateIpAddress: string;
  readonly AllowReassociation: boolean;
}

export function associateAddress({ ec2 }: World, input: Association): void {
  const { AllocationId, NetworkInterfaceId, PrivateIpAddress, AllowReassociation } = input;
  const address = withId(ec2.elasticAddresses, AllocationId, 'InvalidAllocationID');
  const nic = ec2.interfaces.find(({ networkInterfaceId }) => networkInterfaceId === NetworkInterfaceId);
  if (!nic?.addresses.some((one) => one.address === PrivateIpAddress))
    throw new OperationFailed(`InvalidParameterValue: ${PrivateIpAddress} is not assigned to ${NetworkInterfaceId}`);
  if (address.boundTo && !AllowReassociation)
    throw new OperationFailed(`Resource.AlreadyAssociated: ${AllocationId} is already associated`);
  address.boundTo = { networkInterfaceId: NetworkInterfaceId, address: PrivateIpAddress };
}

export function releaseAddress({ ec2 }: World, { AllocationId }: { readonly AllocationId: string }): void {
  if (withId(ec2.elasticAddresses, AllocationId, 'InvalidAllocationID').boundTo)
    throw new OperationFailed(`InvalidIPAddress.InUse: ${AllocationId} is associated`);
  ec2.elasticAddresses = ec2.elasticAddresses.filter(({ id }) => id !== AllocationId);
}

/** The binding follows a private address that is moved to another interface, and ends with the address or its interface. A NAT gateway keeps its own. */
export function followPrivateAddresses({ ec2 }: World): void {
  const held = ec2.natGateways.flatMap(({ allocationIds }) => allocationIds);
  for (const one of ec2.elasticAddresses) {
    if (held.includes(one.id)) continue;
    const nic = ec2.interfaces.find((each) => each.addresses.some(({ address }) => address === one.boundTo?.address));
    one.boundTo = one.boundTo && nic && { ...one.boundTo, networkInterfaceId: nic.networkInterfaceId };
  }
}
