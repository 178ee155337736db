import type { Plan, Step } from '../../reconcilers/contract/plan.ts';
import { isTriedOnce } from '../../reconcilers/operations/index.ts';
import type { Listener } from '../events/events.ts';
import { type Attempts, recordAttempt } from '../pacing/attempts.ts';
import { isPermanent, messageOf } from '../transport/errors.ts';
import type { Clock } from '../transport/io.ts';

/** What executing a plan needs of the run that it is part of. */
export interface Execution {
  readonly clock: Clock;
  readonly listen: Listener;
  readonly signal: AbortSignal;
  readonly attempts: Attempts;
  /** Carries out one step; rejects with the reason when it was not done. */
  perform(step: Step): Promise<void>;
  /** Observes and plans again: Sentinel, keepalived or another run may have acted since. */
  planAgain(): Promise<Plan>;
}

/**
 * Executes a plan's steps: lanes in parallel, a lane's steps in order, a subject's later steps not after a failed one. Yields how many
 * were done.
 */
export async function execute(plan: Plan, execution: Execution): Promise<number> {
  const lanes = new Map<string, Step[]>();
  for (const step of plan.steps) lanes.set(step.lane, [...(lanes.get(step.lane) ?? []), step]);
  const failed = new Set<string>();
  const begun: Begun = new Map();
  let done = 0;
  const run = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      if (execution.signal.aborted) return;
      if (failed.has(step.subject)) continue;
      if (await executeStep(step, execution, begun)) done += 1;
      else failed.add(step.subject);
    }
  };
  await Promise.all([...lanes.values()].map(run));
  return done;
}

/** Of steps that disrupt a tenant and have begun: what requires them, and in which lanes they are. */
type Begun = Map<string, Set<string>>;

async function executeStep(step: Step, execution: Execution, begun: Begun): Promise<boolean> {
  const { clock, listen, attempts } = execution;
  // What is done in several lanes at once is done whole: what one of them has changed is no reason for another to stop.
  const isBegun = () => step.because.some((one) => [...(begun.get(one) ?? [])].some((lane) => lane !== step.lane));
  if (step.disrupts.length && !isBegun() && !(await isStillRequested(step, execution)) && !isBegun()) {
    listen({ type: 'step-dropped', step, reason: 'no longer needed when checked again just before' });
    return false;
  }
  if (execution.signal.aborted) return false;
  if (step.disrupts.length)
    for (const one of step.because) begun.set(one, new Set([...(begun.get(one) ?? []), step.lane]));
  const start = clock.now();
  listen({ type: 'step-begun', step });
  try {
    await execution.perform(step);
  } catch (error) {
    const failure = { reason: messageOf(error), permanent: isPermanent(error) || isTriedOnce(step.action) };
    recordAttempt(attempts, step, { at: clock.now(), chance: clock.random(), failure });
    listen({ type: 'step-failed', step, reason: failure.reason });
    return false;
  }
  recordAttempt(attempts, step, { at: clock.now(), chance: clock.random() });
  listen({ type: 'step-done', step, milliseconds: clock.now() - start });
  return true;
}

async function isStillRequested(step: Step, execution: Execution): Promise<boolean> {
  const { steps } = await execution.planAgain();
  return steps.some(({ id }) => id === step.id);
}
