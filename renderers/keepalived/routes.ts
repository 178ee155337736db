/** The route tables of an overlay address, as the settings name them, and the destination of the route to it. */
export const routeVariables = `: "\${tables:=}"
destination=$vip/32`;

/**
 * Shell functions that move an overlay address, which is of no subnet: a route to it in each of the route tables `$tables` leads to the ENI
 * of its owner. They use the functions of metadata.ts, and set `why` if they fail. Without `$tables` the address is of a subnet.
 */
export const routeFunctions = `refusal_of_ec2() {
  why="EC2 at $endpoint refused: $(element Code) $(element Message)"
  [ -n "$(element Code)" ] || why="EC2 at $endpoint did not respond: $(printf '%s' "\${answer%000}" | tr '\\n' ' ' | cut -c 1-200)"
}

# The routes to the address, a line for each table that has one, with the ids of the interface and the instance that it leads to.
find_routes() {
  if curl_signs; then
    role_credentials || return 1
    # shellcheck disable=SC2086 # word splitting is intended
    answer=$(call_ec2 "Action=DescribeRouteTables$(printf '%s\\n' $tables | awk '{ printf "&RouteTableId.%d=%s", NR, $1 }')")
    case $answer in *'
200') ;; *) refusal_of_ec2; return 1 ;; esac
    routes=$(printf '%s' "$answer" | tr -d '\\r\\n' | sed 's|<item>|\\n<item>|g' | grep -F "<destinationCidrBlock>$destination<")
    return 0
  fi
  # shellcheck disable=SC2086 # word splitting is intended
  answer=$(aws_ec2 describe-route-tables --route-table-ids $tables --output text \\
    --query "RouteTables[].Routes[?DestinationCidrBlock=='$destination'][].[NetworkInterfaceId,InstanceId]") && { routes=$answer; return 0; }
  why="EC2 at $endpoint refused: $(printf '%s' "$answer" | tr '\\n' ' ' | cut -c 1-300)"
  return 1
}

# 0: each table leads to this host; 1: not each; 2: unknown.
routed_here() {
  find_routes || return 2
  # shellcheck disable=SC2086 # word splitting is intended
  set -- $tables
  [ "$(printf '%s\\n' "$routes" | grep -c -w -F "$interface")" = "$#" ]
}

# In each table at once. A refusal is left in a file.
route_here() {
  if curl_signs; then role_credentials || return 1; fi
  # Checked as late as possible, because fetching credentials takes time.
  still_master || { why="no longer master"; return 1; }
  refusals=$states/.$me.refusals.$$
  mkdir -p "$refusals"
  for table in $tables; do
    route_in "$table" &
  done
  wait
  why=$(cat "$refusals"/* 2>/dev/null | head -n 1)
  rm -rf "$refusals"
  [ -z "$why" ]
}

# Where there is no route to replace, one is created.
route_in() { # TABLE
  for call in ReplaceRoute CreateRoute; do
    if curl_signs; then
      answer=$(call_ec2 "Action=$call&RouteTableId=$1&DestinationCidrBlock=$vip%2F32&NetworkInterfaceId=$interface")
      case $answer in *'
200') return ;; esac
      refusal_of_ec2
    else
      case $call in ReplaceRoute) word=replace-route ;; *) word=create-route ;; esac
      answer=$(aws_ec2 "$word" --route-table-id "$1" --destination-cidr-block "$destination" --network-interface-id "$interface") && return
      why="EC2 at $endpoint refused: $(printf '%s' "$answer" | tr '\\n' ' ' | cut -c 1-300)"
    fi
    case $why in *'There is no route'* | *InvalidRoute.NotFound*) ;; *) break ;; esac
  done
  printf '%s in %s\\n' "$why" "$1" >"$refusals/$1"
}`;
