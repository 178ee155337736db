import type { Tenant } from '../../crds/fleet.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import type { TenantState } from '../shared/tenant-state.ts';

/** The tenant had a master, all members are observed, no Redis runs, and no member holds a complete data set. */
export function isDataLost(tenant: Tenant, { members, bootstrap, currentMaster }: TenantState): boolean {
  if (bootstrap.state !== 'done' || currentMaster.state === 'agreed') return false;
  return tenant.members.every((_, index) => {
    const seen = members[index];
    if (seen?.state !== 'present' || serverProcess(seen.value, 'redis-server')) return false;
    return seen.value.data === 'empty' || seen.value.data === 'partial';
  });
}
