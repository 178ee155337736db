import type { Instance } from '../reconcilers/facts/ec2/instance.ts';
import type { NetworkInterface } from '../reconcilers/facts/ec2/network-interfaces.ts';
import type { Volume } from '../reconcilers/facts/ec2/volumes.ts';
import type { Group, Rule } from '../reconcilers/facts/ec2/vpc-network.ts';
import type { Ec2Describe, Ec2Filters, Ec2Query } from '../reconcilers/facts/fact.ts';
import type { World, Writable } from './world.ts';

type Tags = Readonly<Record<string, string>>;
/** A resource of the account: its filterable values, and its form in the SDK. */
interface Shown {
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly tags?: Tags;
  readonly item: object;
}

/** The results of EC2's describe calls, as SDK objects. Filters are ANDed, the values of a filter are ORed. */
export function describe({ ec2 }: World, { action, filters }: Ec2Query): readonly unknown[] {
  return lists[action](ec2)
    .filter((one) => matches(filters, one))
    .map(({ item }) => item);
}

function matches(filters: Ec2Filters, { fields, tags = {} }: Shown): boolean {
  return Object.entries(filters).every(([name, values]) => {
    const have = name.startsWith('tag:') ? [tags[name.slice('tag:'.length)] ?? ''] : fields[name];
    if (!have) throw new Error(`InvalidParameterValue: the filter '${name}' is not supported by the simulation`);
    return have.some((field) => values.includes(field));
  });
}

type Ec2 = World['ec2'];

