/**
 * After a reload old workers keep their connections, as long as those last, and check nobody any more. Until the last of them has
 * ended, sessions are cut in them too with each member that the new worker marks down. They refuse `shutdown sessions server`
 * ("Proxy is disabled"), so each session is named. Shell, with $run set: the order `drain` of the loading script.
 */
export const haproxyDrain = `master() {
  printf '%s\\n' "$1" | timeout 3 socat -t3 - "UNIX-CONNECT:$run/master.sock"
}

old_workers() {
  awk '/^#/ { old = /old workers/ } old && $2 == "worker" { print $1 }'
}

# Found down by a check: not just never checked yet.
down_servers() {
  awk -F, '$1 ~ /^redis[.]/ && $18 ~ /^DOWN/ && $37 ~ /L[467]/ { print $1 "/" $2 }'
}

cut_sessions() { # WORKER SERVER...
  worker=$1
  shift
  master "@!$worker show sess" | awk -v worker="$worker" -v servers="$*" '
    BEGIN { split(servers, names, " "); for (i in names) doomed[names[i]] = 1 }
    {
      proxy = server = ""
      for (i = 2; i <= NF; i++) if ($i ~ /^be=/) proxy = substr($i, 4); else if ($i ~ /^srv=/) server = substr($i, 5)
      if (!((proxy "/" server) in doomed)) next
      sub(/:$/, "", $1)
      printf "@!%s shutdown session %s;", worker, $1
      if (++count % 50 == 0) print ""
    }
    END { print "" }' | while read -r orders; do [ -z "$orders" ] || master "$orders"; done
}

drain() {
  known='' idle=0
  while sleep 1; do
    processes=$(master 'show proc') || continue
    workers=$(printf '%s\\n' "$processes" | old_workers)
    if [ -z "$workers" ]; then
      # The new worker takes a moment to be there, and the old one to be called old.
      idle=$((idle + 1))
      [ "$idle" -lt 5 ] || exit 0
      continue
    fi
    idle=0
    stats=$(printf 'show stat\\n' | timeout 3 socat -t3 - "UNIX-CONNECT:$run/admin.sock") || continue
    down=$(printf '%s\\n' "$stats" | down_servers)
    fresh=''
    for server in $down; do
      case " $known " in *" $server "*) ;; *) fresh="$fresh $server" ;; esac
    done
    # shellcheck disable=SC2086 # a word a server
    [ -z "$fresh" ] || for worker in $workers; do cut_sessions "$worker" $fresh; done
    # shellcheck disable=SC2086,SC2116 # on one line
    known=$(echo $down)
  done
}

if [ "$1" = drain ]; then
  [ -S "$run/master.sock" ] || exit 0
  exec 9>"$run/drain.lock"
  # Not as redirections of the function: dash would keep what was open before beside them, and whoever reads that would wait.
  if flock -n 9; then (exec </dev/null >/dev/null 2>&1 && drain) & fi
  exit 0
fi`;
