import { fixed, type Script } from '../lib/shell.ts';
import { dataRules, offMark } from './data.ts';
import { loadMonitor } from './load-monitor.ts';

/**
 * The state of the start guard, the first word of conf/start-guard; a sentence follows.
 * asking: it has just started. no-majority: no strict majority of all Sentinels names one address at the newest epoch.
 * waiting-for-promotion: this member is named, and a replica may still be promoted. waiting-for-data: this member is named and has no
 * complete data. waiting-for-failover: this member is named, and another one runs as master. replicas-may-be-newer: this member is named,
 * and running replicas may have data that this disk lacks. waiting-for-answers: another member is named and does not answer as master.
 * foreign-master-named: the named address is not a member. not-set-up: files are missing. no-room: it cannot write its working files.
 * master, replica: Redis was started as that.
 */
export const guardStates = [
  'asking',
  'no-majority',
  'waiting-for-promotion',
  'waiting-for-data',
  'waiting-for-failover',
  'replicas-may-be-newer',
  'waiting-for-answers',
  'foreign-master-named',
  'not-set-up',
  'no-room',
  'master',
  'replica',
] as const;
export type GuardState = (typeof guardStates)[number];

/** The file in a member's conf directory that permits its Redis to start once as the tenant's initial master. */
export const permitFile = 'permit-first-master';
/** The marker beside a complete data set. It is removed with the data, and when a full synchronization starts. */
export const completeFile = '.complete';
/** Sentinel never promotes a replica with priority 0; 100 is the default of Redis. */
export const electable = 100;

/**
 * The rules. The majority is one of the Sentinels of all members, at one epoch, with no vote at a later one.
 * Another member is named: start as its replica once it answers as master (or loads its data). The replica cannot be promoted
 * (priority 0) until its first synchronization is complete and on disk (load-monitor.ts): an empty or outdated copy must not win an
 * election. If the named member does not answer for \`grace\` seconds, start nevertheless if the data is complete, so that the Sentinels have a
 * replica to promote. If it answered once and never came up, the replica becomes electable after the same time.
 * This member is named: if it is permitted as initial master, start as master. Without complete data, never. If all others refuse
 * connections, none of them can be promoted and this data is as good as any: start as master. Else wait \`hold\` for the promotion of
 * another one, then start as master; but, unless from an append-only file, never while another member's Redis has keys: they may be newer.
 * Data is complete if it was marked so (.complete) and Redis can load it. Redis is started so that it loads the newest data of this
 * disk, whatever \`appendonly\` says (data.ts). \`replicaof\` in redis.conf decides nothing.
 * Nothing here changes the role of a running server: Sentinel does that.
 */
