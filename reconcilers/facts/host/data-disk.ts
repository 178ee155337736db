import { contentOf, membersFolder } from '../../../renderers/data-volume/device.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

/** A block device of a host that is an EBS volume. */
export interface BlockDevice {
  /** The id of its volume without the dash, as NVMe devices have it as their serial number; undefined on Xen. */
  readonly serial: string | undefined;
  readonly path: string;
  /** Major and minor number, `259:1`. */
  readonly number: string;
  readonly bytes: number;
  /** The type of its file system, `blank` if nothing is on it, `partitions`, or `unknown-data`. */
  readonly content: string;
  /** Bytes of its ext4 file system, by its superblock; undefined: it has none. */
  readonly fileSystemBytes: number | undefined;
}

/** The EBS volumes that a host shows beside its root volume, and what is mounted over the members' directories. */
export interface DataDisk {
  readonly devices: readonly BlockDevice[];
  /** Number of the device that is mounted there; undefined: none is. */
  readonly mounted: string | undefined;
  /** The directory on the root volume is not empty. Only while nothing is mounted. */
  readonly occupied: boolean;
}

export const dataDisk: HostProbe<object, DataDisk> = {
  via: 'host',
  script: () => lines([sh`folder=${membersFolder}`, contentOf, fixed(listing)]),
  read: (raw) => whole(raw, dataDiskOf),
};

const listing = `export LC_ALL=C
size_of() { # DEVICE: bytes of an ext4 file system. Offsets of s_blocks_count_lo, s_log_block_size and s_blocks_count_hi: Linux, ext4.rst
  # shellcheck disable=SC2046 # numbers, a word each
  set -- "$1" $(od -An -v -tu4 -j1028 -N4 -- "$1") $(od -An -v -tu4 -j1048 -N4 -- "$1") $(od -An -v -tu4 -j1360 -N4 -- "$1")
  echo $((($4 * 4294967296 + $2) * (1024 << $3)))
}
device() { # SERIAL PATH
  device=$(readlink -f -- "$2")
  case " $seen " in *" $device "*) return 0 ;; esac
  seen="$seen $device"
  content=$(content_of "$device") || exit 1
  [ "$content" != ext4 ] || size=$(size_of "$device")
  echo "device $1 $device $(mountpoint -x "$device") $(blockdev --getsize64 "$device") $content \${size:--}"
  size=''
}
seen='' size=''
for link in /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol*; do
  serial=\${link##*_Store_}
  case $serial in *[!a-z0-9]*) continue ;; esac
  [ ! -b "$link" ] || device "$serial" "$link"
done
for file in /sys/block/nvme*/device/serial; do
  [ -f "$file" ] || continue
  read -r serial <"$file" || :
  name=\${file#/sys/block/}
  case $serial in vol*[!a-z0-9]*) ;; vol*) device "$serial" "/dev/\${name%%/*}" ;; esac
done
for name in /dev/xvdf /dev/sdf; do [ ! -b "$name" ] || device - "$name"; done
while read -r _ _ number _ point _; do
  [ "$point" != "$folder" ] || mounted=$number
done </proc/self/mountinfo
[ -z "\${mounted:-}" ] || echo "mounted $mounted"
if [ -z "\${mounted:-}" ] && [ -d "$folder" ]; then
  inside=$(ls -A -- "$folder") || exit 1
  [ -z "$inside" ] || echo occupied
fi
echo end`;

function dataDiskOf(stdout: string): DataDisk {
  const rows = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));
  if (rows.at(-1)?.[0] !== 'end') throw new Error('the listing is not complete');
  return {
    devices: rows.filter(([kind]) => kind === 'device').map(deviceIn),
    mounted: rows.find(([kind]) => kind === 'mounted')?.[1],
    occupied: rows.some(([kind]) => kind === 'occupied'),
  };
}

function deviceIn(row: readonly string[]): BlockDevice {
  const [, serial, path, number, bytes, content, size] = row;
  if (row.length !== 7 || !serial || !path || !number || !content || !/^\d+$/.test(bytes ?? ''))
    throw new Error(`not a device: ${row.join(' ')}`);
  return {
    serial: serial === '-' ? undefined : serial,
    path,
    number,
    bytes: Number(bytes),
    content,
    fileSystemBytes: size === '-' ? undefined : Number(size),
  };
}
