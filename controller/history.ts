import { type Drift, operator, wait } from '../reconcilers/drift.ts';
import { type Plan, withSteps } from '../reconcilers/plan.ts';
import { type Action, keyOfAction } from '../reconcilers/verbs/index.ts';
import { settlesMs } from './perform.ts';

/** What this run did, by step. */
export type History = Map<string, Deed>;

/** How often a step was done, how often it failed, when it was last tried, and why it failed if it did then. */
interface Deed {
  readonly times: number;
  readonly failures: number;
  readonly at: number;
  readonly settlesMs: number;
  readonly reason: string | undefined;
  /** How often it was asked for again after its effect had shown. */
  readonly relapses: number;
  /** Looks in a row that did not ask for it, and since when. */
  readonly quiet: { readonly since: number; readonly looks: number } | undefined;
  /** Some look since it was taken did not ask for it. */
  readonly shown: boolean;
}

/** How often a step that fails is tried before a person is asked: nothing is tried for ever. */
const attempts = 3;
/** How often a step that was done is done, while its effect does not show. */
const effects = 2;
/** How often a step whose effect showed, and was undone soon after, is done again. */
const relapses = 3;
/** A step that so many looks in a row did not ask for, over so many milliseconds, is forgotten. */
const forgotten = { looks: 10, ms: 30_000 };

export function remember(history: History, action: Action, at: number, reason?: string): void {
  const known = history.get(keyOfAction(action));
  history.set(keyOfAction(action), {
    times: (known?.times ?? 0) + (reason === undefined ? 1 : 0),
    failures: (known?.failures ?? 0) + (reason === undefined ? 0 : 1),
    at,
    settlesMs: settlesMs(action),
    reason,
    relapses: (known?.relapses ?? 0) + (known?.shown ? 1 : 0),
    quiet: undefined,
    shown: false,
  });
}

/**
 * A step asked for again before its effect can show is waited for; one that was done, and done again, is a person's matter. So is
 * one whose effect shows, and is undone, again and again: a look that does not ask for it is not the end of it yet.
 */
export function withHistory(plan: Plan, history: History, now: number): Plan {
  const asked = new Set(plan.steps.map((step) => keyOfAction(step.action)));
  for (const [key, deed] of history) {
    if (asked.has(key)) {
      history.set(key, { ...deed, quiet: undefined });
      continue;
    }
    const quiet = { since: deed.quiet?.since ?? now, looks: (deed.quiet?.looks ?? 0) + 1 };
    const over = quiet.looks > forgotten.looks && now - quiet.since > Math.max(deed.settlesMs, forgotten.ms);
    if (over) history.delete(key);
    else history.set(key, { ...deed, quiet, shown: true });
  }
  return withSteps(plan.findings.map((drift) => judged(drift, history, now)));
}

function judged(drift: Drift, history: History, now: number): Drift {
  if (drift.remedy.by !== 'action') return drift;
  for (const action of drift.remedy.actions) {
    const done = history.get(keyOfAction(action));
    const instead = done && judgement(done, now);
    if (instead) return { ...drift, remedy: instead };
  }
  return drift;
}

/** What is said instead of taking the step once more; undefined: it is taken. */
function judgement(deed: Deed, now: number): Drift['remedy'] | undefined {
  const { times, failures, reason } = deed;
  if (reason !== undefined) return failures >= attempts ? operator(`failed ${failures} times: ${reason}`) : undefined;
  if (deed.shown)
    return deed.relapses < relapses
      ? undefined
      : operator(`was done ${times} times, and was undone again each time: find out by whom, or by what`);
  if (now - deed.at < deed.settlesMs) return wait('done; its effect does not show yet');
  return times - deed.relapses < effects
    ? undefined
    : operator(`was done ${times} times and is still not so: something undoes it, or it does not work here`);
}
