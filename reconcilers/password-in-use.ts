import type { Tenant } from '../crds/fleet.ts';
import { digest } from '../renderers/text.ts';
import type { MemberFacts } from './questions/members.ts';
import type { TenantSight } from './tenant-sight.ts';

/** Whether the declared password is the one that the tenant's members run with. `members`: names of those with another one. */
export type PasswordInUse =
  | { readonly state: 'declared' }
  | { readonly state: 'another'; readonly members: readonly string[] }
  | { readonly state: 'unknown'; readonly reason: string };

/**
 * By the SHA-256 of what redis.conf holds, which Redis itself writes. Before the first start no password is in use, and any may
 * be declared. Of members that could not be seen the others speak only as a majority: knowing less must not write more.
 */
export function passwordInUse(
  tenant: Tenant,
  { members, firstStart }: Pick<TenantSight, 'members' | 'firstStart'>,
): PasswordInUse {
  const want = digest(tenant.password.reveal());
  const others = tenant.members.filter((_, index) => {
    const seen = members[index];
    if (seen?.state !== 'present') return false;
    const have = requirepass(seen.value);
    return have !== undefined && have !== want && (firstStart.state === 'done' || runs(seen.value));
  });
  if (others.length) return { state: 'another', members: others.map(({ name }) => name) };
  const hidden = members.find((seen) => seen.state === 'unknown');
  const same = members.filter((seen) => seen.state === 'present' && requirepass(seen.value) === want);
  return hidden?.state === 'unknown' && same.length * 2 <= tenant.members.length
    ? { state: 'unknown', reason: `the password in use: ${hidden.reason}` }
    : { state: 'declared' };
}

function requirepass({ secrets }: MemberFacts): string | undefined {
  return secrets['redis.conf requirepass'];
}

function runs({ processes }: MemberFacts): boolean {
  return processes.some(({ command }) => command === 'redis-server');
}
