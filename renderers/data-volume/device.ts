import { fixed, type Script } from '../lib/shell.ts';

/** The file system of the members' directories, which a data volume is mounted at. */
export const membersFolder = '/var/lib/ec2-redis-operator/members';

/**
 * Shell function `device_of VOLUME`: the block device of an EBS volume, or nothing and code 1. On Nitro, the serial number of an NVMe device is
 * the id of the volume without its dash; udev has links by it. On Xen, it is xvdf, for the device name sdf. Source: EBS User Guide, "Map NVMe
 * disks to volumes", and EC2 User Guide, "Device names for volumes".
 */
export const deviceOf: Script = fixed(`device_of() { # VOLUME
  id=\${1%%-*}\${1#*-}
  link=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_$id
  if [ -b "$link" ]; then
    readlink -f -- "$link"
    return
  fi
  for serial in /sys/block/nvme*/device/serial; do
    [ -f "$serial" ] || continue
    read -r have <"$serial" || :
    [ "$have" = "$id" ] || continue
    name=\${serial#/sys/block/}
    echo "/dev/\${name%%/*}"
    return
  done
  for name in /dev/xvdf /dev/sdf; do
    [ -b "$name" ] || continue
    readlink -f -- "$name"
    return
  done
  return 1
}`);

/**
 * Shell function `content_of DEVICE`: `blank` if nothing is on it, or what is. A device without a known signature is blank only if its first MiB
 * is zeros, as a new EBS volume is.
 */
export const contentOf: Script = fixed(`content_of() { # DEVICE
  code=0
  found=$(blkid -p -o export -- "$1") || code=$?
  case $code in
    0) ;;
    2) if cmp -s -n 1048576 -- "$1" /dev/zero; then echo blank; else echo unknown-data; fi; return ;;
    *) echo "blkid of $1 exited with $code" >&2; return 1 ;;
  esac
  type=$(printf '%s\\n' "$found" | sed -n 's/^TYPE=//p')
  case $type in
    '') echo partitions ;;
    *[!A-Za-z0-9_.-]*) echo unknown-data ;;
    *) echo "$type" ;;
  esac
}`);
