import { dataRules, offMark } from './redis-data.ts';
import { watch } from './redis-watch.ts';
import { fixed, type Script } from './shell.ts';

/**
 * What the fence is in, as it stands in conf/fence: this word, then a sentence.
 * asking: just begun. no-majority: no strict majority of all Sentinels names one address at the newest epoch. held-named: named
 * master, and another may yet be promoted. held-empty: named master without complete data. held-master: named master while
 * another says it is one. held-older: named master, but replicas that run hold data which this disk may lack. held-silent:
 * another is named and does not answer as master. held-foreign: an address is named that is no member's. not-set-up: files are
 * missing. no-room: it cannot write what it is answered. master, replica: Redis was started so.
 */
export const fenceStates = [
  'asking',
  'no-majority',
  'held-named',
  'held-empty',
  'held-master',
  'held-older',
  'held-silent',
  'held-foreign',
  'not-set-up',
  'no-room',
  'master',
  'replica',
] as const;
export type FenceState = (typeof fenceStates)[number];

/** The file in a member's conf folder that lets its Redis start once as the tenant's first master. */
export const permitFile = 'permit-first-master';
/** The file beside the data that says: this was once the whole data set. It goes when the data go, or a full synchronisation begins. */
export const completeFile = '.complete';
/** Sentinel never promotes a replica of priority 0; 100 is Redis' default. */
export const electable = 100;

