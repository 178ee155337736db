import { contentOf, deviceOf } from '../../../renderers/data-volume/device.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/**
 * Makes the file system on a data volume, or grows it to the size of the volume while it is mounted. Nothing but a blank device is ever
 * formatted: it is looked at again, under the lock of the host.
 */
export const dataDiskOperation: HostOperation<ActionOf<'data-disk'>> = {
  via: 'host',
  seconds: 300,
  host: ({ host }) => host,
  script: ({ volume, order }) =>
    lines([
      sh`volume=${volume}`,
      deviceOf,
      contentOf,
      fixed(`device=$(device_of "$volume") || { echo "$volume has no block device on this host" >&2; exit 1; }
content=$(content_of "$device")`),
      fixed(order === 'format' ? format : grow),
    ]),
  describe: ({ volume, order }) =>
    order === 'format' ? `make a file system on the blank data volume ${volume}` : `grow the file system of ${volume}`,
  settleMs: 5_000,
};

// The inode tables are zeroed in the background. No blocks are reserved for root: members' disks are files of root.
const format = `[ "$content" != ext4 ] || exit 0
[ "$content" = blank ] || { echo "$device is not blank ($content): it is not formatted" >&2; exit 1; }
mkfs.ext4 -q -F -m 0 -- "$device" </dev/null
sync -- "$device"`;

const grow = `[ "$content" = ext4 ] || { echo "$device has no ext4 file system ($content)" >&2; exit 1; }
out=$(resize2fs "$device" </dev/null 2>&1) || {
  printf '%s\\n' "$out" | grep '^resize2fs: ' >&2 || printf '%s\\n' "$out" | tail -n 1 >&2
  echo "if this host cannot grow a mounted file system (CAP_SYS_RESOURCE), stop its containers and grow it while it is not mounted: e2fsck -fp $device; resize2fs $device" >&2
  exit 1
}`;
