import type { Issue } from '../issue.ts';
import { type Check, type ClusterEntry, fault } from '../load/declared.ts';

/** A template that is brought is checked by its digest; the digest of one that is built is not known before. */
export const template: Check = ({ clusters }) => clusters.flatMap(digestOf);

function digestOf(cluster: ClusterEntry): readonly Issue[] {
  const { from, sha256 } = cluster.body.spec.runtime.template;
  const path = ['spec', 'runtime', 'template'];
  const issue = (field: string, problem: string, remedy: string) => [fault(cluster, [...path, field], problem, remedy)];
  if (!from) return [];
  if (from.build) {
    if (sha256 === undefined) return [];
    return issue('sha256', 'the digest of a template is not known before it is built', 'remove it');
  }
  if (sha256 !== undefined) return [];
  return issue(
    'from',
    'sha256 is missing for this template',
    'set spec.runtime.template.sha256 to what sha256sum prints for it',
  );
}
