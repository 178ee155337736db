import type { Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { dependsOn, manual, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { containerName } from '../shared/names.ts';
import { quorumLossRecovery } from '../shared/quorum-loss.ts';
import type { TenantState } from '../shared/tenant-state.ts';
import { quorumLossAmbiguous } from './messages.ts';
import { withoutMaster } from './without-master.ts';

/** Whether there is a master, and whether it accepts writes. Without a master, nothing of the tenant's Redis is changed. */
export function masterFindings(subject: Subject, tenant: Tenant, state: TenantState): readonly Finding[] {
  const { currentMaster, bootstrap } = state;
  const finding = findingsAbout(subject, { impacts: [tenant.name] });
  if (currentMaster.state === 'none') {
    // Before the bootstrap there is no master. The bootstrap has its own finding.
    if (bootstrap.state !== 'done') return [];
    const values = { have: 'none', want: 'named by a majority of the Sentinels' };
    const recovery = quorumLossRecovery(tenant, state);
    return recovery?.state === 'ambiguous'
      ? [finding('QuorumLossAmbiguous', 'master', values, manual(quorumLossAmbiguous(tenant, recovery.named)))]
      : [finding(currentMaster.code, 'master', values, withoutMaster(subject, tenant, state, currentMaster))];
  }
  const says = state.redis[tenant.members.indexOf(currentMaster.master)];
  const good = says?.state === 'present' ? says.value.goodReplicas : undefined;
  const needed = tenant.redis.minReplicasToWrite;
  if (good === undefined || good >= needed) return [];
  const missing = tenant.members.find((member, index) => member !== currentMaster.master && !isLinked(state, index));
  const remedy = missing
    ? dependsOn(`redis/${containerName(tenant, missing)}`, 'until then the master refuses writes')
    : settling('the master refuses writes until its replicas have reported, which they do once a second');
  return [finding('TooFewReplicas', 'replicas in sync', { have: String(good), want: `${needed} or more` }, remedy)];
}

function isLinked({ redis }: TenantState, index: number): boolean {
  const seen = redis[index];
  return seen?.state === 'present' && seen.value.linkUp;
}
