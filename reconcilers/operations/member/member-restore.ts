import { markers } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { ownerChecks } from './member-owner.ts';

/**
 * Removes the marker of a retired member that is declared again, after the files that are of another time. It fails without the directory: the
 * container must not be registered then. With an initial master, the member is as before the tenant's first start, but for its data: who it
 * is, is marked before the files go that tell it (shared/readdressed.ts).
 */
export const memberRestore: HostOperation<ActionOf<'member-restore'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ name, owner, fresh, initialMaster }) =>
    lines([
      ownerChecks(name, owner),
      fixed('straight "$folder"\nowned "$folder/identity"'),
      ...(initialMaster === undefined ? [] : [startsAgain(initialMaster)]),
      ...(fresh || initialMaster !== undefined ? [fixed(forgetFiles)] : []),
      sh`rm -f -- "$folder/marks/"${markers.retired}`,
      fixed('sync -- "$folder/marks"'),
    ]),
  describe: ({ name, initialMaster }) =>
    initialMaster === undefined
      ? `restore retired member ${name} with its data`
      : `restore member ${name} with its data and its new addressing`,
  settleMs: 0,
};

function startsAgain(initialMaster: string): Script {
  const [chosen, done] = [`marks/${markers.bootstrap}`, `marks/${markers.bootstrapped}`];
  return lines([
    fixed('straight "$folder/marks"'),
    sh`printf '%s\n' ${initialMaster} >"$folder/"${`${chosen}.new`}`,
    sh`sync -- "$folder/"${`${chosen}.new`}`,
    sh`mv -fT -- "$folder/"${`${chosen}.new`} "$folder/"${chosen}`,
    sh`rm -f -- "$folder/"${done}`,
  ]);
}

const forgetFiles = `straight "$folder/conf"
rm -rf --one-file-system -- "$folder/conf/redis.conf" "$folder/conf/sentinel.conf" "$folder/conf/auth"`;
