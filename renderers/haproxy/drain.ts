/**
 * After a reload, old workers keep their connections until those end, and run no checks. Until the last old worker has ended, this script
 * also shuts down its sessions with each member whose sessions the new worker ends. Old workers reject `shutdown sessions server`
 * ("Proxy is disabled"), so sessions are shut down one by one. Shell, with $run set: the command `drain` of the loader script.
 */
export const haproxyDrain = `master() {
  printf '%s\\n' "$1" | timeout 3 socat -t3 - "UNIX-CONNECT:$run/master.sock"
}

old_workers() {
  awk '/^#/ { old = /old workers/ } old && $2 == "worker" { print $1 }'
}

# Backends of members that must have no clients, by a check, as opposed to not checked yet.
closed_backends() {
  awk -F, '$1 ~ /^redis[.]/ && $2 ~ /[.](denied|lost)$/ && $18 ~ /^UP/ && $37 ~ /OK/ { print $1 }' | sort -u
}

cut_sessions() { # WORKER BACKEND...
  worker=$1
  shift
  master "@!$worker show sess" | awk -v worker="$worker" -v backends="$*" '
    BEGIN { split(backends, names, " "); for (i in names) closing[names[i]] = 1 }
    {
      proxy = server = ""
      for (i = 2; i <= NF; i++) if ($i ~ /^be=/) proxy = substr($i, 4); else if ($i ~ /^srv=/) server = substr($i, 5)
      # Workers of an earlier version have one backend for all members of a tenant.
      if (!(proxy in closing) && !((proxy "." server) in closing)) next
      sub(/:$/, "", $1)
      printf "@!%s shutdown session %s;", worker, $1
      if (++count % 50 == 0) print ""
    }
    END { print "" }' | while read -r commands; do [ -z "$commands" ] || master "$commands"; done
}

drain() {
  known='' idle=0
  while sleep 1; do
    processes=$(master 'show proc') || continue
    workers=$(printf '%s\\n' "$processes" | old_workers)
    if [ -z "$workers" ]; then
      # It takes a moment until the new worker is listed, and the old one is listed as old.
      idle=$((idle + 1))
      [ "$idle" -lt 5 ] || exit 0
      continue
    fi
    idle=0
    stats=$(printf 'show stat\\n' | timeout 3 socat -t3 - "UNIX-CONNECT:$run/admin.sock") || continue
    closed=$(printf '%s\\n' "$stats" | closed_backends)
    newly_closed=''
    for backend in $closed; do
      case " $known " in *" $backend "*) ;; *) newly_closed="$newly_closed $backend" ;; esac
    done
    # shellcheck disable=SC2086 # one word per backend
    [ -z "$newly_closed" ] || for worker in $workers; do cut_sessions "$worker" $newly_closed; done
    # shellcheck disable=SC2086,SC2116 # on one line
    known=$(echo $closed)
  done
}

if [ "$1" = drain ]; then
  [ -S "$run/master.sock" ] || exit 0
  exec 9>"$run/drain.lock"
  # Redirections of the function itself would not do: dash keeps the original descriptors open, and their reader would wait.
  if flock -n 9; then (exec </dev/null >/dev/null 2>&1 && drain) & fi
  exit 0
fi`;
