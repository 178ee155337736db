import type { Fleet } from '../crds/fleet.ts';
import { type Drift, notice, operator, type Prune, type Remedy, type Subject, wait } from './drift.ts';
import { type Plan, type Policy, withSteps } from './plan.ts';

/** How much may be removed that nobody declares any more. */
export interface PruneOptions {
  /** Counted is what a person took out of the documents, a Tenant: not its parts on hosts. */
  readonly maxDeletes: number;
  /** No Tenant declared at all is meant so. */
  readonly allowEmpty: boolean;
}

/** The policy of one look. `unseen`: a subject that could not be seen on its host, whatever it rests on. */
export type Pruning = (unseen: Subject | undefined) => Policy;

/**
 * Removal, for one run: notices that say what would remove the thing become actions, all or none of them. What this run retired it does
 * not destroy, however short `retainFor` is: that takes a second request.
 */
export function newPruning(options: PruneOptions, fleet: Fleet): Pruning {
  const retired = new Set<string>();
  return (unseen) => (plan) => {
    const found = plan.findings.flatMap((drift) => pruneOf(drift) ?? []);
    if (!found.length) return plan;
    const instead = waitsFor(plan, unseen) ?? refusal([...new Set(found.map(({ of }) => of))].sort(), options, fleet);
    const findings = plan.findings.map((drift) => {
      const prune = pruneOf(drift);
      return prune ? { ...drift, remedy: instead ?? removal(prune, retired) } : drift;
    });
    return withSteps(findings);
  };
}

function pruneOf({ remedy }: Drift): Prune | undefined {
  return remedy.by === 'notice' ? remedy.prune : undefined;
}

/** Knowing less never does more: a host that cannot be seen may hold what would make the removal wrong. */
function waitsFor({ findings }: Plan, unseen: Subject | undefined): Remedy | undefined {
  const dark = unseen ?? findings.find(isUnseen)?.subject;
  return dark && wait(`nothing is removed while ${dark} could not be seen`, dark);
}

/** Not seen: as such, not yet, or because of what a person must mend first. */
export function isUnseen({ remedy }: Drift): boolean {
  return remedy.by === 'blind' || ('unseen' in remedy && remedy.unseen === true);
}

function refusal(
  things: readonly string[],
  { maxDeletes, allowEmpty }: PruneOptions,
  fleet: Fleet,
): Remedy | undefined {
  const all = `${things.length} to remove: ${things.join(', ')}`;
  if (!fleet.tenants.length && !allowEmpty)
    return operator(
      `${all}; no Tenant of Cluster ${fleet.cluster.name} is declared at all: give all its documents, or, if it is to be empty, --allow-empty`,
    );
  if (things.length <= maxDeletes) return undefined;
  return operator(
    `${all}; --max-deletes is ${maxDeletes}: give --max-deletes ${things.length}, or put their documents back`,
  );
}

function removal(prune: Prune, retired: Set<string>): Remedy {
  if ('refused' in prune) return operator(prune.refused);
  if ('on' in prune) return wait(`rests on ${prune.on}`, prune.on);
  for (const action of prune.actions) {
    if (action.verb === 'member-retire') retired.add(`${action.host} ${action.name}`);
    if (action.verb === 'member-destroy' && retired.has(`${action.host} ${action.name}`))
      return notice('retired by this very run, and kept: the next apply --prune destroys it, with its data');
  }
  return { by: 'action', actions: prune.actions, disrupts: [], removes: prune.of };
}
