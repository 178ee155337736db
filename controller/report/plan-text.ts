import type { Drift, Subject } from '../../reconcilers/drift.ts';
import type { Plan } from '../../reconcilers/plan.ts';
import { wordsFor } from '../perform.ts';

const signs = { action: '~', waiting: '.', operator: '!', blind: '?', notice: '-' } as const;

/** A plan for people: a finding a line under its subject, then the steps, then one line that counts. */
export function planText(cluster: string, plan: Plan): string {
  const { findings, steps } = plan;
  if (!findings.length) return `${cluster}: no differences\n`;
  const out = [`${cluster}: ${summary(plan)}`, '', findingsText(findings)];
  if (steps.length)
    out.push(
      '',
      'Steps that apply would begin with:',
      ...steps.map(
        (step) => `  ${wordsFor(step.action)}${step.disrupts.length ? `  (disrupts ${step.disrupts.join(', ')})` : ''}`,
      ),
    );
  return `${out.join('\n')}\n`;
}

/** `7 findings: 3 to mend, 2 waiting, 1 for a person, 1 unseen`. */
export function summary({ findings }: Pick<Plan, 'findings'>): string {
  const count = (by: Drift['remedy']['by']) => findings.filter((drift) => drift.remedy.by === by).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('action'), 'to mend'],
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
  return `${signs[remedy.by]} ${field}: ${have}, should be ${want}${reasonText(drift, told)}${tenants}`;
}

function reasonText({ subject, remedy }: Drift, told: Map<string, Subject>): string {
  if (remedy.by === 'action') return '';
  const before = told.get(remedy.reason);
  if (before !== undefined && before !== subject && remedy.reason.length > 60)
    return `; for the same reason as ${before}`;
  told.set(remedy.reason, subject);
  return `; ${remedy.reason}`;
}
