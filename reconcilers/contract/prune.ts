import type { Fleet } from '../../crds/fleet.ts';
import { type Finding, isUnknown } from './finding.ts';
import { type Plan, type Policy, withSteps } from './plan.ts';
import { dependsOn, info, manual, type Prune, type Remedy, type Removed } from './remedy.ts';
import type { Subject } from './subject.ts';

/** Limits for the removal of what is no longer declared. */
export interface PruneOptions {
  /** Counts Tenants that are no longer declared, not their parts on hosts, nor what is left over without its Tenant. */
  readonly maxDeletes: number;
  /** Go on even if no Tenants are declared. */
  readonly allowEmpty: boolean;
}

/** The policy of one pass. `unknown`: a subject whose state could not be observed, whatever it depends on. */
export type Pruning = (unknown: Subject | undefined) => Policy;

/**
 * Pruning in one run: findings with a `prune` remedy become actions, all or none of them. A member that this run retired is not destroyed
 * by it, however short `retainFor` is. That requires a second run.
 */
export function newPruning(options: PruneOptions, fleet: Fleet): Pruning {
  const retired = new Set<string>();
  return (unknown) => (plan) => {
    for (const { action } of plan.steps) if (action.operation === 'member-retire') retired.add(memberOf(action));
    const found = plan.findings.flatMap((finding) => pruneOf(finding) ?? []);
    if (!found.length) return plan;
    const instead = waitsFor(plan, unknown) ?? refusal([...new Set(found.map(({ of }) => of))].sort(), options, fleet);
    const findings = plan.findings.map((finding) => {
      const prune = pruneOf(finding);
      return prune ? { ...finding, remedy: instead ?? removal(prune, retired) } : finding;
    });
    return withSteps(findings);
  };
}

function pruneOf({ remedy }: Finding): Prune | undefined {
  return remedy.by === 'info' ? remedy.prune : undefined;
}

/** Less knowledge never leads to more changes: an unobserved host may have something that makes the removal wrong. */
function waitsFor({ findings }: Plan, unknown: Subject | undefined): Remedy | undefined {
  const subject = unknown ?? findings.find(isUnknown)?.subject;
  return subject && dependsOn(subject, 'nothing is removed while its state is unknown');
}

function refusal(
  removals: readonly Removed[],
  { maxDeletes, allowEmpty }: PruneOptions,
  fleet: Fleet,
): Remedy | undefined {
  const all = (those: readonly Removed[]) => `${those.length} to remove: ${those.join(', ')}`;
  if (!fleet.tenants.length && !allowEmpty)
    return manual(
      `${all(removals)}; Cluster ${fleet.cluster.name} declares no Tenants: pass all of its documents, or --allow-empty if that is intended`,
    );
  const tenants = removals.filter(isTenant);
  if (tenants.length <= maxDeletes) return undefined;
  return manual(
    `${all(tenants)}; --max-deletes is ${maxDeletes}: pass --max-deletes ${tenants.length}, or restore their documents`,
  );
}

function isTenant(removed: Removed): boolean {
  return removed.startsWith('tenant ');
}

function memberOf({ host, name }: { readonly host: string; readonly name: string }): string {
  return `${host} ${name}`;
}

function removal(prune: Prune, retired: Set<string>): Remedy {
  if ('refused' in prune) return manual(prune.refused);
  if ('dependsOn' in prune) return dependsOn(prune.dependsOn);
  for (const action of prune.actions) {
    if (action.operation === 'member-retire') retired.add(memberOf(action));
    if (action.operation === 'member-destroy' && retired.has(memberOf(action)))
      return info('retired by this run, and kept: the next apply --prune destroys it, with its data');
  }
  return { by: 'action', actions: prune.actions, disrupts: [], removes: prune.of };
}
