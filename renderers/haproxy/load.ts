import { header } from '../lib/header.ts';
import { haproxyPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';
import { haproxyDrain } from './drain.ts';

/**
 * The script that the unit runs to start and reload HAProxy. It loads a private copy of the files, and sets their digest as
 * `description`, so that `show info` reports the loaded configuration. Files that fail HAProxy's check are never loaded.
 */
export function haproxyLoader(): Text {
  return text`#!/bin/sh
${header}# load start | reload | drain | stopped
set -eu
umask 077
export LC_ALL=C
if [ "$1" = stopped ]; then
  # A killed HAProxy restarts immediately. A configuration or binary that does not start is retried with a delay.
  case "\${EXIT_CODE:-} \${EXIT_STATUS:-}" in 'exited 1' | 'exited 203') sleep 1 ;; esac
  exit 0
fi
from=${haproxyPlaces.folder}
run=${haproxyPlaces.runtime}

${haproxyDrain}

mkdir -p "$run/jail"
rm -rf "$run/stage"
mkdir "$run/stage"
cp -- "$from"/*.cfg "$run/stage/"
digest=$(cd "$run/stage" && sha256sum -- *.cfg | sha256sum)
printf 'global\\n  description %s\\n' "\${digest%% *}" >"$run/description.new"

# Servers are down until a check passes; on a reload known servers keep their state.
: >"$run/live"
if [ "$1" = reload ]; then
  printf 'show servers state\\n' | timeout 3 socat -t3 - "UNIX-CONNECT:$run/admin.sock" >"$run/live" || : >"$run/live"
fi
{
  echo 1
  awk -v live="$run/live" '
    FILENAME == live { if (NF >= 25 && $1 != "#") known[$2 " " $4 " " $5 ":" $19] = $0; next }
    $1 == "listen" || $1 == "backend" { proxy = $2 }
    # One without a check would stay down.
    $1 == "server" && / check / {
      if ((proxy " " $2 " " $3) in known) { print known[proxy " " $2 " " $3]; next }
      split($3, at, ":")
      print 0, proxy, 0, $2, at[1], 0, 0, 1, 1, 0, 1, 2, 0, 6, 0, 0, 0, "-", at[2], "-", 0, 0, "-", "-", 0
    }' "$run/live" "$run"/stage/*.cfg
} >"$run/state.new"
mv -f "$run/state.new" "$run/state"

# At a start HAProxy checks the files itself. A reload must not accept files with which HAProxy would not start.
if [ "$1" = reload ] && ! /usr/sbin/haproxy -c -q -f "$run/stage" -f "$run/description.new" >"$run/check.log" 2>&1; then
  # A line that HAProxy quotes may contain a password.
  sed 's/[0-9A-Fa-f]\\{16,\\}/***/g' "$run/check.log" >&2
  exit 1
fi
rm -rf "$run/loaded"
mv "$run/stage" "$run/loaded"
mv -f "$run/description.new" "$run/description.cfg"
`;
}
