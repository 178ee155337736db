import { ACCOUNT_ID } from '../topology.ts';
import { dnsName } from './dns.ts';
import { Ec2Error, missingParameter } from './errors.ts';
import { type Change, find } from './find.ts';
import { groupsFor } from './group-choice.ts';
import { described, type Listing, tagSet } from './listing.ts';
import { checkOwn } from './managed-interfaces.ts';
import { associationXml, publicAddressesOf } from './public-addresses.ts';
import { flag, list, type Parameters, required } from './query.ts';
import type { Ec2State, NetworkInterface } from './state.ts';
import type { Xml } from './xml.ts';

const INTERFACES: Listing<NetworkInterface> = {
  set: 'networkInterfaceSet',
  ids: 'NetworkInterfaceId',
  prefix: 'eni',
  id: (row) => row.host.interfaceId,
  rows: (state) => state.interfaces,
  fields: (state) => ({
    'addresses.private-ip-address': (row) => row.addresses,
    'addresses.primary': (row) => row.addresses.map((address) => String(address === row.host.address)),
    'addresses.association.public-ip': (row) => publicAddressesOf(state, row).map((one) => one.address),
    'association.allocation-id': (row) => publicAddressesOf(state, row).flatMap((one) => one.allocationId ?? []),
    'association.association-id': (row) => publicAddressesOf(state, row).flatMap((one) => one.associationId ?? []),
    'association.public-ip': (row) => publicAddressesOf(state, row).map((one) => one.address),
    'attachment.instance-id': attached((row) => row.host.instanceId),
    'attachment.attachment-id': attached((row) => row.host.attachmentId),
    'attachment.device-index': attached(() => '0'),
    'attachment.status': attached(() => 'attached'),
    'availability-zone': (row) => [row.host.subnet.zone],
    description: (row) => [row.description],
    'group-id': (row) => row.groups,
    'group-name': (row) => row.groups.map((id) => groupName(state, id)),
    'interface-type': (row) => [row.managed ?? 'interface'],
    'mac-address': (row) => [row.host.mac],
    'network-interface-id': (row) => [row.host.interfaceId],
    'private-ip-address': (row) => [row.host.address],
    'private-dns-name': (row) => [dnsName(row.host.address)],
    'requester-managed': (row) => [String(row.managed !== undefined)],
    'source-dest-check': (row) => [String(row.sourceDestCheck)],
    status: (row) => [statusOf(row)],
    'subnet-id': (row) => [row.host.subnet.id],
    'vpc-id': (row) => [row.host.subnet.vpcId],
  }),
  xml: interfaceXml,
};

function attached(read: (row: NetworkInterface) => string): (row: NetworkInterface) => readonly string[] {
  return (row) => (row.attached ? [read(row)] : []);
}

function statusOf(nic: NetworkInterface): string {
  return nic.attached ? 'in-use' : 'available';
}

export const describeNetworkInterfaces = described(INTERFACES);

/** ModifyNetworkInterfaceAttribute: groups, source/destination check, description, or deletion with the instance. */
export function modifyNetworkInterfaceAttribute(state: Ec2State, parameters: Parameters): Change {
  const nic = find.nic(state, required(parameters, 'NetworkInterfaceId'));
  checkOwn(nic);
  const ids = list(parameters, 'SecurityGroupId');
  const check = parameters.has('SourceDestCheck.Value');
  const description = parameters.get('Description.Value');
  const deletion = deletionAsked(nic, parameters);
  if (ids.length === 0 && !check && description === undefined && deletion === undefined)
    throw missingParameter('attribute');
  const next: NetworkInterface = {
    ...nic,
    ...(ids.length > 0 && { groups: groupsFor(state, ids, nic.host.subnet) }),
    ...(check && { sourceDestCheck: flag(parameters, 'SourceDestCheck.Value') }),
    ...(description !== undefined && { description }),
    ...(deletion !== undefined && { deleteOnTermination: deletion }),
  };
  return { state: withInterface(state, next), answer: { return: true } };
}

/** Whether it is to be deleted with its instance, which is an attribute of the attachment. */
function deletionAsked(nic: NetworkInterface, parameters: Parameters): boolean | undefined {
  if (!parameters.has('Attachment.DeleteOnTermination')) return undefined;
  const id = required(parameters, 'Attachment.AttachmentId');
  if (!nic.attached || id !== nic.host.attachmentId)
    throw new Ec2Error('InvalidAttachmentID.NotFound', `The attachment '${id}' does not exist`);
  return flag(parameters, 'Attachment.DeleteOnTermination');
}

export function withInterface(state: Ec2State, next: NetworkInterface): Ec2State {
  return {
    ...state,
    interfaces: state.interfaces.map((one) => (one.host.interfaceId === next.host.interfaceId ? next : one)),
  };
}

/** The groups of an interface, as Describe calls show them. */
export function groupSet(state: Ec2State, groups: readonly string[]): Xml {
  return groups.map((groupId) => ({ groupId, groupName: groupName(state, groupId) }));
}

export function groupName(state: Ec2State, id: string): string {
  return state.groups.find((one) => one.id === id)?.name ?? '';
}

export function interfaceXml(state: Ec2State, row: NetworkInterface): Xml {
  const { host } = row;
  return {
    networkInterfaceId: host.interfaceId,
    subnetId: host.subnet.id,
    vpcId: host.subnet.vpcId,
    availabilityZone: host.subnet.zone,
    description: row.description,
    ownerId: ACCOUNT_ID,
    requesterManaged: row.managed !== undefined,
    status: statusOf(row),
    macAddress: host.mac,
    privateIpAddress: host.address,
    privateDnsName: dnsName(host.address),
    sourceDestCheck: row.sourceDestCheck,
    groupSet: groupSet(state, row.groups),
    attachment: row.attached
      ? {
          attachmentId: host.attachmentId,
          // That of a NAT gateway or an endpoint is Amazon's own.
          instanceId: row.managed === undefined ? host.instanceId : undefined,
          instanceOwnerId: row.managed === undefined ? ACCOUNT_ID : 'amazon-aws',
          deviceIndex: 0,
          status: 'attached',
          deleteOnTermination: row.deleteOnTermination,
        }
      : undefined,
    association: associationXml(state, row, host.address),
    tagSet: tagSet(state, host.interfaceId),
    privateIpAddressesSet: row.addresses.map((privateIpAddress) => ({
      privateIpAddress,
      privateDnsName: dnsName(privateIpAddress),
      primary: privateIpAddress === host.address,
      association: associationXml(state, row, privateIpAddress),
    })),
    interfaceType: row.managed ?? 'interface',
  };
}
