#!/bin/sh
# LXC calls this once a host's /dev exists: Open vSwitch's userspace datapath needs the tun device, and containers whose root
# file system is an image need loop devices. The kernel numbers those for the whole machine.
set -eu
dev=$LXC_ROOTFS_MOUNT/dev
mkdir -p "$dev/net"
mknod -m 666 "$dev/net/tun" c 10 200
mknod -m 660 "$dev/loop-control" c 10 237
number=0
# Links to the volumes that are attached, as udev makes them.
mkdir -p "$dev/disk/by-id"
if [ -f "/run/lab/hosts/$LXC_NAME/volumes" ]; then
  while read -r serial device; do
    ln -s "$device" "$dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_$serial"
  done <"/run/lab/hosts/$LXC_NAME/volumes"
fi
while [ "$number" -lt 128 ]; do
  mknod -m 660 "$dev/loop$number" b 7 "$number"
  number=$((number + 1))
done
