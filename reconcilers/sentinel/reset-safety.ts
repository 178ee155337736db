import type { Member, Tenant } from '../../crds/fleet.ts';
import { dependsOn, settling, type Waiting } from '../contract/remedy.ts';
import type { SentinelFacts } from '../facts/sentinel/sentinel.ts';
import { isListed } from '../shared/listed-replicas.ts';
import { containerName } from '../shared/names.ts';
import type { TenantState } from '../shared/tenant-state.ts';

/**
 * Why no Sentinel may be reset now; undefined when one may. All Sentinels answer, name one healthy master, and know each other and all
 * replicas: so no failover is needed, the others could carry one out, and the Sentinel that was reset last has rediscovered all others. What
 * does not answer would be forgotten for good.
 */
export function resetBlockedBy(tenant: Tenant, state: TenantState): Waiting | undefined {
  const { currentMaster, sentinels, redis } = state;
  const unknown = tenant.members.find((_, index) => sentinels[index]?.state !== 'present');
  if (unknown) return dependsOn(`sentinel/${containerName(tenant, unknown)}`, 'no Sentinel is reset before all answer');
  if (currentMaster.state !== 'agreed')
    return dependsOn(`redis/${tenant.name}`, 'no Sentinel is reset before all name one master');
  if (currentMaster.agreeing < currentMaster.of) return settling('no Sentinel is reset before all name one master');
  const { master } = currentMaster;
  const listing = redis[tenant.members.indexOf(master)];
  // After a reset, a Sentinel knows the replicas that the master lists, at the addresses there.
  const unlisted = tenant.members.find(
    (one) => one !== master && !(listing?.state === 'present' && isListed(tenant, listing.value, one)),
  );
  if (unlisted)
    return dependsOn(
      `redis/${containerName(tenant, unlisted)}`,
      `no Sentinel is reset before ${master.name} lists it at its address`,
    );
  const obstacles = tenant.members.flatMap((member, index): readonly Waiting[] => {
    const [says, server] = [sentinels[index], redis[index]];
    const fault = says?.state === 'present' && unhealthyReason(tenant, member, master, says.value);
    if (fault) return [settling(`no Sentinel is reset now: the Sentinel of ${member.name} ${fault}`)];
    if (member === master) return [];
    if (server?.state !== 'present' || !server.value.linkUp)
      return [dependsOn(`redis/${containerName(tenant, member)}`, 'no Sentinel is reset before it is in sync')];
    return server.value.syncing ? [settling(`no Sentinel is reset now: ${member.name} is not in sync`)] : [];
  });
  return obstacles[0];
}

/** It answers the Sentinel that lists it. */
export function isReachable({ flags }: { readonly flags: readonly string[] }): boolean {
  return !flags.includes('s_down') && !flags.includes('disconnected');
}

function unhealthyReason(tenant: Tenant, own: Member, master: Member, says: SentinelFacts): string | undefined {
  if (says.tilt) return 'is in TILT';
  const doubts = says.master?.flags.filter((flag) => flag !== 'master') ?? [];
  if (doubts.length) return `reports the master as ${doubts.join(', ')}`;
  const well = (known: readonly { readonly address: string; readonly flags: readonly string[] }[], who: Member) =>
    known.some((one) => one.address === who.address && isReachable(one));
  const missed = tenant.members.find((one) => one !== own && !well(says.sentinels, one));
  if (missed) return `does not reach that of ${missed.name}`;
  const behind = tenant.members.find((one) => one !== master && !well(says.replicas, one));
  return behind && `does not reach Redis of ${behind.name}`;
}
