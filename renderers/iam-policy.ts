import type { Fleet, Host } from '../crds/fleet.ts';
import {
  allow,
  allowAdopted,
  allowPassRole,
  arn,
  imageArn,
  type Statement,
  withRequestTag,
  withResourceTag,
} from './iam-statement.ts';
import { markers } from './lib/markers.ts';

/** An IAM policy document. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export const holders = ['operator', 'proxy'] as const;
export type Holder = (typeof holders)[number];

/**
 * The least privileges of a holder: who runs the operator, or the instance profile of the proxies. Describe actions have no resource-level
 * permissions (Service Authorization Reference for EC2). What is created must have the tag of the Cluster from the start, and only what has
 * it may be changed.
 */
export function policyFor(holder: Holder, fleet: Fleet): Policy {
  return { Version: '2012-10-17', Statement: holder === 'proxy' ? proxyStatements(fleet) : operatorStatements(fleet) };
}

function proxyStatements(fleet: Fleet): readonly Statement[] {
  return [allow(fleet, 'DescribeVip', ['DescribeInstances', 'DescribeNetworkInterfaces'], '*'), moveVip(fleet)];
}

function operatorStatements(fleet: Fleet): readonly Statement[] {
  const { hosts, network, ssh } = fleet.cluster;
  const created = hosts.filter(({ origin }) => isCreated(origin));
  // Instance types: for their limit of addresses, if a proxy has more than its own and that of its pair.
  const always = ['DescribeInstances', 'DescribeInstanceTypes', 'DescribeNetworkInterfaces'];
  const describes = new Set([...always, ...(network.vpc ? describesOfCreation : [])]);
  return [
    allow(fleet, 'DescribeAll', [...describes].sort(), '*'),
    moveVip(fleet),
    ...(network.vpc ? networkStatements(fleet) : []),
    ...(created.length ? hostStatements(fleet, created) : []),
    ...(created.length && ssh.hostKeys === 'console'
      ? [allow(fleet, 'ReadHostKeys', ['GetConsoleOutput'], arn(fleet, 'instance/*'), withResourceTag(fleet))]
      : []),
    ...(network.vpc ? [tagOnCreate(fleet), ...tagLater(fleet)] : []),
  ];
}

const describesOfCreation = [
  'DescribeImages',
  'DescribeInstanceStatus',
  'DescribeInstanceTypes',
  'DescribeInternetGateways',
  'DescribeKeyPairs',
  'DescribeRouteTables',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeVpcs',
];

function isCreated(origin: object | undefined): boolean {
  return origin !== undefined && 'create' in origin;
}

/** Created network interfaces are known by their tag; those of adopted hosts are not known here. */
function moveVip(fleet: Fleet): Statement {
  const proxies = fleet.cluster.hosts.filter(({ role }) => role === 'proxy');
  const condition = proxies.every(({ origin }) => isCreated(origin)) ? withResourceTag(fleet) : {};
  return allow(fleet, 'MoveVip', ['AssignPrivateIpAddresses'], arn(fleet, 'network-interface/*'), condition);
}

