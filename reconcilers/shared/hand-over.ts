import type { Member, Tenant } from '../../crds/fleet.ts';
import { act, dependsOn, manual, type Remedy } from '../contract/remedy.ts';
import { endpointOf } from '../facts/redis/redis.ts';
import type { TenantState } from './tenant-state.ts';

/**
 * For about how long clients cannot write while the master is handed over. Seconds: writes are paused until Sentinel has promoted a
 * replica, and HAProxy has seen it.
 */
const handOverSeconds = 2;

/** Hands the master over to a replica, while both are alive: the first of these members that is in sync. */
export function handOver(tenant: Tenant, state: TenantState, among: readonly Member[] = preferred(tenant)): Remedy {
  const subject = `redis/${tenant.name}` as const;
  if (state.currentMaster.state !== 'agreed') return dependsOn(subject, 'Sentinel has no agreed master');
  const { master } = state.currentMaster;
  const able = successorsOf(tenant, state);
  const next = among.find((member) => able.includes(member));
  if (!next) {
    const names = among.filter((one) => one !== master).map(({ name }) => name);
    const drained = tenant.members.filter((one) => one.drained && one !== master).map(({ host }) => host);
    if (!names.length && drained.length)
      return manual(
        `the master cannot be handed over: the other members are on hosts that are drained (${drained.join(', ')}). Wait for the end of that, or end it with reconcile uncordon`,
      );
    return dependsOn(subject, `a master for ${names.join(' or ')} to be in sync with`);
  }
  const { redis, sentinel, masterName } = tenant;
  return act(
    [
      {
        operation: 'master-switch',
        master: masterName,
        from: endpointOf(tenant, master, redis.port),
        to: endpointOf(tenant, next, redis.port),
        sentinels: tenant.members.map((member) => endpointOf(tenant, member, sentinel.port)),
        proxies: tenant.expose?.proxyAddresses.map(({ host }) => host) ?? [],
        downAfterMs: sentinel.downAfterMs,
      },
    ],
    [tenant.name],
    handOverSeconds,
  );
}

/** None on a drained host. One that leaves its host is the last choice. */
function preferred({ members }: Tenant): readonly Member[] {
  const all = members.filter(({ drained }) => !drained);
  return [...all.filter(({ leaves }) => !leaves), ...all.filter(({ leaves }) => leaves)];
}

/** Replicas that are in sync with the current master and may be promoted. */
function successorsOf(tenant: Tenant, { currentMaster, redis, sentinels }: TenantState): readonly Member[] {
  return tenant.members.filter((_, index) => {
    const seen = redis[index];
    if (seen?.state !== 'present' || sentinels[index]?.state !== 'present') return false;
    const { role, master, linkUp, syncing, loading, settings } = seen.value;
    const inSync = role === 'slave' && linkUp && !syncing && !loading && settings['replica-priority'] !== '0';
    return inSync && currentMaster.state === 'agreed' && master?.address === currentMaster.master.address;
  });
}
