import { cidr, overlap } from '../crds/schema/address.ts';
import type { Group, Rule } from '../reconcilers/facts/ec2/vpc-network.ts';
import { newId, type Specified, tagsFrom, withId } from './ec2-ids.ts';
import { OperationFailed, type World, type Writable } from './world.ts';

/** A VPC, with its main route table. */
export function createVpc(world: World, input: Specified & { readonly CidrBlock: string }): void {
  const id = newId(world, 'vpc');
  const { CidrBlock } = input;
  world.ec2.vpcs.push({ id, tags: tagsFrom(input, 'vpc'), state: 'available', cidrs: [CidrBlock] });
  const local = { destination: CidrBlock, target: 'local', state: 'active' };
  world.ec2.routeTables.push({
    id: newId(world, 'rtb'),
    tags: {},
    vpcId: id,
    main: true,
    associations: [],
    ofGateway: false,
    routes: [local],
  });
}

export function deleteVpc({ ec2 }: World, { VpcId }: { readonly VpcId: string }): void {
  withId(ec2.vpcs, VpcId, 'InvalidVpcID');
  const inside = [...ec2.subnets, ...ec2.groups].some(({ vpcId }) => vpcId === VpcId);
  if (
    ec2.endpoints.some(({ vpcId }) => vpcId === VpcId) ||
    ec2.routeTables.some((one) => one.vpcId === VpcId && !one.main)
  )
    throw new OperationFailed(`DependencyViolation: The vpc '${VpcId}' has dependencies`);
  const attached = ec2.gateways.some(({ vpcIds }) => vpcIds.includes(VpcId));
  if (inside || attached) throw new OperationFailed(`DependencyViolation: The vpc '${VpcId}' has dependencies`);
  ec2.vpcs = ec2.vpcs.filter(({ id }) => id !== VpcId);
  ec2.routeTables = ec2.routeTables.filter(({ vpcId }) => vpcId !== VpcId);
}

export function createGateway(world: World, input: Specified): void {
  world.ec2.gateways.push({ id: newId(world, 'igw'), tags: tagsFrom(input, 'internet-gateway'), vpcIds: [] });
}

interface Attachment {
  readonly InternetGatewayId: string;
  readonly VpcId: string;
}

export function attachGateway({ ec2 }: World, { InternetGatewayId, VpcId }: Attachment): void {
  const gateway = withId(ec2.gateways, InternetGatewayId, 'InvalidInternetGatewayID');
  withId(ec2.vpcs, VpcId, 'InvalidVpcID');
  const other = ec2.gateways.find(({ vpcIds }) => vpcIds.includes(VpcId));
  if (gateway.vpcIds.length || other)
    throw new OperationFailed(`Resource.AlreadyAssociated: ${VpcId} or ${InternetGatewayId} is attached already`);
  gateway.vpcIds = [VpcId];
}

export function detachGateway({ ec2 }: World, { InternetGatewayId }: Attachment): void {
  withId(ec2.gateways, InternetGatewayId, 'InvalidInternetGatewayID').vpcIds = [];
}

export function deleteGateway({ ec2 }: World, { InternetGatewayId }: { readonly InternetGatewayId: string }): void {
  const { vpcIds } = withId(ec2.gateways, InternetGatewayId, 'InvalidInternetGatewayID');
  if (vpcIds.length)
    throw new OperationFailed(`DependencyViolation: ${InternetGatewayId} is attached to ${vpcIds.join()}`);
  ec2.gateways = ec2.gateways.filter(({ id }) => id !== InternetGatewayId);
}

interface Destination {
  readonly RouteTableId: string;
  readonly DestinationCidrBlock: string;
}

interface Route extends Destination {
  readonly GatewayId?: string;
  readonly NatGatewayId?: string;
  readonly NetworkInterfaceId?: string;
}

export function createRoute(world: World, route: Route): void {
  const { table, existing, target } = routed(world, route);
  if (existing && existing.target !== target)
    throw new OperationFailed(
      `RouteAlreadyExists: The route identified by ${route.DestinationCidrBlock} already exists.`,
    );
  if (!existing) table.routes.push({ destination: route.DestinationCidrBlock, target, state: 'active' });
}

export function replaceRoute(world: World, route: Route): void {
  const { existing, target } = routed(world, route);
  if (!existing)
    throw new OperationFailed(`InvalidParameterValue: There is no route defined for '${route.DestinationCidrBlock}'`);
  Object.assign(existing, { target, state: 'active' });
}

export function deleteRoute({ ec2 }: World, { RouteTableId, DestinationCidrBlock }: Destination): void {
  const table = withId(ec2.routeTables, RouteTableId, 'InvalidRouteTableID');
  const kept = table.routes.filter(({ destination }) => destination !== DestinationCidrBlock);
  if (kept.length === table.routes.length)
    throw new OperationFailed(`InvalidRoute.NotFound: no route with destination-cidr-block ${DestinationCidrBlock}`);
  table.routes = kept;
}

function routed(
  { ec2 }: World,
  { RouteTableId, DestinationCidrBlock, GatewayId, NatGatewayId, NetworkInterfaceId }: Route,
) {
  const table = withId(ec2.routeTables, RouteTableId, 'InvalidRouteTableID');
  if (GatewayId !== undefined) withId(ec2.gateways, GatewayId, 'InvalidInternetGatewayID');
  if (NatGatewayId !== undefined) withId(ec2.natGateways, NatGatewayId, 'NatGatewayNotFound');
  const nic = ec2.interfaces.find((one) => one.networkInterfaceId === NetworkInterfaceId);
  if (NetworkInterfaceId !== undefined && nic?.vpcId !== table.vpcId)
    throw new OperationFailed(`InvalidParameterValue: ${NetworkInterfaceId} is not in the network of ${RouteTableId}`);
  const existing = table.routes.find(({ destination }) => destination === DestinationCidrBlock);
  return { table, existing, target: GatewayId ?? NatGatewayId ?? NetworkInterfaceId ?? '' };
}

