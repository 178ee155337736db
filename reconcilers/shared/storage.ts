import type { MemberFacts } from '../facts/member/members.ts';
import type { RedisMemory } from '../facts/redis/redis.ts';

type Disk = NonNullable<MemberFacts['disk']>;

/** Below both of these Redis cannot rewrite its files, and soon not append to them. */
const fullShare = 0.01;
const fullBytes = 64 * 2 ** 20;
const nearlyFullShare = 0.1;
/** From this share of maxmemory on, the next large write may find no memory. */
export const fullFrom = 0.95;

export function isFull({ freeBytes, totalBytes }: Disk): boolean {
  return freeBytes < Math.min(totalBytes * fullShare, fullBytes);
}

export function isNearlyFull({ freeBytes, totalBytes }: Disk): boolean {
  return freeBytes < totalBytes * nearlyFullShare;
}

/** Whether a master that never evicts is about to refuse writes. With an eviction policy, a full memory is the normal state. */
export function isUnderPressure({ usedBytes, maxBytes, policy }: RedisMemory): boolean {
  return policy === 'noeviction' && maxBytes > 0 && usedBytes >= maxBytes * fullFrom;
}

/** Seconds for which a kill is reported after the next start of Redis. The kernel only counts kills, since the start of the container. */
const reportedSeconds = 24 * 3600;

/** How many processes of the member the kernel has killed for lack of memory; 0 if that is long ago. `uptime` of Redis, in seconds. */
export function recentKills({ memoryKills = 0 }: MemberFacts, uptime: number | undefined): number {
  return uptime !== undefined && uptime >= reportedSeconds ? 0 : memoryKills;
}
