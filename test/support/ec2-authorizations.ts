import type { Fleet } from '../../crds/fleet.ts';
import type { Ec2Action, Ec2Command } from '../../reconcilers/operations/operation.ts';
import type { World } from '../../simulation/world.ts';
import type { Authorization } from './iam.ts';

const account = '123456789012';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The fields of a call that name resources. */
interface Input {
  readonly VpcId?: string;
  readonly AllocationId?: string;
  readonly InternetGatewayId?: string;
  readonly RouteTableId?: string;
  readonly SubnetId?: string;
  readonly SubnetIds?: readonly string[];
  readonly AddSubnetIds?: readonly string[];
  readonly SecurityGroupIds?: readonly string[];
  readonly RouteTableIds?: readonly string[];
  readonly AddRouteTableIds?: readonly string[];
  readonly AssociationId?: string;
  readonly NatGatewayId?: string;
  readonly VpcEndpointId?: string;
  readonly VpcEndpointIds?: readonly string[];
  readonly GroupId?: string;
  readonly GroupName?: string;
  readonly Placement?: Input;
  readonly Groups?: readonly string[];
  readonly NetworkInterfaceId?: string;
  readonly InstanceId?: string;
  readonly VolumeId?: string;
  readonly InstanceIds?: readonly string[];
  readonly Resources?: readonly string[];
  readonly Tags?: readonly Tag[];
  readonly ImageId?: string;
  readonly KeyName?: string;
  readonly IamInstanceProfile?: { readonly Name?: string; readonly Arn?: string };
  readonly NetworkInterfaces?: readonly Input[];
  readonly TagSpecifications?: readonly { readonly ResourceType: string; readonly Tags: readonly Tag[] }[];
}

/** A resource of a call, `vpc/vpc-1`; `new`: the call creates it. */
type Resources = (input: Input) => readonly (string | undefined)[];

const some = (type: string, ids: readonly (string | undefined)[]) =>
  ids.flatMap((id) => (id === undefined ? [] : [`${type}/${id}`]));
const vpc: Resources = ({ VpcId }) => some('vpc', [VpcId]);
const address: Resources = ({ AllocationId }) => some('elastic-ip', [AllocationId]);
const gateway: Resources = ({ InternetGatewayId }) => some('internet-gateway', [InternetGatewayId]);
const table: Resources = ({ RouteTableId }) => some('route-table', [RouteTableId]);
const subnet: Resources = ({ SubnetId }) => some('subnet', [SubnetId]);
const group: Resources = ({ GroupId }) => some('security-group', [GroupId]);
const nic: Resources = ({ NetworkInterfaceId }) => some('network-interface', [NetworkInterfaceId]);
const instances: Resources = ({ InstanceId, InstanceIds = [] }) => some('instance', [InstanceId, ...InstanceIds]);
const volume: Resources = ({ VolumeId }) => some('volume', [VolumeId]);
const placement: Resources = ({ GroupName }) => some('placement-group', [GroupName]);
const groupsOf: Resources = ({ Groups = [] }) => some('security-group', Groups);

/** Where an endpoint is, or is to be. */
const placesOf: Resources = (input) => [
  ...some('subnet', [...(input.SubnetIds ?? []), ...(input.AddSubnetIds ?? [])]),
  ...some('route-table', [...(input.RouteTableIds ?? []), ...(input.AddRouteTableIds ?? [])]),
  ...some('security-group', input.SecurityGroupIds ?? []),
];

/** By the prefix of an id. */
const types: Readonly<Record<string, string>> = {
  i: 'instance',
  eipalloc: 'elastic-ip',
  eni: 'network-interface',
  igw: 'internet-gateway',
  nat: 'natgateway',
  rtb: 'route-table',
  vpce: 'vpc-endpoint',
  sg: 'security-group',
  subnet: 'subnet',
  pg: 'placement-group',
  vol: 'volume',
  vpc: 'vpc',
};

