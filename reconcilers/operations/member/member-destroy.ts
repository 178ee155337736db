import { folders, markers, tombstoneName } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import { vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { ownerChecks } from './member-owner.ts';

/**
 * Destroys a retired member's directory and its data. All preconditions are checked again on the host: the marker is old enough by the host's
 * own clock; no runtime knows the member; no process runs from the directory, mounts it, or has its disk on a loop device. The directory is
 * renamed first, so that an incomplete one never has the member's name.
 */
export const memberDestroy: HostOperation<ActionOf<'member-destroy'>> = {
  via: 'host',
  seconds: 150,
  host: ({ host }) => host,
  script: ({ name, owner, keepSeconds }) =>
    lines([
      ownerChecks(name, owner),
      sh`vz=${vzPlaces.conf} tombstone=${`${folders.state}/members/${tombstoneName(owner)}`} retired="$folder/marks/"${markers.retired}`,
      ...(keepSeconds === undefined ? [] : [sh`keep=${keepSeconds}`, fixed(renameToTombstone)]),
      fixed(deleteTombstone),
    ]),
  describe: ({ name, keepSeconds }) =>
    keepSeconds === undefined ? `finish the removal of member ${name}` : `destroy retired member ${name} and its data`,
  settleMs: 2_000,
};

// mountinfo(5): the fourth field is the mounted directory of a file system, the fifth the mount point. Our names contain no spaces.
const renameToTombstone = `if there "$folder"; then
  straight "$folder"
  owned "$folder/identity"
  if there "$lxc/config"; then refuse "$name is registered with LXC (again)"; fi
  registered=$(grep -lxF -e "VE_PRIVATE=\\"$folder/private\\"" -- "$vz"/*.conf 2>/dev/null || :)
  [ -z "$registered" ] || refuse "$name is registered with OpenVZ (again, $registered)"
  straight "$retired"
  read -r since _ <"$retired" || :
  case $since in '' | *[!0-9]*) refuse "$retired is not a time" ;; esac
  now=$(date +%s)
  [ "$since" -le "$now" ] && [ $((now - since)) -ge "$keep" ] || refuse "$name was retired at $since; now it is $now, and it is kept for $keep s"
  running=$(readlink /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/root 2>/dev/null | grep -E -m 1 -e "/members/$name(/|$)" || :)
  mounted=$(cat /proc/[0-9]*/mountinfo 2>/dev/null | awk -v at="/members/$name" '
    { for (field = 4; field <= 5; field++) { start = index($field, at); rest = substr($field, start + length(at), 1)
      if (start && (rest == "" || rest == "/")) { print $field; exit } } }')
  loop=''
  for image in "$folder/rootfs.img" "$folder/private/root.hdd/root.hds"; do
    [ ! -f "$image" ] || loop=$loop$(losetup -n -O NAME -j "$image")
  done
  [ -z "$running$mounted$loop" ] || refuse "$folder is still in use ($running $mounted $loop)"
  rm -rf --one-file-system -- "$tombstone"
  mv -T -- "$folder" "$tombstone"
fi`;

const deleteTombstone = `rm -rf --one-file-system -- "$tombstone"
there "$folder" || rm -f -- "/var/log/lxc/$name.log"`;
