import type { Member } from '../../crds/fleet.ts';
import { sentinelConf } from '../../renderers/sentinel-conf.ts';
import { sentinelRun } from '../../renderers/sentinel-run.ts';
import { digest } from '../../renderers/text.ts';
import { act, type Drift, type Remedy, wait } from '../drift.ts';
import { lastSight } from '../last-sight.ts';
import { memberFolder } from '../names.ts';
import type { Context } from './sentinel.ts';

/** The run script, and sentinel.conf while there is none: from its first start on that file is Sentinel's own. */
export function fileDrift(context: Context): readonly Drift[] {
  const { tenant, member, facts, finding } = context;
  const folder = memberFolder(tenant, member);
  const path = `${folder}/conf/sentinel-run`;
  const content = sentinelRun();
  const have = facts.files['sentinel-run'];
  const same = have?.sha256 === digest(content) && Number.parseInt(have.mode, 8) === 0o755;
  const files = [{ path, mode: '0755', owner: 'root:root', content }];
  const write = act([{ verb: 'write-files', host: member.host, files }]);
  const run = same ? [] : [finding(path, 'as rendered', 'missing or different', write, [])];
  if (!facts.files['sentinel.conf'])
    return [...run, finding(`${folder}/conf/sentinel.conf`, 'there', 'missing', firstConf(context, folder))];
  if (!outdated(context)) return run;
  return [
    ...run,
    finding(`${folder}/conf/sentinel.conf`, 'as declared', 'another password', firstConf(context, folder, true)),
  ];
}

function firstConf(context: Context, folder: string, anew?: true): Remedy {
  const { tenant, member } = context;
  const first = watched(context);
  if (!first) return wait(`rests on redis/${tenant.name}`, `redis/${tenant.name}`);
  const content = sentinelConf(tenant, member, first.member, first.epoch);
  const again = anew ? { anew } : {};
  return act([{ verb: 'member-conf', host: member.host, folder, service: 'sentinel', content, ...again }]);
}

/**
 * Another password was declared before the first start was over. None is in use yet, and the files of Redis are written with the new
 * one; a Sentinel that runs with the old one would refuse us, and the fences, for ever. It knows nothing yet that is not declared.
 */
function outdated({ tenant, sight, facts }: Context): boolean {
  const want = digest(tenant.password.reveal());
  const names = ['requirepass', 'auth-pass', 'sentinel-pass'];
  if (names.every((name) => (facts.secrets[`sentinel.conf ${name}`] ?? want) === want)) return false;
  const resting = sight.members.every(
    (seen) => seen.state === 'present' && !seen.value.processes.some(({ command }) => command === 'redis-server'),
  );
  return resting && sight.firstStart.state !== 'done';
}

/**
 * Whom a new Sentinel watches: the master that all agree on; before the first start the one that all hosts' marks name; and when most
 * Sentinels have lost what they knew, the only one that can be meant.
 */
function watched({ tenant, sight }: Context): { readonly member: Member; readonly epoch?: number } | undefined {
  const { mastership, firstStart } = sight;
  if (mastership.state === 'agreed') return { member: mastership.master };
  const last = lastSight(tenant, sight);
  if (last?.state === 'clear') return last;
  if (firstStart.state !== 'chosen' || firstStart.by < firstStart.of) return undefined;
  const member = tenant.members.find(({ name }) => name === firstStart.member);
  return member && { member };
}
