import type { Drift } from '../../reconcilers/drift.ts';
import type { Plan } from '../../reconcilers/plan.ts';
import { wordsFor } from '../perform.ts';
import type { Effort } from '../shell.ts';

/** A plan for programs. Secrets are masked by their type. */
export function planJson(cluster: string, plan: Plan, effort: Effort): string {
  const steps = plan.steps.map(({ subject, action, because, disrupts }) => ({
    subject,
    says: wordsFor(action),
    because,
    disrupts,
    action,
  }));
  return `${JSON.stringify({ cluster, findings: plan.findings.map(findingJson), steps, effort }, null, 2)}\n`;
}

/** A finding without its actions: those stand among the steps, once each. */
export function findingJson({ subject, field, want, have, hurts, remedy }: Drift): object {
  const reason = remedy.by === 'action' ? {} : { reason: remedy.reason };
  return { subject, field, want, have, hurts, remedy: remedy.by, ...reason };
}
