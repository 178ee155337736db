import { markers } from '../../renderers/lib/markers.ts';
import type { ActionOf } from '../operations/actions.ts';
import type { Ec2Command, Ec2Input } from '../operations/operation.ts';

/** The tags of a part of a Cluster's VPC network, as TagSpecifications takes them. */
export function partTags(resource: string, cluster: string, part: string): readonly Ec2Input[] {
  return [
    {
      ResourceType: resource,
      Tags: [tag('Name', `${cluster}-${part}`), tag(markers.ec2Cluster, cluster), tag(markers.ec2Part, part)],
    },
  ];
}

/** The tags of a host's instance, network interface and volume. */
export function hostTags(resource: string, cluster: string, host: string): Ec2Input {
  return {
    ResourceType: resource,
    Tags: [tag('Name', host), tag(markers.ec2Cluster, cluster), tag(markers.ec2Host, host)],
  };
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

function tag(Key: string, Value: string): Ec2Input {
  return { Key, Value };
}