const lists: { readonly [A in Ec2Describe]: (ec2: Ec2) => readonly Shown[] } = {
  DescribeVpcs: ({ vpcs }) =>
    vpcs.map(({ id, tags, state, cidrs }) => ({
      fields: { 'vpc-id': [id] },
      tags,
      item: {
        VpcId: id,
        State: state,
        CidrBlock: cidrs[0],
        CidrBlockAssociationSet: cidrs.map((CidrBlock) => ({ CidrBlock })),
        Tags: tagList(tags),
      },
    })),
  DescribeSubnets: ({ subnets }) =>
    subnets.map(({ id, tags, vpcId, state, cidr, zone, givesPublicAddresses, freeAddresses }) => ({
      fields: { 'subnet-id': [id], 'cidr-block': [cidr] },
      tags,
      item: {
        SubnetId: id,
        VpcId: vpcId,
        State: state,
        CidrBlock: cidr,
        AvailabilityZone: zone,
        MapPublicIpOnLaunch: givesPublicAddresses,
        AvailableIpAddressCount: freeAddresses,
        Tags: tagList(tags),
      },
    })),
  DescribeAddresses: ({ elasticAddresses }) =>
    elasticAddresses.map(({ id, tags, publicIp, boundTo }) => ({
      fields: { 'allocation-id': [id] },
      tags,
      item: {
        AllocationId: id,
        PublicIp: publicIp,
        ...(boundTo
          ? {
              AssociationId: `eipassoc-${id}`,
              NetworkInterfaceId: boundTo.networkInterfaceId,
              PrivateIpAddress: boundTo.address,
            }
          : {}),
        Tags: tagList(tags),
      },
    })),
  DescribeInternetGateways: ({ gateways }) =>
    gateways.map(({ id, tags, vpcIds }) => ({
      fields: { 'internet-gateway-id': [id] },
      tags,
      item: { InternetGatewayId: id, Attachments: vpcIds.map((VpcId) => ({ VpcId })), Tags: tagList(tags) },
    })),
  DescribeRouteTables: ({ routeTables }) =>
    routeTables.map(({ id, tags, vpcId, main, associations, ofGateway, routes }) => ({
      fields: {
        'association.main': [String(main)],
        'vpc-id': [vpcId],
        'route.destination-cidr-block': routes.map(({ destination }) => destination),
      },
      tags,
      item: {
        RouteTableId: id,
        VpcId: vpcId,
        Associations: [
          ...(main ? [{ Main: true }] : []),
          ...associations.map((one) => ({ Main: false, RouteTableAssociationId: one.id, SubnetId: one.subnetId })),
          ...(ofGateway ? [{ Main: false, GatewayId: 'igw-edge' }] : []),
        ],
        Routes: routes.map(({ destination, target, state }) => ({
          DestinationCidrBlock: destination,
          ...targetField(target),
          State: state,
        })),
        Tags: tagList(tags),
      },
    })),
  DescribeNatGateways: ({ natGateways }) =>
    natGateways.map(({ id, tags, vpcId, subnetId, state, failure, allocationIds }) => ({
      fields: { 'nat-gateway-id': [id] },
      tags,
      item: {
        NatGatewayId: id,
        VpcId: vpcId,
        SubnetId: subnetId,
        State: state,
        ...(failure === undefined
          ? {}
          : { FailureCode: failure.split(': ')[0], FailureMessage: failure.split(': ').slice(1).join(': ') }),
        NatGatewayAddresses: allocationIds.map((AllocationId) => ({ AllocationId })),
        Tags: tagList(tags),
      },
    })),
  DescribeVpcEndpoints: ({ endpoints }) =>
    endpoints.map(({ id, tags, vpcId, service, state, privateDns, subnetIds, routeTableIds }) => ({
      fields: { 'vpc-endpoint-id': [id], 'vpc-id': [vpcId] },
      tags,
      item: {
        VpcEndpointId: id,
        VpcId: vpcId,
        ServiceName: service,
        State: state,
        PrivateDnsEnabled: privateDns,
        SubnetIds: subnetIds,
        RouteTableIds: routeTableIds,
        Tags: tagList(tags),
      },
    })),
  DescribeSecurityGroups: ({ groups }) =>
    groups.map((group) => ({
      fields: { 'group-id': [group.id], 'group-name': [group.name] },
      tags: group.tags,
      item: groupItem(group),
    })),
  DescribeKeyPairs: ({ keyPairs }) =>
    keyPairs.map((KeyName) => ({ fields: { 'key-name': [KeyName] }, item: { KeyName } })),
  DescribeImages: ({ images, armImages }) =>
    Object.keys(images).map((id) => ({
      fields: { 'image-id': [id] },
      item: {
        ImageId: id,
        State: 'available',
        RootDeviceName: '/dev/xvda',
        EnaSupport: true,
        Architecture: armImages.includes(id) ? 'arm64' : 'x86_64',
      },
    })),
  DescribeInstanceTypes: ({ types }) =>
    Object.entries(types).map(([name, EnaSupport]) => ({
      fields: { 'instance-type': [name] },
      item: {
        InstanceType: name,
        ProcessorInfo: { SupportedArchitectures: ['x86_64'] },
        VCpuInfo: { DefaultVCpus: vcpusPerInstance },
        NetworkInfo: { EnaSupport, Ipv4AddressesPerInterface: addressesPerInterface },
      },
    })),
  DescribeInstanceTypeOfferings: ({ types, closedZones }) =>
    Object.keys(types).flatMap((InstanceType) =>
      zones
        .filter((one) => !closedZones.includes(one))
        .map((Location) => ({ fields: { 'instance-type': [InstanceType] }, item: { InstanceType, Location } })),
    ),
  DescribeInstances: ({ instances, interfaces }) =>
    instances.map((instance) => instanceShown(instance, addressesOf(instance, interfaces))),
  DescribeVolumes: ({ volumes }) =>
    volumes.map((volume) => ({ fields: {}, tags: volume.tags, item: volumeItem(volume) })),
  // While an instance is pending in the simulation, EC2 would show it as running and initializing. A running one has passed its checks.
  DescribeInstanceStatus: () => [],
  DescribePlacementGroups: ({ placementGroups }) =>
    placementGroups.map(({ id, name, strategy, state, tags }) => ({
      fields: { 'group-name': [name] },
      tags,
      item: { GroupId: id, GroupName: name, Strategy: strategy, State: state, Tags: tagList(tags) },
    })),
  DescribeInstanceAttribute: ({ instances, terminationProtected }) =>
    instances.map(({ instanceId }) => ({
      fields: { 'instance-id': [instanceId] },
      item: { InstanceId: instanceId, DisableApiTermination: { Value: terminationProtected.includes(instanceId) } },
    })),
  DescribeNetworkInterfaces: ({ interfaces }) => interfaces.map(interfaceShown),
};

function targetField(target: string): object {
  if (target.startsWith('eni-')) return { NetworkInterfaceId: target };
  return target.startsWith('nat-') ? { NatGatewayId: target } : { GatewayId: target };
}

