import type { Member, Tenant } from '../../crds/fleet.ts';
import type { TenantState } from './tenant-state.ts';

/** Seconds that every member of a tenant has to run before the next one is restarted: what the restart broke would show by then. */
const steadySeconds = 5;
/** Bytes that the other replicas may be behind while one is restarted. The offsets are read one after the other. */
const maxLagBytes = 16 * 1024 * 1024;

/** Why no member of a tenant is restarted now, although nothing is wrong with it; undefined if one may be. */
export function unsteady(tenant: Tenant, { redis }: TenantState, master: Member): string | undefined {
  const own = redis[tenant.members.indexOf(master)];
  for (const [index, seen] of redis.entries()) {
    const name = tenant.members[index]?.name;
    if (seen.state !== 'present') continue;
    if (seen.value.uptimeSeconds < steadySeconds)
      return `${name} has run for ${seen.value.uptimeSeconds} s; the next member is restarted after ${steadySeconds} s`;
    const behind = own?.state === 'present' ? own.value.offset - seen.value.offset : 0;
    if (behind > maxLagBytes) return `${name} is ${behind} bytes behind ${master.name}`;
  }
  return undefined;
}
