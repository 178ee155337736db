/**
 * Shell functions of the notify script: how a VRRP master leaves the address to the other proxy. While the file PAIR.yield exists, the check
 * of keepalived fails, so that this host is in FAULT and does not have the address itself. Only then can it try the address as a client
 * does. The process that wrote the file removes it as soon as this host may take the address again.
 */
export const yielding = `yield=$states/$me.yield
# Seconds since the boot, because the clock may be set.
uptime() {
  read -r up _ </proc/uptime
  echo "\${up%.*}"
}

# Whether FILE is absent, or was written so many seconds ago.
older() { # FILE SECONDS
  read -r at <"$1" || return 0
  [ $(($(uptime) - at)) -ge "$2" ]
} 2>/dev/null

# One retake in two minutes, unless the two hear each other again in between: it undoes a late call of a former master. A second
# one would be a contest of two masters that do not hear each other.
may_retake() {
  older "$states/$me.retaken" 120 || return 1
  uptime >"$states/$me.retaken"
}

# The two hear each other: what is counted begins again.
forget() {
  rm -f "$states/$me.retaken" "$states/$me.times"
}

# After a packet of the other one: it does not send any more, so that it has heard this one and become backup.
reunited() {
  heard || forget
}

# This host cannot bring the address to itself: the other one may be able to, if it is there. Otherwise this one goes on.
offer() {
  [ -n "$peer" ] && [ "$event" != RETRY ] && older "$states/$me.offered" 30 || return 0
  refusal=$why
  if metadata_token && shown; then return 0; fi
  reached "$peer"
  [ $? != 1 ] || return 0
  uptime >"$states/$me.offered"
  outcome failed "$refusal"
  yield move "$refusal"
}

yield() { # split | move, WHY, SINCE
  exec 7>&-
  cause=$1
  printf '%s %s %s %s %s\\n' "$1" "\${3:-$(date +%s)}" "$began" "$pid" "$2" >"$yield.$$"
  mv -f "$yield.$$" "$yield"
  note "leaving $vip to the other proxy: $2"
  stand_by
}

yields() {
  read -r _ _ began_known pid_known _ <"$yield" && [ "$began_known $pid_known" = "$began $pid" ]
} 2>/dev/null

resume() {
  note "no longer leaving $vip to the other proxy: $1"
  rm -f "$yield"
  exit 0
}

# After each time that it took the address from a proxy that could not be reached, it waits twice as long.
stand_by() {
  from=$(uptime) tries=0 points=0 times=0 rounds=0
  [ -r "$states/$me.times" ] && read -r times <"$states/$me.times"
  while sleep 0.3 && yields; do
    if on_device; then
      # keepalived removes it as soon as it is in FAULT. Somebody else may have added it, with any prefix.
      read -r state _ <"$states/$me"
      [ "$state" = MASTER ] || drop_address "$vip"
      continue
    fi
    if heard; then resume 'the other proxy is heard'; fi
    # Routes are asked for less often: each time is a call of EC2.
    rounds=$((rounds + 1))
    if [ -z "$tables" ] || [ $((rounds % 10)) = 0 ]; then
      if metadata_token && shown; then resume "$vip is on $interface"; fi
    fi
    if [ "$cause" = move ]; then
      [ $(($(uptime) - from)) -lt 8 ] || resume 'the other proxy has not taken it'
      continue
    fi
    weigh
    [ "$points" -ge $((30 << times)) ] || continue
    [ "$times" -ge 4 ] || times=$((times + 1))
    echo "$times" >"$states/$me.times"
    uptime >"$states/$me.retaken"
    resume 'the other proxy does not serve it'
  done
  exit 0
}

# What speaks for it that the other proxy is dead: ten points if EC2 or its host says so, one if it cannot be reached at all.
weigh() {
  tries=$((tries + 1))
  reached "$vip"
  case $? in
    0)
      # Or does something else have the address?
      points=0
      [ $((tries % 15)) != 0 ] && return
      ! keeps_not || points=1000
      ;;
    1)
      points=$((points + 1))
      reached "$peer"
      [ $? != 1 ] || keeps_not || return
      points=$((points + 9))
      ;;
    *) points=$((points + 1)) ;;
  esac
}
`;
