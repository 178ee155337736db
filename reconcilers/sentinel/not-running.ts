import type { Finding } from '../contract/finding.ts';
import { manual, settling } from '../contract/remedy.ts';
import type { Context } from './context.ts';
import { cannotSave, crashLoop, starting } from './messages.ts';

/** Starts in a row after which Sentinel is not expected to come up by itself. */
const crashLoopStarts = 3;

/** A Sentinel that has its file, and does not run. */
export function notRunning({ tenant, member, facts: { sentinelExits }, finding }: Context): Finding {
  const values = { have: 'stopped', want: 'running' };
  if (!sentinelExits || sentinelExits.times < crashLoopStarts)
    return finding('NotRunning', 'Sentinel', values, settling(starting(tenant, member)));
  const lastLog = sentinelExits.lastLog.replaceAll(tenant.password.reveal(), '***') || 'it logged nothing';
  return finding(
    'SentinelCrashLoop',
    'Sentinel',
    values,
    manual(crashLoop(tenant, member, sentinelExits.times, lastLog)),
  );
}

/** Whether a running Sentinel could save its state when it last tried. */
export function savedFindings({ tenant, member, facts, finding }: Context): readonly Finding[] {
  const last = facts.said.findLast(({ code }) => code === 'saved' || code === 'not-saved');
  if (last?.code !== 'not-saved') return [];
  const values = { have: 'not saved', want: 'saved' };
  return [finding('SentinelCannotSave', 'sentinel.conf', values, manual(cannotSave(tenant, member, last.text)), [])];
}
