import type { Plan, Step } from '../reconcilers/plan.ts';
import { keyOfAction } from '../reconcilers/verbs/index.ts';
import type { Listener } from './events.ts';
import { type History, remember } from './history.ts';
import { messageOf } from './observe.ts';
import { laneOf } from './perform.ts';
import { type Clock, onlyByAPerson } from './ports.ts';

/** What a wave needs of the run that it is part of. */
export interface Wave {
  readonly clock: Clock;
  readonly listen: Listener;
  readonly signal: AbortSignal;
  readonly history: History;
  /** Carries out one step; rejects with the reason when it was not done. */
  perform(step: Step): Promise<void>;
  /** Looks again and plans anew: Sentinel, keepalived or another run may have acted since. */
  planAgain(): Promise<Plan>;
}

/** Carries out a plan's steps: lanes side by side, a lane's steps in order, a subject's later steps not after a failed one. Yields how many were done. */
export async function carryOut(plan: Plan, wave: Wave): Promise<number> {
  const lanes = new Map<string, Step[]>();
  for (const step of plan.steps) lanes.set(laneOf(step.action), [...(lanes.get(laneOf(step.action)) ?? []), step]);
  const failed = new Set<string>();
  let done = 0;
  const run = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      if (wave.signal.aborted) return;
      if (failed.has(step.subject)) continue;
      if (await take(step, wave)) done += 1;
      else failed.add(step.subject);
    }
  };
  await Promise.all([...lanes.values()].map(run));
  return done;
}

async function take(step: Step, wave: Wave): Promise<boolean> {
  const { clock, listen, history } = wave;
  if (step.disrupts.length && !(await stillAsked(step, wave))) {
    listen({ type: 'step-dropped', step, reason: 'no longer needed when asked again just before' });
    return false;
  }
  if (wave.signal.aborted) return false;
  const begun = clock.now();
  listen({ type: 'step-begun', step });
  try {
    await wave.perform(step);
  } catch (error) {
    const failure = { reason: messageOf(error), permanent: onlyByAPerson(error) };
    remember(history, step.action, { at: clock.now(), chance: clock.random(), failure });
    listen({ type: 'step-failed', step, reason: failure.reason });
    return false;
  }
  remember(history, step.action, { at: clock.now(), chance: clock.random() });
  listen({ type: 'step-done', step, milliseconds: clock.now() - begun });
  return true;
}

async function stillAsked(step: Step, wave: Wave): Promise<boolean> {
  const { steps } = await wave.planAgain();
  return steps.some((other) => keyOfAction(other.action) === keyOfAction(step.action));
}
