import { markers } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import { ownerChecks } from '../member/member-owner.ts';
import type { HostOperation } from '../operation.ts';
import { formerRoot } from './container-rebuild.ts';
import { formerArea } from './replaced-private-area.ts';

/** Removes the root that a member had before it was rebuilt, unless it was rebuilt again less than `keepSeconds` ago. */
export const containerFormer: HostOperation<ActionOf<'container-former'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ name, owner, keepSeconds }) =>
    lines([
      ownerChecks(name, owner),
      sh`keep=${keepSeconds} lxc_former="$folder/"${formerRoot} former="$folder/"${formerArea} since_file="$folder/marks/"${markers.former}`,
      fixed(remove),
    ]),
  describe: ({ name }) => `remove the former root of container ${name}`,
  settleMs: 2_000,
};

const remove = `straight "$folder"
owned "$folder/identity"
if there "$lxc_former"; then former=$lxc_former; fi
if there "$former"; then
  since=''
  [ ! -f "$since_file" ] || read -r since <"$since_file" || :
  case $since in '' | *[!0-9]*) refuse "$since_file is not a time" ;; esac
  now=$(date +%s)
  [ "$since" -le "$now" ] && [ $((now - since)) -ge "$keep" ] || refuse "$name was rebuilt at $since; now it is $now, and its former root is kept for $keep s"
  rm -rf --one-file-system -- "$former"
fi
rm -f -- "$since_file"`;
