#!/bin/sh
# Builds a container template with Valkey of Debian's packages: build.sh FOLDER. FOLDER (empty, on a real file system) receives template.tar.gz.
# Run it in separate mount and PID namespaces, as image/build.sh.
set -eu
umask 022
out=$1
# The mirror of this machine's own Debian packages, which has other suites too; if there is none, mmdebstrap's default.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Codename: bookworm' 'Component: main' | head -n 1)
packages=valkey-server,valkey-sentinel,valkey-tools,iproute2,iputils-ping,procps,netcat-openbsd,ethtool,tini

mmdebstrap --mode=root --variant=minbase --components=main --quiet \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --include="$packages" trixie "$out/template" ${mirror:+"$mirror"}
cd "$out/template"
rm -rf var/lib/apt usr/lib/apt usr/bin/apt* usr/share/zoneinfo etc/rc?.d/*valkey* var/cache/apt var/log/*.log var/log/apt etc/hostname \
  usr/bin/perl* usr/share/perl* usr/lib/*/perl* usr/lib/*/libperl* usr/lib/*/gconv usr/lib/*/libapt*
find etc/systemd -name '*valkey*' -delete
# Defaults that Debian wrote; the product brings its own.
rm -f etc/valkey/valkey.conf etc/valkey/sentinel.conf
: >etc/machine-id
: >etc/resolv.conf
tar -C "$out/template" --numeric-owner --sort=name --mtime=@0 -cf "$out/template.tar" .
gzip -6n "$out/template.tar"
rm -rf "$out/template"
