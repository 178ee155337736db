#!/usr/bin/env bash
# Installs the requirements of the tests on Debian 12 with Node 20: npm packages from the lock file, and Debian packages. Installs only missing ones.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci
  touch node_modules/.package-lock.json
fi

needs() { # file or command, package
  case $1 in /*) [ -e "$1" ] ;; *) command -v "$1" >/dev/null ;; esac || missing+=("$2")
}
missing=()
PATH=$PATH:/usr/sbin:/sbin
needs /usr/sbin/sshd openssh-server
needs sudo sudo
needs redis-server redis-server
needs redis-sentinel redis-sentinel
needs redis-cli redis-tools
needs haproxy haproxy
needs keepalived keepalived
needs ovs-vsctl openvswitch-switch
needs ip iproute2
needs nft nftables
needs socat socat
needs curl curl
needs shellcheck shellcheck
needs xmllint libxml2-utils
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing on this machine: ${missing[*]}"
  sh lab/assets/install.sh "${missing[@]}"
fi
