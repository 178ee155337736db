import type { Finding } from '../../reconcilers/contract/finding.ts';
import { type Plan, planSignature } from '../../reconcilers/contract/plan.ts';
import type { Outcome } from '../events/events.ts';

/** Milliseconds without any change after which a run ends, if something is manual or unknown: what still waits then waits for that. */
const noProgressMs = 90_000;

/**
 * Yields how an apply ends, or undefined while it goes on. Manual and unknown findings end it only when two passes in a row found them, since
 * a cluster that has just changed is still settling.
 */
export function newConvergenceCheck(
  deadline: number,
): (plan: Plan, now: number, interrupted: boolean) => Outcome['result'] | undefined {
  let before: Outcome['result'] | undefined;
  let signature = '';
  let since = 0;
  return (plan, now, interrupted) => {
    const nowSignature = planSignature(plan);
    if (nowSignature !== signature) since = now;
    signature = nowSignature;
    const busy = plan.steps.length > 0 || plan.findings.some(isWaiting);
    if (busy && interrupted) return 'interrupted';
    if (busy && now >= deadline) return 'timeout';
    const result = resultOf(plan, now - since >= noProgressMs);
    const confirmed = result === 'done' || result === before || interrupted;
    before = result;
    // What changes from pass to pass between two results ends too when the time is up.
    if (now >= deadline) return result ?? 'timeout';
    return confirmed ? result : undefined;
  };
}

function resultOf(plan: Plan, noProgress: boolean): Outcome['result'] | undefined {
  const has = (by: Finding['remedy']['by']) => plan.findings.some((finding) => finding.remedy.by === by);
  if (plan.steps.length) return undefined;
  // What is unknown may be so because of a host that will be reachable before long.
  if (plan.findings.some(({ remedy }) => remedy.by === 'waiting' && remedy.unknown)) return undefined;
  if (plan.findings.some(isWaiting) && !allBlocked(plan) && !(noProgress && (has('unknown') || has('manual'))))
    return undefined;
  if (has('unknown')) return 'unknown';
  return has('manual') ? 'manual' : 'done';
}

/**
 * Everything that waits waits, in the end, for a finding that this run cannot repair, or for itself in a circle. What only a maintenance
 * window holds does not hold up what settles on the same subject.
 */
function allBlocked({ findings }: Plan): boolean {
  const waiting = findings.filter(isWaiting);
  const subjectsOf = (all: readonly Finding[]) => all.map(({ subject }) => subject);
  const blocked = new Set(subjectsOf(findings.filter(isBeyondThisRun)));
  const blockedOrLater = new Set([...blocked, ...subjectsOf(findings.filter(isForWindow))]);
  if (!blockedOrLater.size) return false;
  spread(blocked, waiting, (dependency) => blocked.has(dependency));
  spread(blockedOrLater, waiting, (dependency) => blockedOrLater.has(dependency));
  const found = new Set(findings.map(({ subject }) => subject));
  const hopeful = new Set(waiting.filter((one) => dependencyOf(one) === undefined).map(({ subject }) => subject));
  // What depends on a subject that is in order by now will see so in the next pass.
  spread(hopeful, waiting, (dependency) => hopeful.has(dependency) || !found.has(dependency));
  const isBlocked = (one: Finding) =>
    blocked.has(one.subject) || (dependencyOf(one) !== undefined && blockedOrLater.has(one.subject));
  return waiting.every((one) => isBlocked(one) || !hopeful.has(one.subject));
}

/** Adds the subjects of waiting findings whose dependency matches, until nothing is added any more. */
function spread(
  subjects: Set<Finding['subject']>,
  waiting: readonly Finding[],
  matches: (dependency: Finding['subject']) => boolean,
): void {
  for (let size = -1; size !== subjects.size; ) {
    size = subjects.size;
    for (const finding of waiting) {
      const dependency = dependencyOf(finding);
      if (dependency !== undefined && matches(dependency)) subjects.add(finding.subject);
    }
  }
}

function dependencyOf({ remedy }: Finding): Finding['subject'] | undefined {
  return remedy.by === 'waiting' ? remedy.dependsOn : undefined;
}

function isWaiting({ remedy }: Finding): boolean {
  return remedy.by === 'waiting' && remedy.cause !== 'window';
}

function isForWindow({ remedy }: Finding): boolean {
  return remedy.by === 'waiting' && remedy.cause === 'window';
}

function isBeyondThisRun({ remedy }: Finding): boolean {
  return remedy.by === 'manual' || remedy.by === 'unknown';
}
