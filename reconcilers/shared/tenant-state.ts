import type { Member, Tenant } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { absent, type Observation, present } from '../facts/observation.ts';
import { type RedisFacts, redisFact } from '../facts/redis/redis.ts';
import { type SentinelFacts, sentinelFact } from '../facts/sentinel/sentinel.ts';
import { type BootstrapState, bootstrapStateOf, type CurrentMaster, currentMasterOf } from './current-master.ts';
import { containerName } from './names.ts';

/** The observed state of a tenant's Redis and Sentinels. Lists are in the order of its members. */
export interface TenantState {
  /** Absent: the member has no directory on its host yet. */
  readonly members: readonly Observation<MemberFacts>[];
  readonly redis: readonly Observation<RedisFacts>[];
  readonly sentinels: readonly Observation<SentinelFacts>[];
  readonly currentMaster: CurrentMaster;
  readonly bootstrap: BootstrapState;
}

/** The facts about a tenant. Every component requests the same ones, so that each is read once. */
export function tenantFacts(tenant: Tenant) {
  return {
    members: tenant.members.map((member) => ({ fact: 'members', host: member.host }) as const),
    redis: tenant.members.map((member) => redisFact(tenant, member)),
    sentinels: tenant.members.map((member) => sentinelFact(tenant, member)),
  };
}

interface ObservedMembers {
  readonly members: readonly Observation<readonly MemberFacts[]>[];
  readonly redis: readonly Observation<RedisFacts>[];
  readonly sentinels: readonly Observation<SentinelFacts>[];
}

export function tenantStateOf(tenant: Tenant, { members: hosts, redis, sentinels }: ObservedMembers): TenantState {
  const members = tenant.members.map((member, index) => memberOn(hosts[index], tenant, member));
  return {
    members,
    redis,
    sentinels,
    currentMaster: currentMasterOf(tenant, { redis, sentinels }),
    bootstrap: bootstrapStateOf(members.map((seen) => (seen.state === 'present' ? seen.value : undefined))),
  };
}

function memberOn(
  host: Observation<readonly MemberFacts[]> | undefined,
  tenant: Tenant,
  member: Member,
): Observation<MemberFacts> {
  if (host?.state !== 'present') return host ?? absent;
  const own = host.value.find((facts) => facts.name === containerName(tenant, member));
  // Of one that has not been started again with its addressing yet, everything is of another time.
  const isFormer = tenant.startsAgain !== undefined && own?.marks[markers.bootstrapped] !== undefined;
  return own && !isFormer ? present(own) : absent;
}
