import type { Member, Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { act } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { endpointOf } from '../facts/redis/redis.ts';
import type { SentinelFacts } from '../facts/sentinel/sentinel.ts';
import { containerName } from '../shared/names.ts';
import { acceptedIn, acceptsFormer, lacksDeclared } from '../shared/password-in-use.ts';
import type { TenantState } from '../shared/tenant-state.ts';
import type { Context } from './context.ts';

/** A Sentinel that runs accepts the declared passwords, now and when it starts again. */
export function acceptedFindings({ tenant, member, facts, finding }: Context, says: SentinelFacts): readonly Finding[] {
  const inForce = lacksDeclared(tenant, says.accepted);
  if (!inForce && !lacksDeclared(tenant, acceptedIn(facts, 'sentinel.conf'))) return [];
  const values = {
    have: inForce ? 'not all accepted' : 'not all in sentinel.conf',
    want: 'all declared ones accepted',
  };
  return [finding('PasswordNotAccepted', 'passwords', values, act([accepting(tenant, member, false)]), [])];
}

/** The passwords that a Sentinel accepts and that are not declared. A subject of its own: everything else must be in order first. */
export function formerSubject(tenant: Tenant, member: Member): Subject {
  return `sentinel/${containerName(tenant, member)}@passwords`;
}

export function formerFindings(
  subject: Subject,
  tenant: Tenant,
  index: number,
  { members, sentinels }: TenantState,
): readonly Finding[] {
  const [member, seen, says] = [tenant.members[index], members[index], sentinels[index]];
  if (!member || seen?.state !== 'present' || says?.state !== 'present') return [];
  const both = [says.value.accepted, acceptedIn(seen.value, 'sentinel.conf')];
  if (!both.some((one) => acceptsFormer(tenant, one))) return [];
  const values = { have: 'one more than declared', want: 'as declared' };
  const only = act([accepting(tenant, member, true)]);
  return [findingsAbout(subject)('FormerPasswordAccepted', 'passwords', values, only, [])];
}

function accepting(tenant: Tenant, member: Member, only: boolean) {
  const endpoint = endpointOf(tenant, member, tenant.sentinel.port);
  return { operation: 'accept-passwords', endpoint, service: 'sentinel', only, rewrite: true } as const;
}
