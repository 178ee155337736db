#!/bin/sh
# Builds the image that hosts of a lab boot.
#   build.sh FOLDER FLAVOUR [TEMPLATE]
# FOLDER (empty, on a real file system) receives rootfs/ with the container template in rootfs/srv/templates: TEMPLATE, if given.
# debian-12-prepared: everything that the fleet needs is installed. debian-12-bare, debian-13-bare: nothing of it is; the packages are in the
# image's own repository, /srv/packages, the only one of its hosts, signed by a key that they trust.
# Run it in separate mount and PID namespaces: mmdebstrap mounts, and a killed build must not leave mounts or processes behind.
set -eu
umask 022
out=$1
flavour=$2
template=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
case $flavour in debian-13-*) suite=trixie ;; *) suite=bookworm ;; esac
# The mirror of this machine's own Debian packages, which has other suites too; if there is none, mmdebstrap's default.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Codename: bookworm' 'Component: main' | head -n 1)

base_packages=systemd-sysv,dbus,openssh-server,sudo,iproute2,procps,util-linux,ca-certificates,nftables,iputils-ping,ethtool,netcat-openbsd
# e2fsprogs: Debian 13 does not have it in its smallest set of packages.
fleet_packages=openvswitch-switch,haproxy,keepalived,lxc,curl,socat,chrony,e2fsprogs
template_packages=redis-server,redis-sentinel,redis-tools,iproute2,iputils-ping,procps,netcat-openbsd,ethtool,tini

debian() { # FOLDER SUITE PACKAGES [OPTION…]
  folder=$1 release=$2 packages=$3
  shift 3
  mmdebstrap --mode=root --variant=minbase --components=main --quiet \
    --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --include="$packages" "$@" "$release" "$folder" ${mirror:+"$mirror"}
  (cd "$folder" && rm -rf var/lib/apt/lists/* var/cache/apt/* var/cache/debconf/*-old var/log/*.log var/log/apt)
  rm -f "$folder/etc/hostname" "$folder/etc/resolv.conf" "$folder/etc/machine-id"
  # Present but empty: systemd makes one at boot, and each host has its own.
  : >"$folder/etc/machine-id"
  : >"$folder/etc/resolv.conf"
}

template() {
  debian "$out/template" bookworm "$template_packages"
  # A container runs only Redis and Sentinel. Without package tools and Perl its template is half the size.
  (cd "$out/template" && rm -rf var/lib/apt usr/lib/apt usr/bin/apt* usr/share/zoneinfo etc/rc?.d/*redis* \
    usr/bin/perl* usr/share/perl* usr/lib/*/perl* usr/lib/*/libperl* usr/lib/*/gconv usr/lib/*/libapt*)
  find "$out/template/etc/systemd" -name '*redis*' -delete
  # Defaults that Debian wrote; the product brings its own.
  rm -f "$out/template/etc/redis/redis.conf" "$out/template/etc/redis/sentinel.conf"
  tar -C "$out/template" --numeric-owner --sort=name --mtime=@0 -cf "$out/template.tar" .
  # A separate step, because a pipe would hide a failure of tar.
  gzip -6n "$out/template.tar"
  rm -rf "$out/template"
}

# shellcheck source=repository.sh
. "$here/repository.sh"

host() {
  services="e2scrub_reap.service uuidd.socket systemd-pstore.service getty@tty1.service apt-daily.timer apt-daily-upgrade.timer
    dpkg-db-backup.timer e2scrub_all.timer fstrim.timer"
  trees=$here/rootfs
  enabled='lab-cgroups.service lab-kernel-settings.service lab-network.service'
  if [ "$flavour" = debian-12-prepared ]; then
    debian "$out/rootfs" "$suite" "$base_packages,$fleet_packages"
    services="$services haproxy.service keepalived.service lxc-net.service lxc-monitord.service"
    # The stand-in for OpenVZ's tools (README.md beside it).
    trees="$trees $here/../openvz/rootfs"
    enabled="$enabled vz.service"
  else
    # shellcheck disable=SC2016 # mmdebstrap's own variables
    fetch='APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --quiet --yes --no-install-recommends --download-only install'
    debian "$out/rootfs" "$suite" "$base_packages" --customize-hook="$fetch $(echo "$fleet_packages" | tr , ' ')" \
      --customize-hook='mkdir -p "$1/srv/packages" && mv "$1"/var/cache/apt/archives/*.deb "$1/srv/packages/"'
    repository "$out/rootfs" "$suite"
    install -D -m 644 "$out/rootfs/srv/packages/key.asc" "$out/rootfs/etc/apt/keyrings/lab.asc"
    rm -rf "$out/rootfs/etc/apt/sources.list.d"
    echo 'deb [signed-by=/etc/apt/keyrings/lab.asc] file:///srv/packages ./' >"$out/rootfs/etc/apt/sources.list"
    # The package's file would replace the lab's own (rootfs/).
    stand_in=/usr/share/openvswitch/scripts/ovs-kmod-ctl
    chroot "$out/rootfs" dpkg-divert --quiet --add --no-rename --divert "$stand_in.distrib" "$stand_in"
    trees="$trees $here/bare"
  fi
  rm -f "$out/rootfs"/etc/ssh/ssh_host_* "$out/rootfs/etc/openvswitch/system-id.conf" "$out/rootfs/etc/openvswitch/conf.db"
  for tree in $trees; do plant "$tree" "$out/rootfs"; done
  chroot "$out/rootfs" useradd --create-home --gid operator --shell /bin/bash --password '*' operator
  # shellcheck disable=SC2086
  chroot "$out/rootfs" systemctl --quiet enable $enabled
  # shellcheck disable=SC2086
  chroot "$out/rootfs" systemctl --quiet disable $services
  # Avoids five session managers on a small machine; D-Bus starts one for `systemctl reboot`.
  rm -f "$out/rootfs/lib/systemd/system/multi-user.target.wants/systemd-logind.service"
  chroot "$out/rootfs" systemctl --quiet mask console-getty.service systemd-tmpfiles-clean.timer systemd-firstboot.service \
    sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount
  mkdir -p "$out/rootfs/var/lib/lxc" "$out/rootfs/var/lib/ec2-redis-operator" "$out/rootfs/etc/lab" "$out/rootfs/vz/template/cache"
}

if [ -n "$template" ]; then cp "$template" "$out/template.tar.gz" & else template & fi
template_pid=$!
host
wait "$template_pid"
mkdir -p "$out/rootfs/srv/templates"
mv "$out/template.tar.gz" "$out/rootfs/srv/templates/redis-bookworm.tar.gz"
