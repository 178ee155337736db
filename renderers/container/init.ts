import { header } from '../lib/header.ts';
import { joined, type Text } from '../lib/text.ts';

/**
 * PID 1 of a member's container: /etc/redis/init, run by /bin/sh (dash). It is the same for every tenant. It runs /etc/redis/redis-run and
 * /etc/redis/sentinel-run if they exist, restarts each one second after it has ended, reaps orphans, and on SIGTERM (or SIGPWR) stops Redis,
 * then Sentinel. A single process supervises both, so no supervisor in between can be lost. A Redis that keeps exiting is restarted
 * without limit; the number of exits in a row is in /etc/redis/redis-exits.
 */
export function memberInit(): Text {
  return joined(['#!/bin/sh\n', header, source]);
}

const source = `set -u
cd /
# As many files as the host allows: Redis needs one per client, and lowers maxclients if it gets fewer.
# shellcheck disable=SC3045 # every sh of Debian supports it
ulimit -n "$(ulimit -H -n)"
redis='' sentinel='' timer='' exits=0
rm -f /etc/redis/redis-exits

halt() {
  trap '' TERM PWR INT
  trap - CHLD
  for service in "$redis" "$sentinel"; do
    kill -TERM "$service" && wait "$service"
  done 2>/dev/null
  exit 0
}

# Starts a service; or a pause of one second, if the service has just ended or has nothing to run.
launch() {
  if [ "$2" = pause ] && [ -f "/etc/redis/$1-run" ]; then
    doing=$1
    /bin/sh "/etc/redis/$1-run" &
  else
    doing=pause
    sleep 1 &
  fi
}

# Redis has ended. When the start guard starts Redis, it writes that to its state file; while it delays the start, no exit is counted. User
# redis can write in this directory, so no file that it may have created there is trusted or written through.
count_exit() {
  state=''
  [ ! -f /etc/redis/start-guard ] || read -r state _ </etc/redis/start-guard || :
  case $state in master | replica) ;; *) return ;; esac
  uptime=$(($(date +%s) - $(stat -c %Y /etc/redis/start-guard || echo 0)))
  if [ "$uptime" -lt 60 ]; then exits=$((exits + 1)); else exits=0; fi
  rm -f /etc/redis/redis-exits
  [ "$exits" = 0 ] || (set -C; echo "$exits" >/etc/redis/redis-exits)
}

has_ended() {
  ! kill -0 "$1" 2>/dev/null
}

trap halt TERM PWR INT
trap : CHLD
launch redis pause
redis=$! redis_doing=$doing
launch sentinel pause
sentinel=$! sentinel_doing=$doing

while :; do
  if has_ended "$redis"; then
    [ "$redis_doing" = pause ] || count_exit
    launch redis "$redis_doing"
    redis=$! redis_doing=$doing
  fi
  if has_ended "$sentinel"; then
    launch sentinel "$sentinel_doing"
    sentinel=$! sentinel_doing=$doing
  fi
  # A child that ends during this loop may be missed; the timer makes the loop run again.
  if [ -z "$timer" ] || has_ended "$timer"; then
    sleep 10 &
    timer=$!
  fi
  # Returns when any child ends.
  wait
done
`;
