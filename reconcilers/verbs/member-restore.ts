import { fixed, lines, sh } from '../../renderers/shell.ts';
import { marks } from '../marks.ts';
import type { ActionOf } from './index.ts';
import { ownerChecks } from './member-owner.ts';
import type { HostVerb } from './verb.ts';

/** Takes the mark off a retired member that is declared again. Fails where its folder is gone: then its container must not be made. */
export const memberRestore: HostVerb<ActionOf<'member-restore'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ name, owner }) =>
    lines([
      ownerChecks(name, owner),
      fixed('straight "$folder"\nowned "$folder/identity"'),
      sh`rm -f -- "$folder/marks/"${marks.retired}`,
      fixed('sync -- "$folder/marks"'),
    ]),
  says: ({ name }) => `take retired member ${name} back, with its data`,
  settlesMs: 0,
};
