#!/bin/sh
# Mounts a host's disk: /run/lab/hosts/NAME/disk, from the image next to it, which is created if there is none.
#   disk.sh NAME [GIB]
# LXC calls it too, before each boot: like on an instance, a disk that an error has made read-only is then checked and remounted.
set -eu
own=/run/lab/hosts/$1
if mountpoint -q "$own/disk"; then
  if touch -c "$own/disk/delta" 2>/dev/null; then exit 0; fi
  exec 2>>"/run/lab/log/$1.lxc"
  # The mounts of the last boot disappear a moment after its last process.
  tries=0
  until umount "$own/disk"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ]
    sleep 0.1
  done
  e2fsck -p "$own/disk.img" >&2 || [ $? -le 2 ]
else
  mkdir -p "$own/disk"
  # Sparse; without a journal, which would keep an error beyond the mount.
  truncate -s "${2}G" "$own/disk.img"
  mkfs.ext4 -q -F -m 0 -O ^has_journal -E lazy_itable_init=1,nodiscard "$own/disk.img"
fi
# discard returns deleted blocks to the machine's memory; noinit_itable avoids writing unused inode tables.
mount -o loop,errors=remount-ro,noatime,discard,noinit_itable "$own/disk.img" "$own/disk"
