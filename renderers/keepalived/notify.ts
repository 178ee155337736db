import { header } from '../lib/header.ts';
import { vipPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';
import { dropAddress } from './drop-address.ts';
import { metadataFunctions } from './metadata.ts';
import { peerFunctions } from './peer.ts';
import { routeFunctions, routeVariables } from './routes.ts';
import { yielding } from './yield.ts';

/**
 * The script that keepalived runs on every state change. It records the state. As master it moves the address to the ENI of this host, or
 * routes it there in each route table (routes.ts), and then keeps checking that the address stays there. Before each attempt it checks that it is still master: a late call of a former
 * master would take the address away. The newest invocation wins, in whatever order they run. It retries without limit, because VRRP
 * sends no new notification while the master stays the same. It yields to another proxy that has the address and does not hear this one,
 * and to one that may be able to move it where this host is not (yield.ts).
 */
export function vipNotify(): Text {
  return text`#!/bin/sh
${header}${script}`;
}

const script = `# notify PAIR MASTER | RECLAIM | BACKUP | FAULT | STOP | RETRY | YIELD
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
me=$1
event=$2
states=${vipPlaces.states}
# shellcheck source=/dev/null
. ${vipPlaces.settings}
# shellcheck disable=SC2154 # set in the settings
: "$vip" "$device" "$interface" "$region" "$endpoint"
mkdir -p "$states"

# Start time of this process, in clock ticks: field 22 of proc(5) stat, counted after the name, which may contain spaces.
read -r stat <"/proc/$$/stat"
# shellcheck disable=SC2086 # word splitting is intended
set -- \${stat##*) }
shift 19
began=$1
pid=$$

taken="$vip was taken by the other proxy, which does not hear this one, nor this one it"

note() {
  logger -t ec2-redis-vip -- "$me: $*" || :
}

${dropAddress}

${peerFunctions}
${yielding}
newer_than_known() {
  state_known='' since_known=''
  [ -r "$states/$me" ] && read -r state_known since_known began_known pid_known <"$states/$me" || return 0
  [ "$began" -gt "$began_known" ] || { [ "$began" -eq "$began_known" ] && [ "$pid" -gt "$pid_known" ]; }
}

# Records the state and since when. A repeated state keeps its time.
record() {
  exec 8>"$states/.$me.lock"
  flock -w 5 8 || :
  newer_than_known || exit 0
  [ "$state_known" = "$1" ] || since_known=$(date +%s)
  printf '%s %s %s %s\\n' "$1" "$since_known" "$began" "$pid" >"$states/.$me.new"
  mv -f "$states/.$me.new" "$states/$me"
  exec 8>&-
}

# Master according to our record, and to the address that keepalived added to the interface.
still_master() {
  read -r state _ began_known pid_known <"$states/$me" || return 1
  [ "$state $began_known $pid_known" = "MASTER $began $pid" ] && on_device
}

on_device() {
  ip -4 -oneline address show dev "$device" to "$vip/32" | grep -q .
}

${metadataFunctions}

${routeVariables}

${routeFunctions}

assign_with_curl() {
  role_credentials || return 1
  # Checked as late as possible, because fetching credentials takes time.
  still_master || { why="no longer master"; return 1; }
  answer=$(assign_addresses "AllowReassignment=true&PrivateIpAddress.1=$vip")
  case $answer in *'
200') return 0 ;; esac
  refusal_of_ec2
  return 1
}

assign_with_aws() {
  still_master || { why="no longer master"; return 1; }
  answer=$(aws_ec2 assign-private-ip-addresses --network-interface-id "$interface" --private-ip-addresses "$vip" --allow-reassignment) &&
    return 0
  why="EC2 at $endpoint refused: $(printf '%s' "$answer" | tr '\\n' ' ' | cut -c 1-300)"
  return 1
}

assign() {
  metadata_token || return 1
  if [ -n "$tables" ]; then route_here; elif curl_signs; then assign_with_curl; else assign_with_aws; fi
}

# EC2 applies the change after it has responded; the instance metadata, or the route tables, show when.
confirmed() {
  for pause in 0.1 0.2 0.3 0.5 1 1 1 1; do
    shown
    there=$?
    [ "$there" != 0 ] || return 0
    still_master || return 1
    sleep "$pause"
  done
  why="EC2 accepted the request, but does not show $vip here"
  return 1
}

# 0: the address is assigned, or routed, to this host; 1: it is not; 2: unknown.
shown() {
  [ -z "$tables" ] || { routed_here; return; }
  mac=$(metadata mac) || { why="the instance metadata does not show the MAC address: $mac"; return 2; }
  addresses=$(metadata "network/interfaces/macs/$mac/local-ipv4s") || return 2
  printf '%s\\n' "$addresses" | grep -q -x -F "$vip"
}

outcome() {
  printf '%s %s %s\\n' "$1" "$(date +%s)" "$2" >"$states/.$me.move.$$"
  mv -f "$states/.$me.move.$$" "$states/$me.move"
}

# Retries until it is done, or until this host is no longer master. After some attempts it reports a failure, and continues.
move() { # [ATTEMPTS], without limit by default
  outcome trying "to $interface"
  attempt=0 there=''
  while still_master; do
    # EC2 had accepted it, and the address went elsewhere.
    [ "$there" != 1 ] || [ "$event" = RETRY ] || may_retake || ! keeps || yield split "$taken"
    why='' there=''
    attempt=$((attempt + 1))
    if assign && confirmed; then
      outcome confirmed "$vip is on $interface"
      note "$vip is on $interface"
      return 0
    fi
    still_master || break
    note "$vip is not on $interface yet: $why"
    if [ "$attempt" -lt 10 ]; then outcome trying "$why"; else outcome failed "$why"; fi
    [ "$attempt" != "\${1:-}" ] || return 1
    [ "$attempt" -lt 4 ] || offer
    case $attempt in
      1) sleep 0.2 ;;
      2) sleep 0.5 ;;
      3 | 4) sleep 1 ;;
      5 | 6) sleep 3 ;;
      7 | 8 | 9) sleep 8 ;;
      *) sleep 20 ;;
    esac
  done
  note "no longer master: leaving the address to the other proxy"
  exit 0
}

# Returns once the address is elsewhere while this host is master. A call that the former master had started may take effect after ours.
watch_address() {
  pause=1
  while sleep "$pause"; do
    exec 7>&-
    still_master || exit 0
    if metadata_token; then
      shown
      [ $? != 1 ] || break
    fi
    [ "$pause" -ge 15 ] || pause=$((pause * 2))
  done
  note "$vip went to another network interface"
}

# keepalived notifies for each advertisement of a master with lower priority: several per second if that one does not receive ours.
reclaim() {
  exec 7>"$states/.$me.reclaim"
  flock -n 7 || exit 0
  newer_than_known || exit 0
  [ ! -e "$yield" ] || exit 0
  if [ "$state_known" = MASTER ] && metadata_token && shown; then
    reunited
    exit 0
  fi
  may_retake || ! heard || yield split "$taken"
}

# The address is elsewhere while this host is master. EC2 may show a move late, so that it is asked twice.
retake() {
  may_retake || { keeps_not && sleep 3 && keeps_not; } || yield split "$taken"
  move
}

case $event in
  MASTER | RECLAIM)
    [ "$event" = MASTER ] || reclaim
    record MASTER
    [ ! -e "$yield" ] || exit 0
    note "$event: moving $vip to $interface"
    move
    [ "$event" = MASTER ] || reunited
    while watch_address; do retake; done
    ;;
  YIELD)
    # Started by the check of keepalived, if the process that yields has ended.
    read -r cause since _ _ words <"$yield" || exit 0
    yield "$cause" "$words" "$since"
    ;;
  RETRY)
    # Run manually on the master, to check whether this host can move the address.
    if ! read -r state _ began pid <"$states/$me" || [ "$state" != MASTER ]; then
      echo "this host is not the master" >&2
      exit 1
    fi
    move 10
    ;;
  *)
    record "$event"
    [ "$event" != BACKUP ] || forget
    note "$event"
    ;;
esac
`;
