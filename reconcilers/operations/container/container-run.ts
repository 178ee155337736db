import { folders } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { runOpenvz } from './container-run-openvz.ts';

/**
 * Starts a container, or stops it (Redis has 20 s to save) and starts it again. It is done once the container runs. `boot`: the restart is
 * needed because of the loaded configuration. Two runs may observe that at the same time; the second one, once it holds the host's lock,
 * finds it loaded and does nothing.
 */
export const containerRun: HostOperation<ActionOf<'container-run'>> = {
  via: 'host',
  seconds: 120,
  host: ({ host }) => host,
  script: (action) => (action.ctid === undefined ? runLxc(action) : runOpenvz(action, action.ctid)),
  describe: ({ name, order }) => `${order} container ${name}`,
  settleMs: 5_000,
};

function runLxc({ name, order, boot }: ActionOf<'container-run'>): Script {
  return lines([
    sh`name=${name}`,
    ...(boot === undefined
      ? []
      : [sh`boot=${boot} stamp=${`${folders.runtime}/containers/${name}`}`, fixed(exitIfLoaded)]),
    ...(order === 'restart' ? [fixed(stopContainer)] : []),
    fixed(startContainer),
  ]);
}

const exitIfLoaded = `if [ -f "$stamp" ] && read -r starter loaded <"$stamp" && [ "$loaded" = "$boot" ]; then
  [ "$starter" != "$(timeout 10 lxc-info -n "$name" -p -H)" ] || exit 0
fi`;

const stopContainer = 'timeout 60 lxc-stop -n "$name" -t 20 </dev/null || :';

// The monitor must not inherit the host's lock (descriptor 9). LXC's log is truncated at each start; it holds the cause of a failure.
export const startContainer = `[ "$(timeout 10 lxc-info -n "$name" -s -H)" != RUNNING ] || exit 0
timeout 25 lxc-wait -n "$name" -s STOPPED -t 20
mkdir -p /var/log/lxc
log=/var/log/lxc/$name.log
: >"$log"
timeout 60 lxc-start -n "$name" -o "$log" -l WARN </dev/null >/dev/null 2>&1 9>&- && exit 0
echo "lxc-start -n $name failed: $(sed -n 's/^.* ERROR .* - [^ ]* - //p' "$log" | head -n 1) (more in $log)" >&2
exit 1`;
