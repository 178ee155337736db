import { header } from './header.ts';
import { joined, type Text } from './text.ts';

/**
 * PID 1 of a member's container: /etc/redis/init, run by /bin/sh (dash). The same for every tenant. It runs /etc/redis/redis-run and
 * /etc/redis/sentinel-run while they are there, looks again one second after one has ended, reaps what is orphaned, and on SIGTERM
 * (or SIGPWR) stops Redis, then Sentinel. One process watches both: there is nobody in between who could be lost. A Redis that does not
 * last is started for ever: how often in a row stands in /etc/redis/redis-exits.
 */
export function memberInit(): Text {
  return joined(['#!/bin/sh\n', header, source]);
}

const source = `set -u
cd /
# As many files as the host lets it: Redis takes one a client, and lowers maxclients where it gets fewer.
# shellcheck disable=SC3045 # every sh of Debian has them
ulimit -n "$(ulimit -H -n)"
redis='' sentinel='' beat='' exits=0
rm -f /etc/redis/redis-exits

halt() {
  trap '' TERM PWR INT
  trap - CHLD
  for service in "$redis" "$sentinel"; do
    kill -TERM "$service" && wait "$service"
  done 2>/dev/null
  exit 0
}

# Begins a service; or a pause of a second, when it has just ended or has nothing to run.
begin() {
  if [ "$2" = pause ] && [ -f "/etc/redis/$1-run" ]; then
    doing=$1
    /bin/sh "/etc/redis/$1-run" &
  else
    doing=pause
    sleep 1 &
  fi
}

# Redis has ended. The fence wrote its word when it started it; while the fence held it, there was none. User redis may write in this
# folder: nothing is read that it could have made in the place of ours, nor written through it.
count_exit() {
  state=''
  [ ! -f /etc/redis/fence ] || read -r state _ </etc/redis/fence || :
  case $state in master | replica) ;; *) return ;; esac
  lived=$(($(date +%s) - $(stat -c %Y /etc/redis/fence || echo 0)))
  if [ "$lived" -lt 60 ]; then exits=$((exits + 1)); else exits=0; fi
  rm -f /etc/redis/redis-exits
  [ "$exits" = 0 ] || (set -C; echo "$exits" >/etc/redis/redis-exits)
}

gone() {
  ! kill -0 "$1" 2>/dev/null
}

trap halt TERM PWR INT
trap : CHLD
begin redis pause
redis=$! redis_doing=$doing
begin sentinel pause
sentinel=$! sentinel_doing=$doing

while :; do
  if gone "$redis"; then
    [ "$redis_doing" = pause ] || count_exit
    begin redis "$redis_doing"
    redis=$! redis_doing=$doing
  fi
  if gone "$sentinel"; then
    begin sentinel "$sentinel_doing"
    sentinel=$! sentinel_doing=$doing
  fi
  # A child that ends while this loop looks may be missed: the beat lets it look again.
  if [ -z "$beat" ] || gone "$beat"; then
    sleep 10 &
    beat=$!
  fi
  # Returns at any child's end.
  wait
done
`;
