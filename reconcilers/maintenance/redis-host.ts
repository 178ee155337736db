import type { Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { dependsOn } from '../contract/remedy.ts';
import { handOver } from '../shared/hand-over.ts';
import { type TenantState, tenantStateOf } from '../shared/tenant-state.ts';
import { type DesiredStop, memberHere, type StopObserved, stop, stopFinding } from './desired.ts';

/** A host with members: masters are handed over first, one tenant after the other; then the host is stopped. */
export function redisHostFindings(desired: DesiredStop, observed: StopObserved): readonly Finding[] {
  for (const { tenant, state } of tenantStatesOf(desired, observed)) {
    const { currentMaster } = state;
    if (currentMaster.state !== 'agreed') {
      const remedy = dependsOn(`redis/${tenant.name}`, 'Sentinel has no agreed master');
      return [stopFinding(desired, 'SriovNeedsStop', remedy)];
    }
    if (currentMaster.master === memberHere(desired, tenant))
      return [stopFinding(desired, 'MasterOnHost', handOver(tenant, state))];
  }
  return [stopFinding(desired, 'SriovNeedsStop', stop(desired))];
}

interface ObservedTenant {
  readonly tenant: Tenant;
  readonly state: TenantState;
}

/** The observations of all tenants are in one list, one per member. */
function tenantStatesOf(
  { tenants }: DesiredStop,
  { members, redis, sentinels }: StopObserved,
): readonly ObservedTenant[] {
  let at = 0;
  return tenants.map((tenant) => {
    const [from, to] = [at, at + tenant.members.length];
    at = to;
    const own = <T>(list: readonly T[]) => list.slice(from, to);
    const state = tenantStateOf(tenant, { members: own(members), redis: own(redis), sentinels: own(sentinels) });
    return { tenant, state };
  });
}
