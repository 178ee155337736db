import { type Accepted, acceptText, type Consent } from './consent.ts';
import type { Finding } from './finding.ts';
import { type Policy, withSteps } from './plan.ts';
import type { Remedy } from './remedy.ts';

/** Actions that need a consent which was not given become `manual`: what they would do, and the option that allows it for one run. */
export function requireConsent(accepted: readonly Accepted[]): Policy {
  return (plan) => {
    if (!plan.findings.some(({ remedy }) => missingIn(remedy, accepted).length)) return plan;
    const findings = plan.findings.map((finding): Finding => {
      const missing = missingIn(finding.remedy, accepted);
      if (!missing.length) return finding;
      return { ...finding, remedy: { by: 'manual', message: messageOf(missing), needsConsent: missing } };
    });
    return withSteps(findings);
  };
}

function missingIn(remedy: Remedy, accepted: readonly Accepted[]): readonly Consent[] {
  if (remedy.by !== 'action') return [];
  return (remedy.needsConsent ?? []).filter(
    ({ kind, tenant }) => !accepted.some((one) => one.kind === kind && one.tenant === tenant),
  );
}

function messageOf(missing: readonly Consent[]): string {
  const effects = [...new Set(missing.map(({ effect }) => effect))].join('; ');
  return `${effects}. It is not done unless you accept that: apply --accept ${acceptText(missing)}`;
}
