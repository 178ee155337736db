import type { Instance } from '../inventory.ts';
import type { AddressOwner } from '../questions/address-owner.ts';
import type { Ec2Filters, Ec2Query } from '../questions/sense.ts';
import type { Ec2Command } from '../verbs/verb.ts';
import { VerbFailed, type World, type Writable } from './world.ts';

/** What EC2's describe calls answer: items in the SDK's own shape. */
export function describe({ ec2 }: World, { action, filters }: Ec2Query): readonly unknown[] {
  if (action === 'DescribeInstances')
    return ec2.instances.filter((one) => matches(filters, (name) => instanceField(one, name))).map(instanceItem);
  return ec2.interfaces.filter((one) => matches(filters, (name) => interfaceField(one, name))).map(interfaceItem);
}

/** An address is on one interface of a VPC at most; a primary one does not move. */
export function obey({ ec2 }: World, command: Ec2Command): void {
  const target = ec2.interfaces.find((one) => one.networkInterfaceId === command.networkInterfaceId);
  if (!target) throw new VerbFailed(`InvalidNetworkInterfaceID.NotFound: ${command.networkInterfaceId}`);
  const { address } = command;
  const holders = ec2.interfaces.filter(
    (one) => one.vpcId === target.vpcId && one.addresses.some((own) => own.address === address),
  );
  if (holders.some((one) => one.addresses.some((own) => own.address === address && own.primary)))
    throw new VerbFailed(`InvalidParameterValue: ${address} is a primary address`);
  for (const one of holders) one.addresses = one.addresses.filter((own) => own.address !== address);
  if (command.action === 'AssignPrivateIpAddresses') target.addresses.push({ address, primary: false });
}

/** Filters are ANDed, a filter's values are ORed. */
function matches(filters: Ec2Filters, fieldsOf: (name: string) => readonly string[]): boolean {
  return Object.entries(filters).every(([name, values]) => fieldsOf(name).some((field) => values.includes(field)));
}

function instanceField(instance: Instance, name: string): readonly string[] {
  if (name === 'instance-id') return [instance.instanceId];
  if (name === 'instance-state-name') return [instance.state];
  if (name.startsWith('tag:')) return [instance.tags[name.slice('tag:'.length)] ?? ''];
  throw new Error(`InvalidParameterValue: the filter '${name}' is not known to the world`);
}

function interfaceField(card: AddressOwner, name: string): readonly string[] {
  if (name === 'addresses.private-ip-address') return card.addresses.map(({ address }) => address);
  throw new Error(`InvalidParameterValue: the filter '${name}' is not known to the world`);
}

function instanceItem(instance: Writable<Instance>): object {
  const { networkInterfaceId, macAddress } = instance;
  const cards = networkInterfaceId
    ? [{ NetworkInterfaceId: networkInterfaceId, MacAddress: macAddress, Attachment: { DeviceIndex: 0 } }]
    : [];
  return {
    InstanceId: instance.instanceId,
    State: { Code: 16, Name: instance.state },
    PrivateIpAddress: instance.privateAddress,
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    Placement: { AvailabilityZone: instance.zone },
    Tags: Object.entries(instance.tags).map(([Key, Value]) => ({ Key, Value })),
    NetworkInterfaces: cards,
  };
}

function interfaceItem(card: AddressOwner): object {
  return {
    NetworkInterfaceId: card.networkInterfaceId,
    SubnetId: card.subnetId,
    VpcId: card.vpcId,
    Attachment: { InstanceId: card.instanceId, DeviceIndex: 0 },
    PrivateIpAddresses: card.addresses.map(({ address, primary }) => ({ PrivateIpAddress: address, Primary: primary })),
  };
}
