#!/usr/bin/env bash
# npm run quickstart: from a fresh Debian 12 with Node 20 to two tenants' Redis behind a virtual IP, on a fleet of real daemons on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "The lab creates namespaces and mounts, which requires root: run it with sudo." >&2; exit 2; }

heading() { printf '\n== %s\n' "$*"; }

heading 'Install missing packages, and build'
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci
  touch node_modules/.package-lock.json
fi
npm run --silent build
reconcile() { node dist/controller/main.js "$@"; }
fleet() { reconcile lab run -- "$@"; }

heading 'Boot the lab: five hosts, a VPC, an EC2 API'
reconcile lab up

heading "Passwords for the two tenants, in .quickstart (not in git)"
for tenant in acme globex; do
  [ -s ".quickstart/$tenant.password" ] && continue
  (umask 077; mkdir -p .quickstart; head -c 24 /dev/urandom | base64 >".quickstart/$tenant.password")
done

heading 'reconcile -f examples/quickstart'
fleet node dist/controller/main.js apply -f examples/quickstart

heading "Write and read a key through each tenant's port on the VIP"
for pair in acme:6379 globex:6380; do
  fleet node examples/quickstart/client.mjs 10.80.1.100 "${pair#*:}" "${pair%:*}" <".quickstart/${pair%:*}.password"
done

heading 'reconcile get -f examples/quickstart'
fleet node dist/controller/main.js get -f examples/quickstart

cat <<'TXT'

Three things to try next, after: alias fleet='node dist/controller/main.js lab run -- node dist/controller/main.js'
  1. Kill the masters, and watch Sentinel and HAProxy move on:
       node dist/controller/main.js lab exec redis-1 -- pkill -9 redis-server
       fleet get -f examples/quickstart
  2. Pull the plug of the proxy that owns the VIP:
       node dist/controller/main.js lab fault power-off proxy-1
       fleet get -f examples/quickstart
       node dist/controller/main.js lab fault power-on proxy-1     (the address stays on the other proxy)
  3. Break the mesh, show the plan, and repair it:
       node dist/controller/main.js lab exec redis-2 -- ovs-vsctl del-port gre-redis-3
       fleet plan -f examples/quickstart
       fleet -f examples/quickstart
End it with: node dist/controller/main.js lab down
TXT