/**
 * The rules. The majority is of all members' Sentinels, at one epoch, with nobody at a later one.
 * Another is named: start as its replica once it answers as master (or loads its data). It cannot be promoted (priority 0)
 * until its first synchronisation is complete and on disk (redis-watch.ts): an empty or stale copy must not win an election.
 * If the named one stays silent for \`patience\`, start all the same if the data are complete, so that the Sentinels have
 * somebody to promote; and if it was joined, and never came up, make the replica electable after as long.
 * I am named: first start permitted: start as master. No complete data: never. All others refuse connections: nobody can be
 * promoted, my data are as good as any: start as master. Else wait \`hold\` for another to be promoted, then start as master;
 * but from anything else than an append-only file never while another member's Redis holds keys: they may be newer.
 * Data are complete where they once were whole (.complete) and Redis can load them: it is started so that it loads the newest
 * that this disk holds, whatever \`appendonly\` says (redis-data.ts). \`replicaof\` in redis.conf decides nothing.
 * Nothing here makes a server that runs change its role: Sentinel does.
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
    tell not-set-up "there is no redis.conf or auth in $conf yet"
    exit 1
  fi
  tell asking "asks the $count Sentinels who is master"
  subject='' since=0
  while :; do
    until room 2>/dev/null; do
      tell no-room "cannot write in $scratch, where it notes what the Sentinels answer: is that full or read-only? Redis is not started"
      sleep 1
    done
    ask_all
    tally
    # The time that counts is time under one and the same verdict.
    if [ "$named" != "$subject" ]; then subject=$named since=$(uptime_seconds); fi
    waited=$(($(uptime_seconds) - since))
    case $named in
      '') tell no-majority "no majority of the $count Sentinels names one master at one epoch ($heard answered): Redis is not started" ;;
      "$me") lead ;;
      *) follow ;;
    esac
    sleep 1
  done
}

# I am named.
lead() {
  survey
  if [ "$masters" -gt 0 ]; then
    tell held-master "the Sentinels name this member, but another one says that it is master: waiting for the Sentinels"
    return
  fi
  if ! has_data; then
    if [ -e "$conf/PERMIT" ] && [ "$holders" = 0 ]; then
      mkdir -p "$data" && : >"$data/COMPLETE"
      start master "started as the tenant's first master, by permission" ELECTABLE
    fi
    tell held-empty "the Sentinels name this member, but it has no complete data: starting it would empty its replicas"
    return
  fi
  if [ "$refusing" = "$others" ]; then start master "started as master: no other member's Redis runs, and the data are here" ELECTABLE; fi
  if [ "$waited" -lt "$hold" ]; then
    tell held-named "the Sentinels name this member: it waits $hold s for them to promote a replica that kept running"
    return
  fi
  if { [ "$durable" = no ] || [ "$kind" != aof ]; } && [ "$holders" -gt 0 ]; then
    tell held-older "the Sentinels name this member and promote nobody, but replicas that run may hold newer data than this disk"
    return
  fi
  start master "started as master: for $hold s the Sentinels named it and promoted nobody else" ELECTABLE
}

# Another is named.
follow() {
  rm -f "$conf/PERMIT"
  case " $addresses " in
    *" $named "*) ;;
    *) tell held-foreign "the Sentinels name $named, which is no member's address: a foreign Sentinel may have joined"; return ;;
  esac
  read -r role _ <"$scratch/redis.$named" || role=silent
  case $role in
    master | loading) join "$named" 0 ;;
  esac
  if [ "$waited" -ge "$patience" ] && has_data; then join "$named" ELECTABLE; fi
  tell held-silent "the Sentinels name $named, which does not answer as master: waiting for it, or for another to be promoted"
}

join() {
  start replica "started as replica of $1" "$2" --replicaof "$1 $port"
}

start() {
  tell "$1" "$2"
  priority=$3
  shift 3
  rm -f "$conf/PERMIT"
  # A 'replicaof' left there by Sentinel must not decide; on the command line it could not be undone cleanly.
  sed -i '/^[[:space:]]*\(replicaof\|slaveof\|replica-priority\|slave-priority\)[[:space:]]/Id' "$conf/redis.conf" || exit 1
  mkdir -p "$data"
  own "$conf/redis.conf" "$data" || exit 1
  had=no aof=$(declared_aof)
  if has_data; then
    had=yes aof=yes
    if [ "$kind" = rdb ]; then aof=no; fi
    set -- "$@" --appendonly "$aof"
  fi
  if [ "$aof" != yes ]; then touch "$data/AOFOFF"; fi
  # In a child of a child, so that PID 1 reaps it and not the Redis that this shell becomes.
  (watch $$ "$priority" &)
  as_redis redis-server "$conf/redis.conf" "$@" --replica-priority "$priority"
}

WATCH

DATARULES

# An answer that could not be noted would look like none.
room() {
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

# "ADDRESS EPOCH" of whom a member's Sentinel names; nothing if it gives no whole answer.
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

# "ROLE KEYS" of a member's Redis: master, slave, loading, refused (nothing listens there), silent (no telling).
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
  { cat "$conf/auth"; printf '%s\n' "$@"; } | timeout -k 1 2 redis-cli -h "$host" -p "$at"
}

# Whom the majority names, or nothing; heard: how many answered.
tally() {
  named='' votes=0 heard=0
  cat "$scratch"/sentinel.* | sort | uniq -c | sort -rn >"$scratch/tally"
  while read -r times address epoch; do
    heard=$((heard + times))
    if [ "$times" -ge "$majority" ]; then named=$address votes=$epoch; fi
  done <"$scratch/tally"
  while read -r _ _ epoch; do
    # A later epoch that only some know of yet: the majority is about to change its mind.
    if [ -n "$named" ] && [ "$epoch" -gt "$votes" ]; then named=''; fi
  done <"$scratch/tally"
}

survey() {
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

# For people and for the reconciler; written only when it changes.
tell() {
  line="$1 $2"
  if [ -f "$conf/fence" ] && read -r before <"$conf/fence" && [ "$before" = "$line" ]; then return; fi
  printf '%s\n' "$line" >"$conf/fence.new" && mv -f "$conf/fence.new" "$conf/fence"
  echo "redis-run: $line"
}

uptime_seconds() {
  read -r now _ </proc/uptime
  echo "${'$'}{now%%.*}"
}

main`;

/** The rules as POSIX sh, after the facts that redis-run.ts puts before them. */
export const fence: (startAs: string) => Script = (startAs) =>
  fixed(
    body
      .replace('STARTAS', () => startAs)
      .replace('WATCH', () => watch)
      .replace('DATARULES', () => dataRules)
      .replaceAll('PERMIT', permitFile)
      .replaceAll('COMPLETE', completeFile)
      .replaceAll('ELECTABLE', String(electable))
      .replaceAll('AOFOFF', offMark),
  );