function tagList(tags: Tags): object[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function volumeItem({ instanceId, attachment, device, deleteOnTermination, ...volume }: Volume): object {
  const attached = { InstanceId: instanceId, State: attachment, Device: device };
  return {
    VolumeId: volume.id,
    Size: volume.gibibytes,
    VolumeType: volume.type,
    Encrypted: volume.encrypted,
    Iops: volume.iops,
    Throughput: volume.throughput,
    AvailabilityZone: volume.zone,
    State: volume.state,
    Attachments: instanceId ? [{ ...attached, DeleteOnTermination: deleteOnTermination }] : [],
    Tags: tagList(volume.tags),
  };
}

function groupItem({ id, vpcId, name, tags, ingress }: Group): object {
  const permission = ({ protocol, from, to, source, description }: Rule) => ({
    IpProtocol: protocol,
    ...(from === undefined ? {} : { FromPort: from, ToPort: to }),
    ...(source.startsWith('sg-')
      ? { UserIdGroupPairs: [{ GroupId: source, Description: description }] }
      : { IpRanges: [{ CidrIp: source, Description: description }] }),
  });
  return { GroupId: id, VpcId: vpcId, GroupName: name, IpPermissions: ingress.map(permission), Tags: tagList(tags) };
}

/** The availability zones of the region. */
export const zones = ['lab-1a', 'lab-1b', 'lab-1c'];

/** Of m5.large and c4.large. */
export const addressesPerInterface = 10;

/** Of m5.large and c4.large. */
export const vcpusPerInstance = 2;

/** The addresses of an instance: those of its network interface. */
export function addressesOf(
  { networkInterfaceId }: Pick<Instance, 'networkInterfaceId'>,
  interfaces: Ec2['interfaces'],
): readonly string[] {
  const own = interfaces.find((one) => one.networkInterfaceId === networkInterfaceId);
  return (own?.addresses ?? []).map(({ address }) => address);
}

function instanceShown(instance: Writable<Ec2['instances'][number]>, addresses: readonly string[]): Shown {
  const { networkInterfaceId, macAddress, tags, instanceId, state, sriov } = instance;
  const cards = networkInterfaceId
    ? [
        {
          NetworkInterfaceId: networkInterfaceId,
          MacAddress: macAddress,
          Attachment: { DeviceIndex: 0 },
          PrivateIpAddresses: addresses.map((PrivateIpAddress) => ({ PrivateIpAddress })),
        },
      ]
    : [];
  return {
    fields: { 'instance-id': [instanceId], 'instance-state-name': [state] },
    tags,
    item: {
      InstanceId: instanceId,
      State: { Code: 16, Name: state },
      PrivateIpAddress: instance.privateAddress,
      PublicIpAddress: instance.publicAddress,
      SubnetId: instance.subnetId,
      VpcId: instance.vpcId,
      Placement: { AvailabilityZone: instance.zone, GroupName: instance.placementGroup ?? '' },
      Tags: tagList(tags),
      NetworkInterfaces: cards,
      InstanceType: instance.type,
      CpuOptions: { CoreCount: 1, ThreadsPerCore: vcpusPerInstance },
      ImageId: instance.imageId,
      MetadataOptions: { HttpTokens: instance.imdsv2 ? 'required' : 'optional' },
      ...(sriov ? { SriovNetSupport: 'simple' } : {}),
      EnaSupport: instance.ena,
      ...(instance.stateReason === undefined
        ? {}
        : { StateReason: { Code: instance.stateReason.split(':')[0], Message: instance.stateReason } }),
      ...(instance.launched === undefined ? {} : { LaunchTime: new Date(instance.launched) }),
    },
  };
}

function interfaceShown(nic: NetworkInterface): Shown {
  return {
    fields: { 'addresses.private-ip-address': nic.addresses.map(({ address }) => address) },
    tags: nic.tags,
    item: {
      NetworkInterfaceId: nic.networkInterfaceId,
      SubnetId: nic.subnetId,
      VpcId: nic.vpcId,
      Attachment: {
        InstanceId: nic.instanceId,
        DeviceIndex: 0,
        AttachmentId: nic.attachmentId,
        DeleteOnTermination: nic.deleteOnTermination,
      },
      Status: nic.status,
      TagSet: tagList(nic.tags),
      Groups: nic.groupIds.map((GroupId) => ({ GroupId })),
      SourceDestCheck: nic.sourceDestCheck,
      PrivateIpAddresses: nic.addresses.map(({ address, primary }) => ({
        PrivateIpAddress: address,
        Primary: primary,
      })),
    },
  };
}
