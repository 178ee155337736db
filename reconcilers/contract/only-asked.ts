import type { HostName, TenantName } from '../../crds/fleet.ts';
import type { Finding } from './finding.ts';
import { type Policy, withSteps } from './plan.ts';
import type { Reason } from './reasons.ts';
import { manual } from './remedy.ts';

/** Of a run that is about one tenant: changes to its Redis and Sentinels, what impacts it, and what would disrupt it, which has its budget. */
export function onlyTenant(tenant: TenantName, members: readonly string[]): Policy {
  const own = new Set(['redis', 'sentinel'].flatMap((part) => [tenant, ...members].map((name) => `${part}/${name}`)));
  return only([tenant], ({ subject }) => own.has(subject));
}

/** Of a run that drains a host, or ends that: its mark, masters and a virtual IP on it, and what impacts or would disrupt these tenants. */
export function onlyDrain(host: HostName, tenants: readonly TenantName[]): Policy {
  const reasons: readonly Reason[] = ['MasterOnDrainedHost', 'VipOnDrainedHost'];
  const masters = new Set(tenants.map((tenant) => `redis/${tenant}`));
  return only(
    tenants,
    ({ subject, reason }) =>
      subject === `maintenance/${host}@drain` || (reasons.includes(reason) && masters.has(subject)),
  );
}

/** What else would have to be done first is not done by this run. */
function only(tenants: readonly TenantName[], isOwn: (finding: Finding) => boolean): Policy {
  const isAny = (names: readonly TenantName[]) => names.some((name) => tenants.includes(name));
  return ({ findings }) =>
    withSteps(
      findings
        .filter((one) => !isDeparture(one))
        .filter((one) => isOwn(one) || isAny(one.impacts) || isAny(disruptedBy(one)))
        .map((finding): Finding => {
          if (isOwn(finding) || finding.remedy.by !== 'action') return finding;
          return { ...finding, remedy: manual('this has to be in order first: reconcile apply does it') };
        }),
    );
}

/** That of a member, which goes on as it was until an apply. */
function isDeparture({ subject }: Finding): boolean {
  return subject.endsWith('@departure');
}

function disruptedBy({ remedy }: Finding): readonly TenantName[] {
  return remedy.by === 'action' ? remedy.disrupts : [];
}
