import { fixed, lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import { pidsOf } from './member-conf.ts';
import type { HostVerb } from './verb.ts';

/** Kills a member's server that somebody stopped with a signal; PID 1 starts it anew, behind the fence. One that runs is left alone. */
export const memberKill: HostVerb<ActionOf<'member-kill'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, service }) =>
    lines([
      sh`command=${service === 'redis' ? 'redis-server' : 'redis-sentinel'}`,
      pidsOf(folder),
      fixed(`for pid in $pids; do
  read -r line 2>/dev/null <"/proc/$pid/stat" || continue
  case \${line##*) } in T*) kill -KILL "$pid" ;; esac
done`),
    ]),
  says: ({ folder, service }) =>
    `kill the stopped ${service} of ${folder.slice(folder.lastIndexOf('/') + 1)}, to start it anew behind its fence`,
  settlesMs: 5_000,
};
