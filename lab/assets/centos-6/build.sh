#!/bin/sh
# Builds the image of hosts that look like CentOS 6 (README.md), from the image of bare Debian hosts.
#   build.sh FOLDER BASE
# FOLDER (empty, on a real file system) receives rootfs/; BASE is the root file system of debian-12-bare.
set -eu
umask 022
out=$1
base=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$out/rootfs
hidden=usr/lib/centos-6-stand-in/debian
# shellcheck source=../image/repository.sh
. "$here/../image/repository.sh"

cp -a --reflink=auto -- "$base" "$root"

# A package with the name and the version that rpm shows, made from the contents of FOLDER.
pack() { # NAME VERSION DEPENDS FOLDER
  mkdir -p "$4/DEBIAN"
  {
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: lab <packages@lab.invalid>\n' "$1" "$2"
    [ -z "$3" ] || printf 'Depends: %s\n' "$3"
    printf 'Description: stands in for the package %s of CentOS 6\n' "$1"
  } >"$4/DEBIAN/control"
  dpkg-deb --root-owner-group --build "$4" "$root/srv/packages/$1_$2_all.deb" >/dev/null
  rm -rf "$4"
}

# The init script of a service, which calls the stand-in for service(8).
init() { # ROOT NAME
  mkdir -p "$1/etc/init.d"
  printf '#!/bin/sh\nexec /usr/sbin/service %s "$@"\n' "$2" >"$1/etc/init.d/$2"
  chmod 755 "$1/etc/init.d/$2"
}

package=$out/package
kernel=2.6.32-042stab145.3
mkdir -p "$package/DEBIAN" "$package/boot" "$package/lib/modules/$kernel"
: >"$package/boot/vmlinuz-$kernel"
for driver in block/xen-blkfront net/xen-netfront net/ixgbevf/ixgbevf; do
  file=kernel/drivers/$driver.ko
  mkdir -p "$package/lib/modules/$kernel/${file%/*}"
  : >"$package/lib/modules/$kernel/$file"
  echo "$file:" >>"$package/lib/modules/$kernel/modules.dep"
done
cat >"$package/DEBIAN/postinst" <<END
#!/bin/sh
# As new-kernel-pkg(8) does: the new kernel comes first, and is the default.
set -e
grep -q 'vmlinuz-$kernel ' /boot/grub/grub.conf && exit 0
{
  echo default=0
  echo timeout=5
  echo 'title OpenVZ ($kernel)'
  printf '\troot (hd0,0)\n\tkernel /boot/vmlinuz-$kernel ro root=LABEL=_/ console=ttyS0\n'
  sed '/^default=/d; /^timeout=/d' /boot/grub/grub.conf
} >/boot/grub/grub.conf.new
mv /boot/grub/grub.conf.new /boot/grub/grub.conf
dracut -f /boot/initramfs-$kernel.img $kernel
END
chmod 755 "$package/DEBIAN/postinst"
pack vzkernel "$kernel" '' "$package"

plant "$here/../openvz/rootfs" "$package"
mkdir -p "$package/vz/template/cache"
init "$package" vz
pack vzctl 4.11.1-1 lxc "$package"
mkdir "$package" && pack vzquota 3.1-1 '' "$package"
mkdir "$package" && pack ploop 1.15-1 '' "$package"

ovs=$(dpkg-deb --field "$(find "$root/srv/packages" -name 'openvswitch-switch_*.deb')" Version)
init "$package" openvswitch
pack openvswitch "$ovs" openvswitch-switch "$package"

mkdir -p "$package/usr/sbin" "$package/lib/systemd/system"
ln -s chronyd "$package/usr/sbin/ntpd"
cat >"$package/lib/systemd/system/ntpd.service" <<'END'
[Unit]
Description=Keeps the clock
Conflicts=chrony.service systemd-timesyncd.service

[Service]
# All hosts share the machine's clock, and none may set it.
ExecStart=!/usr/sbin/chronyd -x -F 0 -d

[Install]
WantedBy=multi-user.target
END
init "$package" ntpd
pack ntp 4.2.6p5-15.el6.centos chrony "$package"
repository "$root" bookworm

# Hides Debian's own tools, by which the host would be detected as Debian.
mkdir -p "$root/$hidden"
for tool in "$root"/usr/bin/apt* "$root"/usr/bin/dpkg* "$root"/usr/bin/update-alternatives "$root/usr/bin/systemctl" "$root/usr/bin/journalctl"; do
  mv "$tool" "$root/$hidden/"
done
# Package scripts call it by its path.
ln -s "/$hidden/dpkg" "$root/usr/bin/dpkg"
for link in reboot halt poweroff shutdown runlevel telinit; do
  [ ! -L "$root/usr/sbin/$link" ] || ln -sf "/$hidden/systemctl" "$root/usr/sbin/$link"
done
rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/keyrings" "$root/etc/os-release"
ln -sf bash "$root/usr/bin/sh"
install -D -m 644 "$root/srv/packages/key.asc" "$root/etc/pki/rpm-gpg/RPM-GPG-KEY-lab"
plant "$here/rootfs" "$root"
init "$root" iptables
chroot "$root" "/$hidden/systemctl" --quiet enable centos-6-boot.service iptables.service
