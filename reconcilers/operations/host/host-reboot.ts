import { rebootMark } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import { readBoot } from '../../facts/host/system/kernel.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Reboots a host, unless it has booted since it was observed. The target kernel is recorded first: a reboot without effect is not repeated. */
export const hostReboot: HostOperation<ActionOf<'host-reboot'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ boot, kernel }) =>
    lines([
      sh`observed=${boot} kernel=${kernel} mark=${rebootMark}`,
      fixed(`${readBoot}
if [ "$boot" != "$observed" ]; then exit 0; fi
mkdir -p "\${mark%/*}"
printf '%s %s\\n' "$boot" "$kernel" >"$mark.new"
sync
mv -f "$mark.new" "$mark"
# Delayed, so that the result of this script is sent first.
setsid sh -c 'sleep 1; exec reboot' </dev/null >/dev/null 2>&1 9>&- &`),
    ]),
  describe: ({ kernel }) => `reboot into kernel ${kernel}`,
  // A large instance takes minutes to boot, and is expected to be unreachable until then.
  settleMs: 300_000,
  unreachableDuring: ({ host }) => host,
};
