import type { Ec2Describe, Ec2Filters, Ec2Probe } from '../fact.ts';
import { present } from '../observation.ts';

/** An EC2 resource with tags. */
export interface Tagged {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Vpc extends Tagged {
  readonly state: string;
  readonly cidrs: readonly string[];
}

export interface SubnetFacts extends Tagged {
  readonly vpcId: string;
  readonly state: string;
  readonly cidr: string;
  readonly zone: string;
  /** An instance that is launched into it gets a public address, unless its launch says otherwise. */
  readonly givesPublicAddresses: boolean;
  /** Private IPv4 addresses that nothing has. */
  readonly freeAddresses: number;
}

export interface Gateway extends Tagged {
  /** VPCs that it is attached to: at most one. */
  readonly vpcIds: readonly string[];
}

export interface RouteTable extends Tagged {
  readonly vpcId: string;
  /** It applies to the subnets of the VPC that are associated with no other one. */
  readonly main: boolean;
  /** Subnets that are associated with it. */
  readonly associations: readonly { readonly id: string; readonly subnetId: string }[];
  /** It is associated with a gateway, and applies to what enters the VPC there. */
  readonly ofGateway: boolean;
  /** `target`: what the route leads to, such as an internet gateway or a NAT gateway; empty if that is not known here. */
  readonly routes: readonly { readonly destination: string; readonly target: string; readonly state: string }[];
}

export interface Group extends Tagged {
  readonly vpcId: string;
  readonly name: string;
  readonly ingress: readonly Rule[];
}

/** A security group rule: one source of one permission. */
export interface Rule {
  /** `tcp`, `udp`, `icmp`, a protocol's number such as `47`, or `-1` for all. */
  readonly protocol: string;
  /** Port range; type and code for ICMP; undefined for protocols without ports. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** A CIDR, or the id of a security group. */
  readonly source: string;
  readonly description: string;
}

interface ByFilters {
  readonly filters: Ec2Filters;
}

export const vpcs = probe<ApiVpc, Vpc>('DescribeVpcs', (item) => ({
  id: item.VpcId ?? '',
  tags: tagsOf(item.Tags),
  state: item.State ?? 'unknown',
  cidrs: [
    ...new Set([item.CidrBlock ?? '', ...(item.CidrBlockAssociationSet ?? []).map((one) => one.CidrBlock ?? '')]),
  ],
}));

export const subnets = probe<ApiSubnet, SubnetFacts>('DescribeSubnets', (item) => ({
  id: item.SubnetId ?? '',
  tags: tagsOf(item.Tags),
  vpcId: item.VpcId ?? '',
  state: item.State ?? 'unknown',
  cidr: item.CidrBlock ?? '',
  zone: item.AvailabilityZone ?? '',
  givesPublicAddresses: item.MapPublicIpOnLaunch === true,
  freeAddresses: item.AvailableIpAddressCount ?? Number.POSITIVE_INFINITY,
}));

export const gateways = probe<ApiGateway, Gateway>('DescribeInternetGateways', (item) => ({
  id: item.InternetGatewayId ?? '',
  tags: tagsOf(item.Tags),
  vpcIds: (item.Attachments ?? []).map((one) => one.VpcId ?? ''),
}));

export const routeTables = probe<ApiRouteTable, RouteTable>('DescribeRouteTables', (item) => ({
  id: item.RouteTableId ?? '',
  tags: tagsOf(item.Tags),
  vpcId: item.VpcId ?? '',
  main: (item.Associations ?? []).some((one) => one.Main === true),
  associations: (item.Associations ?? []).flatMap(({ RouteTableAssociationId = '', SubnetId }) =>
    SubnetId === undefined ? [] : [{ id: RouteTableAssociationId, subnetId: SubnetId }],
  ),
  ofGateway: (item.Associations ?? []).some((one) => one.GatewayId !== undefined),
  routes: (item.Routes ?? []).map((route) => ({
    destination: route.DestinationCidrBlock ?? route.DestinationPrefixListId ?? '',
    target: targetOf(route),
    state: route.State ?? '',
  })),
}));

export const groups = probe<ApiGroup, Group>('DescribeSecurityGroups', (item) => ({
  id: item.GroupId ?? '',
  tags: tagsOf(item.Tags),
  vpcId: item.VpcId ?? '',
  name: item.GroupName ?? '',
  ingress: (item.IpPermissions ?? []).flatMap(rulesOf),
}));

function probe<Item, R>(action: Ec2Describe, read: (item: Item) => R): Ec2Probe<ByFilters, readonly R[]> {
  return {
    via: 'ec2',
    query: ({ filters }) => ({ action, filters }),
    read: (items) => present((items as readonly Item[]).map(read)),
  };
}

/** EC2 groups sources with the same protocol and ports into one permission; here each source is a separate rule. */
function rulesOf(permission: ApiPermission): readonly Rule[] {
  const { IpProtocol: protocol = '', FromPort, ToPort } = permission;
  // For protocols without ports EC2 returns nothing, or -1.
  const ports = { from: portOf(FromPort), to: portOf(ToPort) };
  const sources = [
    ...(permission.IpRanges ?? []).map((one) => ({ source: one.CidrIp ?? '', description: one.Description ?? '' })),
    ...(permission.Ipv6Ranges ?? []).map((one) => ({ source: one.CidrIpv6 ?? '', description: one.Description ?? '' })),
    ...(permission.UserIdGroupPairs ?? []).map((one) => ({
      source: one.GroupId ?? '',
      description: one.Description ?? '',
    })),
    ...(permission.PrefixListIds ?? []).map((one) => ({
      source: one.PrefixListId ?? '',
      description: one.Description ?? '',
    })),
  ];
  return sources.map((one) => ({ protocol, ...ports, ...one }));
}

/** A route has one target, in a field of its kind. Source: EC2 API Reference, Route. An instance is shown with its interface. */
function targetOf(route: ApiRoute): string {
  const { GatewayId, NatGatewayId, NetworkInterfaceId, TransitGatewayId, VpcPeeringConnectionId } = route;
  const { InstanceId, LocalGatewayId, CarrierGatewayId, EgressOnlyInternetGatewayId } = route;
  const usual = GatewayId ?? NatGatewayId ?? NetworkInterfaceId ?? TransitGatewayId ?? VpcPeeringConnectionId;
  return usual ?? InstanceId ?? LocalGatewayId ?? CarrierGatewayId ?? EgressOnlyInternetGatewayId ?? '';
}

function portOf(port: number | undefined): number | undefined {
  return port === -1 ? undefined : port;
}

export function tagsOf(tags: readonly ApiTag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

export interface ApiTag {
  readonly Key?: string;
  readonly Value?: string;
}

interface ApiVpc {
  readonly VpcId?: string;
  readonly State?: string;
  readonly CidrBlock?: string;
  readonly CidrBlockAssociationSet?: readonly { readonly CidrBlock?: string }[];
  readonly Tags?: readonly ApiTag[];
}

interface ApiSubnet {
  readonly SubnetId?: string;
  readonly VpcId?: string;
  readonly State?: string;
  readonly CidrBlock?: string;
  readonly AvailabilityZone?: string;
  readonly MapPublicIpOnLaunch?: boolean;
  readonly AvailableIpAddressCount?: number;
  readonly Tags?: readonly ApiTag[];
}

interface ApiGateway {
  readonly InternetGatewayId?: string;
  readonly Attachments?: readonly { readonly VpcId?: string }[];
  readonly Tags?: readonly ApiTag[];
}

interface ApiRouteTable {
  readonly RouteTableId?: string;
  readonly VpcId?: string;
  readonly Associations?: readonly {
    readonly Main?: boolean;
    readonly RouteTableAssociationId?: string;
    readonly SubnetId?: string;
    readonly GatewayId?: string;
  }[];
  readonly Routes?: readonly ApiRoute[];
  readonly Tags?: readonly ApiTag[];
}

interface ApiRoute {
  readonly DestinationCidrBlock?: string;
  readonly DestinationPrefixListId?: string;
  readonly GatewayId?: string;
  readonly NatGatewayId?: string;
  readonly NetworkInterfaceId?: string;
  readonly InstanceId?: string;
  readonly TransitGatewayId?: string;
  readonly VpcPeeringConnectionId?: string;
  readonly LocalGatewayId?: string;
  readonly CarrierGatewayId?: string;
  readonly EgressOnlyInternetGatewayId?: string;
  readonly State?: string;
}

interface ApiGroup {
  readonly GroupId?: string;
  readonly VpcId?: string;
  readonly GroupName?: string;
  readonly IpPermissions?: readonly ApiPermission[];
  readonly Tags?: readonly ApiTag[];
}

interface ApiPermission {
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly IpRanges?: readonly { readonly CidrIp?: string; readonly Description?: string }[];
  readonly Ipv6Ranges?: readonly { readonly CidrIpv6?: string; readonly Description?: string }[];
  readonly UserIdGroupPairs?: readonly { readonly GroupId?: string; readonly Description?: string }[];
  readonly PrefixListIds?: readonly { readonly PrefixListId?: string; readonly Description?: string }[];
}
