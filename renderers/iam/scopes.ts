import type { Fleet } from '../../crds/fleet.ts';
import { markers } from '../lib/markers.ts';
import { isCreated, needs } from './needs.ts';
import { permittedActions } from './permissions.ts';
import type { Sid } from './sids.ts';
import {
  adoptedScopes,
  arn,
  type Condition,
  imageArn,
  keyScopes,
  roleScopes,
  type Scope,
  templateScopes,
  withRequestTag,
  withResourceTag,
} from './statement.ts';

/**
 * What each statement allows its actions on. A statement with several scopes is
 * rendered as several, `UseAdoptedSubnets`, `UseAdoptedSubnets2`; one without a scope is left out.
 */
export const scopes: { readonly [S in Sid]: (fleet: Fleet) => readonly Scope[] } = {
  /** Describe actions have no permissions by resource. */
  Describe: () => [{ resource: '*' }],
  /** Created network interfaces are known by their tag; those of adopted hosts are not known here. */
  MoveVip: (fleet) => {
    const proxies = fleet.cluster.hosts.filter(({ role }) => role === 'proxy');
    const condition = proxies.every(({ origin }) => isCreated(origin)) ? withResourceTag(fleet) : {};
    return [{ resource: arn(fleet, 'network-interface/*'), condition }];
  },
  /** What is created must have the tag of the Cluster from the start. */
  CreateTagged: (fleet) => [{ resource: arn(fleet, '*/*'), condition: withRequestTag(fleet) }],
  /** Only what has the tag is changed, deleted, or used to create something in it. */
  ManageTagged: (fleet) => [{ resource: arn(fleet, '*/*'), condition: withResourceTag(fleet) }],
  UseAdoptedVpc: (fleet) => adoptedScopes(fleet, 'vpc', [fleet.cluster.network.vpc]),
  UseAdoptedSubnets: (fleet) =>
    adoptedScopes(
      fleet,
      'subnet',
      fleet.cluster.network.subnets.map(({ origin }) => origin),
    ),
  UseAdoptedGroup: (fleet) => adoptedScopes(fleet, 'security-group', [fleet.cluster.network.securityGroup?.origin]),
  UseAdoptedAddresses: (fleet) =>
    adoptedScopes(
      fleet,
      'elastic-ip',
      fleet.proxyPairs.map(({ publicAddress }) => publicAddress),
    ),
  /** The main route table is created with the VPC and does not have the tag. */
  RouteInMainTable: (fleet) => (needs.defaultRoute(fleet) ? [{ resource: arn(fleet, 'route-table/*') }] : []),
  /** A gateway endpoint is in the tables that the hosts' subnets use, whoever made them. */
  EndpointInTables: (fleet) =>
    isCreated(fleet.cluster.network.egress?.endpoints.s3)
      ? [{ resource: arn(fleet, 'route-table/*'), condition: inAdoptedVpc(fleet) }]
      : [],
  RouteVip: routeVip,
  UseLaunchInputs: (fleet) => [{ resource: [imageArn(fleet), arn(fleet, 'key-pair/*')] }],
  TagHosts: (fleet) => (needs.hosts(fleet) ? [{ resource: tagged(fleet), condition: tagHosts(fleet) }] : []),
  TagOnCreate: (fleet) => [{ resource: arn(fleet, '*/*'), condition: tagOnCreate(fleet) }],
  TagLater: tagLater,
  PrivateDns: () => [{ resource: '*', global: true }],
  UseKmsKeys: keyScopes,
  ReadTemplate: templateScopes,
  PassRole: roleScopes,
  /** Reading a quota has no permission by resource. Source: Service Authorization Reference, "Actions defined by Service Quotas". */
  ReadQuotas: () => [{ resource: '*' }],
};

/** A host, and its data volume. */
function tagged(fleet: Fleet): string | readonly string[] {
  const instances = arn(fleet, 'instance/*');
  return needs.dataVolume(fleet) ? [instances, arn(fleet, 'volume/*')] : instances;
}

/**
 * The declared route tables; otherwise all of the VPC, if its id is declared. That of a VPC that is created is not known here. Source of the
 * condition key: Service Authorization Reference, "Resource types defined by Amazon EC2".
 */
function routeVip(fleet: Fleet): readonly Scope[] {
  const pairs = fleet.proxyPairs.flatMap(({ overlay }) => overlay ?? []);
  if (!pairs.length) return [];
  const ids = [...new Set(pairs.flatMap(({ routeTables }) => routeTables))].sort();
  if (pairs.every(({ routeTables }) => routeTables.length))
    return [{ resource: ids.map((id) => arn(fleet, `route-table/${id}`)) }];
  return [{ resource: arn(fleet, 'route-table/*'), condition: inAdoptedVpc(fleet) }];
}

/** The VPC of a route table, where its id is declared. */
function inAdoptedVpc(fleet: Fleet): Condition {
  const { vpc } = fleet.cluster.network;
  const adopted = vpc && 'adopt' in vpc && 'id' in vpc.adopt ? vpc.adopt.id : undefined;
  return adopted === undefined ? {} : { ArnLike: { 'ec2:Vpc': arn(fleet, `vpc/${adopted}`) } };
}

/** Marks on an existing host. */
function tagHosts(fleet: Fleet): Condition {
  const keys = [
    ...(needs.dataVolume(fleet) ? [markers.ec2DataVolume] : []),
    ...(needs.sriov(fleet) ? [markers.ec2Driver] : []),
    markers.ec2Retired,
  ];
  return { ...withResourceTag(fleet), 'ForAllValues:StringEquals': { 'aws:TagKeys': keys } };
}

/** Declared tags are added to what exists, too. */
function tagLater(fleet: Fleet): readonly Scope[] {
  const keys = Object.keys(fleet.cluster.aws.tags).sort();
  if (!keys.length) return [];
  const condition = { ...withResourceTag(fleet), 'ForAllValues:StringEquals': { 'aws:TagKeys': keys } };
  return [{ resource: arn(fleet, '*/*'), condition }];
}

/** Our own tags are set by the request that creates the resource, and on no existing one. */
function tagOnCreate(fleet: Fleet): Condition {
  const creates = permittedActions.flatMap(([action, { operator, statements }]) =>
    statements.includes('CreateTagged') && operator?.(fleet) ? [action] : [],
  );
  const { StringEquals } = withRequestTag(fleet);
  return { StringEquals: { ...StringEquals, 'ec2:CreateAction': creates.sort() } };
}
