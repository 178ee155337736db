import { vzPlaces } from '../../renderers/openvz-conf.ts';
import { fixed, lines, sh } from '../../renderers/shell.ts';
import { folders, goneName, marks } from '../marks.ts';
import type { ActionOf } from './index.ts';
import { ownerChecks } from './member-owner.ts';
import type { HostVerb } from './verb.ts';

/**
 * Destroys a retired member's folder, with its data. All that it rests on is looked at again on the host: the mark, old enough by the
 * host's own clock; that no runtime knows it; that nothing runs from it, mounts it or has its disk on a loop device. Moved aside first:
 * half a folder never stands under the member's name.
 */
export const memberDestroy: HostVerb<ActionOf<'member-destroy'>> = {
  via: 'host',
  seconds: 150,
  host: ({ host }) => host,
  script: ({ name, owner, keepSeconds }) =>
    lines([
      ownerChecks(name, owner),
      sh`vz=${vzPlaces.conf} aside=${`${folders.state}/members/${goneName(owner)}`} retired="$folder/marks/"${marks.retired}`,
      ...(keepSeconds === undefined ? [] : [sh`keep=${keepSeconds}`, fixed(moveAside)]),
      fixed(remove),
    ]),
  says: ({ name, keepSeconds }) =>
    keepSeconds === undefined ? `end the removal of member ${name}` : `destroy retired member ${name}, with its data`,
  settlesMs: 2_000,
};

// mountinfo(5): the fourth field is what of a file system is mounted, the fifth where. Spaces do not occur in our names.
const moveAside = `if there "$folder"; then
  straight "$folder"
  owned "$folder/identity"
  if there "$lxc/config"; then refuse "LXC knows $name (again)"; fi
  knows=$(grep -lxF -e "VE_PRIVATE=\\"$folder/private\\"" -- "$vz"/*.conf 2>/dev/null || :)
  [ -z "$knows" ] || refuse "OpenVZ knows $name (again, $knows)"
  straight "$retired"
  read -r since _ <"$retired" || :
  case $since in '' | *[!0-9]*) refuse "$retired is not a time" ;; esac
  now=$(date +%s)
  [ "$since" -le "$now" ] && [ $((now - since)) -ge "$keep" ] || refuse "$name was retired at $since, it is $now now, and it is kept for $keep s"
  running=$(readlink /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/root 2>/dev/null | grep -E -m 1 -e "/members/$name(/|$)" || :)
  mounted=$(cat /proc/[0-9]*/mountinfo 2>/dev/null | awk -v at="/members/$name" '
    { for (field = 4; field <= 5; field++) { start = index($field, at); rest = substr($field, start + length(at), 1)
      if (start && (rest == "" || rest == "/")) { print $field; exit } } }')
  loop=''
  for image in "$folder/rootfs.img" "$folder/private/root.hdd/root.hds"; do
    [ ! -f "$image" ] || loop=$loop$(losetup -n -O NAME -j "$image")
  done
  [ -z "$running$mounted$loop" ] || refuse "something still uses $folder ($running $mounted $loop)"
  rm -rf --one-file-system -- "$aside"
  mv -T -- "$folder" "$aside"
fi`;

const remove = `rm -rf --one-file-system -- "$aside"
there "$folder" || rm -f -- "/var/log/lxc/$name.log"`;
