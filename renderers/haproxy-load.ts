import { haproxyDrain } from './haproxy-drain.ts';
import { header } from './header.ts';
import { haproxyPlaces } from './proxy-places.ts';
import { type Text, text } from './text.ts';

/**
 * The script by which the unit starts and reloads HAProxy. It loads a private copy of the files, and gives their digest as
 * `description`, so that `show info` tells what the process has read, whoever reloaded it. A set that fails its check is never loaded.
 */
export function haproxyLoader(): Text {
  return text`#!/bin/sh
${header}# load start | reload | drain | stopped
set -eu
umask 077
export LC_ALL=C
if [ "$1" = stopped ]; then
  # Killed, it is back at once. A configuration or a binary that does not start is tried again more slowly.
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

# Servers start down until a check passes; on a reload those that are known keep their state.
: >"$run/live"
if [ "$1" = reload ]; then
  printf 'show servers state\\n' | timeout 3 socat -t3 - "UNIX-CONNECT:$run/admin.sock" >"$run/live" || : >"$run/live"
fi
{
  echo 1
  awk -v live="$run/live" '
    FILENAME == live { if (NF >= 25 && $1 != "#") known[$2 " " $4 " " $5 ":" $19] = $0; next }
    $1 == "listen" || $1 == "backend" { proxy = $2 }
    $1 == "server" {
      if ((proxy " " $2 " " $3) in known) { print known[proxy " " $2 " " $3]; next }
      split($3, at, ":")
      print 0, proxy, 0, $2, at[1], 0, 0, 1, 1, 0, 1, 2, 0, 6, 0, 0, 0, "-", at[2], "-", 0, 0, "-", "-", 0
    }' "$run/live" "$run"/stage/*.cfg
} >"$run/state.new"
mv -f "$run/state.new" "$run/state"

# A start is checked by HAProxy itself, and has to be quick; a reload must not take a set that would not start.
if [ "$1" = reload ] && ! /usr/sbin/haproxy -c -q -f "$run/stage" -f "$run/description.new" >"$run/check.log" 2>&1; then
  # What HAProxy quotes of a line may be a password.
  sed 's/[0-9A-Fa-f]\\{16,\\}/***/g' "$run/check.log" >&2
  exit 1
fi
rm -rf "$run/loaded"
mv "$run/stage" "$run/loaded"
mv -f "$run/description.new" "$run/description.cfg"
`;
}
