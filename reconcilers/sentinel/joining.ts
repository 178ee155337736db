import type { Member, Tenant } from '../../crds/fleet.ts';
import { dependsOn, settling, type Waiting } from '../contract/remedy.ts';
import { containerName } from '../shared/names.ts';
import type { TenantState } from '../shared/tenant-state.ts';

/**
 * Why a Sentinel that no other one knows does not join now; undefined if it may. They join one at a time, each when all have discovered the one
 * before: otherwise the new ones could be a majority by themselves that the old ones do not know of (Redis, Sentinel, "Adding or removing
 * Sentinels"). Before there is a master that all agree on, there is nothing to join.
 */
export function joinsLater(tenant: Tenant, member: Member, state: TenantState): Waiting | undefined {
  if (state.currentMaster.state !== 'agreed' || !isNew(member, state)) return undefined;
  const running = tenant.members.filter((_, index) => state.sentinels[index]?.state === 'present');
  const undiscovered = running.find((one) => isNew(one, state, running.length - 1));
  if (undiscovered) return settling(`one Sentinel joins at a time: not all know that of ${undiscovered.name} yet`);
  const first = tenant.members.find((one, index) => {
    const facts = state.members[index];
    return facts?.state === 'present' && !facts.value.files['sentinel.conf'] && isNew(one, state);
  });
  if (!first || first === member) return undefined;
  return dependsOn(`sentinel/${containerName(tenant, first)}`, 'one Sentinel joins at a time');
}

/** Fewer Sentinels know it than this; by default, none does. */
function isNew({ address }: Member, { sentinels }: TenantState, enough = 1): boolean {
  const knowing = sentinels.filter(
    (seen) => seen.state === 'present' && seen.value.sentinels.some((one) => one.address === address),
  );
  return knowing.length < enough;
}
