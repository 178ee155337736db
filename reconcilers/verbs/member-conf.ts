import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';
import { writeFile } from './write-files.ts';

/** Writes redis.conf or sentinel.conf, which the daemon owns while it runs: refused then, and for sentinel.conf once it is there. */
export const memberConf: HostVerb<ActionOf<'member-conf'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, service, content }) => {
    const path = `${folder}/conf/${service}.conf`;
    return lines([
      sh`command=${service === 'redis' ? 'redis-server' : 'redis-sentinel'}`,
      pidsOf(folder),
      sh`[ -z "$pids" ] || { echo "$command of this member runs: the file is its own" >&2; exit 1; }`,
      ...(service === 'sentinel'
        ? [sh`[ ! -e ${path} ] || [ -L ${path} ] || { echo ${path}" is there already" >&2; exit 1; }`]
        : []),
      writeFile({ path, mode: '0600', owner: 'root:root', content }),
    ]);
  },
  says: ({ folder, service }) => `write ${service}.conf of ${folder.slice(folder.lastIndexOf('/') + 1)}`,
  settlesMs: 0,
};

/** Sets `pids`: processes called `$command` whose /etc/redis is the conf folder of this member. */
export function pidsOf(folder: string): Script {
  return lines([
    sh`here=$(stat -Lc '%d:%i' ${folder}/conf)`,
    fixed(`pids=''
for pid in $(pgrep -x "$command" || :); do
  where=$(stat -Lc '%d:%i' "/proc/$pid/root/etc/redis" 2>/dev/null) || continue
  if [ "$where" = "$here" ]; then pids="$pids $pid"; fi
done`),
  ]);
}
