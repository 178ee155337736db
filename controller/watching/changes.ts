import { type Finding, isUnknown } from '../../reconcilers/contract/finding.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';
import type { Change } from '../events/watch-event.ts';
import { isWithinMessage, normalizeMessage } from '../report/normalize-message.ts';

interface Known {
  readonly finding: Finding;
  readonly since: number;
  /** The ways in which it was reported: each once, as long as it lasts. Figures in messages do not count: they change in every pass. */
  readonly reported: Set<string>;
}

interface UnknownSince {
  readonly since: number;
  readonly refused: boolean;
}

/**
 * Compares each pass' findings with those before, and yields what changed. What merely depends on another subject is not reported: the
 * other is. Of a subject that became unknown only that is reported: its findings are neither new nor resolved meanwhile.
 */
export function newChanges(): (findings: readonly Finding[], now: number) => readonly Change[] {
  const known = new Map<string, Known>();
  const unknown = new Map<Subject, UnknownSince>();
  let calm = false;
  return (findings, now) => {
    const isHidden = (finding: Finding) => isReportedUnknown(finding) || dependsOnOther(finding);
    const hidden = new Set(findings.filter(isHidden).map(({ subject }) => subject));
    const plain = findings.filter((finding) => !isHidden(finding));
    const changes = [
      ...becameUnknown(findings.filter(isReportedUnknown), unknown, now),
      ...becameKnown(hidden, unknown, now),
      ...plain.flatMap((finding) => added(finding, known, now)),
      ...resolved(plain, hidden, known, now),
    ];
    const before = calm;
    calm = findings.every(({ remedy }) => remedy.by === 'info');
    return calm && !before ? [...changes, { type: 'in-order' }] : changes;
  };
}

/** What will be known before long by itself is only waited for. */
function isReportedUnknown(finding: Finding): boolean {
  return isUnknown(finding) && finding.remedy.by !== 'waiting';
}

function dependsOnOther({ remedy }: Finding): boolean {
  return remedy.by === 'waiting' && remedy.dependsOn !== undefined;
}

/** One change for all that became unknown for the same reason. */
function becameUnknown(found: readonly Finding[], unknown: Map<Subject, UnknownSince>, now: number): readonly Change[] {
  const groups: { readonly subjects: Set<Subject>; readonly reason: string; readonly refused: boolean }[] = [];
  for (const { subject, remedy } of found) {
    if (remedy.by !== 'unknown' && remedy.by !== 'manual') continue;
    const refused = remedy.by === 'manual';
    const before = unknown.get(subject);
    if (before && (before.refused || !refused)) continue;
    unknown.set(subject, { since: before?.since ?? now, refused });
    const same = groups.find((group) => group.refused === refused && isWithinMessage(group.reason, remedy.message));
    if (same) same.subjects.add(subject);
    else groups.push({ subjects: new Set([subject]), reason: remedy.message, refused });
  }
  return groups.map((group) => ({ type: 'unknown', ...group, subjects: [...group.subjects] }));
}

/** One change for all that became known again after the same time. */
function becameKnown(
  hidden: ReadonlySet<Subject>,
  unknown: Map<Subject, UnknownSince>,
  now: number,
): readonly Change[] {
  const groups = new Map<number, Subject[]>();
  for (const [subject, { since }] of unknown) {
    if (hidden.has(subject)) continue;
    unknown.delete(subject);
    groups.set(since, [...(groups.get(since) ?? []), subject]);
  }
  return [...groups].map(([since, subjects]) => ({ type: 'known', subjects, milliseconds: now - since }));
}

/** Causes of waiting: a failed step that is tried later, and a maintenance window. */
const atOnce: readonly string[] = ['retry', 'window'];

function added(finding: Finding, known: Map<string, Known>, now: number): readonly Change[] {
  const { remedy } = finding;
  const key = keyOf(finding);
  const before = known.get(key);
  const reported = before?.reported ?? new Set<string>();
  known.set(key, { finding, since: before?.since ?? now, reported });
  // What comes right by itself is reported when it was found twice: most of it has by then. What takes long is reported at once.
  if (!before && remedy.by === 'waiting' && !atOnce.includes(remedy.cause)) return [];
  // A step that is tried again, or whose effect is awaited, is not reported again.
  const stale = before && (remedy.by === 'action' || (remedy.by === 'waiting' && remedy.applied));
  const way = remedy.by === 'action' ? 'action' : `${remedy.by} ${normalizeMessage(remedy.message)}`;
  if (stale || reported.has(way)) return [];
  reported.add(way);
  return [{ type: remedy.by === 'action' || remedy.by === 'unknown' ? 'drift' : remedy.by, finding }];
}

function resolved(
  plain: readonly Finding[],
  hidden: ReadonlySet<Subject>,
  known: Map<string, Known>,
  now: number,
): readonly Change[] {
  const there = new Set(plain.map(keyOf));
  const gone = [...known].filter(([key, { finding }]) => !there.has(key) && !hidden.has(finding.subject));
  return gone.flatMap(([key, { finding, since, reported }]) => {
    known.delete(key);
    return reported.size ? [{ type: 'fixed', finding, milliseconds: now - since }] : [];
  });
}

function keyOf({ subject, field }: Finding): string {
  return `${subject} ${field}`;
}
