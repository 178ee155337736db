import { marks } from '../marks.ts';
import { copyOf } from './copy.ts';
import { newId, type Specified, tagsFrom } from './ec2-ids.ts';
import { halt } from './halt.ts';
import { giveLink } from './links.ts';
import { VerbFailed, type World, type Writable } from './world.ts';

interface AddressMove {
  readonly NetworkInterfaceId: string;
  readonly PrivateIpAddresses: readonly string[];
}

/** An address is on one interface of a VPC at most; a primary one does not move. */
export function assign(world: World, input: AddressMove): void {
  const target = unassigned(world, input);
  for (const address of input.PrivateIpAddresses) target.addresses.push({ address, primary: false });
}

export function unassign(world: World, input: AddressMove): void {
  unassigned(world, input);
}

function unassigned({ ec2 }: World, { NetworkInterfaceId: id, PrivateIpAddresses }: AddressMove): Card {
  const target = cardWith(ec2.interfaces, id);
  const held = (card: Card, primary?: true) =>
    card.vpcId === target.vpcId &&
    card.addresses.some((own) => PrivateIpAddresses.includes(own.address) && (!primary || own.primary));
  if (ec2.interfaces.some((card) => held(card, true)))
    throw new VerbFailed(`InvalidParameterValue: ${PrivateIpAddresses.join()} is a primary address`);
  for (const card of ec2.interfaces.filter((one) => held(one)))
    card.addresses = card.addresses.filter((own) => !PrivateIpAddresses.includes(own.address));
  return target;
}

type Card = Writable<World['ec2']['interfaces'][number]>;

function cardWith(cards: readonly Card[], id: string): Card {
  const found = cards.find((one) => one.networkInterfaceId === id);
  if (!found)
    throw new VerbFailed(`InvalidNetworkInterfaceID.NotFound: The networkInterface ID '${id}' does not exist`);
  return found;
}

interface NewInterface extends Specified {
  readonly SubnetId: string;
  readonly PrivateIpAddress: string;
  readonly Groups: readonly string[];
}

/** EC2 gives an address of a subnet to one interface only. */
export function createInterface(world: World, input: NewInterface): void {
  const { SubnetId, PrivateIpAddress, Groups } = input;
  const subnet = world.ec2.subnets.find(({ id }) => id === SubnetId);
  if (!subnet) throw new VerbFailed(`InvalidSubnetID.NotFound: The subnet ID '${SubnetId}' does not exist`);
  const taken = world.ec2.interfaces.some(
    ({ subnetId, addresses }) => subnetId === SubnetId && addresses.some(({ address }) => address === PrivateIpAddress),
  );
  if (taken) throw new VerbFailed(`InvalidIPAddress.InUse: The specified address is already in use.`);
  world.ec2.interfaces.push({
    networkInterfaceId: newId(world, 'eni'),
    instanceId: undefined,
    subnetId: SubnetId,
    vpcId: subnet.vpcId,
    addresses: [{ address: PrivateIpAddress, primary: true }],
    status: 'available',
    tags: tagsFrom(input, 'network-interface'),
    groupIds: [...Groups],
    sourceDestCheck: true,
    attachmentId: undefined,
    deleteOnTermination: false,
  });
}

interface InterfaceChange {
  readonly NetworkInterfaceId: string;
  readonly Groups?: readonly string[];
  readonly SourceDestCheck?: { readonly Value: boolean };
  readonly Attachment?: { readonly AttachmentId: string; readonly DeleteOnTermination: boolean };
}

export function modifyInterface({ ec2 }: World, input: InterfaceChange): void {
  const card = cardWith(ec2.interfaces, input.NetworkInterfaceId);
  if (input.Groups) card.groupIds = [...input.Groups];
  if (input.SourceDestCheck) card.sourceDestCheck = input.SourceDestCheck.Value;
  if (input.Attachment) card.deleteOnTermination = input.Attachment.DeleteOnTermination;
}

interface Launch extends Specified {
  readonly ImageId: string;
  readonly InstanceType: string;
  readonly ClientToken: string;
  readonly NetworkInterfaces: readonly { readonly NetworkInterfaceId: string }[];
  readonly MetadataOptions?: { readonly HttpTokens?: string };
}

