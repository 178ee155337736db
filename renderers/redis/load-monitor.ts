/**
 * Shell functions of the start guard that keep running beside Redis: `monitor PID PRIORITY` ends when Redis ends.
 * `.complete`, and a priority above 0, mean that the complete data set is on this disk. A full synchronization takes both away: the
 * disk has older data until it is done, with an append-only file until that is rewritten. Then both come back.
 * A replica that started with complete data and reaches no master for \`grace\` seconds becomes electable as it is: the master that answered
 * at its start may never come up, and then the tenant would have none.
 */
export const loadMonitor = `# Checks every second until Redis has reached its final state, then every three.
monitor() {
  settled=no raised=no
  if [ "$2" != 0 ]; then settled=yes raised=yes; fi
  alone=$(uptime_seconds)
  while if [ "$settled" = yes ]; then sleep 3; else sleep 1; fi && kill -0 "$1" 2>/dev/null; do check; done
}

check() {
  answer=$(say "$me" "$port" ROLE 'INFO persistence')
  # shellcheck disable=SC2086 # one word per reply
  set -- $answer
  case \${1:-}:\${2:-}:\${5:-} in
    OK:slave:sync) ;;
    OK:*) note_aof ;;
  esac
  case \${1:-}:\${2:-}:\${5:-} in
    OK:slave:connect | OK:slave:connecting | OK:slave:handshake)
      # While it loads its own data a promotion would fail.
      case $answer in *loading:1*) alone=$(uptime_seconds) ;; esac
      raise_without_master
      return
      ;;
    OK:slave:sync) mark_incomplete ;;
    OK:slave:connected | OK:master:*)
      if on_disk; then
        mark_complete
      elif [ "$settled" = no ]; then
        # A synchronization may be over before a check sees it. The rewrite of the file after it is seen.
        mark_incomplete
      fi
      ;;
    *) return ;;
  esac
  alone=$(uptime_seconds)
}

# Its master never came up, and its own data is still complete: some replica has to be promoted.
raise_without_master() {
  if [ "$had" = no ] || [ "$raised" = yes ] || [ $(($(uptime_seconds) - alone)) -lt "$grace" ]; then return; fi
  set_priority ELECTABLE && raised=yes
}

mark_incomplete() {
  settled=no raised=no had=no
  rm -f "$data/COMPLETE"
  set_priority 0
}

mark_complete() {
  settled=yes had=yes
  if ! [ -e "$data/COMPLETE" ]; then touch "$data/COMPLETE" || settled=no; fi
  if [ "$raised" = no ]; then set_priority ELECTABLE && raised=yes || settled=no; fi
}

set_priority() {
  say "$me" "$port" "CONFIG SET replica-priority $1" >/dev/null
}

# All data is in a file: no first append-only file is being written. Without one, the RDB of the full synchronization exists by now.
on_disk() {
  case $answer in
    *aof_enabled:0*) return 0 ;;
    *aof_rewrite_in_progress:1* | *aof_rewrite_scheduled:1* | *aof_last_bgrewrite_status:err*) return 1 ;;
    *aof_enabled:1*) return 0 ;;
    *) return 1 ;;
  esac
}`;
