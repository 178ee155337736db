import type { Drift, Subject } from '../../reconcilers/drift.ts';
import type { Step } from '../../reconcilers/plan.ts';
import type { Event, Listener } from '../events.ts';
import { withoutFigures } from '../verdict.ts';
import { type Change, newChanges } from './changes.ts';

/** What a watch tells: what changed, and what was done about it. */
export type WatchEvent =
  | Change
  | { readonly type: 'started'; readonly intervalMs: number }
  | { readonly type: 'step-done'; readonly step: Step; readonly milliseconds: number }
  | { readonly type: 'step-failed'; readonly step: Step; readonly reason: string }
  | { readonly type: 'pass-failed'; readonly reason: string; readonly again: string }
  /** released: this Cluster is no longer declared; it is left as it is. invalid: those before stay in force. */
  | { readonly type: 'documents'; readonly state: 'changed' | 'released' }
  | { readonly type: 'documents'; readonly state: 'invalid' | 'valid'; readonly problems: readonly string[] }
  | { readonly type: 'stopped'; readonly left: readonly Drift[] | undefined };

/** What is new at one moment, of one Cluster; of all, where there is none. */
export type Tell = (events: readonly WatchEvent[], cluster?: string) => void;

/** Turns what the engine tells at every pass into what is new. */
export function newsOf(tell: Tell, now: () => number): Listener {
  const changes = newChanges();
  const failed = new Map<Subject, string>();
  let faulty = '';
  return (event: Event) => {
    if (event.type === 'planned') {
      faulty = '';
      tell(changes(event.plan.findings, now()));
      // A subject that nothing is found of has no failures left to compare with.
      const found = new Set(event.plan.findings.map(({ subject }) => subject));
      for (const subject of failed.keys()) if (!found.has(subject)) failed.delete(subject);
    }
    if (event.type === 'step-done') tell([{ type: 'step-done', step: event.step, milliseconds: event.milliseconds }]);
    if (event.type === 'step-failed') {
      const words = withoutFigures(event.reason);
      if (failed.get(event.step.subject) === words) return;
      failed.set(event.step.subject, words);
      tell([{ type: 'step-failed', step: event.step, reason: event.reason }]);
    }
    if (event.type === 'pass-failed') {
      const words = withoutFigures(event.reason);
      if (words !== faulty) tell([event]);
      faulty = words;
    }
  };
}
