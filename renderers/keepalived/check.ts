import { header } from '../lib/header.ts';
import { haproxyPlaces, vipPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';
import { takeoverPauses } from './takeover.ts';

/**
 * The check that keepalived runs every second: whether our HAProxy responds. A hung process fails it, and so does the distribution's HAProxy.
 * On a host that is not master it also starts the check of whether this host could take the address over (takeover.ts), when that is due.
 * On the master it also starts the process again that keeps the address on the ENI of this host (notify.ts), if that has ended: keepalived
 * sends no new notification while the master stays the same, nor when a reload gives it another address.
 */
export function keepalivedCheck(): Text {
  return text`#!/bin/sh
${header}# shellcheck source=/dev/null
[ -r ${vipPlaces.settings} ] && . ${vipPlaces.settings}

# Whether the process runs that began then, in clock ticks, as notify reads it.
runs() {
  read -r stat <"/proc/$pid/stat" || return
  # shellcheck disable=SC2086 # word splitting is intended
  set -- \${stat##*) }
  shift 19
  [ "$1" = "$began" ]
}

# Fails while this host leaves the address to the other proxy (notify.ts). The process that ends that is started again, too.
yields() {
  # shellcheck disable=SC2154 # set in the settings
  read -r _ _ began pid _ <"${vipPlaces.states}/$pair.yield" || return
  runs || setsid ${vipPlaces.notify} "$pair" YIELD </dev/null >/dev/null 2>&1 &
}

guard() {
  # shellcheck disable=SC2154 # set in the settings
  read -r state _ began pid <"${vipPlaces.states}/$pair" && [ "$state" = MASTER ] || return
  case $pid in '' | *[!0-9]*) return ;; esac
  ! runs || return
  # shellcheck disable=SC2154 # set in the settings
  ip -4 -oneline address show dev "$device" to "$vip/32" | grep -q . || return
  setsid ${vipPlaces.notify} "$pair" MASTER </dev/null >/dev/null 2>&1 &
}

takeover() {
  read -r state _ <"${vipPlaces.states}/$pair" && [ "$state" != MASTER ] || return
  read -r uptime _ </proc/uptime
  if read -r at outcome _ <"${vipPlaces.takeovers}/$pair"; then
    case $outcome in metadata | credentials | api) pause=${takeoverPauses.notAnswered} ;; *) pause=${takeoverPauses.checked} ;; esac
    age=$((\${uptime%.*} - at))
    [ "$age" -lt 0 ] || [ "$age" -ge "$pause" ] || return
  fi
  # keepalived's own priority is not for this.
  setsid nice -n 20 ${vipPlaces.takeover} "$pair" </dev/null >/dev/null 2>&1 &
}

# In processes of their own, so that nothing in them can fail the check.
(takeover) 2>/dev/null
if (yields) 2>/dev/null; then exit 1; fi
(guard) 2>/dev/null
if [ -S ${haproxyPlaces.health} ]; then
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 1 socat -t1 - UNIX-CONNECT:${haproxyPlaces.health} 2>/dev/null | grep -q '^HTTP/1[.]. 200 '
else
  # An HAProxy that was not reloaded yet after an upgrade.
  printf 'show info\\n' | timeout 1 socat -t1 - UNIX-CONNECT:${haproxyPlaces.socket} 2>/dev/null | grep -q '^Pid:'
fi
`;
}
