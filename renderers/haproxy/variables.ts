import type { HaproxyTenant, Member } from './tenant.ts';

/** The backend of the check of a member's Sentinel. */
export function sentinelBackend({ name }: HaproxyTenant, member: Member): string {
  return `sentinel.${name}.${member.name}`;
}

/** The backend of the check of a member's Redis. */
export function memberBackend({ name }: HaproxyTenant, member: Member): string {
  return `member.${name}.${member.name}`;
}

/** The backend of the clients of a member. */
export function redisBackend({ name }: HaproxyTenant, member: Member): string {
  return `redis.${name}.${member.name}`;
}

/** Of the names of servers that only have a check: each is up while the vote page gives this verdict. Names of members have no dot. */
export const suffix = { master: '.master', denied: '.denied', lost: '.lost' } as const;

// Names of variables contain no hyphen, and names of tenants no underscore, so the replacement is unambiguous.

/** What the Sentinel of a member replied last, in hexadecimal. */
export function voteOf({ name }: Pick<HaproxyTenant, 'name'>, member: Member): string {
  return `proc.vote.${name.replaceAll('-', '_')}.${member.name}`;
}

/** The beginning of the last reply in which the member reported its role. */
export function roleOf({ name }: Pick<HaproxyTenant, 'name'>, member: Member): string {
  return `proc.role.${name.replaceAll('-', '_')}.${member.name}`;
}

/** The member that was admitted last. */
export function admittedOf({ name }: HaproxyTenant): string {
  return `proc.admitted.${name.replaceAll('-', '_')}`;
}
