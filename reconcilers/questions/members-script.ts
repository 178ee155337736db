import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';

/** The listing of the members under a folder; lines of fields between tabs, the last field free text. */
export function membersScript(root: string): Script {
  return lines([sh`cd ${root} 2>/dev/null || exit 44`, fixed(listing)]);
}

// A container is known by its /etc/redis being the member's conf folder: true for every runtime that bind-mounts it. Its user redis may
// make links in there, which would lead root out of the container, and names that would read as lines of this listing: such a file is
// as good as not there.
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
  printf 'data\t%s\t%s\n' "$2" "$kind"
}
process() {
  read -r line 2>/dev/null <"/proc/$1/stat" || return 0
  case $line in
    *'(redis-server)'* | *'(redis-sentinel)'*) printf 'process\t%s\t%s\n' "$2" "$line" ;;
  esac
}
# The last that Redis itself said, without what may be a secret. In between its fence and Sentinel speak.
last_words() {
  [ -f "$1" ] || return 0
  tail -c 16384 "$1" | tr -d '\r' | awk '
    /^[0-9]+:[CMS] / { sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ /, ""); if (tolower($0) !~ /pass|auth|user|acl/) last = $0; next }
    /^>>> / { line = tolower($0) ~ /pass|auth|user|acl/ ? ">>> (a line with a secret)" : $0; told = 1; next }
    told { last = line " " $0; told = 0 }
    END { gsub(/[^ -~]/, "?", last); print substr(last, 1, 300) }'
}
exits() {
  conf=$1/conf
  # Written since: what was wrong may be mended.
  if ! plain "$conf/redis-exits" || [ "$conf/redis.conf" -nt "$conf/redis-exits" ]; then return; fi
  read -r times <"$conf/redis-exits" && printf 'exits\t%s\t%s\t%s\n' "$1" "$times" "$(last_words "$1/console.log")"
}
for folder in */; do
  name=${'$'}{folder%/}
  [ -d "$name/conf" ] || continue
  printf 'member\t%s\t-\n' "$name"
  for mark in "$name"/marks/*; do
    if [ -f "$mark" ] && read -r value <"$mark"; then printf 'mark\t%s\t%s\t%s\n' "$name" "${'$'}{mark##*/}" "$value"; fi
  done
  if plain "$name/conf/fence" && read -r status <"$name/conf/fence"; then printf 'fence\t%s\t%s\n' "$name" "$status"; fi
  exits "$name" || :
  here=$(stat -Lc '%d:%i' "$name/conf")
  seen=''
  while read -r where path; do
    [ "$where" = "$here" ] || continue
    pid=${'$'}{path#/proc/}
    pid=${'$'}{pid%%/*}
    if [ -z "$seen" ] && [ -d "/proc/$pid/root/var/lib" ]; then seen=yes && data "/proc/$pid/root/var/lib/redis" "$name"; fi
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
# What may be a secret is not even looked at here.
awk '!/^[ \t]*(#|$)/ && tolower($1) !~ /pass|auth|user|acl/ && !(tolower($1) ~ /sentinel/ && tolower($2) ~ /pass|auth|user/) { print "line\t" FILENAME "\t" $0 }' "$@"
grep -EHi '^(requirepass|masterauth|sentinel[[:space:]]+(auth-pass|sentinel-pass))[[:space:]]' "$@" | while IFS= read -r hit; do
  text=${'$'}{hit#*:}
  value=${'$'}{text##* }
  value=${'$'}{value#\"}
  value=${'$'}{value%\"}
  key=${'$'}{text%% *}
  if [ "$key" = sentinel ]; then key=${'$'}{text#* } key=${'$'}{key%% *}; fi
  sum=$(printf %s "$value" | sha256sum)
  printf 'secret\t%s\t%s\t%s\n' "${'$'}{hit%%:*}" "$key" "${'$'}{sum%% *}"
done`;
