import { marks } from './marks.ts';
import type { ActionOf } from './verbs/index.ts';
import type { Ec2Command, Ec2Input } from './verbs/verb.ts';

/** What marks a part of a Cluster's network as ours, as TagSpecifications takes it. */
export function partTags(resource: string, cluster: string, part: string): readonly Ec2Input[] {
  return [
    {
      ResourceType: resource,
      Tags: [tag('Name', `${cluster}-${part}`), tag(marks.ec2Cluster, cluster), tag(marks.ec2Part, part)],
    },
  ];
}

/** What marks a host's instance, network interface and disk as ours. */
export function hostTags(resource: string, cluster: string, host: string): Ec2Input {
  return {
    ResourceType: resource,
    Tags: [tag('Name', host), tag(marks.ec2Cluster, cluster), tag(marks.ec2Host, host)],
  };
}

/** How a person puts a part's tags back. */
export function tagBack(id: string, cluster: string, part: string): string {
  return `aws ec2 create-tags --resources ${id} --tags Key=${marks.ec2Cluster},Value=${cluster} Key=${marks.ec2Part},Value=${part}`;
}

export function isOurs({ tags }: { readonly tags: Readonly<Record<string, string>> }, cluster: string): boolean {
  return tags[marks.ec2Cluster] === cluster;
}

/** A step that is one EC2 call. */
export function ec2Step(says: string, action: Ec2Command['action'], input: Ec2Input): ActionOf<'ec2-call'> {
  return { verb: 'ec2-call', call: { action, input }, says };
}

function tag(Key: string, Value: string): Ec2Input {
  return { Key, Value };
}
