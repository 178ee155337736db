import type { Drift } from '../../reconcilers/drift.ts';
import type { Plan } from '../../reconcilers/plan.ts';
import { wordsFor } from '../perform.ts';
import type { Effort } from '../shell.ts';

/** A plan for programs. Secrets are masked by their type. */
export function planJson(cluster: string, plan: Plan, effort: Effort): string {
  const steps = plan.steps.map(({ subject, action, because, disrupts, removes }) => ({
    subject,
    says: wordsFor(action),
    because,
    disrupts,
    ...(removes === undefined ? {} : { removes }),
    action,
  }));
  return `${JSON.stringify({ cluster, findings: plan.findings.map(findingJson), steps, effort }, null, 2)}\n`;
}

/** A finding without its actions: those stand among the steps, once each. */
export function findingJson({ subject, field, want, have, hurts, remedy }: Drift): object {
  const { removes, reason } = { removes: undefined, reason: undefined, ...remedy };
  return {
    ...{ subject, field, want, have, hurts, remedy: remedy.by },
    ...(reason === undefined ? {} : { reason }),
    ...(removes === undefined ? {} : { removes }),
  };
}
