import type { GuardState } from '../../renderers/redis/start-guard.ts';
import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { dependsOn, manual, type Remedy, settling } from '../contract/remedy.ts';
import { containerName } from '../shared/names.ts';
import type { Context } from './context.ts';
import { crashLoopRemedy, isCrashLooping } from './crash-loop.ts';
import { lastingCause } from './lasting-cause.ts';
import { starting } from './messages.ts';

/** Why a member's Redis does not run, and what can be done about it. */
export function notRunning(context: Context): Finding {
  const { tenant, member, facts, finding } = context;
  const want = 'running';
  if (facts.data === undefined) {
    const remedy = dependsOn(`container/${containerName(tenant, member)}`);
    return finding('DependencyNotReady', 'Redis', { have: 'container stopped', want }, remedy);
  }
  const state = facts.startGuard?.state ?? 'not started';
  if (isCrashLooping(facts)) return finding('CrashLoop', 'Redis', { have: state, want }, crashLoopRemedy(context));
  const withheld = isGuardState(state) ? withheldByState[state] : undefined;
  const remedy = withheld?.remedy(facts.startGuard?.words ?? '', context) ?? restarting(context);
  return finding(withheld?.reason ?? 'NotRunning', 'Redis', { have: state, want }, remedy);
}

/** PID 1 starts it again within a second; what it exits of may stay. */
function restarting(context: Context): Remedy {
  const cause = context.facts.exits && lastingCause(context);
  return cause === undefined ? settling(starting(context.tenant, context.member)) : manual(cause);
}

interface Withheld {
  readonly reason: Reason;
  remedy(words: string, context: Context): Remedy;
}

/** The Sentinels have to agree on a running master first; the finding of the tenant says what that depends on. */
const forMaster: Withheld = {
  reason: 'StartWithheld',
  remedy: (words, { tenant, state }) =>
    state.currentMaster.state === 'agreed' ? settling(words) : dependsOn(`redis/${tenant.name}`, words),
};

/** By the state of its start guard. In the other states Redis starts by itself. */
const withheldByState: { readonly [S in GuardState]: Withheld | undefined } = {
  asking: undefined,
  'not-set-up': undefined,
  master: undefined,
  replica: undefined,
  'no-room': {
    reason: 'StartWithheldNoSpace',
    remedy: (words) => manual(`${words}; free space there, or remount it: a restart of the container does`),
  },
  'no-majority': forMaster,
  'waiting-for-answers': forMaster,
  'waiting-for-failover': forMaster,
  'waiting-for-data': forMaster,
  'waiting-for-promotion': { reason: 'StartWithheld', remedy: settling },
  'replicas-may-be-newer': {
    reason: 'StartWithheldNewerData',
    remedy: (words) => manual(`${words}: promote one of them with SENTINEL FAILOVER, on any of the tenant's Sentinels`),
  },
  'foreign-master-named': {
    reason: 'ForeignMasterMonitored',
    remedy: (words) => manual(`${words}: find out where it comes from, and remove it with SENTINEL REMOVE`),
  },
};

function isGuardState(state: string): state is GuardState {
  return Object.hasOwn(withheldByState, state);
}
