import type { Plan } from '../../reconcilers/contract/plan.ts';
import type { Stats } from '../events/stats.ts';
import { reportedFindings } from './findings.ts';
import { stepId } from './step-id.ts';

/** A plan for programs (docs/reference/json.md). Secrets are masked by their type. */
export function planJson(cluster: string, plan: Plan, stats: Stats): string {
  const steps = plan.steps.map(({ id, subject, description, because, disrupts, removes, action }) => ({
    id: stepId(id),
    subject,
    description,
    because,
    disrupts,
    ...(removes === undefined ? {} : { removes }),
    action,
  }));
  const head = { apiVersion: 'redis-ec2.dev/v1alpha1', kind: 'Plan', cluster };
  const findings = reportedFindings(cluster, plan.findings);
  return `${JSON.stringify({ ...head, findings, steps, stats }, null, 2)}\n`;
}
