#!/bin/sh
# The namespaces of one lab: called by launch.sh as PID 1 of new mount, network, PID, UTS and IPC namespaces.
#   namespace.sh HOSTNAME COMMAND [ARG…]
# It hides the machine's /run behind a private tmpfs, mounts a separate /sys and control groups, and becomes COMMAND under tini.
# Killing this process ends every process, mount and network device of the lab.
set -eu
umask 022
hostname=$1
shift

mount --make-rprivate /
mount -t proc -o nosuid,nodev,noexec proc /proc
# This may hide the machine's /etc/resolv.conf (which may link into /run). That does not matter: nothing outside is reachable.
mount -t tmpfs -o nosuid,nodev,mode=755,size=80% lab /run
mkdir -p /run/lab /run/lock /run/lab/log /run/lab/hosts /run/netns

# sysfs shows the network devices of the namespace that mounts it; the machine's would show the machine's.
# /sys/fs/cgroup is mounted again, because only a mount made in this cgroup namespace has the lab's groups as its root.
mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
hybrid=$(cut -d: -f2 /proc/self/cgroup | grep -c . || true)
if [ "$hybrid" -eq 0 ]; then
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
else
  mount -t tmpfs -o nosuid,nodev,noexec,mode=755 cgroup /sys/fs/cgroup
  while IFS=: read -r _ controllers _; do
    case $controllers in
      '') folder=unified ;;
      name=*) folder=${controllers#name=} ;;
      *) folder=$controllers ;;
    esac
    mkdir -p "/sys/fs/cgroup/$folder"
    case $controllers in
      '') mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "/sys/fs/cgroup/$folder" ;;
      name=*) mount -t cgroup -o "nosuid,nodev,noexec,none,$controllers" cgroup "/sys/fs/cgroup/$folder" ;;
      *) mount -t cgroup -o "nosuid,nodev,noexec,$controllers" cgroup "/sys/fs/cgroup/$folder" ;;
    esac
    case $controllers in
      *,*) for one in $(echo "$controllers" | tr , ' '); do ln -s "$folder" "/sys/fs/cgroup/$one"; done ;;
    esac
  done </proc/self/cgroup
fi

hostname "$hostname"
ip link set lo up
exec tini -g -- "$@"