/** An instance on an interface that is there; the same token is the same instance. Its host boots from the AMI, under the name in its tag. */
export function runInstance(world: World, input: Launch): void {
  const { ec2 } = world;
  if (ec2.tokens[input.ClientToken]) return;
  const card = cardWith(ec2.interfaces, input.NetworkInterfaces[0]?.NetworkInterfaceId ?? '');
  if (card.status !== 'available')
    throw new VerbFailed(`InvalidNetworkInterface.InUse: Interface: [${card.networkInterfaceId}] in use.`);
  const image = ec2.images[input.ImageId];
  if (!image) throw new VerbFailed(`InvalidAMIID.NotFound: The image id '[${input.ImageId}]' does not exist`);
  const instanceId = newId(world, 'i');
  const tags = tagsFrom(input, 'instance');
  const [{ address } = { address: '' }] = card.addresses;
  Object.assign(card, { instanceId, status: 'in-use', attachmentId: newId(world, 'eni-attach') });
  ec2.tokens[input.ClientToken] = instanceId;
  ec2.instances.push({
    instanceId,
    state: 'pending',
    privateAddress: address,
    subnetId: card.subnetId,
    vpcId: card.vpcId,
    zone: ec2.subnets.find(({ id }) => id === card.subnetId)?.zone,
    networkInterfaceId: card.networkInterfaceId,
    macAddress: `02:00:00:00:00:${(ec2.next % 256).toString(16).padStart(2, '0')}`,
    tags,
    type: input.InstanceType,
    imageId: input.ImageId,
    imdsv2: input.MetadataOptions?.HttpTokens === 'required',
    sriov: false,
    ena: (ec2.types[input.InstanceType] ?? 'unsupported') !== 'unsupported',
    launched: world.now,
  });
  const host = copyOf(image);
  Object.assign(giveLink(host, 'eth0', 9001), { up: true, addresses: [`${address}/24`] });
  world.hosts[tags[marks.ec2Host] ?? instanceId] = host;
}

interface Ids {
  readonly InstanceIds: readonly string[];
}

export function startInstances(world: World, { InstanceIds }: Ids): void {
  for (const one of chosen(world, InstanceIds))
    if (one.state === 'stopped') Object.assign(one, { state: 'pending', launched: world.now });
}

export function stopInstances(world: World, { InstanceIds }: Ids): void {
  for (const one of chosen(world, InstanceIds)) {
    one.state = 'stopping';
    const host = world.hosts[one.tags[marks.ec2Host] ?? ''];
    if (host) halt(host);
  }
}

function chosen({ ec2 }: World, ids: readonly string[]): Writable<World['ec2']['instances'][number]>[] {
  return ids.map((id) => {
    const found = ec2.instances.find(({ instanceId }) => instanceId === id);
    if (!found) throw new VerbFailed(`InvalidInstanceID.NotFound: The instance ID '${id}' does not exist`);
    return found;
  });
}

interface InstanceChange {
  readonly InstanceId: string;
  readonly SriovNetSupport?: { readonly Value: string };
}

/** SR-IOV is turned on while the instance is stopped, and never off. */
export function modifyInstance(world: World, { InstanceId, SriovNetSupport }: InstanceChange): void {
  for (const one of chosen(world, [InstanceId])) {
    if (one.state !== 'stopped')
      throw new VerbFailed(`IncorrectInstanceState: The instance '${InstanceId}' is not in the 'stopped' state.`);
    if (SriovNetSupport) one.sriov = SriovNetSupport.Value === 'simple';
  }
}

export function modifyMetadata(
  world: World,
  { InstanceId, HttpTokens }: { readonly InstanceId: string; readonly HttpTokens: string },
): void {
  for (const one of chosen(world, [InstanceId])) one.imdsv2 = HttpTokens === 'required';
}

/** Its interface goes with it or stays, as its attachment says; its host is gone. */
export function terminateInstances(world: World, { InstanceIds }: Ids): void {
  for (const one of chosen(world, InstanceIds)) {
    one.state = 'terminated';
    delete world.hosts[one.tags[marks.ec2Host] ?? ''];
    for (const card of world.ec2.interfaces.filter(({ instanceId }) => instanceId === one.instanceId))
      Object.assign(card, { instanceId: undefined, status: 'available', attachmentId: undefined });
    const goes = (card: Card) => card.networkInterfaceId === one.networkInterfaceId && card.deleteOnTermination;
    world.ec2.interfaces = world.ec2.interfaces.filter((card) => !goes(card));
  }
}

export function deleteInterface(
  { ec2 }: World,
  { NetworkInterfaceId: id }: { readonly NetworkInterfaceId: string },
): void {
  if (cardWith(ec2.interfaces, id).status !== 'available')
    throw new VerbFailed(`InvalidParameterValue: Network interface '${id}' is currently in use.`);
  ec2.interfaces = ec2.interfaces.filter((card) => card.networkInterfaceId !== id);
}

interface Tagging {
  readonly Resources: readonly string[];
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

export function createTags(world: World, { Resources, Tags }: Tagging): void {
  for (const one of chosen(world, Resources)) for (const { Key, Value } of Tags) one.tags[Key] = Value;
}
