import { markers } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import type { HostOperation } from '../operation.ts';

/**
 * Writes redis.conf or sentinel.conf. The daemon owns its file while it runs: then writing is refused, and for sentinel.conf also once it
 * exists. `rewrite`: an existing sentinel.conf is replaced. Its Sentinel is killed first, because it would overwrite the file; PID 1 starts
 * it again a second later. This is refused once the tenant had a master, or while this member's Redis runs: Sentinel then has state that
 * must not be lost.
 */
export const memberConf: HostOperation<ActionOf<'member-conf'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, service, content, rewrite }) => {
    const path = `${folder}/conf/${service}.conf`;
    const write = writeFile({ path, mode: '0600', owner: 'root:root', content });
    if (rewrite)
      return lines([
        refuseIfUsed(folder),
        sh`command=${programs.sentinel}`,
        pidsOf(folder),
        fixed(killSentinel),
        write,
      ]);
    return lines([
      sh`command=${programs[service]}`,
      pidsOf(folder),
      sh`[ -z "$pids" ] || { echo ${service}" of this member is running and owns the file" >&2; exit 1; }`,
      ...(service === 'sentinel'
        ? [sh`[ ! -e ${path} ] || [ -L ${path} ] || { echo ${path}" exists already" >&2; exit 1; }`]
        : []),
      write,
    ]);
  },
  describe: ({ folder, service, rewrite }) => {
    const member = folder.slice(folder.lastIndexOf('/') + 1);
    return rewrite
      ? `rewrite ${service}.conf of ${member} and restart its Sentinel`
      : `write ${service}.conf of ${member}`;
  },
  settleMs: 0,
};

/** Fails if this member's Redis is running, or if the tenant had a master before. */
function refuseIfUsed(folder: string): Script {
  return lines([
    sh`if [ -e ${`${folder}/marks/${markers.bootstrapped}`} ]; then echo "the tenant had a master before" >&2; exit 1; fi`,
    sh`command=${programs.redis}`,
    pidsOf(folder),
    fixed('[ -z "$pids" ] || { echo "redis of this member is running" >&2; exit 1; }'),
  ]);
}

// PID 1 starts the next one after a second; the file is written by then. A process that is dead and not yet reaped has no exe.
const killSentinel = `for pid in $pids; do
  kill -KILL "$pid" 2>/dev/null || :
  tries=0
  while [ -e "/proc/$pid/exe" ] && [ "$tries" -lt 40 ]; do
    sleep 0.02
    tries=$((tries + 1))
  done
done`;

/** The names of a service's program, of Redis and of Valkey, as pgrep(1) matches them. */
export const programs = { redis: '(redis|valkey)-server', sentinel: '(redis|valkey)-sentinel' } as const;

/** Sets `pids`: processes named `$command` whose /etc/redis is the conf directory of this member. */
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
