import type { Pause } from '../fleet.ts';
import { dateTime } from '../schema/date-time.ts';

/** `paused` of a document with its time as a number; nothing if the document has none. */
export function resolvePause({ paused }: { readonly paused?: { readonly until: string; readonly reason: string } }): {
  readonly paused?: Pause;
} {
  if (!paused) return {};
  const until = dateTime(paused.until);
  if ('fault' in until) throw new Error('bug: an invalid document passed the schema');
  return { paused: { until: until.at, reason: paused.reason } };
}
