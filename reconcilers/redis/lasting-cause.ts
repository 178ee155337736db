import type { Member, Tenant } from '../../crds/fleet.ts';
import type { LastWords } from '../facts/member/last-words.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import { versionText } from '../shared/redis-version.ts';
import { isFull } from '../shared/storage.ts';
import * as messages from './cause-messages.ts';
import type { Context } from './context.ts';

/**
 * Why a member does not come in order by itself, in words: a full disk, its own or that of its master, or what Redis logged last. A replica
 * exits when it cannot write what its master sends (serverPanic in processCommand, since Redis 7), and a full synchronization is a file on
 * its disk. Without a known cause, undefined. Only for a member that is not in order: the log is that of an earlier time otherwise.
 */
export function lastingCause(context: Context): string | undefined {
  const { tenant, member, state, facts } = context;
  if (facts.disk && isFull(facts.disk)) return messages.ownDiskFull(tenant, member);
  const own = wordsOf(facts, (one) => causedBy(one, context));
  const { currentMaster } = state;
  if (own !== undefined || currentMaster.state === 'none' || currentMaster.master === member) return own;
  const { master } = currentMaster;
  const place = tenant.members.indexOf(master);
  const [seen, says] = [state.members[place], state.redis[place]];
  if (seen?.state !== 'present' || says?.state !== 'present') return undefined;
  if (seen.value.disk && isFull(seen.value.disk) && sendsFromDisk(tenant, says.value))
    return messages.masterDiskFull(tenant, master);
  return wordsOf(seen.value, (one) => closedBy(one, context, master));
}

/** Why a link is down that may come up again by itself, from the log of the replica. */
export function passingCause({ facts }: Context, master: Member): string | undefined {
  return wordsOf(facts, ({ code, text }) => {
    if (code === 'unreachable') return messages.unreachable(master, text);
    return code === 'aborted' ? messages.aborted(master, text) : undefined;
  });
}

/** Why it could not save its data. */
export function savingCause(context: Context): string | undefined {
  return wordsOf(context.facts, (one) => unwritable(one, context));
}

/** Its disk had no space when it last tried to write, and has it now: Redis and PID 1 try again. */
export function hasSpaceAgain(context: Context): boolean {
  const said = context.facts.said.findLast(({ by, code }) => by === 'redis' && code !== 'version');
  return said?.code === 'no-space' && hasSpace(context);
}

/** Of the latest message of Redis for which there is one. */
function wordsOf({ said }: MemberFacts, cause: (one: LastWords) => string | undefined): string | undefined {
  return said
    .filter(({ by }) => by === 'redis')
    .map(cause)
    .findLast((words) => words !== undefined);
}

function causedBy(one: LastWords, context: Context): string | undefined {
  const { tenant, member, state, facts } = context;
  switch (one.code) {
    case 'rdb-version':
      return isPast(one, context)
        ? undefined
        : messages.rdbVersion(member, one.text, versionOf(facts), otherVersions(tenant, member, state.redis));
    case 'bad-data':
      return isPast(one, context) ? undefined : messages.badData(tenant, member, one.text);
    case 'refused':
      return messages.refused(tenant, member, one.text);
    default:
      return unwritable(one, context);
  }
}

/** Data is read when Redis starts, and a Redis that answers has read it: what an earlier start could not read is gone. Messages are in order. */
function isPast(one: LastWords, { tenant, member, state, facts: { said } }: Context): boolean {
  const answers = state.redis[tenant.members.indexOf(member)]?.state === 'present';
  return answers && said.indexOf(one) < said.findLastIndex(({ by, code }) => by === 'redis' && code === 'version');
}

function unwritable({ code, text }: LastWords, context: Context): string | undefined {
  const { tenant, member } = context;
  switch (code) {
    case 'no-space':
      return hasSpace(context) ? undefined : messages.noSpace(tenant, member);
    case 'read-only':
    case 'disk-error':
      return messages.diskBroken(member, text);
    case 'no-memory':
      return messages.noMemory(member);
    default:
      return undefined;
  }
}

/** A file of the data set that is received, and the append-only file that is written from it. */
const filesOfFullSync = 2;

/** Whether its disk has space for the data set as the members have it in memory, which is larger than in a file. */
function hasSpace({ state, facts: { disk } }: Context): boolean {
  if (!disk) return false;
  const used = state.redis.flatMap((seen) => (seen.state === 'present' ? [seen.value.memory.usedBytes] : []));
  return used.length > 0 && disk.freeBytes >= Math.max(...used) * filesOfFullSync;
}

/** Once may be a hung replica. More than once within its last messages, the synchronization starts again and again. */
function closedBy({ code, client, times }: LastWords, { tenant, member }: Context, master: Member): string | undefined {
  if (code !== 'buffer-limit' || client !== member.address || times < 2) return undefined;
  return messages.bufferLimit(tenant, member, master);
}

/** `Redis version=7.0.15, bits=64, …`, as it is logged at a start; Valkey names itself. */
function versionOf({ said }: MemberFacts): string | undefined {
  const text = said.findLast(({ code }) => code === 'version')?.text;
  const [, engine, version] = /(Redis|Valkey) version=([0-9.]+)/.exec(text ?? '') ?? [];
  return version && versionText({ engine: engine === 'Valkey' ? 'valkey' : 'redis', version });
}

function otherVersions(tenant: Tenant, member: Member, redis: Context['state']['redis']): readonly string[] {
  return tenant.members.flatMap((one, index) => {
    const seen = redis[index];
    return one !== member && seen?.state === 'present' ? [`${one.name} ${versionText(seen.value)}`] : [];
  });
}

/** Whether a full synchronization is written to the disk of the master first: the default until Redis 7. */
function sendsFromDisk({ redis }: Tenant, { version }: RedisFacts): boolean {
  return (redis.config['repl-diskless-sync'] ?? (Number(version.split('.')[0]) >= 7 ? 'yes' : 'no')) === 'no';
}
