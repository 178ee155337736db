import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { saidFunction } from './last-words-script.ts';

/** Lists the members in a directory: lines of fields separated by tabs, the last field free text. */
export function membersScript(root: string): Script {
  return lines([sh`cd ${root} 2>/dev/null || exit 44`, fixed(listing.replace('SAID', () => saidFunction))]);
}

// A container is recognized by its /etc/redis, which is the member's conf directory with every runtime that bind-mounts it. Its user redis
// can create links there, which would lead root out of the container, and names that would read as lines of this listing. Such files are
// ignored.
const listing = String.raw`plain() {
  case $1 in *[!A-Za-z0-9._/-]*) return 1 ;; esac
  [ -f "$1" ] && ! [ -L "$1" ]
}
inside=$(stat -Lc '%d:%i %n' /proc/[0-9]*/root/etc/redis 2>/dev/null)
data() {
  kind=empty
  for file in "$1"/*.rdb "$1"/appendonlydir/*; do
    if [ -s "$file" ]; then kind=partial; fi
  done
  if [ -e "$1/.complete" ] && { [ -s "$1/dump.rdb" ] || [ -s "$1/appendonlydir/appendonly.aof.manifest" ]; }; then kind=complete; fi
  printf 'data\t%s\t%s\t%s\n' "$2" "$kind" "$(stat -f -c '%S %b %a' "$1" 2>/dev/null)"
}
process() {
  read -r line 2>/dev/null <"/proc/$1/stat" || return 0
  case $line in
    *'(redis-server)'* | *'(redis-sentinel)'* | *'(valkey-server)'* | *'(valkey-sentinel)'*) printf 'process\t%s\t%s\n' "$2" "$line" ;;
  esac
}
# The last message of one server, without anything that may be a secret. The start guard and both servers write to the same log.
last_message() { # FILE ROLES
  [ -f "$1" ] || return 0
  tail -c 16384 "$1" | tr -d '\r' | awk -v own="^[0-9]+:[$2] " '
    $0 ~ own { sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ /, ""); if (tolower($0) !~ /pass|auth|user|acl/) last = $0; next }
    /^>>> / { line = tolower($0) ~ /pass|auth|user|acl/ ? ">>> (a line with a secret)" : $0; pending = 1; next }
    pending { last = line " " $0; pending = 0 }
    END { gsub(/[^ -~]/, "?", last); print substr(last, 1, 300) }'
}
SAID# What the kernel has killed in the container for lack of memory since it was started: cgroup v2, v1 (Linux 4.13), OpenVZ 6.
kills() { # NAME PID
  file='' key=oom_kill
  while IFS=: read -r _ controllers path; do
    case ,$controllers, in
      ,,) [ -n "$file" ] || file=/sys/fs/cgroup$path/memory.events ;;
      *,memory,*) file=/sys/fs/cgroup/memory$path/memory.oom_control ;;
    esac
  done <"/proc/$2/cgroup"
  beans=/proc/$2/root/proc/user_beancounters
  if [ -f "$beans" ]; then file=$beans key=oomguarpages; fi
  # The last number of the line: the count, or failcnt.
  while read -r word rest; do
    [ "$word" != "$key" ] || { printf 'kills\t%s\t%s\n' "$1" "${'$'}{rest##* }"; break; }
  done <"$file"
}
exits() {
  conf=$1/conf
  # redis.conf is newer: the fault may be fixed.
  if ! plain "$conf/redis-exits" || [ "$conf/redis.conf" -nt "$conf/redis-exits" ]; then return; fi
  read -r times <"$conf/redis-exits" && printf 'exits\t%s\t%s\t%s\n' "$1" "$times" "$(last_message "$1/console.log" CMS)"
}
sentinel_exits() {
  conf=$1/conf
  if ! plain "$conf/sentinel-starts" || [ "$conf/sentinel.conf" -nt "$conf/sentinel-starts" ]; then return; fi
  read -r starts <"$conf/sentinel-starts" && printf 'sentinel-exits\t%s\t%s\t%s\n' "$1" "$((starts - 1))" "$(last_message "$1/console.log" X)"
}
for folder in */; do
  name=${'$'}{folder%/}
  [ -d "$name/conf" ] || continue
  printf 'member\t%s\t-\n' "$name"
  for mark in "$name"/marks/*; do
    if [ -f "$mark" ] && read -r value <"$mark"; then printf 'mark\t%s\t%s\t%s\n' "$name" "${'$'}{mark##*/}" "$value"; fi
  done
  if plain "$name/conf/start-guard" && read -r status <"$name/conf/start-guard"; then printf 'start-guard\t%s\t%s\n' "$name" "$status"; fi
  exits "$name" || :
  (sentinel_exits "$name") 2>/dev/null || :
  said "$name" || :
  here=$(stat -Lc '%d:%i' "$name/conf")
  seen=''
  while read -r where path; do
    [ "$where" = "$here" ] || continue
    pid=${'$'}{path#/proc/}
    pid=${'$'}{pid%%/*}
    if [ -z "$seen" ] && [ -d "/proc/$pid/root/var/lib" ]; then seen=yes && data "/proc/$pid/root/var/lib/redis" "$name"; kills "$name" "$pid" 2>/dev/null || :; fi
    process "$pid" "$name"
  done <<END
$inside
END
done
set --
for file in */conf/*; do if plain "$file"; then set -- "$@" "$file"; fi; done
[ $# -gt 0 ] || exit 0
stat -c 'file	%n	%a' "$@" 2>/dev/null
set --
for file in */conf/redis-run */conf/sentinel-run */conf/auth; do if plain "$file"; then set -- "$@" "$file"; fi; done
if [ $# -gt 0 ]; then sha256sum "$@" | while read -r sum file; do printf 'sum\t%s\t%s\n' "$file" "$sum"; done; fi
set --
for file in */conf/redis.conf */conf/sentinel.conf; do if plain "$file"; then set -- "$@" "$file"; fi; done
[ $# -gt 0 ] || exit 0
# Lines that may hold a secret are not read here.
awk '!/^[ \t]*(#|$)/ && tolower($1) !~ /pass|auth|user|acl/ && !(tolower($1) ~ /sentinel/ && tolower($2) ~ /pass|auth|user/) { print "line\t" FILENAME "\t" $0 }' "$@"
# A line "user default on #SHA256" takes the place of requirepass.
awk 'tolower($1) == "user" && $2 == "default" { sums = ""; for (i = 3; i <= NF; i++) if ($i ~ /^#[0-9a-f]+$/) sums = sums (sums == "" ? "" : " ") substr($i, 2); if (sums != "") print "secret\t" FILENAME "\tuser\t" sums }' "$@"
grep -EHi '^(requirepass|masterauth|primaryauth|sentinel[[:space:]]+(auth-pass|sentinel-pass))[[:space:]]' "$@" | while IFS= read -r hit; do
  text=${'$'}{hit#*:}
  value=${'$'}{text##* }
  value=${'$'}{value#\"}
  value=${'$'}{value%\"}
  key=${'$'}{text%% *}
  # As Valkey writes it.
  if [ "$key" = primaryauth ]; then key=masterauth; fi
  if [ "$key" = sentinel ]; then key=${'$'}{text#* } key=${'$'}{key%% *}; fi
  sum=$(printf %s "$value" | sha256sum)
  printf 'secret\t%s\t%s\t%s\n' "${'$'}{hit%%:*}" "$key" "${'$'}{sum%% *}"
done`;
