import type { Volume } from '../reconcilers/facts/ec2/volumes.ts';
import { markers } from '../renderers/lib/markers.ts';
import { copyOf } from './copy.ts';
import { endVolumes } from './data-volumes.ts';
import { newId, type Specified, tagsFrom, withId } from './ec2-ids.ts';
import { beginFirstBoot } from './first-boot.ts';
import { halt } from './halt.ts';
import { addLink } from './links.ts';
import { placementOf } from './placement-groups.ts';
import { OperationFailed, type World, type Writable } from './world.ts';

interface AddressMove {
  readonly NetworkInterfaceId: string;
  readonly PrivateIpAddresses: readonly string[];
}

/** An address is on at most one interface of a VPC. A primary address does not move. */
export function assign(world: World, input: AddressMove): void {
  const target = unassigned(world, input);
  for (const address of input.PrivateIpAddresses) target.addresses.push({ address, primary: false });
}

export function unassign(world: World, input: AddressMove): void {
  unassigned(world, input);
}

function unassigned({ ec2 }: World, { NetworkInterfaceId: id, PrivateIpAddresses }: AddressMove): Interface {
  const target = interfaceWith(ec2.interfaces, id);
  const held = (nic: Interface, primary?: true) =>
    nic.vpcId === target.vpcId &&
    nic.addresses.some((own) => PrivateIpAddresses.includes(own.address) && (!primary || own.primary));
  if (ec2.interfaces.some((nic) => held(nic, true)))
    throw new OperationFailed(`InvalidParameterValue: ${PrivateIpAddresses.join()} is a primary address`);
  for (const nic of ec2.interfaces.filter((one) => held(one)))
    nic.addresses = nic.addresses.filter((own) => !PrivateIpAddresses.includes(own.address));
  return target;
}

type Interface = Writable<World['ec2']['interfaces'][number]>;

function interfaceWith(interfaces: readonly Interface[], id: string): Interface {
  const found = interfaces.find((one) => one.networkInterfaceId === id);
  if (!found)
    throw new OperationFailed(`InvalidNetworkInterfaceID.NotFound: The networkInterface ID '${id}' does not exist`);
  return found;
}

interface InterfaceChange {
  readonly NetworkInterfaceId: string;
  readonly Groups?: readonly string[];
  readonly SourceDestCheck?: { readonly Value: boolean };
  readonly Attachment?: { readonly AttachmentId: string; readonly DeleteOnTermination: boolean };
}

export function modifyInterface({ ec2 }: World, input: InterfaceChange): void {
  const nic = interfaceWith(ec2.interfaces, input.NetworkInterfaceId);
  if (input.Groups) nic.groupIds = [...input.Groups];
  if (input.SourceDestCheck) nic.sourceDestCheck = input.SourceDestCheck.Value;
  if (input.Attachment) nic.deleteOnTermination = input.Attachment.DeleteOnTermination;
}

interface NewInterface {
  readonly SubnetId: string;
  readonly PrivateIpAddress: string;
  readonly Groups: readonly string[];
  readonly DeleteOnTermination?: boolean;
  readonly AssociatePublicIpAddress?: boolean;
}

/** EC2 gives an address of a subnet to one interface only. */
function createInterface(world: World, input: NewInterface, tags: Record<string, string>): Interface {
  const { SubnetId, PrivateIpAddress, Groups, DeleteOnTermination = true } = input;
  const subnet = world.ec2.subnets.find(({ id }) => id === SubnetId);
  if (!subnet) throw new OperationFailed(`InvalidSubnetID.NotFound: The subnet ID '${SubnetId}' does not exist`);
  const taken = world.ec2.interfaces.some(
    ({ subnetId, addresses }) => subnetId === SubnetId && addresses.some(({ address }) => address === PrivateIpAddress),
  );
  if (taken) throw new OperationFailed(`InvalidIPAddress.InUse: Address ${PrivateIpAddress} is in use.`);
  const created: Interface = {
    networkInterfaceId: newId(world, 'eni'),
    instanceId: undefined,
    subnetId: SubnetId,
    vpcId: subnet.vpcId,
    addresses: [{ address: PrivateIpAddress, primary: true }],
    status: 'in-use',
    tags,
    groupIds: [...Groups],
    sourceDestCheck: true,
    attachmentId: newId(world, 'eni-attach'),
    deleteOnTermination: DeleteOnTermination,
  };
  world.ec2.interfaces.push(created);
  return created;
}

