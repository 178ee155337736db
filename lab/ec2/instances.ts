import { ACCOUNT_ID } from '../topology.ts';
import { dnsName } from './dns.ts';
import { Ec2Error } from './errors.ts';
import { imageOf } from './images.ts';
import { typeOf } from './instance-types.ts';
import { groupName, groupSet, interfaceXml } from './interfaces.ts';
import { type Answer, described, type Listing, rowsNamed, tagSet } from './listing.ts';
import { publicAddressesOf, publicName, publicOf } from './public-addresses.ts';
import { list, type Parameters } from './query.ts';
import type { Ec2State, Instance, InstanceState, NetworkInterface } from './state.ts';
import type { Xml } from './xml.ts';

const STATE_CODES: { readonly [S in InstanceState]: number } = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const INSTANCES: Listing<Instance> = {
  set: 'reservationSet',
  ids: 'InstanceId',
  prefix: 'i',
  id: (row) => row.host.instanceId,
  rows: (state) => state.instances,
  fields: (state) => ({
    'availability-zone': (row) => [row.host.subnet.zone],
    'client-token': (row) => (row.clientToken === '' ? [] : [row.clientToken]),
    'iam-instance-profile.arn': (row) => (row.profile === undefined ? [] : [profileArn(row.profile)]),
    'image-id': (row) => [row.image],
    'instance-id': (row) => [row.host.instanceId],
    'instance-state-name': (row) => [row.state],
    'instance-state-code': (row) => [String(STATE_CODES[row.state])],
    'instance-type': (row) => [row.type],
    'ip-address': (row) => interfacesOf(state, row).flatMap((nic) => publicOf(state, nic)?.address ?? []),
    'dns-name': (row) => interfacesOf(state, row).flatMap((nic) => publicName(state, nic) || []),
    'network-interface.addresses.association.public-ip': (row) =>
      interfacesOf(state, row).flatMap((nic) => publicAddressesOf(state, nic).map((one) => one.address)),
    'key-name': (row) => (row.keyName === undefined ? [] : [row.keyName]),
    'reservation-id': (row) => [row.reservationId],
    'root-device-name': (row) => [imageOf(row.image).rootDevice],
    'metadata-options.http-tokens': (row) => [row.metadata.tokens],
    'private-ip-address': unlessTerminated((row) => [row.host.address]),
    'private-dns-name': unlessTerminated((row) => [dnsName(row.host.address)]),
    'vpc-id': unlessTerminated((row) => [row.host.subnet.vpcId]),
    'subnet-id': unlessTerminated((row) => [row.host.subnet.id]),
    'source-dest-check': (row) => interfacesOf(state, row).map((nic) => String(nic.sourceDestCheck)),
    'network-interface.network-interface-id': (row) => interfacesOf(state, row).map((nic) => nic.host.interfaceId),
    'network-interface.addresses.private-ip-address': (row) => interfacesOf(state, row).flatMap((nic) => nic.addresses),
    'network-interface.vpc-id': unlessTerminated((row) => [row.host.subnet.vpcId]),
    'network-interface.subnet-id': unlessTerminated((row) => [row.host.subnet.id]),
    'instance.group-id': (row) => interfacesOf(state, row).flatMap((nic) => nic.groups),
    'instance.group-name': (row) =>
      interfacesOf(state, row).flatMap((nic) => nic.groups.map((id) => groupName(state, id))),
    'group-id': (row) => interfacesOf(state, row).flatMap((nic) => nic.groups),
    'group-name': (row) => interfacesOf(state, row).flatMap((nic) => nic.groups.map((id) => groupName(state, id))),
  }),
  xml: reservationXml,
};

