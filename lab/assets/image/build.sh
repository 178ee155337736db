#!/bin/sh
# Builds the image every host of a lab boots.
#   build.sh FOLDER
# FOLDER (empty, on a real file system) receives rootfs/; the container template lies in rootfs/srv/templates.
# Run it in mount and PID namespaces of its own: mmdebstrap mounts, and a killed build must leave neither mount nor process behind.
set -eu
umask 022
out=$1
here=$(cd "$(dirname "$0")" && pwd)
suite=bookworm
# Where this machine gets its own Debian packages; without one, where mmdebstrap gets them by itself.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' "Codename: $suite" 'Component: main' | head -n 1)

host_packages=systemd-sysv,dbus,openssh-server,sudo,iproute2,procps,util-linux,openvswitch-switch,haproxy,keepalived,lxc
host_packages=$host_packages,curl,ca-certificates,nftables,iputils-ping,ethtool,socat,netcat-openbsd
template_packages=redis-server,redis-sentinel,redis-tools,iproute2,iputils-ping,procps,netcat-openbsd,ethtool,tini

debian() { # FOLDER PACKAGES
  mmdebstrap --mode=root --variant=minbase --components=main --quiet \
    --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --include="$2" "$suite" "$1" ${mirror:+"$mirror"}
  rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/cache/debconf/*-old "$1"/var/log/*.log "$1"/var/log/apt
  rm -f "$1/etc/hostname" "$1/etc/resolv.conf" "$1/etc/machine-id"
  # Present but empty: systemd makes one at boot, and each host has its own.
  : >"$1/etc/machine-id"
  : >"$1/etc/resolv.conf"
}

template() {
  debian "$out/template" "$template_packages"
  # A container runs Redis and Sentinel, and neither installs packages nor runs Perl: what unpacks is half as much.
  (cd "$out/template" && rm -rf var/lib/apt usr/lib/apt usr/bin/apt* usr/share/zoneinfo etc/rc?.d/*redis* \
    usr/bin/perl* usr/share/perl* usr/lib/*/perl* usr/lib/*/libperl* usr/lib/*/gconv usr/lib/*/libapt*)
  find "$out/template/etc/systemd" -name '*redis*' -delete
  # Defaults that Debian wrote; the product brings its own.
  rm -f "$out/template/etc/redis/redis.conf" "$out/template/etc/redis/sentinel.conf"
  tar -C "$out/template" --numeric-owner --sort=name --mtime=@0 -cf "$out/template.tar" .
  # A step of its own: in a pipe, the failure of tar would go unseen.
  gzip -6n "$out/template.tar"
  rm -rf "$out/template"
}

host() {
  debian "$out/rootfs" "$host_packages"
  rm -f "$out/rootfs"/etc/ssh/ssh_host_* "$out/rootfs/etc/openvswitch/system-id.conf" "$out/rootfs/etc/openvswitch/conf.db"
  # The lab's own files, and the stand-in for OpenVZ's tools (README.md beside it).
  for tree in "$here/rootfs" "$here/../openvz/rootfs"; do
    (cd "$tree" && find . -type f) | while read -r file; do
      mode=644
      case $file in ./usr/*) mode=755 ;; ./etc/sudoers.d/*) mode=440 ;; esac
      install -D -m "$mode" "$tree/$file" "$out/rootfs/$file"
    done
  done
  chroot "$out/rootfs" useradd --create-home --gid operator --shell /bin/bash --password '*' operator
  chroot "$out/rootfs" systemctl --quiet enable lab-cgroups.service lab-network.service vz.service
  chroot "$out/rootfs" systemctl --quiet disable haproxy.service keepalived.service lxc-net.service lxc-monitord.service \
    e2scrub_reap.service uuidd.socket systemd-pstore.service getty@tty1.service \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
  # A small machine need not run five session managers; D-Bus starts one for `systemctl reboot`.
  rm -f "$out/rootfs/lib/systemd/system/multi-user.target.wants/systemd-logind.service"
  chroot "$out/rootfs" systemctl --quiet mask console-getty.service systemd-tmpfiles-clean.timer systemd-firstboot.service \
    sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount
  mkdir -p "$out/rootfs/var/lib/lxc" "$out/rootfs/var/lib/ec2-redis-operator" "$out/rootfs/etc/lab" "$out/rootfs/vz/template/cache"
}

template &
template_pid=$!
host
wait "$template_pid"
mkdir -p "$out/rootfs/srv/templates"
mv "$out/template.tar.gz" "$out/rootfs/srv/templates/redis-bookworm.tar.gz"
