import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import { folders } from '../marks.ts';
import { runOpenvz } from './container-run-openvz.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/**
 * Starts a container, or stops it (Redis has 20 s to save) and starts it. Done when it runs. `boot`: the restart is asked for because of
 * what the container has loaded. Two runs may see that at once; the second, when it gets the host's lock, finds it done.
 */
export const containerRun: HostVerb<ActionOf<'container-run'>> = {
  via: 'host',
  seconds: 120,
  host: ({ host }) => host,
  script: (action) => (action.ctid === undefined ? runLxc(action) : runOpenvz(action, action.ctid)),
  says: ({ name, order }) => `${order} container ${name}`,
  settlesMs: 5_000,
};

function runLxc({ name, order, boot }: ActionOf<'container-run'>): Script {
  return lines([
    sh`name=${name}`,
    ...(boot === undefined ? [] : [sh`boot=${boot} stamp=${`${folders.runtime}/containers/${name}`}`, fixed(unless)]),
    ...(order === 'restart' ? [fixed(stop)] : []),
    fixed(start),
  ]);
}

const unless = `if [ -f "$stamp" ] && read -r starter loaded <"$stamp" && [ "$loaded" = "$boot" ]; then
  [ "$starter" != "$(timeout 10 lxc-info -n "$name" -p -H)" ] || exit 0
fi`;

const stop = 'timeout 60 lxc-stop -n "$name" -t 20 </dev/null || :';

// The monitor must not inherit the host's lock (descriptor 9). LXC's log grows only here, and is cut: it says why a start failed.
const start = `[ "$(timeout 10 lxc-info -n "$name" -s -H)" != RUNNING ] || exit 0
timeout 25 lxc-wait -n "$name" -s STOPPED -t 20
mkdir -p /var/log/lxc
log=/var/log/lxc/$name.log
: >"$log"
timeout 60 lxc-start -n "$name" -o "$log" -l WARN </dev/null >/dev/null 2>&1 9>&- && exit 0
echo "lxc-start -n $name failed: $(sed -n 's/^.* ERROR .* - [^ ]* - //p' "$log" | head -n 1) (more in $log)" >&2
exit 1`;
