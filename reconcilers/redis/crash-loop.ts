import type { GuardState } from '../../renderers/redis/start-guard.ts';
import { manual, type Remedy, settling } from '../contract/remedy.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { killedForMemory } from './cause-messages.ts';
import type { Context } from './context.ts';
import { hasSpaceAgain, lastingCause } from './lasting-cause.ts';
import { crashLoop, startingWithSpace } from './messages.ts';

/** Starts in a row after which Redis is not expected to come up by itself. */
const crashLoopStarts = 3;

/**
 * The start guard is not starting Redis now, so that earlier exits say nothing about the next start. Missing data is not among these
 * states: an initial master that exits leaves no data behind.
 */
const notStarting: ReadonlySet<string> = new Set<GuardState>([
  'no-majority',
  'not-set-up',
  'waiting-for-promotion',
  'waiting-for-failover',
  'waiting-for-answers',
  'replicas-may-be-newer',
  'foreign-master-named',
]);

/** Whether Redis does not run because it exits whenever it is started. */
export function isCrashLooping({ exits, startGuard }: MemberFacts): boolean {
  return exits !== undefined && exits.times >= crashLoopStarts && !notStarting.has(startGuard?.state ?? '');
}

/** A cause that is known, and what Redis logged last. Secrets were removed from it on the host, and the password is removed once more. */
export function crashLoopRemedy(context: Context): Remedy {
  const { tenant, member, facts } = context;
  const { times, lastLog } = facts.exits ?? { times: 0, lastLog: '' };
  const logged = lastLog.replaceAll(tenant.password.reveal(), '***');
  const cause = lastingCause(context) ?? (isKilledEachTime(facts) ? killedForMemory(tenant) : undefined);
  if (cause === undefined && hasSpaceAgain(context)) return settling(startingWithSpace(member));
  if (cause === undefined) return manual(crashLoop(tenant, member, times, logged || 'it logged nothing'));
  const last = logged ? `. Its last message: ${logged}` : '';
  return manual(`Redis is started and exits again, ${times} times in a row: ${cause}${last}`);
}

function isKilledEachTime({ exits, memoryKills = 0 }: MemberFacts): boolean {
  return memoryKills > 0 && memoryKills >= (exits?.times ?? 0);
}
