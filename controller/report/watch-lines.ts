import type { Drift } from '../../reconcilers/drift.ts';
import { wordsFor } from '../perform.ts';
import { findingJson } from './plan-json.ts';
import { summary } from './plan-text.ts';
import type { WatchEvent } from './watch-events.ts';

/** Of one kind and one moment, so many are a line each; more are a line a subject: a bare fleet has hundreds. */
const each = 6;

/** What is new at one moment, in lines for people; `time` is ISO 8601. */
export function watchText(events: readonly WatchEvent[], time: string, cluster?: string): readonly string[] {
  const many = (type: WatchEvent['type']) => events.filter((event) => event.type === type).length > each;
  const groups = new Map<string, WatchEvent[]>();
  for (const [index, event] of events.entries()) {
    const key = 'drift' in event && many(event.type) ? `${event.type} ${event.drift.subject}` : String(index);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  const place = cluster === undefined ? '' : `${cluster}: `;
  return [...groups.values()].map((group) => `${time} ${place}${groupWords(group)}`);
}

/** The same as a line of JSON an event. The names of types and fields are kept from version to version. */
export function watchJson(events: readonly WatchEvent[], time: string, cluster?: string): readonly string[] {
  const head = {
    apiVersion: 'redis-ec2.dev/v1alpha1',
    kind: 'WatchEvent',
    time,
    ...(cluster === undefined ? {} : { cluster }),
  };
  return events.map((event) => JSON.stringify({ ...head, type: event.type, ...fields(event) }));
}

function groupWords(group: readonly WatchEvent[]): string {
  const [first] = group;
  if (!first) return '';
  if (group.length === 1 || !('drift' in first)) return words(first);
  const names = group.flatMap((event) => ('drift' in event ? [event.drift.field] : []));
  const label = first.type === 'mended' ? `in order again after ${span(first.milliseconds)}` : labels[first.type];
  return `${label}: ${first.drift.subject}, ${names.length} findings: ${listed(names)}`;
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

const labels = { drift: 'drift', waiting: 'waiting', operator: 'a person is needed', notice: 'to know' } as const;

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
function listed(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.slice(0, 3).join(', ')}${more}`;
}

/** `3.2 s`, `12 min`. */
function span(milliseconds: number): string {
  return milliseconds < 120_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 60_000)} min`;
}
