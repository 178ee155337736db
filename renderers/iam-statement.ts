import type { Fleet, Origin } from '../crds/fleet.ts';
import { markers } from './lib/markers.ts';

/** A statement of an IAM policy document. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Allows EC2 actions, in the region of the Cluster only. */
export function allow(
  { cluster }: Fleet,
  sid: string,
  actions: readonly string[],
  resource: string | readonly string[],
  condition: Condition = {},
): Statement {
  const { StringEquals = {}, ...others } = condition;
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions.map((action) => `ec2:${action}`),
    Resource: resource,
    Condition: { StringEquals: { 'aws:RequestedRegion': cluster.aws.region, ...StringEquals }, ...others },
  };
}

/** Allows passing the roles of these instance profiles to EC2. IAM has no regions. */
export function allowPassRole(fleet: Fleet, sid: string, profiles: readonly string[]): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: ['iam:PassRole'],
    Resource: profiles.map((name) => `arn:${partition(fleet)}:iam::*:role/${name}`),
    Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
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

/** Allows actions on an adopted resource of this type (`vpc`), which does not carry the tag of the Cluster. */
export function allowAdopted(
  fleet: Fleet,
  sid: string,
  actions: readonly string[],
  type: string,
  origin: Origin,
): Statement {
  const adopted = 'adopt' in origin ? origin.adopt : undefined;
  const id = adopted && 'id' in adopted ? adopted.id : '*';
  const tag = adopted && 'tag' in adopted ? adopted.tag : undefined;
  const condition = tag ? { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } } : {};
  return allow(fleet, sid, actions, arn(fleet, `${type}/${id}`), condition);
}

/** Of any account: a policy applies only to the account that it is in. */
export function arn(fleet: Fleet, resource: string): string {
  return `arn:${partition(fleet)}:ec2:${fleet.cluster.aws.region}:*:${resource}`;
}

/** AMIs have an ARN without account. */
export function imageArn(fleet: Fleet): string {
  return `arn:${partition(fleet)}:ec2:${fleet.cluster.aws.region}::image/*`;
}

function partition({ cluster }: Fleet): string {
  const { region } = cluster.aws;
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