const body = String.raw`set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
count=$#
addresses=$*
others=$((count - 1))

STARTAS

main() {
  if ! [ -f "$conf/redis.conf" ] || ! [ -f "$conf/auth" ]; then
    report not-set-up "there is no redis.conf or auth in $conf yet"
    exit 1
  fi
  report asking "asking the $count Sentinels for the master"
  subject='' since=0
  while :; do
    until can_write 2>/dev/null; do
      report no-room "cannot write to $scratch, where it keeps the answers of the Sentinels (full or read-only?): Redis is not started"
      sleep 1
    done
    ask_all
    tally
    # Only the time with the same named master counts.
    if [ "$named" != "$subject" ]; then subject=$named since=$(uptime_seconds); fi
    waited=$(($(uptime_seconds) - since))
    case $named in
      '') report no-majority "no majority of the $count Sentinels names one master at one epoch ($answers answered): Redis is not started" ;;
      "$me") lead ;;
      *) follow ;;
    esac
    sleep 1
  done
}

# This member is named.
lead() {
  count_others
  if [ "$masters" -gt 0 ]; then
    report waiting-for-failover "the Sentinels name this member, but another one runs as master: waiting for the Sentinels"
    return
  fi
  if ! has_data; then
    if [ -e "$conf/PERMIT" ] && [ "$holders" = 0 ]; then
      mkdir -p "$data" && : >"$data/COMPLETE"
      start master "started as the initial master of the tenant, as permitted" ELECTABLE
    fi
    report waiting-for-data "the Sentinels name this member, but it has no complete data: starting it would empty its replicas"
    return
  fi
  if [ "$refusing" = "$others" ]; then start master "started as master: no other member's Redis runs, and the data is here" ELECTABLE; fi
  if [ "$waited" -lt "$hold" ]; then
    report waiting-for-promotion "the Sentinels name this member: waiting $hold s for them to promote a replica that kept running"
    return
  fi
  if { [ "$durable" = no ] || [ "$kind" != aof ]; } && [ "$holders" -gt 0 ]; then
    report replicas-may-be-newer "the Sentinels name this member and promote no other, but running replicas may have newer data than this disk"
    return
  fi
  start master "started as master: for $hold s the Sentinels named it and promoted no other member" ELECTABLE
}

# Another member is named.
follow() {
  rm -f "$conf/PERMIT"
  case " $addresses " in
    *" $named "*) ;;
    *) report foreign-master-named "the Sentinels name $named, which is not the address of a member: a foreign Sentinel may have joined"; return ;;
  esac
  read -r role _ <"$scratch/redis.$named" || role=silent
  case $role in
    master | loading) join "$named" 0 ;;
  esac
  if [ "$waited" -ge "$grace" ] && has_data; then join "$named" ELECTABLE; fi
  report waiting-for-answers "the Sentinels name $named, which does not answer as master: waiting for it, or for the promotion of another member"
}

join() {
  start replica "started as replica of $1" "$2" --replicaof "$1 $port"
}

start() {
  report "$1" "$2"
  priority=$3
  shift 3
  rm -f "$conf/PERMIT"
  # Valkey rewrites two names that Redis does not know, and knows those of Redis.
  sed -i 's/^primaryauth[[:space:]]/masterauth /; s/^primaryuser[[:space:]]/masteruser /' "$conf/redis.conf" || exit 1
  # A 'replicaof' that Sentinel left there must not decide; on the command line it could not be reverted cleanly.
  sed -i '/^[[:space:]]*\(replicaof\|slaveof\|replica-priority\|slave-priority\)[[:space:]]/Id' "$conf/redis.conf" || exit 1
  mkdir -p "$data"
  own "$conf/redis.conf" "$data" || exit 1
  # What a save left that was cut off, by a loss of power for example. Redis removes only those of its own process.
  rm -f "$data"/temp-*.rdb "$data"/temp-rewriteaof-*.aof "$data"/appendonlydir/temp-*
  had=no aof=$(declared_aof)
  if has_data; then
    had=yes aof=yes
    if [ "$kind" = rdb ]; then aof=no; fi
    set -- "$@" --appendonly "$aof"
  fi
  if [ "$aof" != yes ]; then touch "$data/AOFOFF"; fi
  # In a grandchild, so that PID 1 reaps it and not the Redis that this shell becomes.
  (monitor $$ "$priority" &)
  as_redis "$engine-server" "$conf/redis.conf" "$@" --replica-priority "$priority"
}

LOADMONITOR

DATARULES

# An answer that cannot be written would look like no answer.
can_write() {
  mkdir -p "$scratch" && head -c 65536 /dev/zero >"$scratch/room" && rm -f "$scratch/room"
}

ask_all() {
  rm -f "$scratch"/sentinel.* "$scratch"/redis.*
  for address in $addresses; do
    ask_sentinel "$address" >"$scratch/sentinel.$address" &
    if [ "$address" != "$me" ]; then ask_redis "$address" >"$scratch/redis.$address" & fi
  done
  wait
}

# "ADDRESS EPOCH" of the master that a member's Sentinel names; nothing if its answer is incomplete.
ask_sentinel() {
  say "$1" "$sentinel_port" "SENTINEL GET-MASTER-ADDR-BY-NAME $master_name" "SENTINEL MASTER $master_name" | {
    read -r reply && [ "$reply" = OK ] && read -r address && read -r _ || exit 0
    epoch=''
    while read -r key && read -r value; do
      if [ "$key" = config-epoch ]; then epoch=$value; fi
    done
    case $address in *[!0-9.]* | '') exit 0 ;; esac
    case $epoch in *[!0-9]* | '') exit 0 ;; esac
    echo "$address $epoch"
  }
}

# "ROLE KEYS" of a member's Redis: master, slave, loading, refused (nothing listens there), silent (unknown).
ask_redis() {
  say "$1" "$port" ROLE DBSIZE 2>&1 | {
    reply='' role='' last=''
    read -r reply
    read -r role
    last=$role
    while read -r line; do last=$line; done
    case $reply:$role:$last in
      OK:*:LOADING*) echo 'loading 0' ;;
      OK:master:* | OK:slave:*) echo "$role $last" ;;
      *'Connection refused'*) echo 'refused 0' ;;
      *) echo 'silent 0' ;;
    esac
  }
}

say() {
  host=$1 at=$2
  shift 2
  { cat "$conf/auth"; printf '%s\n' "$@"; } | timeout -k 1 2 "$engine-cli" -h "$host" -p "$at"
}

# The master that the majority names, or nothing; answers: how many Sentinels answered.
tally() {
  named='' votes=0 answers=0
  cat "$scratch"/sentinel.* | sort | uniq -c | sort -rn >"$scratch/tally"
  while read -r times address epoch; do
    answers=$((answers + times))
    if [ "$times" -ge "$majority" ]; then named=$address votes=$epoch; fi
  done <"$scratch/tally"
  while read -r _ _ epoch; do
    # A later epoch that only some Sentinels know yet: the vote of the majority is about to change.
    if [ -n "$named" ] && [ "$epoch" -gt "$votes" ]; then named=''; fi
  done <"$scratch/tally"
}

count_others() {
  masters=0 refusing=0 holders=0
  for address in $addresses; do
    [ "$address" != "$me" ] || continue
    read -r role keys <"$scratch/redis.$address" || role=silent keys=0
    case $role in
      master) masters=$((masters + 1)) ;;
      refused) refusing=$((refusing + 1)) ;;
    esac
    case $keys in *[!0-9]* | '' | 0) ;; *) holders=$((holders + 1)) ;; esac
  done
}

# For operators and for the reconciler; written only if it changes.
report() {
  line="$1 $2"
  if [ -f "$conf/start-guard" ] && read -r previous <"$conf/start-guard" && [ "$previous" = "$line" ]; then return; fi
  printf '%s\n' "$line" >"$conf/start-guard.new" && mv -f "$conf/start-guard.new" "$conf/start-guard"
  echo "redis-run: $line"
}

uptime_seconds() {
  read -r now _ </proc/uptime
  echo "${'$'}{now%%.*}"
}

main`;

/** The rules as POSIX sh; run.ts puts the facts before them. */
export const startGuard: (startAs: string) => Script = (startAs) =>
  fixed(
    body
      .replace('STARTAS', () => startAs)
      .replace('LOADMONITOR', () => loadMonitor)
      .replace('DATARULES', () => dataRules)
      .replaceAll('PERMIT', permitFile)
      .replaceAll('COMPLETE', completeFile)
      .replaceAll('ELECTABLE', String(electable))
      .replaceAll('AOFOFF', offMark),
  );
