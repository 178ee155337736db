import { folders } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import { lxcRoot } from '../../../renderers/lxc/lxc-config.ts';
import { closing, digestLines, folderLines, markFunction } from './directories-script.ts';

/**
 * One listing for all containers of a host, with a fixed number of programs, and one more (`od`, for a superblock) per member. The shell
 * itself reads the files of the kernel. A container that stops meanwhile is listed without its runtime values.
 */
export const containersScript = lines([
  sh`lxc=${lxcRoot} state=${folders.state} stamps=${`${folders.runtime}/containers`}`,
  fixed(`command -v lxc-ls >/dev/null || exit 44
export LC_ALL=C
list=$(timeout 8 lxc-ls -f -F NAME,STATE,PID) || exit 1

# Limits as the kernel enforces them. /proc/PID/cgroup: v1 has a line for each controller, v2 the line that begins with 0.
limits() { # NAME PID
  unified='' memory='' cpu='' pids=''
  while IFS=: read -r _ controllers path; do
    case ,$controllers, in
      ,,) unified=/sys/fs/cgroup$path ;;
      *,memory,*) memory=/sys/fs/cgroup/memory$path ;;
      *,cpu,*) cpu=/sys/fs/cgroup/cpu$path ;;
      *,pids,*) pids=/sys/fs/cgroup/pids$path ;;
    esac
  done <"/proc/$2/cgroup"
  # A process that has ended, and is not reaped yet, is in the root group, which has no limits. Source: cgroups(7), cgroup_exit.
  [ -e "/proc/$2/exe" ] || return 0
  if [ -n "$memory" ]; then
    read -r bytes <"$memory/memory.limit_in_bytes"
    read -r swap <"$memory/memory.swappiness"
    read -r quota <"$cpu/cpu.cfs_quota_us"
    read -r period <"$cpu/cpu.cfs_period_us"
    read -r tasks <"$pids/pids.max"
    used=$(used total_rss "$memory/memory.stat")
  else
    read -r bytes <"$unified/memory.max"
    swap=0
    [ ! -f "$unified/memory.swap.max" ] || read -r swap <"$unified/memory.swap.max"
    read -r quota period <"$unified/cpu.max"
    read -r tasks <"$unified/pids.max"
    used=$(used anon "$unified/memory.stat")
  fi
  echo "limits $1 $bytes $used $swap $quota $period $tasks"
}

# The container's own /sys shows its own devices.
inside() { # NAME PID
  read -r mtu <"/proc/$2/root/sys/class/net/eth0/mtu"
  echo "mtu $1 $mtu"
}

used() { # KEY FILE
  while read -r key value; do
    [ "$key" != "$1" ] || { echo "$value"; break; }
  done <"$2"
}

# The file system of a running container is read through its loop device: the file may be older.
superblock() { # NAME FILE [PID]
  file=$2
  if [ -n "\${3:-}" ]; then
    while read -r _ _ device _ point _; do
      [ "$point" != / ] || case $device in 7:*) file=/dev/loop\${device#7:} ;; esac
    done <"/proc/$3/mountinfo"
  fi
  # shellcheck disable=SC2046 # six numbers, a word each
  echo "superblock $1" $(od -An -v -w24 -tu4 -j1028 -N24 -- "$file")
}

disk() { # NAME FOLDER
  [ -f "$2/rootfs.img" ] || return 0
  pid=''
  case "$pids " in *" $1="*) pid=\${pids##* "$1="} pid=\${pid%% *} ;; esac
  superblock "$1" "$2/rootfs.img" "$pid" 2>/dev/null || :
}

${markFunction}pids=''
while read -r name state_word pid _; do
  case $name in NAME | '' | *[!A-Za-z0-9._-]*) continue ;; esac
  echo "state $name $state_word $pid"
  case $pid in '' | *[!0-9]*) continue ;; esac
  pids="$pids $name=$pid"
  (limits "$name" "$pid") 2>/dev/null || :
  (inside "$name" "$pid") 2>/dev/null || :
done <<END
$list
END

set --
for config in "$lxc"/*/config; do
  [ -f "$config" ] || continue
  folder=\${config%/config}
  name=\${folder##*/}
  case $name in *[!A-Za-z0-9._-]*) continue ;; esac
  echo "container $name"
  mark mark "$name" "$config"
  set -- "$@" "$config"
  for file in "$folder/up" "$folder/start-host"; do [ ! -f "$file" ] || set -- "$@" "$file"; done
  [ ! -f "$stamps/$name" ] || { read -r starter loaded <"$stamps/$name" && echo "loaded $name $starter $loaded"; }
done
${folderLines}${digestLines}set --
for image in "$state"/members/*/rootfs.img; do [ ! -f "$image" ] || set -- "$@" "$image"; done
[ $# -eq 0 ] || stat -c 'image %n %s' -- "$@" || exit 1
${closing}`),
]);
