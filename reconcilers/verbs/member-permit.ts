import { permitFile } from '../../renderers/redis-fence.ts';
import { lines, sh } from '../../renderers/shell.ts';
import { marks } from '../marks.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Looks at the marks again under the host's lock: a permission that comes late must not make a second first master. */
export const memberPermit: HostVerb<ActionOf<'member-permit'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ folder, member }) =>
    lines([
      sh`cd ${folder}`,
      sh`if [ -e marks/${marks.bootstrapped} ]; then echo "the tenant had a master before" >&2; exit 1; fi`,
      sh`read -r chosen <marks/${marks.bootstrap}`,
      sh`[ "$chosen" = ${member} ] || { echo "the mark says that $chosen is to be the first master" >&2; exit 1; }`,
      // A link of that name, which the container's user may have made, is replaced and not followed.
      sh`: >.${permitFile}.new; mv -fT .${permitFile}.new conf/${permitFile}`,
    ]),
  says: ({ folder }) => `let ${folder.slice(folder.lastIndexOf('/') + 1)} start as the tenant's first master`,
  settlesMs: 5_000,
};
