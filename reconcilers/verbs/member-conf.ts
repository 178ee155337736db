import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import { marks } from '../marks.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';
import { writeFile } from './write-files.ts';

/**
 * Writes redis.conf or sentinel.conf, which the daemon owns while it runs: refused then, and for sentinel.conf once it is there. `anew`:
 * a sentinel.conf that is there is replaced, and its Sentinel killed first, which would write what it knows over it; PID 1 starts it
 * again a second later. Refused once the tenant had a master, or while this member's Redis runs: then Sentinel knows what we do not.
 */
export const memberConf: HostVerb<ActionOf<'member-conf'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, service, content, anew }) => {
    const path = `${folder}/conf/${service}.conf`;
    const write = writeFile({ path, mode: '0600', owner: 'root:root', content });
    if (anew) return lines([unused(folder), sh`command=redis-sentinel`, pidsOf(folder), fixed(kill), write]);
    return lines([
      sh`command=${service === 'redis' ? 'redis-server' : 'redis-sentinel'}`,
      pidsOf(folder),
      sh`[ -z "$pids" ] || { echo "$command of this member runs: the file is its own" >&2; exit 1; }`,
      ...(service === 'sentinel'
        ? [sh`[ ! -e ${path} ] || [ -L ${path} ] || { echo ${path}" is there already" >&2; exit 1; }`]
        : []),
      write,
    ]);
  },
  says: ({ folder, service, anew }) =>
    `write ${service}.conf of ${folder.slice(folder.lastIndexOf('/') + 1)}${anew ? ' anew, and restart its Sentinel' : ''}`,
  settlesMs: 0,
};

/** Stops where Redis runs, or ran. */
function unused(folder: string): Script {
  return lines([
    sh`if [ -e ${`${folder}/marks/${marks.bootstrapped}`} ]; then echo "the tenant had a master before" >&2; exit 1; fi`,
    sh`command=redis-server`,
    pidsOf(folder),
    fixed('[ -z "$pids" ] || { echo "redis-server of this member runs" >&2; exit 1; }'),
  ]);
}

// PID 1 starts the next one after a second: by then the file is written. A process that is dead and not yet reaped has no exe.
const kill = `for pid in $pids; do
  kill -KILL "$pid" 2>/dev/null || :
  tries=0
  while [ -e "/proc/$pid/exe" ] && [ "$tries" -lt 40 ]; do
    sleep 0.02
    tries=$((tries + 1))
  done
done`;

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
