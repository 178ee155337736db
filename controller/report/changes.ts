import type { Drift, Subject } from '../../reconcilers/drift.ts';
import { settling } from '../history.ts';
import { withoutFigures } from '../verdict.ts';

/** What is new since the look before. */
export type Change =
  | { readonly type: 'drift' | 'waiting' | 'operator' | 'notice'; readonly drift: Drift }
  | { readonly type: 'mended'; readonly drift: Drift; readonly milliseconds: number }
  | {
      readonly type: 'unseen';
      readonly subjects: readonly Subject[];
      readonly reason: string;
      /** It was refused: a person has to put it right. */
      readonly refused: boolean;
    }
  | { readonly type: 'seen'; readonly subjects: readonly Subject[]; readonly milliseconds: number }
  | { readonly type: 'in-order' };

interface Known {
  readonly drift: Drift;
  readonly since: number;
  /** How it was told: each way once, as long as it lasts. Figures in the words do not count: they change with every look. */
  readonly told: Set<string>;
}

interface Dark {
  readonly since: number;
  readonly refused: boolean;
}

/**
 * Compares each look's findings with those before, and yields what changed. What merely rests on another subject is not told: the
 * other is. Of what cannot be seen nothing is said but that: a finding that is hidden so is neither new nor gone.
 */
export function newChanges(): (findings: readonly Drift[], now: number) => readonly Change[] {
  const known = new Map<string, Known>();
  const dark = new Map<Subject, Dark>();
  let calm = false;
  return (findings, now) => {
    const hidden = new Set(
      findings.filter((drift) => isUnseen(drift) || restsOnOther(drift)).map(({ subject }) => subject),
    );
    const plain = findings.filter((drift) => !isUnseen(drift) && !restsOnOther(drift));
    const changes = [
      ...darkened(findings.filter(isUnseen), dark, now),
      ...lit(hidden, dark, now),
      ...plain.flatMap((drift) => appeared(drift, known, now)),
      ...vanished(plain, hidden, known, now),
    ];
    const before = calm;
    calm = findings.every(({ remedy }) => remedy.by === 'notice');
    return calm && !before ? [...changes, { type: 'in-order' }] : changes;
  };
}

function isUnseen({ remedy }: Drift): boolean {
  return remedy.by === 'blind' || (remedy.by === 'operator' && remedy.unseen === true);
}

function restsOnOther({ remedy }: Drift): boolean {
  return remedy.by === 'waiting' && remedy.on !== undefined;
}

/** One change for all that went out of sight for the same reason. */
function darkened(unseen: readonly Drift[], dark: Map<Subject, Dark>, now: number): readonly Change[] {
  const groups: { readonly subjects: Set<Subject>; readonly reason: string; readonly refused: boolean }[] = [];
  for (const { subject, remedy } of unseen) {
    if (remedy.by !== 'blind' && remedy.by !== 'operator') continue;
    const refused = remedy.by === 'operator';
    const before = dark.get(subject);
    if (before && (before.refused || !refused)) continue;
    dark.set(subject, { since: before?.since ?? now, refused });
    // "proxy-1 may be the master: EC2 did not answer" is no other reason than "EC2 did not answer".
    const same = groups.find((group) => group.refused === refused && isWithin(group.reason, remedy.reason));
    if (same) same.subjects.add(subject);
    else groups.push({ subjects: new Set([subject]), reason: remedy.reason, refused });
  }
  return groups.map((group) => ({ type: 'unseen', ...group, subjects: [...group.subjects] }));
}

function isWithin(reason: string, longer: string): boolean {
  return withoutFigures(longer).includes(withoutFigures(reason));
}

/** One change for all that came back after the same time. */
function lit(hidden: ReadonlySet<Subject>, dark: Map<Subject, Dark>, now: number): readonly Change[] {
  const groups = new Map<number, Subject[]>();
  for (const [subject, { since }] of dark) {
    if (hidden.has(subject)) continue;
    dark.delete(subject);
    groups.set(since, [...(groups.get(since) ?? []), subject]);
  }
  return [...groups].map(([since, subjects]) => ({ type: 'seen', subjects, milliseconds: now - since }));
}

function appeared(drift: Drift, known: Map<string, Known>, now: number): readonly Change[] {
  const { remedy } = drift;
  const key = keyOf(drift);
  const before = known.get(key);
  const told = before?.told ?? new Set<string>();
  known.set(key, { drift, since: before?.since ?? now, told });
  const way = remedy.by === 'action' || remedy.by === 'blind' ? 'drift' : remedy.by;
  // What comes right by itself is told when it was so twice: most of it has by then.
  if (!before && remedy.by === 'waiting' && !remedy.reason.startsWith('failed ')) return [];
  // A step that is tried again, or whose effect is awaited, is no news.
  const stale = before && (remedy.by === 'action' || (remedy.by === 'waiting' && remedy.reason === settling));
  const shape = remedy.by === 'action' ? 'action' : `${remedy.by} ${withoutFigures(remedy.reason)}`;
  if (stale || told.has(shape)) return [];
  told.add(shape);
  return [{ type: way, drift }];
}

function vanished(
  plain: readonly Drift[],
  hidden: ReadonlySet<Subject>,
  known: Map<string, Known>,
  now: number,
): readonly Change[] {
  const there = new Set(plain.map(keyOf));
  const gone = [...known].filter(([key, { drift }]) => !there.has(key) && !hidden.has(drift.subject));
  return gone.flatMap(([key, { drift, since, told }]) => {
    known.delete(key);
    return told.size ? [{ type: 'mended', drift, milliseconds: now - since }] : [];
  });
}

function keyOf({ subject, field }: Drift): string {
  return `${subject} ${field}`;
}
