import type { Drift, Subject } from '../../reconcilers/drift.ts';
import type { Plan, Step } from '../../reconcilers/plan.ts';
import { wordsFor } from '../perform.ts';

/** What becomes of a finding, as a sign before it. */
export const signs = { action: '~', waiting: '.', operator: '!', blind: '?', notice: '-' } as const;
/** An action that takes something away for good reads otherwise than one that mends. */
const removalSign = 'x';

/** A plan for people: a finding a line under its subject, then the steps, then one line that counts. */
export function planText(cluster: string, plan: Plan): string {
  const { findings, steps } = plan;
  if (!findings.length) return `${cluster}: no differences\n`;
  const out = [`${cluster}: ${summary(plan)}`, '', findingsText(findings)];
  if (steps.length) out.push('', 'Steps that apply would begin with:', ...steps.map(stepText));
  return `${out.join('\n')}\n`;
}

function stepText({ action, disrupts, removes }: Step): string {
  const notes = [
    ...(removes === undefined ? [] : [`removes ${removes}`]),
    ...(disrupts.length ? [`disrupts ${disrupts.join(', ')}`] : []),
  ];
  return `  ${wordsFor(action)}${notes.length ? `  (${notes.join('; ')})` : ''}`;
}

/** `7 findings: 3 to mend, 2 waiting, 1 for a person, 1 unseen`. */
export function summary({ findings }: Pick<Plan, 'findings'>): string {
  const count = (by: Drift['remedy']['by']) => findings.filter((drift) => drift.remedy.by === by).length;
  const removals = findings.filter(isRemoval).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('action') - removals, 'to mend'],
    [removals, 'to remove'],
    [count('waiting'), 'waiting'],
    [count('operator'), 'for a person'],
    [count('blind'), 'unseen'],
    [count('notice'), 'to know'],
  ];
  const told = parts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`);
  return `${findings.length} finding${findings.length === 1 ? '' : 's'}${told.length ? `: ${told.join(', ')}` : ''}`;
}

/** Findings under their subjects. What merely rests on another subject is one line; a long reason is told once. */
export function findingsText(findings: readonly Drift[]): string {
  const told = new Map<string, Subject>();
  const subjects = [...new Set(findings.map((drift) => drift.subject))];
  return subjects
    .flatMap((subject) =>
      subjectText(
        subject,
        findings.filter((drift) => drift.subject === subject),
        told,
      ),
    )
    .join('\n');
}

function subjectText(subject: Subject, findings: readonly Drift[], told: Map<string, Subject>): readonly string[] {
  const reasons = new Set(
    findings.map(({ remedy }) => (remedy.by === 'waiting' && remedy.on ? remedy.reason : undefined)),
  );
  const [reason] = reasons;
  if (reason && reasons.size === 1) return [`${subject}  . ${reason}`];
  return [subject, ...findings.map((drift) => `  ${findingText(drift, told)}`)];
}

/** One finding on one line: `~ Port gre-redis-2 protected: false, should be true`. */
function findingText(drift: Drift, told: Map<string, Subject>): string {
  const { field, want, have, remedy, hurts } = drift;
  const tenants = hurts.length ? ` [${hurts.join(', ')}]` : '';
  const sign = isRemoval(drift) ? removalSign : signs[remedy.by];
  return `${sign} ${field}: ${have}, should be ${want}${reasonText(drift, told)}${tenants}`;
}

function isRemoval({ remedy }: Drift): boolean {
  return remedy.by === 'action' && remedy.removes !== undefined;
}

function reasonText({ subject, remedy }: Drift, told: Map<string, Subject>): string {
  if (remedy.by === 'action') return remedy.removes === undefined ? '' : `; to be removed, of ${remedy.removes}`;
  const before = told.get(remedy.reason);
  if (before !== undefined && before !== subject && remedy.reason.length > 60)
    return `; for the same reason as ${before}`;
  told.set(remedy.reason, subject);
  return `; ${remedy.reason}`;
}
