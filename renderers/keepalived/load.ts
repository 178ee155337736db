import { header } from '../lib/header.ts';
import { vipPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';
import { dropAddress } from './drop-address.ts';

/**
 * The script that the unit runs to start, reload and stop keepalived. It loads a private copy, and records the digest of that copy only
 * after keepalived was signaled to read it. Before a start and after every exit, the address is removed from the host.
 */
export function keepalivedLoader(): Text {
  return text`#!/bin/sh
${header}# load start | reload | stamp | stopped
set -eu
from=${vipPlaces.configuration}
run=${vipPlaces.runtime}
# shellcheck source=/dev/null
. ${vipPlaces.settings}

${dropAddress}

addresses() {
  cat "$@" 2>/dev/null | sed -n 's|^ *\\([0-9.]*\\)/32 dev .*|\\1|p' | sort -u
}

# A killed keepalived leaves the address on the host, while the other proxy takes it over.
drop() {
  addresses "$from" "$run/keepalived.conf" | while read -r address; do
    drop_address "$address"
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
    # Connections to an address that goes would hang until a timeout: both ends get a reset.
    addresses "$run/keepalived.conf" | while read -r address; do
      addresses "$from" | grep -qxF "$address" || ss -K -n -t src "$address" >/dev/null 2>&1 || :
    done
    cp "$from" "$run/keepalived.conf"
    ;;
  stamp)
    sum=$(sha256sum <"$run/keepalived.conf")
    echo "\${sum%% *}" >"$run/loaded.new"
    mv -f "$run/loaded.new" "$run/loaded"
    ;;
  stopped)
    drop
    # shellcheck disable=SC2154 # pair is set in the settings
    ${vipPlaces.notify} "$pair" STOP
    ;;
esac
`;
}
