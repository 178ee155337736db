import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { WatchEvent } from '../events/watch-event.ts';
import { reportedFinding } from './findings.ts';
import { difference, summary } from './plan-text.ts';
import { stepId } from './step-id.ts';

/** Up to this many events of one type and moment are a line each; more are a line per subject: bare hosts have hundreds. */
const maxLinesPerType = 6;

/** What is new at one moment, in lines for people; `time` is ISO 8601. */
export function watchText(events: readonly WatchEvent[], time: string, cluster?: string): readonly string[] {
  const many = (type: WatchEvent['type']) => events.filter((event) => event.type === type).length > maxLinesPerType;
  const groups = new Map<string, WatchEvent[]>();
  for (const [index, event] of events.entries()) {
    const key = 'finding' in event && many(event.type) ? `${event.type} ${event.finding.subject}` : String(index);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  const place = cluster === undefined ? '' : `${cluster}: `;
  return [...groups.values()].map((group) => `${time} ${place}${groupText(group)}`);
}

/** The same as one line of JSON per event (docs/reference/json.md). */
export function watchJson(events: readonly WatchEvent[], time: string, cluster?: string): readonly string[] {
  const head = {
    apiVersion: 'redis-ec2.dev/v1alpha1',
    kind: 'WatchEvent',
    time,
    ...(cluster === undefined ? {} : { cluster }),
  };
  return events.map((event) => JSON.stringify({ ...head, type: event.type, ...fields(event, cluster ?? '') }));
}

function groupText(group: readonly WatchEvent[]): string {
  const [first] = group;
  if (!first) return '';
  if (group.length === 1 || !('finding' in first)) return eventText(first);
  const names = group.flatMap((event) => ('finding' in event ? [event.finding.field] : []));
  const label = first.type === 'fixed' ? `fixed after ${span(first.milliseconds)}` : labels[first.type];
  return `${label}: ${first.finding.subject}, ${names.length} findings: ${listed(names)}`;
}

function fields(event: WatchEvent, cluster: string): object {
  if ('finding' in event) {
    const time = event.type === 'fixed' ? { milliseconds: event.milliseconds } : {};
    return { ...reportedFinding(cluster, event.finding), ...time };
  }
  if ('step' in event) {
    const { id, subject, action, description, disrupts, because } = event.step;
    const end = event.type === 'step-done' ? { milliseconds: event.milliseconds } : { message: event.reason };
    return { id: stepId(id), subject, description, operation: action.operation, because, disrupts, ...end };
  }
  if (event.type === 'stopped') return { left: event.left?.map((one) => reportedFinding(cluster, one)) ?? null };
  if (event.type === 'unknown') return { subjects: event.subjects, message: event.reason, refused: event.refused };
  if (event.type === 'pass-failed') return { message: event.reason, retryIn: span(event.retryMs) };
  const { type: _, ...rest } = event;
  return rest;
}

function eventText(event: WatchEvent): string {
  switch (event.type) {
    case 'drift':
      return `drift: ${findingText(event.finding)}; fixing`;
    case 'waiting':
    case 'manual':
    case 'info':
      return `${labels[event.type]}: ${findingText(event.finding)}; ${messageOf(event.finding)}`;
    case 'fixed':
      return `fixed after ${span(event.milliseconds)}: ${event.finding.subject} ${event.finding.field}`;
    case 'unknown':
      return `${event.refused ? labels.manual : 'unknown'}: ${listed(event.subjects)}; ${event.reason}`;
    case 'known':
      return `known again after ${span(event.milliseconds)}: ${listed(event.subjects)}`;
    case 'in-order':
      return 'in order';
    case 'step-done':
      return `done: ${event.step.description} (${span(event.milliseconds)})`;
    case 'step-failed':
      return `FAILED: ${event.step.description}: ${event.reason}`;
    case 'pass-failed':
      return `pass failed: ${event.reason}; nothing was changed, retrying in ${span(event.retryMs)}`;
    case 'started':
      return `watching, a pass every ${span(event.intervalMs)} and when the documents change`;
    case 'stopped':
      return `stopped; ${leftText(event.left)}`;
    case 'documents':
      return 'problems' in event ? documentsText(event.state, event.problems) : documentStates[event.state];
  }
}

const labels = { drift: 'drift', waiting: 'waiting', manual: 'manual action required', info: 'info' } as const;

const documentStates = {
  changed: 'the documents have changed; the new ones are in force',
  released: 'no longer declared: it is left as it is, and no longer watched',
} as const;

function documentsText(state: 'invalid' | 'valid', problems: readonly string[]): string {
  if (state === 'valid') return 'the documents are valid again';
  return ['the documents are NOT VALID; the last valid ones stay in force until they are corrected:', ...problems].join(
    '\n  ',
  );
}

function leftText(left: readonly Finding[] | undefined): string {
  if (!left) return 'nothing had been observed yet';
  return left.length ? `left: ${summary(left)}` : 'in order when last observed';
}

function findingText(finding: Finding): string {
  const { subject, impacts } = finding;
  return `${subject} ${difference(finding)}${impacts.length ? ` [${impacts.join(', ')}]` : ''}`;
}

function messageOf({ remedy }: Finding): string {
  return remedy.by === 'action' ? 'fixing' : remedy.message;
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
