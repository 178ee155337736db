# Prints what a host shows of itself, in parts that begin with `=== NAME`. Standard input: a line a tenant, its name and its password.
# What is left out changes by itself, or with every login, and is named where it is left out.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
passwords=$(cat)
part() { echo "=== $1"; }

# The file system that a folder lies on: kind, mode, owner, times of change, path, target; and digests of all but what the image
# brought under /usr, where the time of the inode's change tells. Left out are:
# - the journal, sshd's lists of logins, and the log in which ovs-vswitchd complains of a slow machine;
# - images of disks that are mounted: they are looked at from within;
# - the times of sockets, of /run itself, where every look has its folder for a moment, and of the message of the day, which sshd
#   makes at every login (what it says is looked at);
# - when a folder's inode was changed: an overlay does that by itself. Its mode, its owner and its entries are looked at.
files() {
  logs='-path /run/./log/journal -o -path /run/./utmp -o -path /./var/log/wtmp -o -path /./var/log/lastlog
    -o -path /./var/log/openvswitch/ovs-vswitchd.log'
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

# Processes by number, time of start and words, that are there twice, a second apart. Left out: this script's, sshd's for a
# session, and the pauses of ours that watch something.
processes() {
  for process in /proc/[0-9]*; do
    { read -r stat <"$process/stat" && words=$(tr '\0' ' ' <"$process/cmdline"); } 2>/dev/null || continue
    pid=${process#/proc/} rest=${stat##*) }
    # shellcheck disable=SC2086
    set -- $rest
    [ "$pid" = 1 ] || [ "$2" != 0 ] || continue
    case $words in 'sleep '* | 'sshd: '*@* | 'sshd: '*'[priv]'* | 'sshd: '*'[accepted]'* | 'sshd: '*'[net]'* | 'sshd: /usr/sbin/sshd'*) continue ;; esac
    [ "$2" = $$ ] || echo "$pid ${20} $words"
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

# Every other line is a name: pairs on a line, the names given left out.
pairs() { paste -d ' ' - - | grep -v -E "^($1) "; }
# Commands that change nothing; what else was called is counted.
reads='acl\|(list|log|whoami)|auth|client\|(getname|id|info|list|setinfo|setname)|command|command\|[a-z]+|config\|get|dbsize|hello|info|keys|latency\|(history|latest)|ping|psync|publish|quit|replconf|role|scan|subscribe|psubscribe|sentinel\|(config|masters|master|slaves|replicas|sentinels|get-master-addr-by-name|is-master-down-by-addr|ckquorum|myid)'
# Of Sentinel's view: what counts time; and whether it is just now trying to reach who is down anyway.
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
  # Offsets move on by themselves; ports stand in the settings.
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
