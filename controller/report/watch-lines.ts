import type { Drift } from '../../reconcilers/drift.ts';
import { wordsFor } from '../perform.ts';
import { findingJson } from './plan-json.ts';
import { summary } from './plan-text.ts';
import type { WatchEvent } from './watch-events.ts';

/** One event as a line for people; `time` is ISO 8601. */
export function watchText(event: WatchEvent, time: string, cluster?: string): string {
  return `${time} ${cluster === undefined ? '' : `${cluster}: `}${words(event)}\n`;
}

/** One event as a line of JSON. The names of types and fields are kept from version to version. */
export function watchJson(event: WatchEvent, time: string, cluster?: string): string {
  const head = { apiVersion: 'redis-ec2.dev/v1alpha1', kind: 'WatchEvent', time };
  return `${JSON.stringify({ ...head, ...(cluster === undefined ? {} : { cluster }), type: event.type, ...fields(event) })}\n`;
}

function fields(event: WatchEvent): object {
  if ('drift' in event) {
    const time = event.type === 'mended' ? { milliseconds: event.milliseconds } : {};
    return { ...findingJson(event.drift), ...time };
  }
  if ('step' in event) {
    const { subject, action, disrupts, because } = event.step;
    const end = event.type === 'step-done' ? { milliseconds: event.milliseconds } : { reason: event.reason };
    return { subject, says: wordsFor(action), verb: action.verb, because, disrupts, ...end };
  }
  if (event.type === 'stopped') return { left: event.left?.map(findingJson) ?? null };
  const { type: _, ...rest } = event;
  return rest;
}

function words(event: WatchEvent): string {
  switch (event.type) {
    case 'drift':
      return `drift: ${findingWords(event.drift)}; mending`;
    case 'waiting':
    case 'operator':
    case 'notice':
      return `${labels[event.type]}: ${findingWords(event.drift)}; ${reasonOf(event.drift)}`;
    case 'mended':
      return `in order again after ${span(event.milliseconds)}: ${event.drift.subject} ${event.drift.field}`;
    case 'unseen':
      return `${event.refused ? 'a person is needed' : 'unseen'}: ${listed(event.subjects)}; ${event.reason}`;
    case 'seen':
      return `seen again after ${span(event.milliseconds)}: ${listed(event.subjects)}`;
    case 'in-order':
      return 'in order';
    case 'step-done':
      return `done: ${wordsFor(event.step.action)} (${span(event.milliseconds)})`;
    case 'step-failed':
      return `FAILED: ${wordsFor(event.step.action)}: ${event.reason}`;
    case 'pass-failed':
      return `FAILED: a whole pass: ${event.reason}; nothing was changed, and it is tried again in ${event.again}`;
    case 'started':
      return `watching, a pass every ${span(event.intervalMs)} and when the documents change`;
    case 'stopped':
      return `stopped; ${leftWords(event.left)}`;
    case 'documents':
      return 'problems' in event ? documentsWords(event.state, event.problems) : documentStates[event.state];
  }
}

const labels = { waiting: 'waiting', operator: 'a person is needed', notice: 'to know' } as const;

const documentStates = {
  changed: 'the documents have changed; the new ones are in force',
  released: 'no longer declared: it is left as it is, and no longer watched',
} as const;

function documentsWords(state: 'invalid' | 'valid', problems: readonly string[]): string {
  if (state === 'valid') return 'the documents are valid again';
  return ['the documents are NOT VALID; the last valid ones stay in force until this is mended:', ...problems].join(
    '\n  ',
  );
}

function leftWords(left: readonly Drift[] | undefined): string {
  if (!left) return 'it had not seen the world yet';
  return left.length ? `left: ${summary({ findings: left })}` : 'in order when it was last seen';
}

function findingWords({ subject, field, want, have, hurts }: Drift): string {
  return `${subject} ${field}: ${have}, should be ${want}${hurts.length ? ` [${hurts.join(', ')}]` : ''}`;
}

function reasonOf({ remedy }: Drift): string {
  return remedy.by === 'action' ? 'mending' : remedy.reason;
}

/** `mesh/redis-1, redis/acme-r1 and 7 more`. */
function listed(subjects: readonly string[]): string {
  const more = subjects.length > 3 ? ` and ${subjects.length - 3} more` : '';
  return `${subjects.slice(0, 3).join(', ')}${more}`;
}

/** `3.2 s`, `12 min`. */
function span(milliseconds: number): string {
  return milliseconds < 120_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 60_000)} min`;
}
