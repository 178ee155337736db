import { newId, type Specified, tagsFrom, withId } from './ec2-ids.ts';
import { OperationFailed, type World } from './world.ts';

interface InVpc extends Specified {
  readonly VpcId: string;
}

export function createRouteTable(world: World, input: InVpc): void {
  const { id: vpcId, cidrs } = withId(world.ec2.vpcs, input.VpcId, 'InvalidVpcID');
  const routes = [{ destination: cidrs[0] ?? '', target: 'local', state: 'active' }];
  const tags = tagsFrom(input, 'route-table');
  world.ec2.routeTables.push({
    id: newId(world, 'rtb'),
    tags,
    vpcId,
    main: false,
    associations: [],
    ofGateway: false,
    routes,
  });
}

export function deleteRouteTable({ ec2 }: World, { RouteTableId }: { readonly RouteTableId: string }): void {
  if (withId(ec2.routeTables, RouteTableId, 'InvalidRouteTableID').associations.length)
    throw new OperationFailed(`DependencyViolation: The routeTable '${RouteTableId}' has dependencies`);
  ec2.routeTables = ec2.routeTables.filter(({ id }) => id !== RouteTableId);
  for (const one of ec2.endpoints) one.routeTableIds = one.routeTableIds.filter((id) => id !== RouteTableId);
}

interface Association {
  readonly RouteTableId: string;
  readonly SubnetId: string;
}

export function associateRouteTable(world: World, { RouteTableId, SubnetId }: Association): void {
  const { ec2 } = world;
  const table = withId(ec2.routeTables, RouteTableId, 'InvalidRouteTableID');
  const holder = ec2.routeTables.find(({ associations }) => associations.some(({ subnetId }) => subnetId === SubnetId));
  if (holder && holder !== table)
    throw new OperationFailed(`Resource.AlreadyAssociated: the specified association for ${RouteTableId} conflicts`);
  if (!holder) table.associations = [...table.associations, { id: newId(world, 'rtbassoc'), subnetId: SubnetId }];
}

export function disassociateRouteTable({ ec2 }: World, { AssociationId }: { readonly AssociationId: string }): void {
  for (const table of ec2.routeTables) table.associations = table.associations.filter(({ id }) => id !== AssociationId);
}

interface Replacement {
  readonly AssociationId: string;
  readonly RouteTableId: string;
}

export function replaceAssociation(world: World, { AssociationId, RouteTableId }: Replacement): void {
  const held = world.ec2.routeTables.flatMap(({ associations }) => associations);
  const { subnetId } = withId(held, AssociationId, 'InvalidAssociationID');
  disassociateRouteTable(world, { AssociationId });
  associateRouteTable(world, { RouteTableId, SubnetId: subnetId });
}

interface NewNatGateway extends Specified {
  readonly SubnetId: string;
  readonly AllocationId: string;
}

/** Without the minutes that EC2 takes for it. */
export function createNatGateway(world: World, input: NewNatGateway): void {
  const { ec2 } = world;
  const { id: subnetId, vpcId } = withId(ec2.subnets, input.SubnetId, 'InvalidSubnetID');
  const address = withId(ec2.elasticAddresses, input.AllocationId, 'InvalidAllocationID');
  const id = newId(world, 'nat');
  const why = ec2.gateways.some(({ vpcIds }) => vpcIds.includes(vpcId))
    ? address.boundTo && 'Resource.AlreadyAssociated: the address is associated'
    : `Gateway.NotAttached: Network ${vpcId} has no Internet gateway attached`;
  const state = why ? 'failed' : 'available';
  const tags = tagsFrom(input, 'natgateway');
  ec2.natGateways.push({ id, tags, vpcId, subnetId, state, failure: why, allocationIds: [address.id] });
  if (!why) address.boundTo = { networkInterfaceId: `eni-of-${id}`, address: '' };
}

export function deleteNatGateway({ ec2 }: World, { NatGatewayId }: { readonly NatGatewayId: string }): void {
  const { allocationIds } = withId(ec2.natGateways, NatGatewayId, 'NatGatewayNotFound');
  for (const one of ec2.elasticAddresses) if (allocationIds.includes(one.id)) one.boundTo = undefined;
  ec2.natGateways = ec2.natGateways.filter(({ id }) => id !== NatGatewayId);
  for (const table of ec2.routeTables)
    table.routes = table.routes.map((one) => (one.target === NatGatewayId ? { ...one, state: 'blackhole' } : one));
}

interface NewEndpoint extends InVpc {
  readonly ServiceName: string;
  readonly PrivateDnsEnabled?: boolean;
  readonly SubnetIds?: readonly string[];
  readonly RouteTableIds?: readonly string[];
}

export function createEndpoint(world: World, input: NewEndpoint): void {
  const { VpcId: vpcId, ServiceName: service, PrivateDnsEnabled, SubnetIds = [], RouteTableIds = [] } = input;
  const { ec2 } = world;
  const vpc = withId(ec2.vpcs, vpcId, 'InvalidVpcID');
  if (PrivateDnsEnabled && !ec2.dnsHostnames.includes(vpc.id))
    throw new OperationFailed(
      `InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
    );
  const twin = ec2.endpoints.find((one) => one.vpcId === vpcId && one.service === service);
  if (twin && (PrivateDnsEnabled || RouteTableIds.some((id) => twin.routeTableIds.includes(id))))
    throw new OperationFailed(`RouteAlreadyExists: ${twin.id} is of ${service} already`);
  ec2.endpoints.push({
    id: newId(world, 'vpce'),
    tags: tagsFrom(input, 'vpc-endpoint'),
    vpcId,
    service,
    state: 'available',
    privateDns: PrivateDnsEnabled === true,
    subnetIds: [...SubnetIds].sort(),
    routeTableIds: [...RouteTableIds].sort(),
  });
}

interface EndpointChange {
  readonly VpcEndpointId: string;
  readonly AddSubnetIds?: readonly string[];
  readonly AddRouteTableIds?: readonly string[];
}

export function modifyEndpoint({ ec2 }: World, change: EndpointChange): void {
  const { VpcEndpointId, AddSubnetIds = [], AddRouteTableIds = [] } = change;
  const endpoint = withId(ec2.endpoints, VpcEndpointId, 'InvalidVpcEndpointId');
  endpoint.subnetIds = [...new Set([...endpoint.subnetIds, ...AddSubnetIds])].sort();
  endpoint.routeTableIds = [...new Set([...endpoint.routeTableIds, ...AddRouteTableIds])].sort();
}

export function deleteEndpoints(
  { ec2 }: World,
  { VpcEndpointIds }: { readonly VpcEndpointIds: readonly string[] },
): void {
  ec2.endpoints = ec2.endpoints.filter(({ id }) => !VpcEndpointIds.includes(id));
}

interface VpcAttribute {
  readonly VpcId: string;
  readonly EnableDnsHostnames: { readonly Value: boolean };
}

export function modifyVpc({ ec2 }: World, { VpcId, EnableDnsHostnames }: VpcAttribute): void {
  const { id } = withId(ec2.vpcs, VpcId, 'InvalidVpcID');
  const others = ec2.dnsHostnames.filter((one) => one !== id);
  ec2.dnsHostnames = EnableDnsHostnames.Value ? [...others, id] : others;
}