function networkStatements(fleet: Fleet): readonly Statement[] {
  const { vpc, internetGateway, subnets, securityGroup } = fleet.cluster.network;
  const where = (condition: boolean, ...actions: readonly string[]) => (condition ? actions : []);
  const gateway = isCreated(internetGateway);
  const subnet = subnets.some(({ origin }) => isCreated(origin));
  const group = isCreated(securityGroup?.origin);
  const create = (created: boolean, action: string, resource: string) =>
    created ? [allow(fleet, `${action}Tagged`, [action], [arn(fleet, resource)], withRequestTag(fleet))] : [];
  // CreateSubnet and CreateSecurityGroup also need permission for the VPC, which may be adopted and not have the tag.
  const inVpc = [...where(subnet, 'CreateSubnet'), ...where(group, 'CreateSecurityGroup')];
  const manage = [
    ...where(group, 'AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress', 'DeleteSecurityGroup'),
    ...where(subnet, 'DeleteSubnet'),
    ...where(isCreated(vpc), 'DeleteVpc'),
    ...where(gateway, 'AttachInternetGateway', 'DetachInternetGateway', 'DeleteInternetGateway'),
  ];
  return [
    ...create(isCreated(vpc), 'CreateVpc', 'vpc/*'),
    ...create(gateway, 'CreateInternetGateway', 'internet-gateway/*'),
    ...create(subnet, 'CreateSubnet', 'subnet/*'),
    ...create(group, 'CreateSecurityGroup', 'security-group/*'),
    ...(inVpc.length ? [allow(fleet, 'CreateInVpc', inVpc, arn(fleet, 'vpc/*'))] : []),
    ...(manage.length ? [allow(fleet, 'ManageVpc', manage, '*', withResourceTag(fleet))] : []),
    // An action needs permission for every resource that it names (Service Authorization Reference).
    ...(vpc && gateway && !isCreated(vpc)
      ? [allowAdopted(fleet, 'AttachToVpc', ['AttachInternetGateway', 'DetachInternetGateway'], 'vpc', vpc)]
      : []),
    // The main route table is created with the VPC and does not have the tag.
    ...(gateway
      ? [allow(fleet, 'RouteToInternetGateway', ['CreateRoute', 'ReplaceRoute'], arn(fleet, 'route-table/*'))]
      : []),
  ];
}

const hostChanges = [
  'DeleteNetworkInterface',
  'ModifyInstanceAttribute',
  'ModifyInstanceMetadataOptions',
  'ModifyNetworkInterfaceAttribute',
  'StartInstances',
  'StopInstances',
  'TerminateInstances',
];

function hostStatements(fleet: Fleet, hosts: readonly Host[]): readonly Statement[] {
  const creations = hosts.flatMap(({ origin }) => ('create' in origin ? [origin.create] : []));
  const profiles = [...new Set(creations.flatMap(({ instanceProfile }) => instanceProfile ?? []))].sort();
  const sriov = creations.some(({ enhancedNetworking }) => enhancedNetworking === 'sriov');
  const group = fleet.cluster.network.securityGroup?.origin;
  const arns = (...resources: readonly string[]) => resources.map((one) => arn(fleet, one));
  const inputs = [imageArn(fleet), ...arns('key-pair/*', 'security-group/*', 'subnet/*')];
  return [
    allow(
      fleet,
      'CreateHosts',
      ['RunInstances'],
      arns('instance/*', 'network-interface/*', 'volume/*'),
      withRequestTag(fleet),
    ),
    allow(fleet, 'UseLaunchInputs', ['RunInstances'], inputs),
    allow(fleet, 'ManageHosts', hostChanges, '*', withResourceTag(fleet)),
    allow(fleet, 'TagHosts', ['CreateTags'], arn(fleet, 'instance/*'), {
      ...withResourceTag(fleet),
      'ForAllValues:StringEquals': { 'aws:TagKeys': [...(sriov ? [markers.ec2Driver] : []), markers.ec2Retired] },
    }),
    ...(group && !isCreated(group)
      ? [allowAdopted(fleet, 'UseGroup', ['ModifyNetworkInterfaceAttribute'], 'security-group', group)]
      : []),
    ...(profiles.length ? [allowPassRole(fleet, 'PassInstanceProfile', profiles)] : []),
  ];
}

const creates = ['CreateInternetGateway', 'CreateSecurityGroup', 'CreateSubnet', 'CreateVpc'];

/** Declared tags are added to what exists, too. */
function tagLater(fleet: Fleet): readonly Statement[] {
  const keys = Object.keys(fleet.cluster.aws.tags).sort();
  if (!keys.length) return [];
  const condition = { ...withResourceTag(fleet), 'ForAllValues:StringEquals': { 'aws:TagKeys': keys } };
  return [allow(fleet, 'TagLater', ['CreateTags'], arn(fleet, '*/*'), condition)];
}

/** Our own tags are set by the request that creates the resource, and on no existing one. */
function tagOnCreate(fleet: Fleet): Statement {
  const { StringEquals } = withRequestTag(fleet);
  return allow(fleet, 'TagOnCreate', ['CreateTags'], arn(fleet, '*/*'), {
    StringEquals: { ...StringEquals, 'ec2:CreateAction': [...creates, 'RunInstances'] },
  });
}
