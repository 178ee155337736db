import { header } from './header.ts';
import { vipPlaces } from './proxy-places.ts';
import { type Text, text } from './text.ts';

/**
 * The script by which the unit starts, reloads and stops keepalived. It loads a private copy, and stamps that copy's digest only
 * once keepalived was told to read it. Before a start and after an end, killed or not, the address is taken off the host.
 */
export function keepalivedLoader(): Text {
  return text`#!/bin/sh
${header}# load start | reload | stamp | stopped
set -eu
from=${vipPlaces.configuration}
run=${vipPlaces.runtime}
# shellcheck source=/dev/null
. ${vipPlaces.settings}

# A killed keepalived leaves the address behind, and the other proxy has it by then.
drop() {
  cat "$from" "$run/keepalived.conf" 2>/dev/null | sed -n 's|^ *\\([0-9.]*\\)/32 dev .*|\\1|p' | sort -u | while read -r address; do
    ip -4 -oneline address show to "$address/32" | while read -r _ device _; do
      ip address del "$address/32" dev "$device"
    done
  done
}

case $1 in
  start)
    drop
    rm -f "$run/loaded"
    cp "$from" "$run/keepalived.conf"
    ;;
  reload)
    keepalived --config-test --use-file="$from" --log-console >&2
    rm -f "$run/loaded"
    cp "$from" "$run/keepalived.conf"
    ;;
  stamp)
    sum=$(sha256sum <"$run/keepalived.conf")
    echo "\${sum%% *}" >"$run/loaded.new"
    mv -f "$run/loaded.new" "$run/loaded"
    ;;
  stopped)
    drop
    # shellcheck disable=SC2154 # pair stands in the settings
    ${vipPlaces.notify} "$pair" STOP
    ;;
esac
`;
}
