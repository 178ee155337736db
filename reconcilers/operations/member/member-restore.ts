import { markers } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { ownerChecks } from './member-owner.ts';

/** Removes the marker of a retired member that is declared again. It fails without the directory: the container must not be registered then. */
export const memberRestore: HostOperation<ActionOf<'member-restore'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ name, owner }) =>
    lines([
      ownerChecks(name, owner),
      fixed('straight "$folder"\nowned "$folder/identity"'),
      sh`rm -f -- "$folder/marks/"${markers.retired}`,
      fixed('sync -- "$folder/marks"'),
    ]),
  describe: ({ name }) => `restore retired member ${name} with its data`,
  settleMs: 0,
};
