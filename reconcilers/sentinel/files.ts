import type { Member } from '../../crds/fleet.ts';
import { sentinelConf } from '../../renderers/sentinel-conf.ts';
import { sentinelRun } from '../../renderers/sentinel-run.ts';
import { digest } from '../../renderers/text.ts';
import { act, type Drift, wait } from '../drift.ts';
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
  return facts.files['sentinel.conf'] ? run : [...run, firstConf(context, folder)];
}

function firstConf(context: Context, folder: string): Drift {
  const { tenant, member, finding } = context;
  const first = watched(context);
  const remedy = first
    ? act([
        {
          verb: 'member-conf',
          host: member.host,
          folder,
          service: 'sentinel',
          content: sentinelConf(tenant, member, first.member, first.epoch),
        },
      ])
    : wait(`rests on redis/${tenant.name}`, `redis/${tenant.name}`);
  return finding(`${folder}/conf/sentinel.conf`, 'there', 'missing', remedy);
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
