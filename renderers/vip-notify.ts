import { header, vipPlaces } from './proxy-places.ts';
import { type Text, text } from './text.ts';

/**
 * What keepalived runs on every change of state. It writes the state down; as master it moves the address to this host's ENI.
 * Before each try it looks whether it is still master: a late order of an ex-master would steal the address. The newest
 * invocation wins, whatever order they come to run in. Credentials travel on curl's standard input only.
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
  [ -r "$states/$me" ] && read -r _ _ began_known pid_known <"$states/$me" || return 0
  [ "$began" -gt "$began_known" ] || { [ "$began" -eq "$began_known" ] && [ "$pid" -gt "$pid_known" ]; }
}

record() {
  exec 8>"$states/.$me.lock"
  flock -w 5 8 || :
  newer_than_known || exit 0
  printf '%s %s %s %s\\n' "$1" "$(date +%s)" "$began" "$pid" >"$states/.$me.new"
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
  mac=$(metadata mac) || { why="the instance's metadata does not tell its mac: $mac"; return 1; }
  for pause in 0.1 0.2 0.3 0.5 1 1 1 1; do
    shown && return 0
    still_master || return 1
    sleep "$pause"
  done
  why="EC2 took the order, but the instance's metadata does not show $vip"
  return 1
}

shown() {
  metadata "network/interfaces/macs/$mac/local-ipv4s" | grep -q -x -F "$vip"
}

# An order that the former master had under way may come after ours.
stays() {
  for pause in 1 2 4 8; do
    sleep "$pause"
    still_master || exit 0
    shown || return 1
  done
}

outcome() {
  printf '%s %s %s\\n' "$1" "$(date +%s)" "$2" >"$states/.$me.move.$$"
  mv -f "$states/.$me.move.$$" "$states/$me.move"
}

move() {
  outcome trying "to $interface"
  for pause in 0.2 0.5 1 1 2 3 5 5 10 10; do
    still_master || { say "no longer master: the address is left to the other"; exit 0; }
    why=
    if assign && confirmed; then
      outcome confirmed "$vip is on $interface"
      say "$vip is on $interface"
      stays && exit 0
      why="another took it"
    fi
    still_master || { say "no longer master: the address is left to the other"; exit 0; }
    say "$vip is not on $interface yet: $why"
    outcome trying "$why"
    sleep "$pause"
  done
  outcome failed "$why"
  say "gave up moving $vip to $interface: $why"
  exit 1
}

case $event in
  MASTER | RECLAIM)
    record MASTER
    say "$event: moving $vip to $interface"
    move
    ;;
  RETRY)
    # By hand, on the master: is this host able to move the address?
    if ! read -r state _ began pid <"$states/$me" || [ "$state" != MASTER ]; then
      echo "this host is not the master" >&2
      exit 1
    fi
    move
    ;;
  *)
    record "$event"
    say "$event"
    ;;
esac
`;
