import type { Member, Tenant } from '../../crds/fleet.ts';
import { digest } from '../../renderers/lib/text.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import type { Observation } from '../facts/observation.ts';
import { isMajority } from './current-master.ts';
import type { TenantState } from './tenant-state.ts';

/**
 * Whether the members of the tenant run with the declared password. `members`: names of those with another one; `others`: of those with
 * the declared one. `unknown` is the
 * observation of a member whose password decides.
 */
export type PasswordInUse =
  | { readonly state: 'declared' }
  | { readonly state: 'another'; readonly members: readonly string[]; readonly others: readonly string[] }
  | Extract<Observation<never>, { state: 'unknown' }>;

/**
 * Compares the SHA-256 of the password in redis.conf, a file that Redis itself rewrites. Before the bootstrap no password is in use, and
 * any may be declared. If a member was not observed, a majority of the members must have the declared password: less knowledge must
 * not lead to more writes.
 */
export function passwordInUse(
  tenant: Tenant,
  { members, bootstrap }: Pick<TenantState, 'members' | 'bootstrap'>,
): PasswordInUse {
  const want = digest(tenant.password.reveal());
  const others = tenant.members.filter((_, index) => {
    const seen = members[index];
    if (seen?.state !== 'present') return false;
    const have = requirepass(seen.value);
    return (
      have !== undefined &&
      have !== want &&
      (bootstrap.state === 'done' || serverProcess(seen.value, 'redis-server') !== undefined)
    );
  });
  const same = tenant.members.filter((_, index) => {
    const seen = members[index];
    return seen?.state === 'present' && requirepass(seen.value) === want;
  });
  const names = (some: readonly Member[]) => some.map(({ name }) => name);
  if (others.length) return { state: 'another', members: names(others), others: names(same) };
  const unobserved = members.find((seen) => seen.state === 'unknown');
  return unobserved?.state === 'unknown' && !isMajority(same.length, tenant.members.length)
    ? { ...unobserved, reason: `the password in use is not known: ${unobserved.reason}` }
    : { state: 'declared' };
}

function requirepass({ secrets }: MemberFacts): string | undefined {
  return secrets['redis.conf requirepass'];
}
