import { haproxyPlaces, vipPlaces } from '../lib/proxy-paths.ts';

const conf = vipPlaces.configuration;

/**
 * Shell functions of the notify script: what this host can learn of the other proxy, over VRRP, as a client, and from EC2. They use `$vip`,
 * and the functions of metadata.ts and routes.ts.
 */
export const peerFunctions = `# This host's own configuration: its only peer, the router ID, and the interval of advertisements in seconds.
peer=$(sed -n '/unicast_peer {/{n;s/[^0-9.]//g;p;}' ${conf} 2>/dev/null)
router=$(sed -n 's/^ *virtual_router_id //p' ${conf} 2>/dev/null)
advert=$(sed -n 's/^ *advert_int \\([0-9]*\\).*/\\1/p' ${conf} 2>/dev/null)

# Whether the other proxy advertises itself as master. Bytes of its packet: version and type, router ID, priority, which is 0 when it stops.
heard() {
  [ -n "$peer" ] || return 1
  packet=$(timeout $((advert + 1)) socat -u "IP4-RECVFROM:112,range=$peer/32" - 2>/dev/null | od -An -tu1 -N3)
  # shellcheck disable=SC2086 # word splitting is intended
  set -- $packet
  [ "\${2:-}" = "$router" ] && [ "$3" != 0 ]
}

# 0: something answers at ADDRESS, be it that nothing listens at this port. 1: no connection. 2: a connection and no answer: it hangs.
reached() {
  hangs=1
  for port in $(sed -n "s/^ *bind $vip:\\([0-9]*\\) .*/\\1/p" ${haproxyPlaces.loaded}/*.cfg 2>/dev/null | head -n 3 | grep . || echo 22); do
    words=$(printf 'PING\\r\\n' | LC_ALL=C timeout 2 socat -t3 - "TCP4:$1:$port,connect-timeout=1" 2>&1 >/dev/null)
    case $?$words in
      124*) hangs=2 ;;
      *'timed out'* | *unreachable* | *'No route'*) return 1 ;;
      *) return 0 ;;
    esac
  done
  return "$hangs"
}

# Whether the other proxy has the address according to EC2, and its instance runs. 0: yes, 1: no, 2: unknown.
keeps() {
  [ -n "$peer" ] && metadata_token && mac=$(metadata mac) && vpc=$(metadata "network/interfaces/macs/$mac/vpc-id") || return 2
  [ -z "$tables" ] || { keeps_routes; return; }
  if curl_signs; then
    role_credentials || return 2
    filters=$(printf '&Filter.%s.Name=%s&Filter.%s.Value.1=%s' 1 vpc-id 1 "$vpc" 2 private-ip-address 2 "$peer" \\
      3 instance-state-name 3 running 4 network-interface.addresses.private-ip-address 4 "$vip")
    answer=$(call_ec2 "Action=DescribeInstances$filters")
    case $answer in *'
200') ;; *) return 2 ;; esac
    case $answer in *'<instanceId>'*) return 0 ;; *) return 1 ;; esac
  fi
  answer=$(timeout 20 aws --region "$region" --endpoint-url "$endpoint" ec2 describe-instances --output text --query 'length(Reservations)' \\
    --filters "Name=vpc-id,Values=$vpc" "Name=private-ip-address,Values=$peer" Name=instance-state-name,Values=running \\
    "Name=network-interface.addresses.private-ip-address,Values=$vip" </dev/null 2>/dev/null) || return 2
  [ "$answer" != 0 ]
}

# By its routes, be it not all of them.
keeps_routes() {
  if curl_signs; then
    role_credentials || return 2
    filters=$(printf '&Filter.%s.Name=%s&Filter.%s.Value.1=%s' 1 vpc-id 1 "$vpc" 2 private-ip-address 2 "$peer" 3 instance-state-name 3 running)
    answer=$(call_ec2 "Action=DescribeInstances$filters")
    case $answer in *'
200') ;; *) return 2 ;; esac
    instance=$(element instanceId)
  else
    instance=$(aws_ec2 describe-instances --output text --query 'Reservations[].Instances[].InstanceId' --filters "Name=vpc-id,Values=$vpc" \\
      "Name=private-ip-address,Values=$peer" Name=instance-state-name,Values=running) || return 2
  fi
  [ -n "$instance" ] || return 1
  find_routes || return 2
  printf '%s\\n' "$routes" | grep -q -w -F "$instance"
}

keeps_not() {
  keeps
  [ $? = 1 ]
}
`;
