import { markers } from '../../../renderers/lib/markers.ts';
import { lines, sh } from '../../../renderers/lib/shell.ts';
import { permitFile } from '../../../renderers/redis/start-guard.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Checks the markers again under the host's lock: a late permit must not create a second initial master. */
export const memberPermit: HostOperation<ActionOf<'member-permit'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, member }) =>
    lines([
      sh`cd ${folder}`,
      sh`if [ -e marks/${markers.bootstrapped} ]; then echo "the tenant had a master before" >&2; exit 1; fi`,
      sh`read -r chosen <marks/${markers.bootstrap}`,
      sh`[ "$chosen" = ${member} ] || { echo "by the marker, $chosen is the initial master" >&2; exit 1; }`,
      // A link of that name, which the container's user may have created, is replaced and not followed.
      sh`: >.${permitFile}.new; mv -fT .${permitFile}.new conf/${permitFile}`,
    ]),
  describe: ({ folder }) => `let ${folder.slice(folder.lastIndexOf('/') + 1)} start as the tenant's initial master`,
  settleMs: 5_000,
};
