import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import { type Plan, type Step, withSteps } from '../../reconcilers/contract/plan.ts';
import { type Manual, manual, type Remedy, settling } from '../../reconcilers/contract/remedy.ts';
import { failFast, formatDelay, type RetryPolicy } from './retry-policy.ts';

/** What this run did, by the step's id. */
export type Attempts = Map<string, Attempt>;

/** How a step ended: when, a number drawn at that moment (0 to 1), and why it failed if it did. `permanent`: no retry helps. */
export interface AttemptOutcome {
  readonly at: number;
  readonly chance: number;
  readonly failure?: { readonly reason: string; readonly permanent: boolean };
}

/** How often a step was done, how often it failed, and how it ended when it was last tried. */
interface Attempt extends AttemptOutcome {
  readonly times: number;
  readonly failures: number;
  readonly settleMs: number;
  /** The host that does not answer until its effect can be observed. */
  readonly unreachable: string | undefined;
  /** How often it was requested again after its effect had been observed. */
  readonly reverts: number;
  /** Passes in a row that did not request it, and since when. */
  readonly notRequested: { readonly since: number; readonly passes: number } | undefined;
  /** Some pass since it was done did not request it. */
  readonly effectObserved: boolean;
}

/** A step that so many passes in a row did not request, over so many milliseconds, is forgotten. */
const forgotten = { passes: 10, ms: 30_000 };

export function recordAttempt(attempts: Attempts, step: Step, outcome: AttemptOutcome): void {
  const known = attempts.get(step.id);
  attempts.set(step.id, {
    ...outcome,
    times: (known?.times ?? 0) + (outcome.failure ? 0 : 1),
    failures: (known?.failures ?? 0) + (outcome.failure ? 1 : 0),
    settleMs: step.settleMs,
    unreachable: step.unreachableDuring,
    reverts: (known?.reverts ?? 0) + (known?.effectObserved ? 1 : 0),
    notRequested: undefined,
    effectObserved: false,
  });
}

/**
 * A step requested again before its effect can be observed is waited for. One that was done repeatedly without effect becomes manual, and
 * so does one whose effect was observed and reverted again and again: a single pass that does not request it does not end that. How
 * often, and whether it is tried again later, is up to the policy.
 */
export function withAttempts(plan: Plan, attempts: Attempts, now: number, policy: RetryPolicy = failFast): Plan {
  const requested = new Set(plan.steps.map(({ id }) => id));
  for (const [id, attempt] of attempts) {
    if (requested.has(id)) {
      attempts.set(id, { ...attempt, notRequested: undefined });
      continue;
    }
    const notRequested = { since: attempt.notRequested?.since ?? now, passes: (attempt.notRequested?.passes ?? 0) + 1 };
    const quietMs = now - notRequested.since;
    if (notRequested.passes > forgotten.passes && quietMs > Math.max(attempt.settleMs, forgotten.ms))
      attempts.delete(id);
    else attempts.set(id, { ...attempt, notRequested, effectObserved: true });
  }
  return withSteps(plan.findings.map((one) => withRetries(withReboots(one, attempts, now), attempts, now, policy)));
}

/** When the first of the steps that are backing off is to be tried again; undefined when there is none. */
export function nextTry(attempts: Attempts, now: number, policy: RetryPolicy): number | undefined {
  const ends = [...attempts.values()]
    .filter((attempt) => !attempt.notRequested)
    .map((attempt) => attempt.at + backoffOf(attempt, policy))
    .filter((end) => end > now && Number.isFinite(end));
  return ends.length ? Math.min(...ends) : undefined;
}

/** The documents have changed: what failed is tried at once, as if for the first time. What was done keeps its time to settle. */
export function reset(attempts: Attempts): void {
  for (const [id, attempt] of attempts) {
    if (attempt.failure) attempts.delete(id);
    else attempts.set(id, { ...attempt, times: 1, failures: 0, reverts: 0 });
  }
}

/**
 * For each pass: a tenant with other members than in the pass before is as if its documents had changed. Members join and leave one at a time,
 * and each of them changes the same things again.
 */
export function resetOnNewMembers(attempts: Attempts): (inForce: Fleet) => void {
  let before: string | undefined;
  return ({ tenants }) => {
    const members = JSON.stringify(
      tenants.map(({ name, members }) => [name, members.map((one) => [one.name, one.host])]),
    );
    if (before !== undefined && members !== before) reset(attempts);
    before = members;
  };
}

/** A host that is unreachable because of what was done to it is waited for, for as long as that may take. */
function withReboots(finding: Finding, attempts: Attempts, now: number): Finding {
  if (finding.remedy.by !== 'unknown') return finding;
  const { message } = finding.remedy;
  const reboots = [...attempts.values()].some(
    ({ unreachable, failure, at, settleMs }) =>
      finding.subject === `host/${unreachable}` && !failure && now - at < settleMs,
  );
  return reboots ? { ...finding, remedy: settling(`it reboots: ${message}`) } : finding;
}

function withRetries(finding: Finding, attempts: Attempts, now: number, policy: RetryPolicy): Finding {
  if (finding.remedy.by !== 'action') return finding;
  for (const { id } of finding.remedy.steps ?? []) {
    const attempt = attempts.get(id);
    const instead = attempt && remedyInstead(attempt, now, policy);
    if (instead) return { ...finding, remedy: instead };
  }
  return finding;
}

/** The remedy instead of doing the step once more; undefined: it is done. */
function remedyInstead(attempt: Attempt, now: number, policy: RetryPolicy): Remedy | undefined {
  const { times, failures, failure } = attempt;
  if (!failure && !attempt.effectObserved && now - attempt.at < attempt.settleMs)
    return { ...settling('applied; waiting for the effect to show'), applied: true };
  const left = attempt.at + backoffOf(attempt, policy) - now;
  if (left <= 0) return undefined;
  const later = Number.isFinite(left) ? `; retrying in ${formatDelay(left)}` : '';
  if (failure) {
    const message = `failed ${failures === 1 ? 'once' : `${failures} times`}: ${failure.reason}${later}`;
    return failure.permanent || !later ? because('failed', message) : { by: 'waiting', cause: 'retry', message };
  }
  return attempt.effectObserved
    ? because('reverted', `applied ${times} times and reverted each time; find out what changes it back${later}`)
    : because(
        'no-effect',
        `applied ${times} times without effect; something reverts it, or it is not supported on this host${later}`,
      );
}

function because(cause: NonNullable<Manual['cause']>, message: string): Manual {
  return { ...manual(message), cause };
}

function backoffOf(attempt: Attempt, policy: RetryPolicy): number {
  if (attempt.failure) return policy.failed(attempt.failures, attempt.failure.permanent, attempt.chance);
  if (attempt.effectObserved) return policy.reverted(attempt.reverts, attempt.chance);
  return policy.noEffect(attempt.times - attempt.reverts, attempt.chance);
}
