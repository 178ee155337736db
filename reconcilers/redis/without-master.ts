import type { Member, Tenant } from '../../crds/fleet.ts';
import { dependsOn, manual, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import { maxclientsText } from '../shared/connection-limit.ts';
import type { CurrentMaster } from '../shared/current-master.ts';
import { containerName } from '../shared/names.ts';
import { quorumLossRecovery } from '../shared/quorum-loss.ts';
import type { TenantState } from '../shared/tenant-state.ts';
import { isDataLost } from './data-loss.ts';
import { foreignMaster, masterPassword, nothingMonitored } from './messages.ts';

/** What must happen before the Sentinels agree on a master. `subject`: the tenant's Redis. */
export function withoutMaster(
  subject: Subject,
  tenant: Tenant,
  state: TenantState,
  currentMaster: Extract<CurrentMaster, { state: 'none' }>,
): Remedy {
  const { code, message, named } = currentMaster;
  if (currentMaster.settling) return settling(`${message}. The Sentinels decide; nothing is changed until then`);
  if (code === 'ForeignMasterMonitored') return manual(foreignMaster(message));
  // The Sentinels do not see it, and decide nothing.
  if (named && code === 'ConnectionLimit') return { ...manual(maxclientsText(tenant, named.name)), unknown: true };
  if (named && code === 'PasswordDiffers')
    return { ...manual(masterPassword(tenant, named, inSyncWith(tenant, state, named))), unknown: true };
  const silent = silentSentinels(tenant, state);
  return (
    notStarted(silent, message) ??
    notAnswering(silent, message) ??
    noRecovery(tenant, state, silent, message) ??
    // The data comes first: without any, no member can be the master.
    (isDataLost(tenant, state) ? dependsOn(subject, 'what becomes of the lost data') : manual(nothingMonitored(tenant)))
  );
}

/** The replicas of a member that have what it has written, as far as that is known. */
function inSyncWith({ members }: Tenant, { redis }: TenantState, master: Member): readonly Member[] {
  return members.filter((_, index) => {
    const seen = redis[index];
    return seen?.state === 'present' && seen.value.linkUp && seen.value.master?.address === master.address;
  });
}

interface SilentSentinel {
  readonly name: string;
  readonly facts: TenantState['members'][number] | undefined;
  readonly answer: TenantState['sentinels'][number];
}

function silentSentinels(tenant: Tenant, { members, sentinels }: TenantState): readonly SilentSentinel[] {
  return tenant.members.flatMap((member, index) => {
    const answer = sentinels[index];
    return answer?.state === 'unknown' ? [{ name: containerName(tenant, member), facts: members[index], answer }] : [];
  });
}

/** A Sentinel that does not run, and is not waiting for a master itself. */
function notStarted(silent: readonly SilentSentinel[], message: string): Remedy | undefined {
  const down = silent.find(
    ({ facts }) => facts?.state === 'absent' || (facts?.state === 'present' && facts.value.data === undefined),
  );
  if (down) return dependsOn(`container/${down.name}`, message);
  const starting = silent.find(
    ({ facts }) => facts?.state === 'present' && !serverProcess(facts.value, 'redis-sentinel') && !isLost(facts.value),
  );
  return starting && dependsOn(`sentinel/${starting.name}`, message);
}

/** A Sentinel that runs, as far as that is known. */
function notAnswering(silent: readonly SilentSentinel[], message: string): Remedy | undefined {
  const unknown = silent.find(({ facts }) => facts?.state !== 'present' || !isLost(facts.value));
  return unknown && notObserved(unknown.answer, (reason) => `${message}: ${reason}`);
}

/**
 * All silent Sentinels lost their sentinel.conf. A new one needs a master to monitor: it depends on this subject, unless the recovery from
 * the loss of the quorum tells. So this subject depends on what that recovery needs to know.
 */
function noRecovery(
  tenant: Tenant,
  state: TenantState,
  [lost]: readonly SilentSentinel[],
  message: string,
): Remedy | undefined {
  if (lost && quorumLossRecovery(tenant, state)?.state === 'safe') return dependsOn(`sentinel/${lost.name}`, message);
  const unobserved = tenant.members.find((_, index) => {
    const [facts, redis] = [state.members[index], state.redis[index]];
    return facts?.state !== 'present' || (serverProcess(facts.value, 'redis-server') && redis?.state !== 'present');
  });
  return unobserved && dependsOn(`redis/${containerName(tenant, unobserved)}`, message);
}

function isLost(facts: MemberFacts): boolean {
  return !facts.files['sentinel.conf'] && !serverProcess(facts, 'redis-sentinel');
}
