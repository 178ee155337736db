import type { Subject } from '../../reconcilers/contract/subject.ts';
import type { Event, Listener } from '../events/events.ts';
import type { Emit } from '../events/watch-event.ts';
import { normalizeMessage } from '../report/normalize-message.ts';
import { newChanges } from './changes.ts';

/** Turns what the engine emits in every pass into what is new. */
export function eventDedup(emit: Emit, now: () => number): Listener {
  const changes = newChanges();
  const failed = new Map<Subject, string>();
  let failedPass = '';
  return (event: Event) => {
    if (event.type === 'planned') {
      failedPass = '';
      emit(changes(event.plan.findings, now()));
      // A subject without findings has no failures left to compare with.
      const found = new Set(event.plan.findings.map(({ subject }) => subject));
      for (const subject of failed.keys()) if (!found.has(subject)) failed.delete(subject);
    }
    if (event.type === 'step-done') emit([event]);
    if (event.type === 'step-failed') {
      const message = normalizeMessage(event.reason);
      if (failed.get(event.step.subject) === message) return;
      failed.set(event.step.subject, message);
      emit([event]);
    }
    if (event.type === 'pass-failed') {
      const message = normalizeMessage(event.reason);
      if (message !== failedPass) emit([event]);
      failedPass = message;
    }
  };
}
