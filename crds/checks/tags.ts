import { type Check, fault } from '../load/declared.ts';

/** Keys of spec.aws.tags. AWS reserves `aws:`, and limits a key to 128 characters (EC2 User Guide, "Tag restrictions"). */
export const tags: Check = ({ clusters }) =>
  clusters.flatMap((cluster) =>
    Object.keys(cluster.body.spec.aws.tags).flatMap((key) => {
      const problem = problemOf(key);
      return problem ? [fault(cluster, ['spec', 'aws', 'tags', key], ...problem)] : [];
    }),
  );

function problemOf(key: string): readonly [problem: string, remedy: string] | undefined {
  if (key === 'Name' || key.startsWith('ec2-redis-operator/'))
    return [`the tag ${key} is set by the operator`, 'use another key'];
  if (/^aws:/i.test(key)) return [`AWS reserves tag keys that begin with aws:`, 'use another key'];
  if (key.length >= 1 && key.length <= 128) return undefined;
  return ['a tag key has 1 to 128 characters', 'use a shorter key'];
}
