# Prints the state of a host, in parts that begin with `=== NAME`. Standard input: a line for each tenant, with its name and its password.
# Left out is what changes by itself or with every login, as described in each part.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
passwords=$(cat)
part() { echo "=== $1"; }

# The file system of a directory: type, mode, owner, times of change, path, target; and digests of all files except those under /usr, where
# the change time of the inode is sufficient. Left out are:
# - the journal, sshd's lists of logins, and the logs in which Open vSwitch complains about a slow machine;
# - images of disks that are mounted: their contents are part of the snapshot;
# - the times of sockets, of /run itself, where every pass has a temporary directory, and of the message of the day, which sshd writes at
#   every login (its content is part of the snapshot);
# - the directory in which a proxy records every minute whether it could take the virtual address over;
# - when the inode of a directory was changed, which an overlay does by itself. Its mode, owner and entries are part of the snapshot.
files() {
  logs='-path /run/./log/journal -o -path /run/./utmp -o -path /./var/log/wtmp -o -path /./var/log/lastlog
    -o -path /./var/log/openvswitch -o -path /run/./ec2-redis-operator/takeover'
  gone="-path $1/dev -o -path $1/proc -o -path $1/sys -o $logs"
  restless='-path /run/. -o -path /./run -o -path /run/./motd.dynamic -o -type s'
  # shellcheck disable=SC2086
  find "$1" -xdev \( $gone -o -name rootfs.img \) -prune -o \( $restless \) -printf '%y %m %U:%G %p\n' \
    -o -type d -printf '%y %m %U:%G %T@ %p\n' -o -printf '%y %m %U:%G %s %T@ %C@ %p %l\n'
  # shellcheck disable=SC2086
  find "$1" -xdev \( $gone -o -path "$1/usr" -o -name '*.img' \) -prune -o -type f -exec sha256sum {} +
}
part files
for mount in '' /run /var/lib/lxc /var/lib/ec2-redis-operator; do files "$mount/."; done | sed 's,/\./,/,'

# Processes by number, start time and arguments that exist twice, a second apart. Left out: those of this script, those of sshd for a session,
# the sleep commands of our monitoring loops, and the check of a proxy every minute.
processes() {
  for process in /proc/[0-9]*; do
    { read -r stat <"$process/stat" && arguments=$(tr '\0' ' ' <"$process/cmdline"); } 2>/dev/null || continue
    pid=${process#/proc/} rest=${stat##*) }
    # shellcheck disable=SC2086
    set -- $rest
    [ "$pid" = 1 ] || [ "$2" != 0 ] || continue
    case $arguments in 'sleep '* | *check-takeover* | 'curl -q '* | 'sshd: '*@* | 'sshd: '*'[priv]'* | 'sshd: '*'[accepted]'* | 'sshd: '*'[net]'* | 'sshd: /usr/sbin/sshd'*) continue ;; esac
    [ "$2" = $$ ] || echo "$pid ${20} $arguments"
  done | sort
}
part processes
processes >/dev/shm/snapshot.1
sleep 1
processes | comm -12 /dev/shm/snapshot.1 -
rm /dev/shm/snapshot.1

part 'open vswitch'
for table in Open_vSwitch Bridge Port Interface; do ovs-vsctl list "$table" | grep -v '^\(rstp_\)\?statistics'; done

part network
ip -o address | sed 's/valid_lft.*//'
ip -o link
ip route
nft -s list ruleset

part units
systemctl list-units --all --plain --no-legend --full | grep -v '\.scope '
systemctl list-unit-files --plain --no-legend

part containers
[ -d /var/lib/lxc ] || exit 0
lxc-ls --fancy
for name in $(lxc-ls --running); do
  for limit in memory.limit_in_bytes memory.max cpu.cfs_quota_us cpu.max pids.max; do
    value=$(lxc-cgroup -n "$name" "$limit" 2>/dev/null) && echo "$name $limit $value"
  done
done

# Every other line is a name: joins each name with its value, without the given names.
pairs() { paste -d ' ' - - | grep -v -E "^($1) "; }
# Read-only commands, and the SETRANGE with which every pass tries the virtual address, and which changes nothing; all other calls are counted.
reads='setrange|acl\|(getuser|list|log|whoami)|auth|client\|(getname|id|info|list|setinfo|setname)|command|command\|[a-z]+|config\|get|dbsize|hello|info|keys|latency\|(history|latest)|ping|psync|publish|quit|replconf|role|scan|subscribe|psubscribe|sentinel\|(config|masters|master|slaves|replicas|sentinels|get-master-addr-by-name|is-master-down-by-addr|ckquorum|myid)'
# Fields of Sentinel that count time. `disconnected` is left out too, since it changes while an instance is down.
times='last-.*|info-refresh|role-reported-time|.*-down-time|link-pending-commands|link-refcount|slave-repl-offset|master-link-down-time'
for name in $(lxc-ls --running); do
  part "$name"
  init=$(lxc-info -n "$name" -pH)
  address=$(nsenter -t "$init" -n ip -o -4 address show eth0 | sed 's/.*inet \([^/]*\).*/\1/')
  REDISCLI_AUTH=$(echo "$passwords" | sed -n "s/^${name%-*} //p")
  export REDISCLI_AUTH
  ask() { timeout 5 lxc-attach -n "$name" -- redis-cli -h "$address" "$@" 2>&1; }
  files "/proc/$init/root/."
  ask config get '*' | pairs none
  # Offsets change by themselves; ports are in the settings.
  ask role | grep -v -E '^[0-9]+$' | sed 's/^/role /'
  ask info replication | grep -E '^(role|master_host|master_replid|connected_slaves|master_link_status)'
  ask acl list
  ask acl log | pairs 'age-seconds|client-info'
  ask --scan | sort
  ask info commandstats | tr -d '\r' | grep -v -E "^(#|cmdstat_($reads):)" | sed 's/,.*//'
  ask -p 26379 sentinel config get '*' | pairs none
  ask -p 26379 sentinel masters | pairs "$times" | sed 's/,disconnected//'
  ask -p 26379 sentinel replicas "${name%-*}" | pairs "$times" | sed 's/,disconnected//'
  ask -p 26379 sentinel sentinels "${name%-*}" | pairs "$times" | sed 's/,disconnected//'
  ask -p 26379 info commandstats | tr -d '\r' | grep -v -E "^(#|cmdstat_($reads):)" | sed 's/,.*//'
done