interface Launch extends Specified {
  readonly ImageId: string;
  readonly InstanceType: string;
  readonly NetworkInterfaces: readonly NewInterface[];
  readonly MetadataOptions?: { readonly HttpTokens?: string };
  readonly DisableApiTermination?: boolean;
  readonly Placement?: { readonly GroupName: string };
  readonly BlockDeviceMappings: readonly {
    readonly Ebs: {
      readonly VolumeSize: number;
      readonly VolumeType: string;
      readonly Encrypted: boolean;
      readonly Iops?: number;
      readonly Throughput?: number;
    };
  }[];
}

/** An instance with its interface. Its host boots from the AMI, with the name in its tag. */
export function runInstance(world: World, input: Launch): void {
  const { ec2 } = world;
  const image = ec2.images[input.ImageId];
  if (!image) throw new OperationFailed(`InvalidAMIID.NotFound: The image id '[${input.ImageId}]' does not exist`);
  const [asked] = input.NetworkInterfaces;
  if (!asked) throw new OperationFailed('VPCIdNotSpecified: No default VPC for this user.');
  const nic = createInterface(world, asked, tagsFrom(input, 'network-interface'));
  const instanceId = newId(world, 'i');
  const tags = tagsFrom(input, 'instance');
  nic.instanceId = instanceId;
  if (input.DisableApiTermination) ec2.terminationProtected.push(instanceId);
  ec2.instances.push({
    instanceId,
    state: 'pending',
    privateAddress: asked.PrivateIpAddress,
    publicAddress: asked.AssociatePublicIpAddress ? publicAddress(world) : undefined,
    launchedPublic: asked.AssociatePublicIpAddress === true,
    subnetId: nic.subnetId,
    vpcId: nic.vpcId,
    zone: ec2.subnets.find(({ id }) => id === nic.subnetId)?.zone,
    placementGroup: placementOf(world, input.Placement?.GroupName),
    networkInterfaceId: nic.networkInterfaceId,
    macAddress: `02:00:00:00:00:${(ec2.next % 256).toString(16).padStart(2, '0')}`,
    tags,
    type: input.InstanceType,
    imageId: input.ImageId,
    imdsv2: input.MetadataOptions?.HttpTokens === 'required',
    sriov: false,
    ena: (ec2.types[input.InstanceType] ?? 'unsupported') !== 'unsupported',
    stateReason: undefined,
    launched: world.now,
  });
  ec2.volumes.push(rootVolume(world, instanceId, input));
  const host = copyOf(image);
  Object.assign(addLink(host, 'eth0', 9001), { up: true, addresses: [`${asked.PrivateIpAddress}/24`] });
  host.system.firstBoot = beginFirstBoot(world.now);
  world.hosts[tags[markers.ec2Host] ?? instanceId] = host;
}

function rootVolume(world: World, instanceId: string, input: Launch): Writable<Volume> {
  const { ec2 } = world;
  const { zone } = ec2.instances.find((one) => one.instanceId === instanceId) ?? {};
  const { Ebs } = input.BlockDeviceMappings[0] ?? {};
  const gp3 = Ebs?.VolumeType === 'gp3';
  return {
    id: newId(world, 'vol'),
    tags: tagsFrom(input, 'volume'),
    gibibytes: Ebs?.VolumeSize ?? 8,
    type: Ebs?.VolumeType ?? 'gp3',
    encrypted: Ebs?.Encrypted ?? false,
    iops: Ebs?.Iops ?? (gp3 ? 3000 : undefined),
    throughput: Ebs?.Throughput ?? (gp3 ? 125 : undefined),
    zone,
    state: 'in-use',
    instanceId,
    attachment: 'attached',
    device: '/dev/xvda',
    deleteOnTermination: true,
  };
}

/** An address of EC2's; it is another one after each start. */
function publicAddress({ ec2 }: World): string {
  ec2.next += 1;
  return `198.51.100.${ec2.next % 256}`;
}

interface Ids {
  readonly InstanceIds: readonly string[];
}

export function startInstances(world: World, { InstanceIds }: Ids): void {
  for (const one of chosen(world, InstanceIds))
    if (one.state === 'stopped')
      Object.assign(one, {
        state: 'pending',
        launched: world.now,
        publicAddress: one.launchedPublic ? publicAddress(world) : undefined,
      });
}

export function stopInstances(world: World, { InstanceIds }: Ids): void {
  for (const one of chosen(world, InstanceIds)) {
    one.state = 'stopping';
    one.publicAddress = undefined;
    const host = world.hosts[one.tags[markers.ec2Host] ?? ''];
    if (host) halt(host);
  }
}

