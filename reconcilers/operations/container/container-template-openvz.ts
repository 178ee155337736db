import { folders } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { templateCache } from '../../facts/container/template.ts';
import type { ActionOf } from '../actions.ts';
import { engineFunctions } from './template-engine.ts';

/**
 * Copies the tarball to vzctl's template cache, under its name, and records its facts in our state directory. A template of that name that
 * was not copied there by us is foreign, unless its content is the same.
 */
export function templateOpenvz({ name, tarball, digest }: ActionOf<'container-template'>): Script {
  return lines([
    sh`folder=${`${folders.state}/templates`} name=${name} tarball=${tarball} digest=${digest} cache=${templateCache(name, tarball)}`,
    engineFunctions,
    fixed(installTarball),
  ]);
}

// Minimum size of a member's disk: the unpacked size, a quarter more for the file system's own tables, and 64 MiB.
const installTarball = `mkdir -p "$folder" "\${cache%/*}"
list=$folder/.$name.list
stat=$(stat -Lc '%s %.9Y' -- "$tarball")
sum=$(sha256sum <"$tarball")
if [ "\${sum%% *}" != "$digest" ]; then
  echo "$tarball changed since it was observed (now \${sum%% *}); the next pass observes it again" >&2
  exit 1
fi
ours=''
for facts in "$folder/$name@"*.facts; do [ ! -f "$facts" ] || ours=yes; done
if [ -e "$cache" ] && [ -z "$ours" ] && ! cmp -s -- "$tarball" "$cache"; then
  echo "$cache exists already, differs, and is not managed here: use another name in spec.runtime.template.name" >&2
  exit 1
fi
tar --numeric-owner -tvf "$tarball" >"$list"
at() { awk -v name="$1" '{ path = $6; sub(/^\\.\\//, "", path) } path == name || path == "usr/" name { print $6; exit }' "$list"; }
there() { [ -n "$(at "$1")" ]; }
content() { # PATH
  path=$(at "$1")
  [ -z "$path" ] || tar -xOf "$tarball" "$path"
}
engine=$(engine_of) || { rm -f -- "$list"; exit 1; }
ids=$(content etc/passwd | ids_of "$engine")
check_needs "$engine" || { rm -f -- "$list"; exit 1; }
# Its programs cannot be asked before it is unpacked.
version=$(content var/lib/dpkg/status | packaged "$engine")
bytes=$(awk '{ sum += $3 } END { printf "%d\\n", sum * 5 / 4 + 67108864 }' "$list")
rm -f -- "$list"
if ! cmp -s -- "$tarball" "$cache"; then
  cp -- "$tarball" "$cache.new"
  chmod 0644 "$cache.new"
  sync -- "$cache.new"
  mv -f -- "$cache.new" "$cache"
fi
printf '%s %s %s %s %s %s\\n' "$digest" "$stat" "$ids" "$bytes" "$(stat -Lc '%s %.9Y' -- "$cache")" "\${version:+$engine }\${version:--}" >"$folder/.$name.facts"
sync -- "$folder/.$name.facts"
mv -f -- "$folder/.$name.facts" "$folder/$name@$digest.facts"
for old in "$folder/$name@"*; do
  case $old in "$folder/$name@$digest".*) ;; *) rm -f -- "$old" ;; esac
done`;
