import type { Drift } from '../reconcilers/drift.ts';
import type { Plan } from '../reconcilers/plan.ts';
import type { Outcome } from './events.ts';

/** Milliseconds in which nothing changes any more, while a person is needed or something is unseen: then the rest waits for that. */
const stalledMs = 90_000;

/**
 * Says how an apply ends, or undefined while it goes on. It remembers the last looks: what a person must mend, or could not be
 * seen, is said only when it was so twice in a row, since a world that has just changed is still settling.
 */
export function newVerdict(
  deadline: number,
): (plan: Plan, now: number, interrupted: boolean) => Outcome['result'] | undefined {
  let before: Outcome['result'] | undefined;
  let shape = '';
  let since = 0;
  return (plan, now, interrupted) => {
    const nowShape = shapeOf(plan);
    if (nowShape !== shape) since = now;
    shape = nowShape;
    const busy = plan.steps.length > 0 || plan.findings.some((drift) => drift.remedy.by === 'waiting');
    if (busy && interrupted) return 'interrupted';
    if (busy && now >= deadline) return 'timeout';
    const result = resultOf(plan, now - since >= stalledMs);
    const sure = result === 'done' || result === before || interrupted;
    before = result;
    // What changes from look to look between two ends is an end too when time is up.
    if (now >= deadline) return result ?? 'timeout';
    return sure ? result : undefined;
  };
}

function resultOf(plan: Plan, stalled: boolean): Outcome['result'] | undefined {
  const has = (by: Drift['remedy']['by']) => plan.findings.some((drift) => drift.remedy.by === by);
  if (plan.steps.length) return undefined;
  // A host that comes into sight may be what the rest is blind of.
  if (plan.findings.some(({ remedy }) => remedy.by === 'waiting' && remedy.unseen)) return undefined;
  if (has('waiting') && !hopeless(plan) && !(stalled && (has('blind') || has('operator')))) return undefined;
  if (has('blind')) return 'blind';
  return has('operator') ? 'operator' : 'done';
}

/** Everything that waits waits, in the end, for a finding that this run cannot mend. */
function hopeless({ findings }: Plan): boolean {
  const stuck = new Set<string>(
    findings.filter(({ remedy }) => remedy.by === 'operator' || remedy.by === 'blind').map(({ subject }) => subject),
  );
  const waiting = findings.filter((drift) => drift.remedy.by === 'waiting');
  for (let size = -1; size !== stuck.size; ) {
    size = stuck.size;
    for (const { subject, remedy } of waiting)
      if (remedy.by === 'waiting' && remedy.on !== undefined && stuck.has(remedy.on)) stuck.add(subject);
  }
  return stuck.size > 0 && waiting.every((drift) => stuck.has(drift.subject));
}

/** What is found, without the figures in the words: they change with every look. */
export function shapeOf({ findings }: Plan): string {
  return findings.map(({ subject, field, remedy }) => `${subject} ${field} ${remedy.by}`).join('\n');
}

/** `failed 3 times … tried again in 40 s`, the next time with other numbers, is the same thing said. */
export function withoutFigures(words: string): string {
  return words.replace(/\d+(\.\d+)?( (ms|s|min|times)\b)?|\bonce\b/g, '#');
}
