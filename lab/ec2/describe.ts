import { ACCOUNT_ID, HOST_ROLE, SECURITY_GROUP, VPC } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { type FilterTable, filtered, type Tag } from './filters.ts';
import { filters, list, type Parameters, page } from './query.ts';
import type { Ec2State, Instance, InstanceState, NetworkInterface } from './state.ts';
import type { Xml } from './xml.ts';

type Answer = { readonly [field: string]: Xml };

const STATE_CODES: { readonly [S in InstanceState]: number } = { pending: 0, running: 16, stopping: 64, stopped: 80 };
const GROUPS: Xml = [{ groupId: SECURITY_GROUP.id, groupName: SECURITY_GROUP.name }];

/** DescribeInstances: one reservation an instance, as if each had been launched alone. */
export function describeInstances(state: Ec2State, parameters: Parameters): Answer {
  const ids = list(parameters, 'InstanceId');
  if (ids.length > 0 && parameters.has('MaxResults'))
    throw new Ec2Error(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  const rows = filtered(instancesNamed(state, ids), filters(parameters), INSTANCE_FILTERS);
  const shown = page(rows, parameters);
  return { reservationSet: shown.items.map((row) => reservation(state, row)), nextToken: shown.nextToken };
}

export function describeNetworkInterfaces(state: Ec2State, parameters: Parameters): Answer {
  const ids = list(parameters, 'NetworkInterfaceId');
  const missing = ids.find((id) => state.interfaces.every((one) => one.host.interfaceId !== id));
  if (missing !== undefined)
    throw new Ec2Error('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${missing}' does not exist`);
  const named = state.interfaces.filter((one) => ids.length === 0 || ids.includes(one.host.interfaceId));
  const shown = page(filtered(named, filters(parameters), INTERFACE_FILTERS), parameters);
  return { networkInterfaceSet: shown.items.map(networkInterface), nextToken: shown.nextToken };
}

/** The instances called by `ids`, all of them when none is; EC2's own error when one does not exist. */
export function instancesNamed(state: Ec2State, ids: readonly string[]): readonly Instance[] {
  const missing = ids.filter((id) => state.instances.every((one) => one.host.instanceId !== id));
  const malformed = missing.find((id) => !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
  if (malformed !== undefined) throw new Ec2Error('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  if (missing.length === 1)
    throw new Ec2Error('InvalidInstanceID.NotFound', `The instance ID '${missing[0]}' does not exist`);
  if (missing.length > 1)
    throw new Ec2Error('InvalidInstanceID.NotFound', `The instance IDs '${missing.join(', ')}' do not exist`);
  return state.instances.filter((one) => ids.length === 0 || ids.includes(one.host.instanceId));
}

export function stateXml(state: InstanceState): Xml {
  return { code: STATE_CODES[state], name: state };
}

const INSTANCE_FILTERS: FilterTable<Instance> = {
  tags: (row) => row.tags,
  fields: {
    'instance-id': (row) => [row.host.instanceId],
    'instance-state-name': (row) => [row.state],
    'instance-state-code': (row) => [String(STATE_CODES[row.state])],
    'instance-type': () => ['m5.large'],
    'private-ip-address': (row) => [row.host.address],
    'private-dns-name': (row) => [dnsName(row.host.address)],
    'vpc-id': () => [VPC.id],
    'subnet-id': (row) => [row.host.subnet.id],
    'availability-zone': (row) => [row.host.subnet.zone],
    'network-interface.network-interface-id': (row) => [row.host.interfaceId],
    'network-interface.vpc-id': () => [VPC.id],
    'network-interface.subnet-id': (row) => [row.host.subnet.id],
    'instance.group-id': () => [SECURITY_GROUP.id],
    'instance.group-name': () => [SECURITY_GROUP.name],
  },
};

const INTERFACE_FILTERS: FilterTable<NetworkInterface> = {
  tags: (row) => row.tags,
  fields: {
    'addresses.private-ip-address': (row) => row.addresses,
    'addresses.primary': (row) => row.addresses.map((address) => String(address === row.host.address)),
    'attachment.instance-id': (row) => [row.host.instanceId],
    'attachment.attachment-id': (row) => [row.host.attachmentId],
    'attachment.device-index': () => ['0'],
    'attachment.status': () => ['attached'],
    'availability-zone': (row) => [row.host.subnet.zone],
    'group-id': () => [SECURITY_GROUP.id],
    'mac-address': (row) => [row.host.mac],
    'network-interface-id': (row) => [row.host.interfaceId],
    'private-ip-address': (row) => [row.host.address],
    'source-dest-check': () => ['true'],
    status: () => ['in-use'],
    'subnet-id': (row) => [row.host.subnet.id],
    'vpc-id': () => [VPC.id],
  },
};

function reservation(state: Ec2State, row: Instance): Xml {
  return {
    reservationId: row.host.instanceId.replace('i-', 'r-'),
    ownerId: ACCOUNT_ID,
    groupSet: [],
    instancesSet: [instance(state, row)],
  };
}

function instance(state: Ec2State, row: Instance): Xml {
  const { host } = row;
  const card = state.interfaces.filter((one) => one.host.name === host.name);
  return {
    instanceId: host.instanceId,
    imageId: 'ami-0a500000000000001',
    instanceState: stateXml(row.state),
    privateDnsName: dnsName(host.address),
    dnsName: '',
    reason: row.reason,
    amiLaunchIndex: 0,
    productCodes: [],
    instanceType: 'm5.large',
    launchTime: row.launched.toISOString(),
    placement: { availabilityZone: host.subnet.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    subnetId: host.subnet.id,
    vpcId: VPC.id,
    privateIpAddress: host.address,
    sourceDestCheck: true,
    groupSet: GROUPS,
    stateReason: row.reason === '' ? undefined : { code: row.reason.split(':')[0], message: row.reason },
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    virtualizationType: 'hvm',
    tagSet: tagSet(row.tags),
    hypervisor: 'xen',
    networkInterfaceSet: card.map(networkInterface),
    iamInstanceProfile: {
      arn: `arn:aws:iam::${ACCOUNT_ID}:instance-profile/${HOST_ROLE}`,
      id: 'AIPALABHOST0000000000',
    },
    ebsOptimized: false,
    enaSupport: true,
  };
}

function networkInterface(row: NetworkInterface): Xml {
  const { host } = row;
  return {
    networkInterfaceId: host.interfaceId,
    subnetId: host.subnet.id,
    vpcId: VPC.id,
    availabilityZone: host.subnet.zone,
    description: '',
    ownerId: ACCOUNT_ID,
    requesterManaged: false,
    status: 'in-use',
    macAddress: host.mac,
    privateIpAddress: host.address,
    privateDnsName: dnsName(host.address),
    sourceDestCheck: true,
    groupSet: GROUPS,
    attachment: {
      attachmentId: host.attachmentId,
      instanceId: host.instanceId,
      instanceOwnerId: ACCOUNT_ID,
      deviceIndex: 0,
      status: 'attached',
      deleteOnTermination: true,
    },
    tagSet: tagSet(row.tags),
    privateIpAddressesSet: row.addresses.map((privateIpAddress) => ({
      privateIpAddress,
      privateDnsName: dnsName(privateIpAddress),
      primary: privateIpAddress === host.address,
    })),
    interfaceType: 'interface',
  };
}

export function tagSet(tags: readonly Tag[]): Xml {
  return tags.map((tag) => ({ key: tag.key, value: tag.value }));
}

function dnsName(address: string): string {
  return `ip-${address.replaceAll('.', '-')}.lab-1.compute.internal`;
}
