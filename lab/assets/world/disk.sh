#!/bin/sh
# Mounts a host's disk: /run/lab/hosts/NAME/disk, from the image beside it, which is made when there is none.
#   disk.sh NAME [GIB]
# LXC calls it too, before each boot: as an instance does then, a disk that an error has turned read-only is checked and mounted anew.
set -eu
own=/run/lab/hosts/$1
if mountpoint -q "$own/disk"; then
  if touch -c "$own/disk/delta" 2>/dev/null; then exit 0; fi
  exec 2>>"/run/lab/log/$1.lxc"
  # What the last boot had mounted is undone a moment after its last process is gone.
  tries=0
  until umount "$own/disk"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ]
    sleep 0.1
  done
  e2fsck -p "$own/disk.img" >&2 || [ $? -le 2 ]
else
  mkdir -p "$own/disk"
  # Sparse; no journal, which after an error would outlive the mount.
  truncate -s "${2}G" "$own/disk.img"
  mkfs.ext4 -q -F -m 0 -O ^has_journal -E lazy_itable_init=1,nodiscard "$own/disk.img"
fi
# What is deleted is given back to the machine's memory; tables that are never used need not be written.
mount -o loop,errors=remount-ro,noatime,discard,noinit_itable "$own/disk.img" "$own/disk"
