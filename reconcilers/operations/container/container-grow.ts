import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/**
 * Grows the disk of a running member: the image and the file system in it, or neither. A file system that has grown never shrinks:
 * `truncate -s '>N'` only grows.
 */
export const containerGrow: HostOperation<ActionOf<'container-grow'>> = {
  via: 'host',
  seconds: 120,
  host: ({ host }) => host,
  script: ({ name, image, bytes }) => lines([sh`name=${name} image=${image} bytes=${bytes}`, fixed(growOnline)]),
  describe: ({ name, bytes }) => `grow the disk of container ${name} to ${bytes} bytes`,
  settleMs: 0,
};

// Only while it runs: if it were stopped, nothing would keep systemd from mounting the file system during the resize.
// The file system is mounted only in the container. Its device is mounted once more, in a mount namespace that ends with the command, so
// that resize2fs finds it and grows it online. If that fails, the image gets its former size back, unless the file system has grown past it.
const growOnline = `state=$(timeout 10 lxc-info -n "$name" -s -H)
[ "$state" = RUNNING ] || { echo "$name is $state; its disk is grown only while it runs" >&2; exit 1; }
pid=$(timeout 10 lxc-info -n "$name" -p -H)
device=$(awk '$5 == "/" && $3 ~ /^7:/ { sub("7:", "/dev/loop", $3); print $3 }' "/proc/$pid/mountinfo")
[ -n "$device" ] || { echo "the file system of $name is on no loop device" >&2; exit 1; }
before=$(stat -c %s -- "$image")
truncate -s ">$bytes" -- "$image"
losetup --set-capacity "$device"
point=/run/ec2-redis-operator/grow
mkdir -p "$point"
# shellcheck disable=SC2016 # expanded by the inner shell
out=$(timeout 100 unshare -m sh -euc 'mount -t ext4 "$1" "$2"; resize2fs "$1" "$3" 2>&1; umount "$2"' grow "$device" "$point" "$((bytes / 1024))K" </dev/null) || {
  size=$(dumpe2fs -h "$device" 2>/dev/null | awk -F: '$1 == "Block count" { n = $2 } $1 == "Block size" { printf "%.0f", n * $2 }')
  if [ -n "$size" ] && [ "$size" -le "$before" ]; then
    truncate -s "$before" -- "$image"
    losetup --set-capacity "$device"
  fi
  printf '%s\\n' "$out" | grep -e '^resize2fs: ' -e '^mount: ' >&2 || printf '%s\\n' "$out" | tail -n 1 >&2
  echo "if this host cannot grow a mounted file system (CAP_SYS_RESOURCE), do this for one member at a time, the master last: lxc-stop -n $name; truncate -s $bytes $image; e2fsck -fp $image; resize2fs $image. The next apply starts it" >&2
  exit 1
}`;
