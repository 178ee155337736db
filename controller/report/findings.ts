import type { TenantName } from '../../crds/fleet.ts';
import type { Accepted } from '../../reconcilers/contract/consent.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import { disruptionText } from '../../reconcilers/contract/plan.ts';
import type { Reason } from '../../reconcilers/contract/reasons.ts';
import type { Manual, Remedy, Waiting } from '../../reconcilers/contract/remedy.ts';
import type { Component, Subject } from '../../reconcilers/contract/subject.ts';
import { digest } from '../../renderers/lib/text.ts';

/** What a finding means, the worst first. */
export const severities = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** The rule, in words. */
export const meanings: { readonly [S in Severity]: string } = {
  critical: 'impacts tenants now',
  error: 'unknown: could not be observed',
  warning: 'differs, and impacts no tenant now',
  info: 'worth knowing',
};

/** A finding as every output shows it: the published contract (docs/reference/json.md). */
export interface ReportedFinding {
  /**
   * 12 hexadecimal digits, of the cluster, the subject and the field alone: the same on every run and machine, whatever the values are.
   * Unique within a report: the second of the same name is counted in.
   */
  readonly id: string;
  readonly severity: Severity;
  readonly component: Component;
  readonly subject: Subject;
  readonly field: string;
  readonly want: string;
  readonly have: string;
  readonly reason: Reason;
  readonly impacts: readonly TenantName[];
  readonly remedy: ReportedRemedy;
}

export interface ReportedRemedy {
  readonly by: Remedy['by'];
  /** What apply would do (`apply: redis-1: …`), what is waited for, what you should do, or why it is unknown. */
  readonly message: string;
  /** Why it waits, or why apply does not fix it any more. */
  readonly cause?: Waiting['cause'] | NonNullable<Manual['cause']>;
  /** The subject that this one waits for. With cause `dependency` it is a consequence of that, not a cause. */
  readonly dependsOn?: Subject;
  readonly disrupts?: readonly TenantName[];
  readonly removes?: string;
  /** Of `manual`: it is done if all of this is accepted (`apply --accept KIND=TENANT`). */
  readonly needsConsent?: readonly Accepted[];
}

/** Findings in their order, each with an id of its own. */
export function reportedFindings(cluster: string, findings: readonly Finding[]): readonly ReportedFinding[] {
  const times = new Map<string, number>();
  return findings.map((finding) => {
    const name = `${finding.subject} ${finding.field}`;
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    return reportedFinding(cluster, finding, nth);
  });
}

/** `nth`: of several findings of one subject and field. */
export function reportedFinding(cluster: string, finding: Finding, nth = 1): ReportedFinding {
  const { subject, field, want, have, reason, impacts } = finding;
  const name = [cluster, subject, field];
  return {
    id: digest(JSON.stringify(nth > 1 ? [...name, nth] : name)).slice(0, 12),
    severity: severityOf(finding),
    component: componentOf(subject),
    subject,
    field,
    want,
    have,
    reason,
    impacts,
    remedy: reportedRemedy(finding.remedy),
  };
}

export function componentOf(subject: Subject): Component {
  return subject.slice(0, subject.indexOf('/')) as Component;
}

/**
 * critical: some tenant is impacted now. error: it is unknown, which may mean anything. warning: it differs, but impacts no tenant now.
 * info: worth knowing, nothing to do. What depends on another finding is judged like any other.
 */
export function severityOf({ remedy, impacts }: Pick<Finding, 'remedy' | 'impacts'>): Severity {
  if (remedy.by === 'info') return 'info';
  if (impacts.length) return 'critical';
  return remedy.by === 'unknown' ? 'error' : 'warning';
}

function reportedRemedy(remedy: Remedy): ReportedRemedy {
  if (remedy.by === 'action') {
    const { disrupts, removes, steps = [] } = remedy;
    const disruption = disruptionText(remedy);
    const notes = disruption === undefined ? '' : ` (${disruption})`;
    const message = `apply: ${steps.map(({ description }) => description).join('; then ')}${notes}`;
    return { by: remedy.by, message, disrupts, ...(removes === undefined ? {} : { removes }) };
  }
  if (remedy.by === 'manual') {
    const { by, message, cause, needsConsent } = remedy;
    const consents = needsConsent?.map(({ kind, tenant }) => ({ kind, tenant }));
    return { by, message, ...(cause === undefined ? {} : { cause }), ...(consents ? { needsConsent: consents } : {}) };
  }
  if (remedy.by !== 'waiting') return { by: remedy.by, message: remedy.message };
  const { by, message, cause, dependsOn } = remedy;
  return { by, message, cause, ...(dependsOn === undefined ? {} : { dependsOn }) };
}

/** Whether it is a consequence: it only waits for another subject. */
export function isDependent({ remedy }: Pick<ReportedFinding, 'remedy'>): boolean {
  return remedy.cause === 'dependency';
}
