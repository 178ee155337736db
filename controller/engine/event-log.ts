import type { Event } from '../events/events.ts';
import type { Log } from '../transport/io.ts';

/** Writes an event of the engine to the structured log. */
export function logEvent(log: Log, event: Event): void {
  if (event.type === 'step-begun') log.debug('step begun', subjectAndAction(event));
  if (event.type === 'step-progress') log.debug('step progress', { ...subjectAndAction(event), progress: event.text });
  if (event.type === 'step-done')
    log.info('step done', { ...subjectAndAction(event), milliseconds: event.milliseconds });
  if (event.type === 'step-failed') log.error('step failed', { ...subjectAndAction(event), reason: event.reason });
  if (event.type === 'planned') {
    const { findings, steps } = event.plan;
    log.debug('planned', { pass: event.pass, findings: findings.length, steps: steps.length });
  }
  if (event.type === 'ended') {
    const { result, steps, passes } = event.outcome;
    log.info('ended', { result, steps, passes });
  }
}

function subjectAndAction({ step: { subject, action } }: Extract<Event, { readonly step: unknown }>) {
  return { subject, action };
}
