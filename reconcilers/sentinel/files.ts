import type { Member } from '../../crds/fleet.ts';
import { sentinelConf } from '../../renderers/sentinel-conf.ts';
import { sentinelRun } from '../../renderers/sentinel-run.ts';
import { digest } from '../../renderers/text.ts';
import { act, type Drift, wait } from '../drift.ts';
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
  const master = watched(context);
  const remedy = master
    ? act([
        {
          verb: 'member-conf',
          host: member.host,
          folder,
          service: 'sentinel',
          content: sentinelConf(tenant, member, master),
        },
      ])
    : wait(`rests on redis/${tenant.name}`);
  return finding(`${folder}/conf/sentinel.conf`, 'there', 'missing', remedy);
}

/** Whom a new Sentinel watches: the master that all agree on; before the first start the one that all hosts' marks name. */
function watched({ tenant, sight: { mastership, firstStart } }: Context): Member | undefined {
  if (mastership.state === 'agreed') return mastership.master;
  if (firstStart.state !== 'chosen' || firstStart.by < firstStart.of) return undefined;
  return tenant.members.find(({ name }) => name === firstStart.member);
}
