import type { Finding } from '../../reconcilers/contract/finding.ts';
import { disruptionText, type Plan, type Step } from '../../reconcilers/contract/plan.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';

/** Each finding starts with a marker: what becomes of it. */
export const statusMarkers = { action: '~', waiting: '.', manual: '!', unknown: '?', info: '-' } as const;
/** An action that removes something reads otherwise than one that repairs. */
const removalMarker = 'x';

/** A plan for people: one finding per line under its subject, then the steps. */
export function planText(cluster: string, { findings, steps }: Plan): string {
  if (!findings.length) return `${cluster}: no differences\n`;
  const out = [`${cluster}: ${summary(findings)}`, '', findingsText(findings)];
  if (steps.length) out.push('', 'Steps that apply would begin with:', ...steps.map(stepText));
  return `${out.join('\n')}\n`;
}

function stepText(step: Step): string {
  const { description, removes } = step;
  const disruption = disruptionText(step);
  const notes = [
    ...(removes === undefined ? [] : [`removes ${removes}`]),
    ...(disruption === undefined ? [] : [disruption]),
  ];
  return `  ${description}${notes.length ? `  (${notes.join('; ')})` : ''}`;
}

/** `7 findings: 3 to fix, 2 waiting, 1 manual, 1 unknown`. */
export function summary(findings: readonly Finding[]): string {
  const count = (by: Finding['remedy']['by']) => findings.filter((finding) => finding.remedy.by === by).length;
  const removals = findings.filter(isRemoval).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('action') - removals, 'to fix'],
    [removals, 'to remove'],
    [count('waiting'), 'waiting'],
    [count('manual'), 'manual'],
    [count('unknown'), 'unknown'],
    [count('info'), 'info'],
  ];
  const shown = parts.filter(([number]) => number > 0).map(([number, label]) => `${number} ${label}`);
  return `${findings.length} finding${findings.length === 1 ? '' : 's'}${shown.length ? `: ${shown.join(', ')}` : ''}`;
}

/** Findings under their subjects. What merely depends on another subject is one line; a long message is printed once. */
export function findingsText(findings: readonly Finding[]): string {
  const printed = new Map<string, Subject>();
  const bySubject = new Map<Subject, Finding[]>();
  for (const finding of findings) bySubject.set(finding.subject, [...(bySubject.get(finding.subject) ?? []), finding]);
  return [...bySubject].flatMap(([subject, own]) => subjectText(subject, own, printed)).join('\n');
}

function subjectText(subject: Subject, findings: readonly Finding[], printed: Map<string, Subject>): readonly string[] {
  const waits = new Set(
    findings.map(({ remedy }) => (remedy.by === 'waiting' && remedy.dependsOn ? remedy.message : undefined)),
  );
  const [message] = waits;
  if (message && waits.size === 1) return [`${subject}  . ${message}`];
  return [subject, ...findings.map((finding) => `  ${findingText(finding, printed)}`)];
}

/** One finding on one line: `~ Port gre-redis-2 protected: false -> true`. */
function findingText(finding: Finding, printed: Map<string, Subject>): string {
  const tenants = finding.impacts.length ? ` [${finding.impacts.join(', ')}]` : '';
  const marker = isRemoval(finding) ? removalMarker : statusMarkers[finding.remedy.by];
  return `${marker} ${difference(finding)}${messageText(finding, printed)}${tenants}`;
}

/** `field: have -> want`. */
export function difference({ field, have, want }: Pick<Finding, 'field' | 'have' | 'want'>): string {
  return `${field}: ${have} -> ${want}`;
}

function isRemoval({ remedy }: Finding): boolean {
  return remedy.by === 'action' && remedy.removes !== undefined;
}

function messageText({ subject, remedy }: Finding, printed: Map<string, Subject>): string {
  if (remedy.by === 'action') return remedy.removes === undefined ? '' : `; removed with ${remedy.removes}`;
  return `; ${printedOnce(remedy.message, subject, printed)}`;
}

/** A long message, or a long reason within it, is printed at its first subject only. */
export function printedOnce(message: string, subject: Subject, printed: Map<string, Subject>): string {
  for (const [known, at] of printed)
    if (at !== subject && known.length > 60 && message.includes(known)) {
      const same = `for the same reason as ${at}`;
      return message === known ? same : message.replace(known, () => same);
    }
  printed.set(message, subject);
  // The same step of another host may have failed once more, or less.
  const reason = /^failed (?:once|\d+ times): (.*)/s.exec(message)?.[1];
  if (reason !== undefined) printed.set(reason, subject);
  return message;
}
