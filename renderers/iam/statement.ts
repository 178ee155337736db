import type { Adoption, Fleet, Origin } from '../../crds/fleet.ts';
import { markers } from '../lib/markers.ts';
import { creationsOf, kmsKeysOf } from './needs.ts';

/** A statement of an IAM policy document. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** The resources and the condition of a statement. */
export interface Scope {
  readonly resource: string | readonly string[];
  readonly condition?: Condition;
  /** It is about IAM, which has no regions, or about a bucket, which may be in another one. */
  readonly global?: true;
}

/** Allows actions, in the region of the Cluster only. */
export function allow({ cluster }: Fleet, sid: string, actions: readonly string[], scope: Scope): Statement {
  const { StringEquals = {}, ...others } = scope.condition ?? {};
  const region = scope.global ? {} : { 'aws:RequestedRegion': cluster.aws.region };
  const equals = { ...region, ...StringEquals };
  const condition = { ...(Object.keys(equals).length ? { StringEquals: equals } : {}), ...others };
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions.map((action) => (action.includes(':') ? action : `ec2:${action}`)),
    Resource: scope.resource,
    ...(Object.keys(condition).length ? { Condition: condition } : {}),
  };
}

/** What the request creates has to get the tag of the Cluster. */
export function withRequestTag({ cluster }: Fleet): Condition {
  return { StringEquals: { [`aws:RequestTag/${markers.ec2Cluster}`]: cluster.name } };
}

/** The resource has to carry the tag of the Cluster. */
export function withResourceTag({ cluster }: Fleet): Condition {
  return { StringEquals: { [`aws:ResourceTag/${markers.ec2Cluster}`]: cluster.name } };
}

/** Adopted resources of one type (`vpc`), which do not carry the tag of the Cluster: those with an id, and those with a tag, by its key. */
export function adoptedScopes(fleet: Fleet, type: string, origins: readonly (Origin | undefined)[]): readonly Scope[] {
  const adopted = origins.flatMap((origin): readonly Adoption[] => (origin && 'adopt' in origin ? [origin.adopt] : []));
  const ids = adopted.flatMap((one) => ('id' in one ? [arn(fleet, `${type}/${one.id}`)] : []));
  const tags = new Map<string, Set<string>>();
  for (const one of adopted)
    if ('tag' in one) tags.set(one.tag.key, (tags.get(one.tag.key) ?? new Set()).add(one.tag.value));
  return [
    ...(ids.length ? [{ resource: ids.length === 1 ? (ids[0] ?? '') : ids }] : []),
    ...[...tags].map(([key, values]) => ({
      resource: arn(fleet, `${type}/*`),
      condition: {
        StringEquals: { [`aws:ResourceTag/${key}`]: values.size === 1 ? ([...values][0] ?? '') : [...values] },
      },
    })),
  ];
}

/**
 * Passing the roles of the instance profiles to EC2. A role may have another path than its profile, and in China the service another name.
 * Source: IAM User Guide, "Granting a user permissions to pass a role to an AWS service".
 */
export function roleScopes(fleet: Fleet): readonly Scope[] {
  const names = [...new Set(creationsOf(fleet).flatMap((one) => one.instanceProfileRole ?? []))].sort();
  const roles = `arn:${partition(fleet)}:iam::${account(fleet)}:role`;
  const ec2 = 'ec2.amazonaws.com';
  const service = partition(fleet) === 'aws-cn' ? [ec2, `${ec2}.cn`] : ec2;
  return [
    {
      resource: names.flatMap((name) => [`${roles}/${name}`, `${roles}/*/${name}`]),
      condition: { StringEquals: { 'iam:PassedToService': service } },
      global: true,
    },
  ];
}

/** The URL by which hosts read the template is signed with the operator's credentials, and allows no more than these do. */
export function templateScopes(fleet: Fleet): readonly Scope[] {
  const { from } = fleet.cluster.runtime.template;
  if (!from || !('s3' in from)) return [];
  return [{ resource: `arn:${partition(fleet)}:s3:::${from.s3.bucket}/${from.s3.key}`, global: true }];
}

/**
 * KMS keys, through EC2 only: by ARN or id, and one by its alias on all keys, because a permission by the ARN of an alias does not allow the use of
 * its key. Source: KMS Developer Guide, "Use aliases to control access to KMS keys", and "kms:ViaService".
 */
export function keyScopes(fleet: Fleet): readonly Scope[] {
  const { region } = fleet.cluster.aws;
  const keys = `arn:${partition(fleet)}:kms:${region}:${account(fleet)}:key`;
  const service = partition(fleet) === 'aws-cn' ? `ec2.${region}.amazonaws.com.cn` : `ec2.${region}.amazonaws.com`;
  const through = { StringEquals: { 'kms:ViaService': service } };
  const isAlias = (key: string) => /^alias\/|:alias\//.test(key);
  const aliases = kmsKeysOf(fleet).filter(isAlias);
  const ids = kmsKeysOf(fleet).filter((key) => !isAlias(key));
  const names = aliases.map((key) => key.slice(key.indexOf('alias/')));
  return [
    ...(ids.length
      ? [{ resource: ids.map((key) => (key.startsWith('arn:') ? key : `${keys}/${key}`)), condition: through }]
      : []),
    ...(names.length
      ? [
          {
            resource: `${keys}/*`,
            condition: { ...through, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': names } },
          },
        ]
      : []),
  ];
}

/** Of any account, where none is declared: a policy applies only to the account that it is in. */
export function arn(fleet: Fleet, resource: string): string {
  return `arn:${partition(fleet)}:ec2:${fleet.cluster.aws.region}:${account(fleet)}:${resource}`;
}

/** AMIs have an ARN without account. */
export function imageArn(fleet: Fleet): string {
  return `arn:${partition(fleet)}:ec2:${fleet.cluster.aws.region}::image/*`;
}

function account({ cluster }: Fleet): string {
  return cluster.aws.accountId ?? '*';
}

function partition({ cluster }: Fleet): string {
  const { region } = cluster.aws;
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
