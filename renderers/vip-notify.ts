import { header } from './header.ts';
import { vipPlaces } from './proxy-places.ts';
import { type Text, text } from './text.ts';

/**
 * What keepalived runs on every change of state. It writes the state down; as master it moves the address to this host's ENI, and
 * as long as it is master looks whether the address stays there. Before each try it looks whether it is still master: a late order
 * of an ex-master would steal the address. The newest invocation wins, whatever order they come to run in. It never gives up:
 * VRRP tells nobody anew while the master stays the same. Credentials travel on curl's standard input only.
 */
export function vipNotify(): Text {
  return text`#!/bin/sh
${header}${script}`;
}

const script = `# notify PAIR MASTER | RECLAIM | BACKUP | FAULT | STOP | RETRY
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
me=$1
event=$2
states=${vipPlaces.states}
imds=http://169.254.169.254/latest
# shellcheck source=/dev/null
. ${vipPlaces.settings}
# shellcheck disable=SC2154 # the settings name them
: "$vip" "$device" "$interface" "$region" "$endpoint"
mkdir -p "$states"

# When this process began, in clock ticks: field 22 of proc(5) stat, counted behind the name, which may hold blanks.
read -r stat <"/proc/$$/stat"
# shellcheck disable=SC2086 # words are wanted
set -- \${stat##*) }
shift 19
began=$1
pid=$$

say() {
  logger -t ec2-redis-vip -- "$me: $*" || :
}

newer_than_known() {
  state_known='' since_known=''
  [ -r "$states/$me" ] && read -r state_known since_known began_known pid_known <"$states/$me" || return 0
  [ "$began" -gt "$began_known" ] || { [ "$began" -eq "$began_known" ] && [ "$pid" -gt "$pid_known" ]; }
}

# The state, and since when: told again, it is as old as it was.
record() {
  exec 8>"$states/.$me.lock"
  flock -w 5 8 || :
  newer_than_known || exit 0
  [ "$state_known" = "$1" ] || since_known=$(date +%s)
  printf '%s %s %s %s\\n' "$1" "$since_known" "$began" "$pid" >"$states/.$me.new"
  mv -f "$states/.$me.new" "$states/$me"
  exec 8>&-
}

# Master by our own record, and by the address that keepalived put on the interface.
still_master() {
  read -r state _ began_known pid_known <"$states/$me" || return 1
  [ "$state $began_known $pid_known" = "MASTER $began $pid" ] || return 1
  ip -4 -oneline address show dev "$device" to "$vip/32" | grep -q .
}

# Headers and credentials come on standard input.
fetch() {
  curl -q -sS --noproxy '*' --connect-timeout 2 --max-time 5 -K - "$@" 2>&1
}

metadata() {
  printf 'header = "X-aws-ec2-metadata-token: %s"\\n' "$token" | fetch -f "$imds/meta-data/$1"
}

field() {
  printf '%s\\n' "$credentials" | sed -n 's/.*"'"$1"'" *: *"\\([^"]*\\)".*/\\1/p'
}

element() {
  printf '%s' "$answer" | tr '\\n' ' ' | sed -n "s|.*<$1>\\([^<]*\\)</$1>.*|\\1|p"
}

metadata_token() {
  token=$(printf 'header = "X-aws-ec2-metadata-token-ttl-seconds: 300"\\n' | fetch -f -X PUT "$imds/api/token") ||
    { why="the instance's metadata gave no token: $token"; return 1; }
}

assign_with_curl() {
  role=$(metadata iam/security-credentials/) || { why="the instance has no IAM role: $role"; return 1; }
  credentials=$(metadata "iam/security-credentials/$role") || { why="no credentials of role $role came"; return 1; }
  # As late as can be: the credentials took their time.
  still_master || { why="no longer master"; return 1; }
  answer=$(printf 'user = "%s:%s"\\nheader = "x-amz-security-token: %s"\\n' \\
    "$(field AccessKeyId)" "$(field SecretAccessKey)" "$(field Token)" |
    fetch --aws-sigv4 "aws:amz:$region:ec2" -w '\\n%{http_code}' --data \\
      "Action=AssignPrivateIpAddresses&Version=2016-11-15&NetworkInterfaceId=$interface&AllowReassignment=true&PrivateIpAddress.1=$vip" \\
      "$endpoint")
  case $answer in *'
200') return 0 ;; esac
  why="EC2 at $endpoint refused: $(element Code) $(element Message)"
  [ -n "$(element Code)" ] || why="EC2 at $endpoint did not answer: $(printf '%s' "\${answer%000}" | tr '\\n' ' ' | cut -c 1-200)"
  return 1
}

assign_with_aws() {
  still_master || { why="no longer master"; return 1; }
  answer=$(timeout 20 aws --region "$region" --endpoint-url "$endpoint" ec2 assign-private-ip-addresses \\
    --network-interface-id "$interface" --private-ip-addresses "$vip" --allow-reassignment </dev/null 2>&1) && return 0
  why="EC2 at $endpoint refused: $(printf '%s' "$answer" | tr '\\n' ' ' | cut -c 1-300)"
  return 1
}

assign() {
  metadata_token || return 1
  # curl signs from 7.75 on, at once; the aws command takes over a second to start.
  if curl --help all 2>/dev/null | grep -q -e --aws-sigv4; then assign_with_curl; else assign_with_aws; fi
}

# EC2 carries the order out after it has answered; the instance's metadata shows when.
confirmed() {
  for pause in 0.1 0.2 0.3 0.5 1 1 1 1; do
    shown && return 0
    still_master || return 1
    sleep "$pause"
  done
  why="EC2 took the order, but the instance's metadata does not show $vip"
  return 1
}

# 0: it is there; 1: it is not; 2: that could not be seen.
shown() {
  mac=$(metadata mac) || { why="the instance's metadata does not tell its mac: $mac"; return 2; }
  addresses=$(metadata "network/interfaces/macs/$mac/local-ipv4s") || return 2
  printf '%s\\n' "$addresses" | grep -q -x -F "$vip"
}

outcome() {
  printf '%s %s %s\\n' "$1" "$(date +%s)" "$2" >"$states/.$me.move.$$"
  mv -f "$states/.$me.move.$$" "$states/$me.move"
}

# Until it is done, or this host is no longer master. After some tries it is told as failed, and goes on.
move() { # TRIES, after which it ends; none: never
  outcome trying "to $interface"
  try=0
  while still_master; do
    why=
    try=$((try + 1))
    if assign && confirmed; then
      outcome confirmed "$vip is on $interface"
      say "$vip is on $interface"
      return 0
    fi
    still_master || break
    say "$vip is not on $interface yet: $why"
    if [ "$try" -lt 10 ]; then outcome trying "$why"; else outcome failed "$why"; fi
    [ "$try" != "\${1:-}" ] || return 1
    case $try in
      1) sleep 0.2 ;;
      2) sleep 0.5 ;;
      3 | 4) sleep 1 ;;
      5 | 6) sleep 3 ;;
      7 | 8 | 9) sleep 8 ;;
      *) sleep 20 ;;
    esac
  done
  say "no longer master: the address is left to the other"
  exit 0
}

# As long as this host is master. An order that the former master had under way may come after ours.
stays() {
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
  say "another took $vip"
}

# keepalived tells of each advertisement of a lower master: several a second, if that one does not hear us.
reclaim() {
  exec 7>"$states/.$me.reclaim"
  flock -n 7 || exit 0
  newer_than_known || exit 0
  [ "$state_known" = MASTER ] && metadata_token && shown && exit 0
}

case $event in
  MASTER | RECLAIM)
    [ "$event" = MASTER ] || reclaim
    record MASTER
    say "$event: moving $vip to $interface"
    while move; do stays; done
    ;;
  RETRY)
    # By hand, on the master: is this host able to move the address?
    if ! read -r state _ began pid <"$states/$me" || [ "$state" != MASTER ]; then
      echo "this host is not the master" >&2
      exit 1
    fi
    move 10
    ;;
  *)
    record "$event"
    say "$event"
    ;;
esac
`;