/** DescribeInstances: one reservation per instance, because each is launched alone. */
export function describeInstances(state: Ec2State, parameters: Parameters): Answer {
  if (list(parameters, 'InstanceId').length > 0 && parameters.has('MaxResults'))
    throw new Ec2Error(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  return described(INSTANCES)(state, parameters);
}

/** The instances with these ids, or all if none is given; throws EC2's error if one does not exist. */
export function instancesNamed(state: Ec2State, ids: readonly string[]): readonly Instance[] {
  return rowsNamed(INSTANCES, state, ids);
}

export function stateXml(state: InstanceState): Xml {
  return { code: STATE_CODES[state], name: state };
}

export function profileArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:instance-profile/${name}`;
}

/** A reservation of one instance, as RunInstances and DescribeInstances show it. */
export function reservationXml(state: Ec2State, row: Instance): { readonly [field: string]: Xml } {
  return {
    reservationId: row.reservationId,
    ownerId: ACCOUNT_ID,
    groupSet: [],
    instancesSet: [instanceXml(state, row)],
  };
}

/** Values that a terminated instance no longer has: EC2 shows it without its network. */
function unlessTerminated(read: (row: Instance) => readonly string[]): (row: Instance) => readonly string[] {
  return (row) => (row.state === 'terminated' ? [] : read(row));
}

function interfacesOf(state: Ec2State, row: Instance): Ec2State['interfaces'] {
  return state.interfaces.filter((one) => one.host?.instanceId === row.host.instanceId);
}

function instanceXml(state: Ec2State, row: Instance): Xml {
  const { host } = row;
  return {
    instanceId: host.instanceId,
    imageId: row.image,
    instanceState: stateXml(row.state),
    ...(row.state === 'terminated' ? { privateDnsName: '', dnsName: '' } : networkXml(state, row)),
    reason: row.reason,
    keyName: row.keyName,
    amiLaunchIndex: 0,
    productCodes: [],
    instanceType: row.type,
    launchTime: row.launched.toISOString(),
    placement: { availabilityZone: host.subnet.zone, groupName: row.placementGroup ?? '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    stateReason: row.reason === '' ? undefined : { code: row.reason.split(':')[0], message: row.reason },
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: imageOf(row.image).rootDevice,
    blockDeviceMapping: volumesXml(state, row),
    virtualizationType: 'hvm',
    clientToken: row.clientToken,
    tagSet: tagSet(state, host.instanceId),
    // EC2 says so for Nitro types too.
    hypervisor: 'xen',
    iamInstanceProfile:
      row.profile === undefined ? undefined : { arn: profileArn(row.profile), id: 'AIPALABHOST0000000000' },
    ebsOptimized: false,
    cpuOptions: cpuOptions(row.type),
    enaSupport: row.ena,
    sriovNetSupport: row.sriov ? 'simple' : undefined,
    metadataOptions: {
      state: 'applied',
      httpTokens: row.metadata.tokens,
      httpPutResponseHopLimit: row.metadata.hopLimit,
      httpEndpoint: row.metadata.endpoint,
      httpProtocolIpv6: 'disabled',
      instanceMetadataTags: 'disabled',
    },
  };
}

/** Those of the type: the lab has no CPU options. */
function cpuOptions(type: string): Xml {
  const cpus = typeOf(type)?.cpus ?? 2;
  return { coreCount: Math.ceil(cpus / 2), threadsPerCore: cpus === 1 ? 1 : 2 };
}

function networkXml(state: Ec2State, row: Instance): { readonly [field: string]: Xml } {
  const own = interfacesOf(state, row);
  return {
    privateDnsName: dnsName(row.host.address),
    ...publicXml(state, own[0]),
    subnetId: row.host.subnet.id,
    vpcId: row.host.subnet.vpcId,
    privateIpAddress: row.host.address,
    sourceDestCheck: own[0]?.sourceDestCheck,
    groupSet: groupSet(state, own[0]?.groups ?? []),
    networkInterfaceSet: own.map((nic) => interfaceXml(state, nic)),
  };
}

/** PublicIpAddress and PublicDnsName, which is empty without a public address, or if the VPC gives no host names. */
function publicXml(state: Ec2State, nic: NetworkInterface | undefined): { readonly [field: string]: Xml } {
  if (nic === undefined) return { dnsName: '' };
  return { dnsName: publicName(state, nic), ipAddress: publicOf(state, nic)?.address };
}

function volumesXml(state: Ec2State, row: Instance): Xml {
  return state.volumes
    .filter((one) => one.host?.instanceId === row.host.instanceId)
    .map((volume) => ({
      deviceName: volume.device,
      ebs: {
        volumeId: volume.id,
        status: volume.attachment,
        attachTime: volume.created.toISOString(),
        deleteOnTermination: volume.deleteOnTermination,
      },
    }));
}
