import { type Plan, planSignature } from '../../reconcilers/contract/plan.ts';
import { jittered } from './retry-policy.ts';

/** How the last pass ended. */
export interface PassSummary {
  readonly plan: Plan;
  /** Steps that were tried, those that failed included. */
  readonly tried: number;
  readonly now: number;
  /** When something that is backing off is to be tried again. */
  readonly due: number | undefined;
  /** 0 to 1, drawn for this pass. */
  readonly chance: number;
}

/** The first pause while something is waited for; it grows by half each time nothing has changed, up to the interval. */
const pollMs = 1000;
/** More passes in a row that executed steps are no longer a repair: something else reverts them, and steps in a tight loop do not help. */
const busyPasses = 30;
/** Share by which an interval is shorter or longer: many watches do not call EC2 at the same moment. */
const jitter = 0.1;

/**
 * Yields after each pass how many milliseconds to pause: none after steps, so that their effect is observed; a short poll while something
 * settles; the interval when there is nothing to do. What backs off is tried again when it is due, if that is sooner.
 */
export function newPollInterval(intervalMs: number): (summary: PassSummary) => number {
  let busy = 0;
  let polls = 0;
  let signature = '';
  return ({ plan, tried, now, due, chance }) => {
    const interval = jittered(intervalMs, chance, jitter);
    const same = planSignature(plan) === signature;
    signature = planSignature(plan);
    busy = tried ? busy + 1 : 0;
    if (tried) polls = 0;
    if (tried) return busy <= busyPasses ? 0 : Math.min(interval, pollMs * (busy - busyPasses));
    const waiting =
      plan.steps.length > 0 ||
      plan.findings.some(({ remedy }) => remedy.by === 'waiting' && remedy.cause !== 'window' && !remedy.dependsOn);
    polls = waiting && same ? polls + 1 : 0;
    const pause = waiting ? Math.min(interval, pollMs * 1.5 ** Math.min(polls, 40)) : interval;
    return Math.max(0, due === undefined ? pause : Math.min(pause, due - now));
  };
}
