import type { TenantName } from '../../crds/fleet.ts';
import type { Finding } from './finding.ts';
import { type Policy, withSteps } from './plan.ts';
import { manual } from './remedy.ts';

/**
 * Of a run that is about one tenant: changes to its Redis and Sentinels, what impacts it, and what would disrupt it, which has its budget. What
 * else would have to be done first is not done by this run.
 */
export function onlyTenant(tenant: TenantName, members: readonly string[]): Policy {
  const own = new Set(['redis', 'sentinel'].flatMap((part) => [tenant, ...members].map((name) => `${part}/${name}`)));
  return ({ findings }) =>
    withSteps(
      findings
        .filter((one) => own.has(one.subject) || one.impacts.includes(tenant) || disrupts(one, tenant))
        .map((finding): Finding => {
          if (own.has(finding.subject) || finding.remedy.by !== 'action') return finding;
          return { ...finding, remedy: manual('this has to be in order first: reconcile apply does it') };
        }),
    );
}

function disrupts({ remedy }: Finding, tenant: TenantName): boolean {
  return remedy.by === 'action' && remedy.disrupts.includes(tenant);
}
