import type { Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, type Remedy } from '../contract/remedy.ts';
import { endpointOf } from '../facts/redis/redis.ts';
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

/** Milliseconds: enough for Sentinel to promote a replica, and for the proxies to close connections that still write to the old master. */
const pauseMs = 6_000;

/**
 * Makes Sentinel fail over while the master accepts no writes. A requested failover does not wait for replication, so writes that the old
 * master acknowledged meanwhile would be lost. The pause ends by itself. Done only if a replica is connected.
 */
function handOver(tenant: Tenant, { currentMaster, redis }: TenantState): Remedy {
  const subject = `redis/${tenant.name}` as const;
  if (currentMaster.state !== 'agreed') return dependsOn(subject, 'Sentinel has no agreed master');
  const { master } = currentMaster;
  const index = tenant.members.indexOf(master);
  const hasReplica = redis.some(
    (seen, other) => other !== index && seen.state === 'present' && seen.value.role === 'slave' && seen.value.linkUp,
  );
  if (!hasReplica) return dependsOn(subject, 'no replica is connected to the master');
  const { redis: settings, sentinel, masterName } = tenant;
  return act(
    [
      { operation: 'redis-pause', endpoint: endpointOf(tenant, master, settings.port), milliseconds: pauseMs },
      { operation: 'sentinel-failover', endpoint: endpointOf(tenant, master, sentinel.port), master: masterName },
    ],
    [tenant.name],
  );
}
