import { type Need, needs } from './needs.ts';
import type { Sid } from './sids.ts';

/** When a holder needs an action, and the statements that allow it: each allows it on some of the resources that a call names. */
export interface Permission {
  readonly operator?: Need;
  readonly proxy?: Need;
  readonly statements: readonly Sid[];
  /** Of the policy of the proxies, if they differ. */
  readonly proxyStatements?: readonly Sid[];
}

const routing = ['RouteInMainTable', 'ManageTagged', 'RouteVip'] as const satisfies readonly Sid[];

/**
 * Every action, and the statements with it: one line an action. A call needs permission for each resource that it names or creates, so an
 * action may be in several statements. Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2".
 */
const permissions = {
  DescribeAddresses: { operator: needs.elasticAddresses, statements: ['Describe'] },
  DescribeImages: { operator: needs.network, statements: ['Describe'] },
  DescribeInstances: { operator: needs.always, proxy: needs.always, statements: ['Describe'] },
  DescribePlacementGroups: { operator: needs.placementGroup, statements: ['Describe'] },
  DescribeInstanceAttribute: { operator: needs.protection, statements: ['Describe'] },
  DescribeInstanceStatus: { operator: needs.network, statements: ['Describe'] },
  // Also for the limit of addresses of a proxy that has more than its own and that of its pair.
  DescribeInstanceTypes: { operator: needs.always, statements: ['Describe'] },
  DescribeInstanceTypeOfferings: { operator: needs.hosts, statements: ['Describe'] },
  DescribeInternetGateways: { operator: needs.network, statements: ['Describe'] },
  DescribeKeyPairs: { operator: needs.network, statements: ['Describe'] },
  DescribeNetworkInterfaces: { operator: needs.always, proxy: needs.always, statements: ['Describe'] },
  DescribeNatGateways: { operator: needs.natGateways, statements: ['Describe'] },
  DescribeRouteTables: { operator: needs.routeTables, proxy: needs.overlay, statements: ['Describe'] },
  // Also for the account of the credentials.
  DescribeSecurityGroups: { operator: needs.groups, statements: ['Describe'] },
  DescribeSubnets: { operator: needs.network, statements: ['Describe'] },
  DescribeVolumes: { operator: needs.hosts, statements: ['Describe'] },
  DescribeVpcEndpoints: { operator: needs.endpointsSeen, statements: ['Describe'] },
  DescribeVpcs: { operator: needs.network, statements: ['Describe'] },

  AssignPrivateIpAddresses: { operator: needs.subnetVip, proxy: needs.subnetVip, statements: ['MoveVip'] },
  UnassignPrivateIpAddresses: { operator: needs.never, statements: ['MoveVip'] },

  AllocateAddress: { operator: needs.allocation, statements: ['CreateTagged'] },
  AssociateAddress: { operator: needs.publicAddress, statements: ['ManageTagged', 'MoveVip', 'UseAdoptedAddresses'] },
  ReleaseAddress: { operator: needs.allocation, statements: ['ManageTagged'] },

  CreateVpc: { operator: needs.vpc, statements: ['CreateTagged'] },
  CreateInternetGateway: { operator: needs.gateway, statements: ['CreateTagged'] },
  CreateSubnet: { operator: needs.subnets, statements: ['CreateTagged', 'ManageTagged', 'UseAdoptedVpc'] },
  CreateSecurityGroup: { operator: needs.group, statements: ['CreateTagged', 'ManageTagged', 'UseAdoptedVpc'] },
  AttachInternetGateway: { operator: needs.gateway, statements: ['ManageTagged', 'UseAdoptedVpc'] },
  DetachInternetGateway: { operator: needs.gateway, statements: ['ManageTagged', 'UseAdoptedVpc'] },
  CreateRoute: { operator: needs.routes, proxy: needs.overlay, statements: routing, proxyStatements: ['RouteVip'] },
  ReplaceRoute: { operator: needs.routes, proxy: needs.overlay, statements: routing, proxyStatements: ['RouteVip'] },
  DeleteRoute: { operator: needs.overlay, statements: ['RouteVip'] },
  CreateRouteTable: { operator: needs.routeTable, statements: ['CreateTagged', 'ManageTagged', 'UseAdoptedVpc'] },
  AssociateRouteTable: { operator: needs.routeTable, statements: ['ManageTagged'] },
  ReplaceRouteTableAssociation: { operator: needs.routeTable, statements: ['ManageTagged'] },
  DisassociateRouteTable: { operator: needs.routeTable, statements: ['ManageTagged'] },
  DeleteRouteTable: { operator: needs.routeTable, statements: ['ManageTagged'] },
  CreateNatGateway: { operator: needs.natGateway, statements: ['CreateTagged', 'ManageTagged', 'UseAdoptedSubnets'] },
  DeleteNatGateway: { operator: needs.natGateway, statements: ['ManageTagged'] },
  CreateVpcEndpoint: {
    operator: needs.endpoint,
    statements: [
      'CreateTagged',
      'ManageTagged',
      'EndpointInTables',
      'UseAdoptedVpc',
      'UseAdoptedSubnets',
      'UseAdoptedGroup',
    ],
  },
  ModifyVpcEndpoint: {
    operator: needs.endpoint,
    statements: ['ManageTagged', 'EndpointInTables', 'UseAdoptedSubnets', 'UseAdoptedGroup'],
  },
  DeleteVpcEndpoints: { operator: needs.endpoint, statements: ['ManageTagged'] },
  ModifyVpcAttribute: { operator: needs.dnsHostnames, statements: ['ManageTagged'] },
  AuthorizeSecurityGroupIngress: { operator: needs.group, statements: ['ManageTagged'] },
  RevokeSecurityGroupIngress: { operator: needs.group, statements: ['ManageTagged'] },
  DeleteInternetGateway: { operator: needs.gateway, statements: ['ManageTagged'] },
  DeleteSecurityGroup: { operator: needs.group, statements: ['ManageTagged'] },
  DeleteSubnet: { operator: needs.subnets, statements: ['ManageTagged'] },
  DeleteVpc: { operator: needs.vpc, statements: ['ManageTagged'] },

  CreatePlacementGroup: { operator: needs.placementGroup, statements: ['CreateTagged'] },
  DeletePlacementGroup: { operator: needs.placementGroup, statements: ['ManageTagged'] },
  CreateVolume: { operator: needs.dataVolume, statements: ['CreateTagged'] },
  AttachVolume: { operator: needs.dataVolume, statements: ['ManageTagged'] },
  ModifyVolume: { operator: needs.dataVolume, statements: ['ManageTagged'] },
  DeleteVolume: { operator: needs.dataVolume, statements: ['ManageTagged'] },
  RunInstances: {
    operator: needs.hosts,
    statements: ['CreateTagged', 'ManageTagged', 'UseAdoptedSubnets', 'UseAdoptedGroup', 'UseLaunchInputs'],
  },
  DeleteNetworkInterface: { operator: needs.hosts, statements: ['ManageTagged'] },
  ModifyNetworkInterfaceAttribute: { operator: needs.hosts, statements: ['ManageTagged', 'UseAdoptedGroup'] },
  ModifyInstanceAttribute: { operator: needs.hosts, statements: ['ManageTagged'] },
  ModifyInstanceMetadataOptions: { operator: needs.hosts, statements: ['ManageTagged'] },
  StartInstances: { operator: needs.hosts, statements: ['ManageTagged'] },
  StopInstances: { operator: needs.hosts, statements: ['ManageTagged'] },
  TerminateInstances: { operator: needs.hosts, statements: ['ManageTagged'] },
  GetConsoleOutput: { operator: needs.console, statements: ['ManageTagged'] },
  CreateTags: { operator: needs.creation, statements: ['TagHosts', 'TagOnCreate', 'TagLater'] },
  // An interface endpoint with private DNS.
  'route53:AssociateVPCWithHostedZone': { operator: needs.privateDns, statements: ['PrivateDns'] },
  // What EC2 does with a KMS key in the name of who creates or attaches a volume. Source: EBS User Guide, "Permissions for IAM users".
  'kms:CreateGrant': { operator: needs.kmsKey, statements: ['UseKmsKeys'] },
  'kms:Decrypt': { operator: needs.kmsKey, statements: ['UseKmsKeys'] },
  'kms:DescribeKey': { operator: needs.kmsKey, statements: ['UseKmsKeys'] },
  'kms:GenerateDataKeyWithoutPlaintext': { operator: needs.kmsKey, statements: ['UseKmsKeys'] },
  'kms:ReEncryptFrom': { operator: needs.kmsKey, statements: ['UseKmsKeys'] },
  'kms:ReEncryptTo': { operator: needs.kmsKey, statements: ['UseKmsKeys'] },
  's3:GetObject': { operator: needs.template, statements: ['ReadTemplate'] },
  // For `reconcile check` only.
  'servicequotas:GetServiceQuota': { operator: needs.quotas, statements: ['ReadQuotas'] },
  'iam:PassRole': { operator: needs.instanceProfile, statements: ['PassRole'] },
} as const satisfies Readonly<Record<string, Permission>>;

export type PermittedAction = keyof typeof permissions;

export const permittedActions: readonly (readonly [PermittedAction, Permission])[] = Object.entries(
  permissions,
) as unknown as readonly (readonly [PermittedAction, Permission])[];

/** The ids of the statements that allow an action, such as `RunInstances`; none for an action that no policy has. */
export function statementsWith(action: string): readonly Sid[] {
  return Object.hasOwn(permissions, action) ? permissions[action as PermittedAction].statements : [];
}
