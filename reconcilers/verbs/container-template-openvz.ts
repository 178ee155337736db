import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import { folders } from '../marks.ts';
import { templateCache } from '../questions/template.ts';
import type { ActionOf } from './index.ts';

/**
 * Puts the tarball where vzctl looks for templates, under its name, and writes beside our state what it was like. One of that name that we
 * did not put there is somebody else's, unless it is the same.
 */
export function templateOpenvz({ name, tarball, digest }: ActionOf<'container-template'>): Script {
  return lines([
    sh`folder=${`${folders.state}/templates`} name=${name} tarball=${tarball} digest=${digest} cache=${templateCache(name, tarball)}`,
    fixed(place),
  ]);
}

// What a member's disk needs at least: the unpacked size, a quarter more for the file system's own tables, and room.
const place = `mkdir -p "$folder" "\${cache%/*}"
list=$folder/.$name.list
stat=$(stat -Lc '%s %.9Y' -- "$tarball")
sum=$(sha256sum <"$tarball")
if [ "\${sum%% *}" != "$digest" ]; then
  echo "$tarball changed while it was being looked at (now \${sum%% *}); the next pass looks again" >&2
  exit 1
fi
ours=''
for facts in "$folder/$name@"*.facts; do [ ! -f "$facts" ] || ours=yes; done
if [ -e "$cache" ] && [ -z "$ours" ] && ! cmp -s -- "$tarball" "$cache"; then
  echo "$cache is there already, is another, and not ours: give the template another name in spec.runtime.template.name" >&2
  exit 1
fi
tar --numeric-owner -tvf "$tarball" >"$list"
at() { awk -v name="$1" '{ path = $6; sub(/^\\.\\//, "", path) } path == name || path == "usr/" name { print $6; exit }' "$list"; }
passwd=$(at etc/passwd)
ids=''
[ -z "$passwd" ] || ids=$(tar -xOf "$tarball" "$passwd" | awk -F: '$1 == "redis" { print $3, $4 }')
for need in bin/sh usr/bin/redis-server usr/bin/redis-sentinel usr/bin/redis-cli; do
  if [ -z "$ids" ] || [ -z "$(at "$need")" ]; then
    echo "$tarball is no template for members: user redis or /$need is not in it; put a right one there" >&2
    rm -f -- "$list"
    exit 1
  fi
done
bytes=$(awk '{ sum += $3 } END { printf "%d\\n", sum * 5 / 4 + 67108864 }' "$list")
rm -f -- "$list"
if ! cmp -s -- "$tarball" "$cache"; then
  cp -- "$tarball" "$cache.new"
  chmod 0644 "$cache.new"
  sync -- "$cache.new"
  mv -f -- "$cache.new" "$cache"
fi
printf '%s %s %s %s %s\\n' "$digest" "$stat" "$ids" "$bytes" "$(stat -Lc '%s %.9Y' -- "$cache")" >"$folder/.$name.facts"
sync -- "$folder/.$name.facts"
mv -f -- "$folder/.$name.facts" "$folder/$name@$digest.facts"
for old in "$folder/$name@"*; do
  case $old in "$folder/$name@$digest".*) ;; *) rm -f -- "$old" ;; esac
done`;
