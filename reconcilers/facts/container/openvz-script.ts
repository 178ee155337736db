import { folders } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import { bootStamp } from '../../../renderers/openvz/mount.ts';
import { vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import { vznetPlaces } from '../../../renderers/openvz/vznet.ts';
import { closing, digestLines, folderLines, markFunction } from './directories-script.ts';

/**
 * One listing for all OpenVZ containers of a host. vzlist does not escape strings in its JSON, so only numbers are requested from it. Strings
 * are read from the configuration files line by line, without a shell. On a kernel without OpenVZ vzlist prints nothing and exits with 0;
 * that does not mean "no containers", which it prints as `[]`.
 */
export const containersOpenvzScript = lines([
  sh`conf=${vzPlaces.conf} root=${vzPlaces.root} stamp=${bootStamp} state=${folders.state}`,
  sh`vznet=${vznetPlaces.configuration} hook=${vznetPlaces.hook} ports=${vznetPlaces.ports}`,
  fixed(`command -v vzlist >/dev/null || exit 44
export LC_ALL=C
list=$(timeout 8 vzlist -a -j -o ctid,status,physpages,swappages,oomguarpages,numproc,cpulimit) || exit 1
[ -n "$list" ] || { echo 'vzlist printed nothing, as it does on a kernel without OpenVZ' >&2; exit 1; }
printf 'vzlist %s\\n' "$(printf %s "$list" | tr -d '\\n')"

# PID 1 in the container: OpenVZ 6 has VPid, other kernels NSpid.
is_init() { # PID
  while read -r key numbers; do
    case $key in VPid: | NSpid:) [ "\${numbers##*[!0-9]}" != 1 ] || return 0 ;; esac
  done <"/proc/$1/status"
  return 1
}

# The file system of a running container, read from the device that it is mounted from.
superblock() { # NAME PID
  device=''
  while read -r _ _ _ _ point rest; do
    # shellcheck disable=SC2086 # words
    if [ "$point" = / ]; then set -- "$1" "$2" \${rest#* - } && device=$4; fi
  done <"/proc/$2/mountinfo"
  # shellcheck disable=SC2046 # six numbers, a word each
  case $device in /dev/*) echo "superblock $1" $(od -An -v -w24 -tu4 -j1028 -N24 -- "$device") ;; esac
}

running() { # NAME PID
  echo "init $1 $2"
  read -r mtu <"/proc/$2/root/sys/class/net/eth0/mtu" && echo "mtu $1 $mtu"
  superblock "$1" "$2"
}

# A running container is recognized by its /etc/redis, which is the member's conf directory.
disk() { # NAME FOLDER
  area=$2/private
  # The next start finishes a rebuild that was ended between its renames (replaced-private-area.ts).
  if ! [ -e "$area" ] && [ -f "$2/.rebuild/identity" ]; then area=$2/.rebuild/private; fi
  [ ! -e "$area/root.hdd/DiskDescriptor.xml" ] || echo "image $1"
  here=$(stat -Lc '%d:%i' "$2/conf" 2>/dev/null) || return 0
  while read -r where path; do
    [ "$where" = "$here" ] || continue
    pid=\${path#/proc/}
    pid=\${pid%%/*}
    is_init "$pid" 2>/dev/null || continue
    (running "$1" "$pid") 2>/dev/null || :
    break
  done <<END
$inside
END
}

${markFunction}inside=$(stat -Lc '%d:%i %n' /proc/[0-9]*/root/etc/redis 2>/dev/null)
set --
for file in "$conf"/*.conf; do
  id=\${file##*/}
  id=\${id%.conf}
  [ -f "$file" ] || continue
  case $id in *[!0-9a-f-]*) continue ;; esac
  echo "container $id"
  set -- "$@" "$file"
done
[ $# -eq 0 ] || awk '
  FNR == 1 { id = FILENAME; sub(/.*\\//, "", id); sub(/\\.conf$/, "", id) }
  /^[A-Z][A-Z0-9_]*=/ {
    key = $0; sub(/=.*/, "", key)
    value = substr($0, length(key) + 2); gsub(/^"|"[ \\t]*$/, "", value); gsub(/[^ -~]/, "?", value)
    print "setting " id " " key " " value
  }' "$@" || exit 1
for file in "$@"; do
  id=\${file##*/}
  id=\${id%.conf}
  [ ! -f "$root/$id/$stamp" ] || { read -r loaded <"$root/$id/$stamp" && echo "loaded $id $loaded"; }
done
# The last line counts.
external=$(sed -n 's/^EXTERNAL_SCRIPT=//p' "$vznet" 2>/dev/null | tail -n 1 | tr -d "\\"'")
printf 'vznet %s\\n' "$external"
set --
for file in "$conf"/*.mount "$conf"/*.umount "$ports"/* "$hook" "$vznet"; do
  case $file in *[!A-Za-z0-9._/-]*) continue ;; esac
  [ ! -f "$file" ] || set -- "$@" "$file"
done
${folderLines}${digestLines}${closing}`),
]);