/** A route to a network interface is a black hole while that is gone, or has no running instance. */
export function followRouteTargets({ ec2 }: World): void {
  for (const route of ec2.routeTables.flatMap(({ routes }) => routes)) {
    if (!route.target.startsWith('eni-')) continue;
    const nic = ec2.interfaces.find((one) => one.networkInterfaceId === route.target);
    const instance = ec2.instances.find((one) => one.instanceId === nic?.instanceId);
    route.state = ['running', 'pending'].includes(instance?.state ?? '') ? 'active' : 'blackhole';
  }
}

interface NewSubnet extends Specified {
  readonly VpcId: string;
  readonly CidrBlock: string;
  readonly AvailabilityZone: string;
}

export function createSubnet(world: World, input: NewSubnet): void {
  const { VpcId, CidrBlock, AvailabilityZone } = input;
  withId(world.ec2.vpcs, VpcId, 'InvalidVpcID');
  const range = cidr(CidrBlock);
  const conflict = world.ec2.subnets.find((one) => {
    const other = cidr(one.cidr);
    return one.vpcId === VpcId && range && other && overlap(range, other);
  });
  if (conflict)
    throw new OperationFailed(`InvalidSubnet.Conflict: The CIDR '${CidrBlock}' conflicts with another subnet`);
  const tags = tagsFrom(input, 'subnet');
  const id = newId(world, 'subnet');
  world.ec2.subnets.push({
    id,
    tags,
    vpcId: VpcId,
    state: 'available',
    cidr: CidrBlock,
    zone: AvailabilityZone,
    givesPublicAddresses: false,
    freeAddresses: 240,
  });
}

export function deleteSubnet({ ec2 }: World, { SubnetId }: { readonly SubnetId: string }): void {
  withId(ec2.subnets, SubnetId, 'InvalidSubnetID');
  const used = [...ec2.interfaces, ...ec2.natGateways].some(({ subnetId }) => subnetId === SubnetId);
  if (used || ec2.endpoints.some(({ subnetIds }) => subnetIds.includes(SubnetId)))
    throw new OperationFailed(`DependencyViolation: The subnet '${SubnetId}' has dependencies`);
  ec2.subnets = ec2.subnets.filter(({ id }) => id !== SubnetId);
}

interface NewGroup extends Specified {
  readonly VpcId: string;
  readonly GroupName: string;
}

export function createGroup(world: World, input: NewGroup): void {
  const { VpcId, GroupName } = input;
  withId(world.ec2.vpcs, VpcId, 'InvalidVpcID');
  if (world.ec2.groups.some(({ vpcId, name }) => vpcId === VpcId && name === GroupName))
    throw new OperationFailed(
      `InvalidGroup.Duplicate: The security group '${GroupName}' already exists for VPC '${VpcId}'`,
    );
  const tags = tagsFrom(input, 'security-group');
  world.ec2.groups.push({ id: newId(world, 'sg'), tags, vpcId: VpcId, name: GroupName, ingress: [] });
}

export function deleteGroup({ ec2 }: World, { GroupId }: { readonly GroupId: string }): void {
  withId(ec2.groups, GroupId, 'InvalidGroup');
  if (ec2.interfaces.some(({ groupIds }) => groupIds.includes(GroupId)))
    throw new OperationFailed(`DependencyViolation: resource ${GroupId} has a dependent object`);
  ec2.groups = ec2.groups.filter(({ id }) => id !== GroupId);
}

interface Permissions {
  readonly GroupId: string;
  readonly IpPermissions: readonly Permission[];
}

export interface Permission {
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly IpRanges?: readonly { readonly CidrIp: string; readonly Description?: string }[];
  readonly UserIdGroupPairs?: readonly { readonly GroupId: string; readonly Description?: string }[];
}

export function authorize({ ec2 }: World, { GroupId, IpPermissions }: Permissions): void {
  const group: Writable<Group> = withId(ec2.groups, GroupId, 'InvalidGroup');
  for (const rule of IpPermissions.flatMap(rulesOf)) {
    if (group.ingress.some((one) => same(one, rule)))
      throw new OperationFailed(
        `InvalidPermission.Duplicate: the specified rule "peer: ${rule.source}" already exists`,
      );
    group.ingress.push(rule);
  }
}

export function revoke({ ec2 }: World, { GroupId, IpPermissions }: Permissions): void {
  const group = withId(ec2.groups, GroupId, 'InvalidGroup');
  const gone = IpPermissions.flatMap(rulesOf);
  group.ingress = group.ingress.filter((one) => !gone.some((rule) => same(one, rule)));
}

function rulesOf({ IpProtocol, FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [] }: Permission): Rule[] {
  const port = (number: number | undefined) => (number === -1 ? undefined : number);
  const rule = (source: string, description = ''): Rule => ({
    protocol: IpProtocol,
    from: port(FromPort),
    to: port(ToPort),
    source,
    description,
  });
  return [
    ...IpRanges.map((one) => rule(one.CidrIp, one.Description)),
    ...UserIdGroupPairs.map((one) => rule(one.GroupId, one.Description)),
  ];
}

function same(a: Rule, b: Rule): boolean {
  return a.source === b.source && a.protocol === b.protocol && a.from === b.from && a.to === b.to;
}
