import { fixed, lines, sh } from '../../renderers/shell.ts';
import { rebootMark } from '../marks.ts';
import { readBoot } from '../questions/system/kernel.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Reboots a host, unless it has booted since it was looked at. Marked first: into which kernel, so that it is not done in vain again. */
export const hostReboot: HostVerb<ActionOf<'host-reboot'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ boot, kernel }) =>
    lines([
      sh`seen=${boot} kernel=${kernel} mark=${rebootMark}`,
      fixed(`${readBoot}
if [ "$boot" != "$seen" ]; then exit 0; fi
mkdir -p "\${mark%/*}"
printf '%s %s\\n' "$boot" "$kernel" >"$mark.new"
sync
mv -f "$mark.new" "$mark"
# The answer goes out first.
setsid sh -c 'sleep 1; exec reboot' </dev/null >/dev/null 2>&1 9>&- &`),
    ]),
  says: ({ kernel }) => `reboot into kernel ${kernel}`,
  // A large instance takes minutes; until then that it is out of sight is no surprise.
  settlesMs: 300_000,
  away: ({ host }) => host,
};