/** The resources that each action needs permission for. Source: Service Authorization Reference for EC2, "Resource types". */
const resources: { readonly [A in Ec2Action]: Resources } = {
  AssignPrivateIpAddresses: nic,
  UnassignPrivateIpAddresses: nic,
  AllocateAddress: () => ['elastic-ip/new'],
  AssociateAddress: (input) => [...address(input), ...nic(input)],
  ReleaseAddress: address,
  CreateTags: ({ Resources: ids = [] }) => ids.map((id) => `${types[id.slice(0, id.lastIndexOf('-'))]}/${id}`),
  CreateVpc: () => ['vpc/new'],
  DeleteVpc: vpc,
  CreateInternetGateway: () => ['internet-gateway/new'],
  AttachInternetGateway: (input) => [...gateway(input), ...vpc(input)],
  DetachInternetGateway: (input) => [...gateway(input), ...vpc(input)],
  DeleteInternetGateway: gateway,
  CreateRoute: table,
  ReplaceRoute: table,
  CreateRouteTable: (input) => ['route-table/new', ...vpc(input)],
  AssociateRouteTable: (input) => [...table(input), ...subnet(input)],
  // The association is not among the resources of a policy: the table that it is in is.
  ReplaceRouteTableAssociation: table,
  DisassociateRouteTable: table,
  DeleteRouteTable: table,
  CreateNatGateway: (input) => ['natgateway/new', ...address(input), ...subnet(input)],
  DeleteNatGateway: ({ NatGatewayId }) => some('natgateway', [NatGatewayId]),
  CreateVpcEndpoint: (input) => ['vpc-endpoint/new', ...vpc(input), ...placesOf(input)],
  ModifyVpcEndpoint: (input) => [...some('vpc-endpoint', [input.VpcEndpointId]), ...placesOf(input)],
  DeleteVpcEndpoints: ({ VpcEndpointIds = [] }) => some('vpc-endpoint', VpcEndpointIds),
  ModifyVpcAttribute: vpc,
  DeleteRoute: table,
  CreateSubnet: (input) => ['subnet/new', ...vpc(input)],
  DeleteSubnet: subnet,
  CreateSecurityGroup: (input) => ['security-group/new', ...vpc(input)],
  DeleteSecurityGroup: group,
  AuthorizeSecurityGroupIngress: group,
  RevokeSecurityGroupIngress: group,
  DeleteNetworkInterface: nic,
  ModifyNetworkInterfaceAttribute: (input) => [...nic(input), ...groupsOf(input)],
  RunInstances: (input) => [
    'instance/new',
    'volume/new',
    ...(input.Placement ? placement(input.Placement) : []),
    `image/${input.ImageId}`,
    ...some('key-pair', [input.KeyName]),
    ...(input.NetworkInterfaces ?? []).flatMap((one) => [
      ...(one.NetworkInterfaceId === undefined ? ['network-interface/new'] : nic(one)),
      ...subnet(one),
      ...groupsOf(one),
    ]),
  ],
  CreatePlacementGroup: () => ['placement-group/new'],
  DeletePlacementGroup: placement,
  CreateVolume: () => ['volume/new'],
  AttachVolume: (input) => [...volume(input), ...instances(input)],
  ModifyVolume: volume,
  DeleteVolume: volume,
  StartInstances: instances,
  StopInstances: instances,
  TerminateInstances: instances,
  ModifyInstanceAttribute: instances,
  ModifyInstanceMetadataOptions: instances,
};

/** What IAM decides about when this call is made in this world. */
export function authorizationsOf({ cluster }: Fleet, world: World, command: Ec2Command): readonly Authorization[] {
  const input = command.input as Input;
  const region = { 'aws:RequestedRegion': cluster.aws.region };
  const arnOf = (resource: string) =>
    `arn:aws:ec2:${cluster.aws.region}:${resource.startsWith('image/') ? '' : account}:${resource}`;
  const named = resources[command.action](input).flatMap((resource) => resource ?? []);
  const specified = (resource: string) =>
    input.TagSpecifications?.find(({ ResourceType }) => resource === `${ResourceType}/new`)?.Tags ?? [];
  const request = named.map((resource) => ({
    action: `ec2:${command.action}`,
    arn: arnOf(resource),
    context: {
      ...region,
      ...keys('aws:ResourceTag', tagsIn(world, resource.split('/')[1] ?? '')),
      ...vpcKey(world, resource, region['aws:RequestedRegion']),
      ...requestKeys(command.action === 'CreateTags' ? (input.Tags ?? []) : specified(resource)),
    },
  }));
  const tagging = named
    .filter((resource) => specified(resource).length)
    .map((resource) => ({
      action: 'ec2:CreateTags',
      arn: arnOf(resource),
      context: { ...region, ...requestKeys(specified(resource)), 'ec2:CreateAction': command.action },
    }));
  return [...request, ...tagging, ...passing(input)];
}

/** The lab's roles have the names of their instance profiles, in a folder. */
function passing({ IamInstanceProfile: profile }: Input): readonly Authorization[] {
  if (!profile) return [];
  const name = profile.Name ?? profile.Arn?.split('/').at(-1);
  const context = { 'iam:PassedToService': 'ec2.amazonaws.com' };
  return [{ action: 'iam:PassRole', arn: `arn:aws:iam::${account}:role/redis/${name}`, context }];
}

function requestKeys(tags: readonly Tag[]): Authorization['context'] {
  if (!tags.length) return {};
  const values = keys('aws:RequestTag', Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])));
  return { ...values, 'aws:TagKeys': tags.map(({ Key }) => Key) };
}

/** Of a route table. */
function vpcKey({ ec2 }: World, resource: string, region: string): Readonly<Record<string, string>> {
  const table = ec2.routeTables.find(({ id }) => resource === `route-table/${id}`);
  return table ? { 'ec2:Vpc': `arn:aws:ec2:${region}:${account}:vpc/${table.vpcId}` } : {};
}

function keys(prefix: string, tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));
}

function tagsIn({ ec2 }: World, id: string): Readonly<Record<string, string>> {
  const parts = [
    ...ec2.vpcs,
    ...ec2.subnets,
    ...ec2.gateways,
    ...ec2.routeTables,
    ...ec2.groups,
    ...ec2.elasticAddresses,
    ...ec2.natGateways,
    ...ec2.endpoints,
    ...ec2.volumes,
  ];
  const group = ec2.placementGroups.find((one) => one.name === id || one.id === id);
  if (group) return group.tags;
  return (
    parts.find((one) => one.id === id)?.tags ??
    ec2.instances.find((one) => one.instanceId === id)?.tags ??
    ec2.interfaces.find((one) => one.networkInterfaceId === id)?.tags ??
    {}
  );
}
