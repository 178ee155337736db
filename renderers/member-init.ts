import { header } from './header.ts';
import { joined, type Text } from './text.ts';

/**
 * PID 1 of a member's container: /etc/redis/init, run by /bin/sh (dash). The same for every tenant. It runs /etc/redis/redis-run and
 * /etc/redis/sentinel-run while they are there, looks again one second after one has ended, reaps what is orphaned, and on SIGTERM
 * (or SIGPWR) stops Redis, then Sentinel. One process watches both: there is nobody in between who could be lost.
 */
export function memberInit(): Text {
  return joined(['#!/bin/sh\n', header, source]);
}

const source = `set -u
cd /
# As many files as the host lets it: Redis takes one a client, and lowers maxclients where it gets fewer.
# shellcheck disable=SC3045 # every sh of Debian has them
ulimit -n "$(ulimit -H -n)"
redis='' sentinel='' beat=''

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
