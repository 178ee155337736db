import type { Finding } from '../contract/finding.ts';
import { info, manual } from '../contract/remedy.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import { sizeText } from '../shared/size-text.ts';
import { isFull, isNearlyFull, isUnderPressure, recentKills } from '../shared/storage.ts';
import type { Context } from './context.ts';
import { savingCause } from './lasting-cause.ts';
import { diskFull, diskNearlyFull, memoryPressure, notSaved, oomKilled } from './messages.ts';

/** Whether the member's disk has space for what Redis writes. */
export function diskFindings({ tenant, member, facts: { disk }, finding }: Context): readonly Finding[] {
  if (!disk || !isNearlyFull(disk)) return [];
  const have = `${sizeText(disk.freeBytes)} of ${sizeText(disk.totalBytes)} free`;
  return isFull(disk)
    ? [finding('DiskFull', 'disk', { have, want: 'space for what Redis writes' }, manual(diskFull(tenant, member)))]
    : [finding('DiskNearlyFull', 'disk', { have, want: 'a tenth free' }, info(diskNearlyFull(tenant)), [])];
}

/** What the kernel has killed in the container, as long as Redis has been started again since a day at most, or its uptime is not known. */
export function killFindings({ tenant, index, state, facts, finding }: Context): readonly Finding[] {
  const says = state.redis[index];
  const uptime = says?.state === 'present' ? says.value.uptimeSeconds : undefined;
  const kills = recentKills(facts, uptime);
  if (!kills) return [];
  const values = { have: `${kills} killed by the kernel`, want: 'no process killed' };
  return [finding('OomKilled', 'memory of the container', values, info(oomKilled(tenant, uptime)), [])];
}

/** Whether Redis could save its data last, and whether a master has memory left for writes. */
export function storageFindings(context: Context, says: RedisFacts): readonly Finding[] {
  const { tenant, member, facts, finding } = context;
  const full = facts.disk !== undefined && isFull(facts.disk);
  const cause = savingCause(context);
  const { memory, role } = says;
  const values = {
    have: `${sizeText(memory.usedBytes)} of ${sizeText(memory.maxBytes)} used, and nothing is evicted`,
    want: 'memory for writes',
  };
  return [
    ...says.notSaved.map((what) => {
      const refuses = what === 'append-only file' || refusesUnsaved(says, tenant);
      const remedy = manual(notSaved(tenant, member, { full, refuses, cause }));
      const values = { have: 'failed', want: 'done' };
      return finding('PersistenceFailing', `last write of the ${what}`, values, remedy, refuses ? [tenant.name] : []);
    }),
    ...(role === 'master' && isUnderPressure(memory)
      ? [finding('MemoryPressure', 'memory', values, info(memoryPressure(tenant)), [])]
      : []),
  ];
}

/**
 * Whether a master refuses writes after an RDB that failed: with save points, and unless stop-writes-on-bgsave-error is no
 * (writeCommandsDeniedByDiskError in server.c).
 */
function refusesUnsaved({ settings }: RedisFacts, { redis }: Context['tenant']): boolean {
  return settings['save'] !== '' && redis.config['stop-writes-on-bgsave-error'] !== 'no';
}
