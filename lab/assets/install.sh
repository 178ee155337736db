#!/bin/sh
# Installs Debian packages on this machine without starting or enabling their services: in a separate mount namespace, the programs
# that would do that are replaced by /bin/true.
#   install.sh PACKAGE…
set -eu
if [ "${1:-}" != --inside ]; then exec unshare --mount sh "$0" --inside "$@"; fi
shift
# The last two would enable the services for the next boot.
for file in /usr/sbin/invoke-rc.d /usr/bin/deb-systemd-invoke /usr/bin/deb-systemd-helper /usr/sbin/update-rc.d; do
  if [ -e "$file" ]; then mount --bind /bin/true "$file"; fi
done
export DEBIAN_FRONTEND=noninteractive
# Another apt may be running, for example started by a timer.
lock='-o DPkg::Lock::Timeout=300'
# shellcheck disable=SC2086
apt-get $lock update -q
# shellcheck disable=SC2086
apt-get $lock install -q -y --no-install-recommends "$@"
