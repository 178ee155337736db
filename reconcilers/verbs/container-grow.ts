import { fixed, lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Makes the disk of a member that runs larger. It never gets smaller: `truncate -s '>N'` only grows. */
export const containerGrow: HostVerb<ActionOf<'container-grow'>> = {
  via: 'host',
  seconds: 120,
  host: ({ host }) => host,
  script: ({ name, image, bytes }) => lines([sh`name=${name} image=${image} bytes=${bytes}`, fixed(grow)]),
  says: ({ name, bytes }) => `grow the disk of container ${name} to ${bytes} octets`,
  settlesMs: 0,
};

// Only while it runs: of a stopped one nothing would keep systemd from mounting the file system in the middle of the resize.
// The file system is mounted in the container only. Mounting its device once more, in a mount namespace that dies with the command,
// shows it to resize2fs, which then grows it online.
const grow = `state=$(timeout 10 lxc-info -n "$name" -s -H)
[ "$state" = RUNNING ] || { echo "$name is $state: its disk is grown while it runs" >&2; exit 1; }
truncate -s ">$bytes" -- "$image"
pid=$(timeout 10 lxc-info -n "$name" -p -H)
device=$(awk '$5 == "/" && $3 ~ /^7:/ { sub("7:", "/dev/loop", $3); print $3 }' "/proc/$pid/mountinfo")
[ -n "$device" ] || { echo "the file system of $name is on no loop device" >&2; exit 1; }
losetup --set-capacity "$device"
point=/run/ec2-redis-operator/grow
mkdir -p "$point"
# shellcheck disable=SC2016 # expanded by the inner shell
out=$(timeout 100 unshare -m sh -euc 'mount -t ext4 "$1" "$2"; resize2fs "$1" 2>&1; umount "$2"' grow "$device" "$point" </dev/null) || {
  printf '%s\\n' "$out" | grep -e '^resize2fs: ' -e '^mount: ' >&2 || printf '%s\\n' "$out" | tail -n 1 >&2
  echo "if this host may not grow a mounted file system (CAP_SYS_RESOURCE), one member at a time, the master last: lxc-stop -n $name; e2fsck -fp $image; resize2fs $image; and the next apply starts it" >&2
  exit 1
}`;
