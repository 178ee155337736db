import { type Drift, operator, wait } from '../reconcilers/drift.ts';
import { type Plan, withSteps } from '../reconcilers/plan.ts';
import { type Action, keyOfAction } from '../reconcilers/verbs/index.ts';
import { settlesMs } from './perform.ts';

/** What this run did, by step: how often, when last, and why it failed if it did. */
export type History = Map<string, { readonly times: number; readonly at: number; readonly reason?: string }>;

/** How often a step that fails is tried before a person is asked: nothing is tried for ever. */
const attempts = 3;
/** How often a step that was done is done, while its effect does not show. */
const effects = 2;

export function remember(history: History, action: Action, at: number, reason?: string): void {
  const times = (history.get(keyOfAction(action))?.times ?? 0) + 1;
  history.set(keyOfAction(action), { times, at, ...(reason === undefined ? {} : { reason }) });
}

/** A step asked for again before its effect can show is waited for; one that was done, and done again, is a person's matter. */
export function withHistory(plan: Plan, history: History, now: number): Plan {
  const asked = new Set(plan.steps.map((step) => keyOfAction(step.action)));
  for (const key of history.keys()) if (!asked.has(key)) history.delete(key);
  return withSteps(plan.findings.map((drift) => judged(drift, history, now)));
}

function judged(drift: Drift, history: History, now: number): Drift {
  if (drift.remedy.by !== 'action') return drift;
  for (const action of drift.remedy.actions) {
    const done = history.get(keyOfAction(action));
    if (!done) continue;
    if (done.reason !== undefined && done.times >= attempts)
      return { ...drift, remedy: operator(`failed ${done.times} times: ${done.reason}`) };
    if (done.reason !== undefined) continue;
    if (now - done.at < settlesMs(action)) return { ...drift, remedy: wait('done; its effect does not show yet') };
    if (done.times >= effects)
      return {
        ...drift,
        remedy: operator(
          `was done ${done.times} times and is still not so: something undoes it, or it does not work here`,
        ),
      };
  }
  return drift;
}
