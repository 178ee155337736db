import { header } from '../lib/header.ts';
import { vipPlaces } from '../lib/proxy-paths.ts';
import { type Text, text } from '../lib/text.ts';
import { metadataFunctions } from './metadata.ts';
import { routeVariables } from './routes.ts';

/** Why a proxy could not assign the virtual address to its own network interface, or route it there; `able`: it could. The script writes them. */
export const takeoverOutcomes = ['able', 'metadata', 'credentials', 'api', 'clock', 'permission', 'refused'] as const;
export type TakeoverOutcome = (typeof takeoverOutcomes)[number];

/** How often the check runs, in seconds. What fails before EC2 has answered costs no call, and is tried again sooner. */
export const takeoverPauses = { checked: 60, notAnswered: 10 } as const;

/**
 * The script that checks on a proxy that is not master whether it could take the virtual address over. keepalived's own check starts it
 * (check.ts). It makes the call that a failover makes, AssignPrivateIpAddresses, which has no DryRun, for the primary address of its own
 * network interface: EC2 checks the caller and the permission, and then refuses the address, which has to stay where it is. The calls for an
 * overlay address have a DryRun. It records one line: uptime of the host in seconds, which no change of the clock affects; outcome; words.
 */
export function takeoverCheck(): Text {
  return text`#!/bin/sh
${header}${script}`;
}

const script = `# check-takeover PAIR
set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
me=$1
results=${vipPlaces.takeovers}
# EC2 refuses a request whose time is five minutes off.
most=240
# shellcheck source=/dev/null
. ${vipPlaces.settings}
# shellcheck disable=SC2154 # set in the settings
: "$vip" "$interface" "$region" "$endpoint"
mkdir -p "$results"
exec 8>"$results/$me.lock"
# Another one that runs gives the result. This waits for it.
flock -n 8 || { flock -w 8 8; exit 0; }

${metadataFunctions}

${routeVariables}

conclude() { # OUTCOME WORDS
  read -r uptime _ </proc/uptime
  printf '%s %s %s\\n' "\${uptime%.*}" "$1" "$(printf '%s' "$2" | tr -s '\\r\\n' ' ' | cut -c 1-200)" >"$results/$me.new"
  mv -f "$results/$me.new" "$results/$me"
  exit 0
}

# Each of these sets answer, with its headers; status (HTTP's; 000: no answer); and code (EC2's, of an error).
ask_with_curl() {
  if [ -n "$tables" ]; then try_routes; return; fi
  answer=$(assign_addresses "PrivateIpAddress.1=$own" -D -)
  outcome_of_curl
}

outcome_of_curl() {
  status=$(printf '%s' "$answer" | tail -n 1)
  code=$(element Code)
}

# The aws command does not show the headers, so the time comes with a request of its own, which is not signed.
ask_with_aws() {
  answer=$(fetch -D - -o /dev/null "$endpoint" </dev/null) || { status=000; return; }
  headers=$answer
  if [ -n "$tables" ]; then
    try_routes
  else
    answer=$(aws_ec2 assign-private-ip-addresses --network-interface-id "$interface" --private-ip-addresses "$own") && { status=200; return; }
    code_of_aws
  fi
  case $code:$answer in
    :*credentials*) conclude credentials "$answer" ;;
    :*) status=000 ;;
    *) status=400 ;;
  esac
  answer="$headers
$answer"
}

code_of_aws() {
  code=$(printf '%s' "$answer" | tr '\\n' ' ' | sed -n 's/.*error occurred (\\([^)]*\\)).*/\\1/p')
}

# The calls with which the address is routed here, as dry runs, up to the first one that EC2 would refuse.
try_routes() {
  try DescribeRouteTables || return 0
  for table in $tables; do
    for call in ReplaceRoute CreateRoute; do
      try "$call" "$table" || return 0
    done
  done
  code=DryRunOperation
}

try() { # CALL [TABLE]
  table=\${2:-}
  if curl_signs; then
    to=''
    [ -z "$table" ] || to="&RouteTableId=$table&DestinationCidrBlock=$vip%2F32&NetworkInterfaceId=$interface"
    answer=$(call_ec2 "Action=$1&DryRun=true$to" -D -)
    outcome_of_curl
  else
    case $1 in
      Describe*) set -- describe-route-tables ;;
      Replace*) set -- replace-route --route-table-id "$table" --destination-cidr-block "$destination" --network-interface-id "$interface" ;;
      *) set -- create-route --route-table-id "$table" --destination-cidr-block "$destination" --network-interface-id "$interface" ;;
    esac
    answer=$(aws_ec2 "$@" --dry-run)
    code_of_aws
  fi
  # One of the two calls is refused because of the route that is there, or is not, after EC2 has checked the permission.
  case $code:$answer in DryRunOperation:* | RouteAlreadyExists:* | *'There is no route'*) return 0 ;; *) return 1 ;; esac
}

# Seconds by which the clock of this host is ahead of that of EC2; nothing if the answer has no time.
clock_offset() {
  at=$(printf '%s\\n' "$answer" | tr -d '\\r' | sed -n 's/^[Dd]ate: *//p' | head -n 1)
  [ -n "$at" ] && at=$(date -d "$at" +%s) && echo "$(($(date +%s) - at))"
}

metadata_token || conclude metadata "$why"
own=$(metadata local-ipv4) || conclude metadata "the instance metadata service does not show the private address: $own"
code=''
if curl_signs; then
  role_credentials || conclude credentials "$why"
  [ -n "$(field SecretAccessKey)" ] || conclude credentials "the credentials of role $role are empty"
  ask_with_curl
else
  ask_with_aws
fi
[ "$status" != 000 ] || conclude api "EC2 at $endpoint did not respond: \${answer%000}"
offset=$(clock_offset)
[ -z "$offset" ] || [ "\${offset#-}" -le "$most" ] || conclude clock "$offset"
case "$status $code" in
  '200 '*) conclude able - ;;
  '5'*) conclude api "EC2 at $endpoint answered with $status $code" ;;
  *' UnauthorizedOperation') conclude permission "$code $(element Message)" ;;
  *' DryRunOperation') conclude able - ;;
  *' InvalidNetworkInterface'* | *' InvalidRouteTableID'*) conclude refused "$code $(element Message)" ;;
  # It is the address that EC2 refuses, after it has checked the caller and the permission.
  '400 Invalid'*) [ -n "$tables" ] || conclude able - ;;
esac
conclude refused "\${code:-HTTP $status} $(element Message)"
`;
