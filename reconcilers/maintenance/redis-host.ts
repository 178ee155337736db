import type { Tenant } from '../../crds/fleet.ts';
import { act, type Drift, type Remedy, wait } from '../drift.ts';
import { endpointOf } from '../questions/redis.ts';
import { sightOf, type TenantSight } from '../tenant-sight.ts';
import { type DesiredStop, memberHere, type StopAnswers, stop, stopFinding } from './desired.ts';

/** A host with members: masters are handed over first, a tenant after the other; then it is stopped. */
export function redisHostDrift(desired: DesiredStop, seen: StopAnswers): readonly Drift[] {
  const sights = sightsOf(desired, seen);
  for (const { tenant, sight } of sights) {
    const { mastership } = sight;
    const subject = `redis/${tenant.name}` as const;
    if (mastership.state !== 'agreed')
      return [stopFinding(desired, wait(`who is master of ${tenant.name} is not agreed`, subject))];
    if (mastership.master === memberHere(desired, tenant)) return [stopFinding(desired, handOver(tenant, sight))];
  }
  return [stopFinding(desired, stop(desired))];
}

interface Sighted {
  readonly tenant: Tenant;
  readonly sight: TenantSight;
}

/** The answers of all tenants stand one after the other, a place a member. */
function sightsOf({ tenants }: DesiredStop, { members, redis, sentinels }: StopAnswers): readonly Sighted[] {
  let at = 0;
  return tenants.map((tenant) => {
    const [from, to] = [at, at + tenant.members.length];
    at = to;
    const own = <T>(list: readonly T[]) => list.slice(from, to);
    return { tenant, sight: sightOf(tenant, { members: own(members), redis: own(redis), sentinels: own(sentinels) }) };
  });
}

/** Long enough for Sentinel to promote a replica and for the proxies to cut whoever still writes to the old master. */
const pauseMs = 6_000;

/**
 * Has Sentinel fail over while the master takes no writes: a failover that is asked for waits for nothing, so that what the old master
 * acknowledged in the meantime would be lost. The pause ends by itself. Asked for once a replica is as far as the master.
 */
function handOver(tenant: Tenant, { mastership, redis }: TenantSight): Remedy {
  if (mastership.state !== 'agreed') return wait('who is master is not agreed');
  const { master } = mastership;
  const index = tenant.members.indexOf(master);
  const able = redis.some(
    (seen, other) => other !== index && seen.state === 'present' && seen.value.role === 'slave' && seen.value.linkUp,
  );
  if (!able) return wait(`no replica of ${tenant.name} is connected`, `redis/${tenant.name}`);
  const { redis: settings, sentinel, masterName } = tenant;
  return act(
    [
      { verb: 'redis-pause', endpoint: endpointOf(tenant, master, settings.port), milliseconds: pauseMs },
      { verb: 'sentinel-failover', endpoint: endpointOf(tenant, master, sentinel.port), master: masterName },
    ],
    [tenant.name],
  );
}
