import { markers } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { ownerChecks } from './member-owner.ts';

/** Removes the marker of a retired member that is declared again, after the files that are of another time. It fails without the directory: the container must not be registered then. */
export const memberRestore: HostOperation<ActionOf<'member-restore'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ name, owner, fresh }) =>
    lines([
      ownerChecks(name, owner),
      fixed('straight "$folder"\nowned "$folder/identity"'),
      ...(fresh ? [fixed(forgetFiles)] : []),
      sh`rm -f -- "$folder/marks/"${markers.retired}`,
      fixed('sync -- "$folder/marks"'),
    ]),
  describe: ({ name }) => `restore retired member ${name} with its data`,
  settleMs: 0,
};

const forgetFiles = `straight "$folder/conf"
rm -f -- "$folder/conf/redis.conf" "$folder/conf/sentinel.conf" "$folder/conf/auth"`;
