import { type Drift, operator, wait } from '../reconcilers/drift.ts';
import { type Plan, withSteps } from '../reconcilers/plan.ts';
import { type Action, keyOfAction } from '../reconcilers/verbs/index.ts';
import { againIn, givesUp, type Patience } from './patience.ts';
import { awayDuring, settlesMs } from './perform.ts';

/** What this run did, by step. */
export type History = Map<string, Deed>;

/** How a step ended: when, the dice of that moment, and why it failed if it did. `permanent`: only a person mends that. */
export interface Ending {
  readonly at: number;
  readonly chance: number;
  readonly failure?: { readonly reason: string; readonly permanent: boolean };
}

/** How often a step was done, how often it failed, and how it ended when it was last tried. */
interface Deed extends Ending {
  readonly times: number;
  readonly failures: number;
  readonly settlesMs: number;
  /** The host that does not answer until its effect shows. */
  readonly away: string | undefined;
  /** How often it was asked for again after its effect had shown. */
  readonly relapses: number;
  /** Looks in a row that did not ask for it, and since when. */
  readonly quiet: { readonly since: number; readonly looks: number } | undefined;
  /** Some look since it was taken did not ask for it. */
  readonly shown: boolean;
}

/** A step that so many looks in a row did not ask for, over so many milliseconds, is forgotten. */
const forgotten = { looks: 10, ms: 30_000 };

/** Said of a step that was taken, until its effect can show. */
export const settling = 'done; its effect does not show yet';

export function remember(history: History, action: Action, ending: Ending): void {
  const known = history.get(keyOfAction(action));
  history.set(keyOfAction(action), {
    ...ending,
    times: (known?.times ?? 0) + (ending.failure ? 0 : 1),
    failures: (known?.failures ?? 0) + (ending.failure ? 1 : 0),
    settlesMs: settlesMs(action),
    away: awayDuring(action),
    relapses: (known?.relapses ?? 0) + (known?.shown ? 1 : 0),
    quiet: undefined,
    shown: false,
  });
}

/**
 * A step asked for again before its effect can show is waited for; one that was done, and done again, is a person's matter. So is
 * one whose effect shows, and is undone, again and again: a look that does not ask for it is not the end of it yet. How often, and
 * whether it is tried again later, is the patience's.
 */
export function withHistory(plan: Plan, history: History, now: number, patience: Patience = givesUp): Plan {
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
  return withSteps(plan.findings.map((drift) => judged(awaited(drift, history, now), history, now, patience)));
}

/** When the first of the steps that rest now is to be tried again; undefined when none rests. */
export function nextTry(history: History, now: number, patience: Patience): number | undefined {
  const ends = [...history.values()]
    .filter((deed) => !deed.quiet)
    .map((deed) => deed.at + restOf(deed, patience))
    .filter((end) => end > now && Number.isFinite(end));
  return ends.length ? Math.min(...ends) : undefined;
}

/** A person has changed what is declared: what failed is tried at once, as if for the first time. What was done keeps its time to settle. */
export function forgive(history: History): void {
  for (const [key, deed] of history) {
    if (deed.failure) history.delete(key);
    else history.set(key, { ...deed, times: 1, failures: 0, relapses: 0 });
  }
}

/** A host that is out of sight because of what was done to it, for as long as that may take, is waited for. */
function awaited(drift: Drift, history: History, now: number): Drift {
  if (drift.remedy.by !== 'blind') return drift;
  const { reason } = drift.remedy;
  const cause = [...history.values()].some(
    (deed) => drift.subject === `host/${deed.away}` && !deed.failure && now - deed.at < deed.settlesMs,
  );
  return cause ? { ...drift, remedy: wait(`it reboots: ${reason}`) } : drift;
}

function judged(drift: Drift, history: History, now: number, patience: Patience): Drift {
  if (drift.remedy.by !== 'action') return drift;
  for (const action of drift.remedy.actions) {
    const done = history.get(keyOfAction(action));
    const instead = done && judgement(done, now, patience);
    if (instead) return { ...drift, remedy: instead };
  }
  return drift;
}

/** What is said instead of taking the step once more; undefined: it is taken. */
function judgement(deed: Deed, now: number, patience: Patience): Drift['remedy'] | undefined {
  const { times, failures, failure } = deed;
  if (!failure && !deed.shown && now - deed.at < deed.settlesMs) return wait(settling);
  const left = deed.at + restOf(deed, patience) - now;
  if (left <= 0) return undefined;
  const later = Number.isFinite(left) ? `; tried again in ${againIn(left)}` : '';
  if (failure) {
    const said = `failed ${failures === 1 ? 'once' : `${failures} times`}: ${failure.reason}${later}`;
    return failure.permanent || !later ? operator(said) : wait(said);
  }
  return deed.shown
    ? operator(`was done ${times} times, and was undone again each time: find out by whom, or by what${later}`)
    : operator(`was done ${times} times and is still not so: something undoes it, or it does not work here${later}`);
}

function restOf(deed: Deed, patience: Patience): number {
  if (deed.failure) return patience.failed(deed.failures, deed.failure.permanent, deed.chance);
  if (deed.shown) return patience.undone(deed.relapses, deed.chance);
  return patience.vain(deed.times - deed.relapses, deed.chance);
}
