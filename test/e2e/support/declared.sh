# Prints what a document declares and a host has, without anything that history leaves behind (times, numbers of processes, roles). Standard
# input: a line for each tenant, with its name and its password.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
passwords=$(cat)

# Files that the product wrote, by their first lines; those of Redis and Sentinel, which these rewrite, are asked below.
grep -rlsm1 '^# Managed by ec2-redis-operator' /etc /usr/local /var/lib/lxc /var/lib/ec2-redis-operator |
  grep -v -E '/(redis|sentinel)\.conf$' | sort | while read -r file; do
  echo "$(stat -c '%a %U:%G' "$file") $(sha256sum "$file")"
done

rows() { ovs-vsctl --format=csv --data=bare --no-headings --columns="$2" list "$1" | sed 's/[^ ,"]*ifindex=[0-9]* *//' | sort; }
rows Port name,tag,external_ids
rows Interface name,type,options
ip -o -4 address | awk '{print $2, $4}' | grep -v -E ' 127\.' | sort
# Open vSwitch chooses the MTU of the bridge's own device, from the ports that it has when they are added; nothing uses it.
ip -o link | sed 's/^[0-9]*: \([^@:]*\).* mtu \([0-9]*\).*/\1 \2/' | grep -v '^br-mesh ' | sort
ip route | sort

[ -d /var/lib/lxc ] || exit 0
for name in $(lxc-ls --running); do
  for limit in memory.limit_in_bytes memory.max cpu.cfs_quota_us cpu.max; do
    value=$(lxc-cgroup -n "$name" "$limit" 2>/dev/null) && echo "$name $limit $value"
  done
  address=$(nsenter -t "$(lxc-info -n "$name" -pH)" -n ip -o -4 address show eth0 | sed 's/.*inet \([^/]*\).*/\1/')
  REDISCLI_AUTH=$(echo "$passwords" | sed -n "s/^${name%-*} //p")
  export REDISCLI_AUTH
  ask() { timeout 5 lxc-attach -n "$name" -- redis-cli -h "$address" "$@" 2>&1; }
  ask config get '*' | paste -d ' ' - - | grep -v -E '^(replicaof|slaveof) ' | sort | sed "s/^/$name /"
  ask -p 26379 sentinel masters | paste -d ' ' - - | sort |
    grep -E '^(quorum|down-after-milliseconds|failover-timeout|parallel-syncs) ' | sed "s/^/$name sentinel /"
done
