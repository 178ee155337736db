import { fixed, lines, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/** Makes a member's disk larger, while it runs or not. It never gets smaller: `truncate -s '>N'` only grows. */
export const containerGrow: HostVerb<ActionOf<'container-grow'>> = {
  via: 'host',
  seconds: 120,
  host: ({ host }) => host,
  script: ({ name, image, bytes }) => lines([sh`name=${name} image=${image} bytes=${bytes}`, fixed(grow)]),
  says: ({ name, bytes }) => `grow the disk of container ${name} to ${bytes} octets`,
  settlesMs: 0,
};

// The file system is mounted in the container only. Mounting its device once more, in a mount namespace that dies with the command,
// shows it to resize2fs, which then grows it online.
const grow = `truncate -s ">$bytes" -- "$image"
said() { printf '%s\\n' "$1" | tail -n 1 >&2; }
state=$(timeout 10 lxc-info -n "$name" -s -H)
if [ "$state" = STOPPED ]; then
  out=$(e2fsck -fp "$image" 2>&1 </dev/null) || [ $? -eq 1 ] || { said "$out"; exit 1; }
  out=$(resize2fs "$image" 2>&1 </dev/null) || { said "$out"; exit 1; }
  exit 0
fi
pid=$(timeout 10 lxc-info -n "$name" -p -H)
device=$(awk '$5 == "/" && $3 ~ /^7:/ { sub("7:", "/dev/loop", $3); print $3 }' "/proc/$pid/mountinfo")
[ -n "$device" ] || { echo "the file system of $name is on no loop device" >&2; exit 1; }
losetup --set-capacity "$device"
point=/run/ec2-redis-operator/grow
mkdir -p "$point"
# shellcheck disable=SC2016 # expanded by the inner shell
out=$(timeout 100 unshare -m sh -euc 'mount -t ext4 "$1" "$2"; resize2fs "$1" 2>&1; umount "$2"' grow "$device" "$point" </dev/null) || {
  said "$out"
  echo "if this host may not grow a mounted file system: lxc-stop -n $name, and the next apply grows it and starts it" >&2
  exit 1
}`;
