import type { Member } from '../../crds/fleet.ts';
import { digest } from '../../renderers/lib/text.ts';
import { sentinelConf } from '../../renderers/redis/sentinel-conf.ts';
import { sentinelRun } from '../../renderers/redis/sentinel-run.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, type Remedy } from '../contract/remedy.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import { memberFolder } from '../shared/names.ts';
import { acceptedIn, heldPassword, passwordSums, passwordToOthers } from '../shared/password-in-use.ts';
import { quorumLossRecovery } from '../shared/quorum-loss.ts';
import type { Context } from './context.ts';
import { joinsLater } from './joining.ts';

/** The run script, and sentinel.conf while there is none: once Sentinel has started, it owns that file. */
export function fileFindings(context: Context): readonly Finding[] {
  const { tenant, member, facts, finding } = context;
  const folder = memberFolder(tenant, member);
  const path = `${folder}/conf/sentinel-run`;
  const content = sentinelRun();
  const have = facts.files['sentinel-run'];
  const same = have?.sha256 === digest(content) && Number.parseInt(have.mode, 8) === 0o755;
  const files = [{ path, mode: '0755', owner: 'root:root', content }];
  const write = act([{ operation: 'write-files', host: member.host, files }]);
  const values = { have: have ? 'different' : 'absent', want: 'as rendered' };
  const run = same ? [] : [finding('FileDiffers', path, values, write, [])];
  const conf = `${folder}/conf/sentinel.conf`;
  if (!facts.files['sentinel.conf']) {
    const missing = { have: 'absent', want: 'present' };
    return [...run, finding('SentinelConfMissing', conf, missing, confRemedy(context, folder))];
  }
  if (!hasOldPassword(context)) return run;
  const outdated = { have: 'another password', want: 'as declared' };
  return [...run, finding('SentinelPasswordDiffers', conf, outdated, confRemedy(context, folder, true))];
}

function confRemedy(context: Context, folder: string, rewrite?: true): Remedy {
  const { tenant, member, state } = context;
  const master = monitored(context);
  const held = state.members.some((seen) => seen.state === 'unknown') ? heldPassword(tenant, state) : undefined;
  if (held) return held;
  if (!master) return dependsOn(`redis/${tenant.name}`);
  const later = rewrite ? undefined : joinsLater(tenant, member, state);
  if (later) return later;
  const content = sentinelConf(tenant, member, master.member, master.epoch, passwordToOthers(tenant, state));
  const how = rewrite ? { rewrite } : {};
  return act([{ operation: 'member-conf', host: member.host, folder, service: 'sentinel', content, ...how }]);
}

/**
 * Another password was declared before the bootstrap was done. None is in use yet, and the files of Redis are written with the new one. A
 * Sentinel that runs with the old one would refuse the operator and the start guards for good, and knows nothing yet that is not declared.
 */
function hasOldPassword({ tenant, state, facts }: Context): boolean {
  const want = digest(tenant.password.reveal());
  const names = ['auth-pass', 'sentinel-pass'];
  const accepted = acceptedIn(facts, 'sentinel.conf');
  const accepts = !accepted || passwordSums(tenant).every((one) => accepted.includes(one));
  if (accepts && names.every((name) => (facts.secrets[`sentinel.conf ${name}`] ?? want) === want)) return false;
  const noRedisRuns = state.members.every(
    (seen) => seen.state === 'present' && !serverProcess(seen.value, 'redis-server'),
  );
  return noRedisRuns && state.bootstrap.state !== 'done';
}

/**
 * The master that a new Sentinel monitors: the one that a majority agrees on; before the bootstrap the one that the markers of all hosts
 * name; and after the loss of the quorum the only one that can be meant.
 */
function monitored({ tenant, state }: Context): { readonly member: Member; readonly epoch?: number } | undefined {
  const { currentMaster, bootstrap } = state;
  if (currentMaster.state === 'agreed') return { member: currentMaster.master };
  const recovery = quorumLossRecovery(tenant, state);
  if (recovery?.state === 'safe') return recovery;
  if (bootstrap.state !== 'chosen' || bootstrap.by < bootstrap.of) return undefined;
  const member = tenant.members.find(({ name }) => name === bootstrap.member);
  return member && { member };
}
