#!/bin/sh
# Installs Debian packages on this machine, and neither starts nor enables what they bring: in a mount namespace of its own, whatever
# does that does nothing.
#   install.sh PACKAGE…
set -eu
if [ "${1:-}" != --inside ]; then exec unshare --mount sh "$0" --inside "$@"; fi
shift
# The last two would have the services start when the machine boots next.
for file in /usr/sbin/invoke-rc.d /usr/bin/deb-systemd-invoke /usr/bin/deb-systemd-helper /usr/sbin/update-rc.d; do
  if [ -e "$file" ]; then mount --bind /bin/true "$file"; fi
done
export DEBIAN_FRONTEND=noninteractive
# Another apt may be at work, a timer's for one.
lock='-o DPkg::Lock::Timeout=300'
# shellcheck disable=SC2086
apt-get $lock update -q
# shellcheck disable=SC2086
apt-get $lock install -q -y --no-install-recommends "$@"
