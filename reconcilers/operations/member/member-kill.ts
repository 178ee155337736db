import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { pidsOf, programs } from './member-conf.ts';

/** Kills a member's server that was stopped by a signal; PID 1 restarts it through its start guard. A running one is left alone. */
export const memberKill: HostOperation<ActionOf<'member-kill'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, service }) =>
    lines([
      sh`command=${programs[service]}`,
      pidsOf(folder),
      fixed(`for pid in $pids; do
  read -r line 2>/dev/null <"/proc/$pid/stat" || continue
  case \${line##*) } in T*) kill -KILL "$pid" ;; esac
done`),
    ]),
  describe: ({ folder, service }) =>
    `kill the stopped ${service} of ${folder.slice(folder.lastIndexOf('/') + 1)}; it restarts through its start guard`,
  settleMs: 5_000,
};
