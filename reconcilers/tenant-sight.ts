import type { Member, Tenant } from '../crds/fleet.ts';
import { type FirstStart, firstStartOf, type Mastership, mastershipOf } from './mastership.ts';
import { containerName } from './names.ts';
import { absent, type Observation, present } from './observation.ts';
import type { MemberFacts } from './questions/members.ts';
import { askRedis, type RedisFacts } from './questions/redis.ts';
import { askSentinel, type SentinelFacts } from './questions/sentinel.ts';

/** All that is seen of one tenant's Redis and Sentinels; lists in the order of its members. */
export interface TenantSight {
  /** Absent: the member has no folder on its host yet. */
  readonly members: readonly Observation<MemberFacts>[];
  readonly redis: readonly Observation<RedisFacts>[];
  readonly sentinels: readonly Observation<SentinelFacts>[];
  readonly mastership: Mastership;
  readonly firstStart: FirstStart;
}

/** What has to be asked about a tenant: the same from every concern, so that it is asked once. */
export function tenantQuestions(tenant: Tenant) {
  return {
    members: tenant.members.map((member) => ({ what: 'members', host: member.host }) as const),
    redis: tenant.members.map((member) => askRedis(tenant, member)),
    sentinels: tenant.members.map((member) => askSentinel(tenant, member)),
  };
}

interface Seen {
  readonly members: readonly Observation<readonly MemberFacts[]>[];
  readonly redis: readonly Observation<RedisFacts>[];
  readonly sentinels: readonly Observation<SentinelFacts>[];
}

export function sightOf(tenant: Tenant, { members: hosts, redis, sentinels }: Seen): TenantSight {
  const members = tenant.members.map((member, index) => memberOn(hosts[index], tenant, member));
  return {
    members,
    redis,
    sentinels,
    mastership: mastershipOf(tenant, { redis, sentinels }),
    firstStart: firstStartOf(members.map((seen) => (seen.state === 'present' ? seen.value : undefined))),
  };
}

function memberOn(
  host: Observation<readonly MemberFacts[]> | undefined,
  tenant: Tenant,
  member: Member,
): Observation<MemberFacts> {
  if (host?.state !== 'present') return host ?? absent;
  const own = host.value.find((facts) => facts.name === containerName(tenant, member));
  return own ? present(own) : absent;
}
