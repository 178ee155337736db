/**
 * Shell functions of the fence that stay when its shell has become Redis: `watch PID PRIORITY` ends with it.
 * `.complete`, and a priority above 0, say that the whole data set is on this disk. A full synchronisation takes both away: the
 * disk holds older data until it is through, with an append-only file until that was written anew; then both come back.
 * One that came with whole data and reaches no master for \`patience\` is made electable as it is: the master that answered
 * when it was started may never come up, and with it the tenant.
 */
export const watch = `# Looks every second until what Redis was started for is reached, then every three.
watch() {
  settled=no raised=no
  if [ "$2" != 0 ]; then settled=yes raised=yes; fi
  alone=$(uptime_seconds)
  while if [ "$settled" = yes ]; then sleep 3; else sleep 1; fi && kill -0 "$1" 2>/dev/null; do look; done
}

look() {
  answer=$(say "$me" "$port" ROLE 'INFO persistence')
  # shellcheck disable=SC2086 # one reply a word
  set -- $answer
  case \${1:-}:\${2:-}:\${5:-} in
    OK:slave:sync) ;;
    OK:*) note_aof ;;
  esac
  case \${1:-}:\${2:-}:\${5:-} in
    OK:slave:connect | OK:slave:connecting | OK:slave:handshake)
      # While it loads its own data it would be promoted in vain.
      case $answer in *loading:1*) alone=$(uptime_seconds) ;; esac
      forsaken
      return
      ;;
    OK:slave:sync) outdated ;;
    OK:slave:connected | OK:master:*)
      if on_disk; then
        whole
      elif [ "$settled" = no ]; then
        # A synchronisation may be over before it is seen: the file that is written after it is seen.
        outdated
      fi
      ;;
    *) return ;;
  esac
  alone=$(uptime_seconds)
}

# The master that it was started for never came up, and its own data are as whole as they were: somebody has to be promoted.
forsaken() {
  if [ "$had" = no ] || [ "$raised" = yes ] || [ $(($(uptime_seconds) - alone)) -lt "$patience" ]; then return; fi
  raise ELECTABLE && raised=yes
}

outdated() {
  settled=no raised=no had=no
  rm -f "$data/COMPLETE"
  raise 0
}

whole() {
  settled=yes had=yes
  if ! [ -e "$data/COMPLETE" ]; then touch "$data/COMPLETE" || settled=no; fi
  if [ "$raised" = no ]; then raise ELECTABLE && raised=yes || settled=no; fi
}

raise() {
  say "$me" "$port" "CONFIG SET replica-priority $1" >/dev/null
}

# Nothing that it holds waits for a first append-only file; the file of a full synchronisation without one is there by then.
on_disk() {
  case $answer in
    *aof_enabled:0*) return 0 ;;
    *aof_rewrite_in_progress:1* | *aof_rewrite_scheduled:1* | *aof_last_bgrewrite_status:err*) return 1 ;;
    *aof_enabled:1*) return 0 ;;
    *) return 1 ;;
  esac
}`;
