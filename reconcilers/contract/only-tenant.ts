import type { TenantName } from '../../crds/fleet.ts';
import type { Finding } from './finding.ts';
import { type Policy, withSteps } from './plan.ts';
import { manual } from './remedy.ts';

/**
 * Of a run that is about one tenant: changes to its Redis and Sentinels, and what impacts it. What else would have to be repaired first is
 * not done by this run.
 */
export function onlyTenant(tenant: TenantName, members: readonly string[]): Policy {
  const own = new Set(['redis', 'sentinel'].flatMap((part) => [tenant, ...members].map((name) => `${part}/${name}`)));
  return ({ findings }) =>
    withSteps(
      findings
        .filter(({ subject, impacts }) => own.has(subject) || impacts.includes(tenant))
        .map((finding): Finding => {
          if (own.has(finding.subject) || finding.remedy.by !== 'action') return finding;
          return { ...finding, remedy: manual('this has to be in order first: reconcile apply does it') };
        }),
    );
}