function chosen({ ec2 }: World, ids: readonly string[]): Writable<World['ec2']['instances'][number]>[] {
  return ids.map((id) => {
    const found = ec2.instances.find(({ instanceId }) => instanceId === id);
    if (!found) throw new OperationFailed(`InvalidInstanceID.NotFound: The instance ID '${id}' does not exist`);
    return found;
  });
}

interface InstanceChange {
  readonly InstanceId: string;
  readonly SriovNetSupport?: { readonly Value: string };
  readonly DisableApiTermination?: { readonly Value: boolean };
  readonly BlockDeviceMappings?: readonly {
    readonly DeviceName: string;
    readonly Ebs: { readonly DeleteOnTermination: boolean };
  }[];
}

/** SR-IOV is turned on while the instance is stopped, and never off. */
export function modifyInstance(
  world: World,
  { InstanceId, SriovNetSupport, DisableApiTermination, BlockDeviceMappings = [] }: InstanceChange,
): void {
  for (const { DeviceName, Ebs } of BlockDeviceMappings)
    for (const one of world.ec2.volumes)
      if (one.instanceId === InstanceId && one.device === DeviceName) one.deleteOnTermination = Ebs.DeleteOnTermination;
  for (const one of chosen(world, [InstanceId])) {
    const others = world.ec2.terminationProtected.filter((id) => id !== InstanceId);
    if (DisableApiTermination)
      world.ec2.terminationProtected = [...others, ...(DisableApiTermination.Value ? [InstanceId] : [])];
    if (SriovNetSupport && one.state !== 'stopped')
      throw new OperationFailed(`IncorrectInstanceState: The instance '${InstanceId}' is not in the 'stopped' state.`);
    if (SriovNetSupport) one.sriov = SriovNetSupport.Value === 'simple';
  }
}

export function modifyMetadata(
  world: World,
  { InstanceId, HttpTokens }: { readonly InstanceId: string; readonly HttpTokens: string },
): void {
  for (const one of chosen(world, [InstanceId])) one.imdsv2 = HttpTokens === 'required';
}

/** Its interface is deleted or kept, depending on its attachment. Its host is removed; EC2 shows the instance without its network. */
export function terminateInstances(world: World, { InstanceIds }: Ids): void {
  for (const one of chosen(world, InstanceIds)) {
    if (world.ec2.terminationProtected.includes(one.instanceId))
      throw new OperationFailed(`OperationNotPermitted: The instance '${one.instanceId}' may not be terminated.`);
    endVolumes(world, one.instanceId, world.hosts[one.tags[markers.ec2Host] ?? '']);
    delete world.hosts[one.tags[markers.ec2Host] ?? ''];
    for (const nic of world.ec2.interfaces.filter(({ instanceId }) => instanceId === one.instanceId))
      Object.assign(nic, { instanceId: undefined, status: 'available', attachmentId: undefined });
    const goes = (nic: Interface) => nic.networkInterfaceId === one.networkInterfaceId && nic.deleteOnTermination;
    world.ec2.interfaces = world.ec2.interfaces.filter((nic) => !goes(nic));
    const network = { privateAddress: undefined, publicAddress: undefined, subnetId: undefined, vpcId: undefined };
    const card = { networkInterfaceId: undefined, macAddress: undefined };
    const stateReason = 'Client.UserInitiatedShutdown: User initiated shutdown';
    Object.assign(one, { state: 'terminated', stateReason, ...network, ...card });
  }
}

export function deleteInterface(
  { ec2 }: World,
  { NetworkInterfaceId: id }: { readonly NetworkInterfaceId: string },
): void {
  if (interfaceWith(ec2.interfaces, id).status !== 'available')
    throw new OperationFailed(`InvalidParameterValue: Network interface '${id}' is currently in use.`);
  ec2.interfaces = ec2.interfaces.filter((nic) => nic.networkInterfaceId !== id);
}

interface Tagging {
  readonly Resources: readonly string[];
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

export function createTags({ ec2 }: World, { Resources, Tags }: Tagging): void {
  const tagged = [
    ...[...ec2.vpcs, ...ec2.subnets, ...ec2.gateways, ...ec2.groups, ...ec2.elasticAddresses],
    ...[...ec2.placementGroups, ...ec2.volumes, ...ec2.natGateways, ...ec2.endpoints, ...ec2.routeTables],
    ...ec2.instances.map(({ instanceId: id, tags }) => ({ id, tags })),
    ...ec2.interfaces.map(({ networkInterfaceId: id, tags }) => ({ id, tags })),
  ];
  for (const id of Resources) {
    const { tags } = withId(tagged, id, 'InvalidID');
    for (const { Key, Value } of Tags) tags[Key] = Value;
  }
}
