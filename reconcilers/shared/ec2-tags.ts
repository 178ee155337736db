import type { Cluster } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { act } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { ActionOf } from '../operations/actions.ts';
import type { Ec2Command, Ec2Input } from '../operations/operation.ts';

type TaggedCluster = Pick<Cluster, 'name' | 'aws'>;

/** The tags of a part of a Cluster's VPC network, as TagSpecifications takes them. */
export function partTags(resource: string, cluster: TaggedCluster, part: string): readonly Ec2Input[] {
  const own = { Name: `${cluster.name}-${part}`, [markers.ec2Cluster]: cluster.name, [markers.ec2Part]: part };
  return [{ ResourceType: resource, Tags: tagList({ ...cluster.aws.tags, ...own }) }];
}

/** The tags of a host's instance, network interface and volumes. */
export function hostTags(
  resource: string,
  cluster: TaggedCluster,
  host: string,
  more: Readonly<Record<string, string>> = {},
): Ec2Input {
  const own = { Name: host, [markers.ec2Cluster]: cluster.name, [markers.ec2Host]: host, ...more };
  return { ResourceType: resource, Tags: tagList({ ...cluster.aws.tags, ...own }) };
}

/** The finding about the declared tags that something of this Cluster in EC2 does not carry. They are added; no tag is ever removed. */
export function declaredTagFindings(
  { aws }: TaggedCluster,
  subject: Subject,
  id: string,
  tags: Readonly<Record<string, string>>,
): readonly Finding[] {
  const entries = Object.entries(aws.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  const missing = entries.filter(([key, value]) => tags[key] !== value);
  if (missing.length === 0) return [];
  const text = (list: readonly (readonly [string, string | undefined])[]) =>
    list.map(([key, value]) => (value === undefined ? `no ${key}` : `${key}=${value}`)).join(', ');
  const values = { have: text(missing.map(([key]) => [key, tags[key]])), want: text(missing) };
  const add = ec2Step(`add tags to ${id}: ${values.want}`, 'CreateTags', {
    Resources: [id],
    Tags: tagList(Object.fromEntries(missing)),
  });
  // A subject of its own: nothing has to wait for tags.
  return [findingsAbout(`${subject}@tags`)('TagsDiffer', `tags of ${id}`, values, act([add]))];
}

/** The command that restores the tags of a part. */
export function restorePartTags(id: string, cluster: string, part: string): string {
  return `aws ec2 create-tags --resources ${id} --tags Key=${markers.ec2Cluster},Value=${cluster} Key=${markers.ec2Part},Value=${part}`;
}

/** Whether it carries the tag of this Cluster. */
export function isOwnedBy({ tags }: { readonly tags: Readonly<Record<string, string>> }, cluster: string): boolean {
  return tags[markers.ec2Cluster] === cluster;
}

/** A step that is one EC2 call. */
export function ec2Step(description: string, action: Ec2Command['action'], input: Ec2Input): ActionOf<'ec2-call'> {
  return { operation: 'ec2-call', call: { action, input }, description };
}

function tagList(tags: Readonly<Record<string, string>>): readonly Ec2Input[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
