import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import { folders } from '../marks.ts';
import { templateImage } from '../questions/template.ts';
import { templateOpenvz } from './container-template-openvz.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';

/**
 * Unpacks the tarball, puts it into an ext4 image, and gives that its name when it is whole and on disk: a preparation that is killed
 * leaves a draft, which the next one begins by removing. Images of other digests go: members are copies, nothing rests on them.
 */
export const containerTemplate: HostVerb<ActionOf<'container-template'>> = {
  via: 'host',
  seconds: 300,
  host: ({ host }) => host,
  script: (action) => (action.runtime === 'openvz' ? templateOpenvz(action) : templateLxc(action)),
  says: ({ name, tarball }) => `prepare template ${name} from ${tarball}`,
  settlesMs: 5_000,
};

function templateLxc({ name, tarball, digest }: ActionOf<'container-template'>): Script {
  return lines([
    sh`folder=${`${folders.state}/templates`} tarball=${tarball} digest=${digest} name=${name}`,
    sh`image=${templateImage(name, digest)}`,
    fixed(prepare),
  ]);
}

// In the image: the packed size, a quarter more for the file system's own tables, and room; a member's copy is then made larger.
const prepare = `draft=$folder/.$name.draft
mkdir -p "$folder"
rm -rf -- "$draft"
mkdir -- "$draft" "$draft/root"
stat=$(stat -Lc '%s %.9Y' -- "$tarball")
sum=$(sha256sum <"$tarball")
if [ "\${sum%% *}" != "$digest" ]; then
  echo "$tarball changed while it was being looked at (now \${sum%% *}); the next pass looks again" >&2
  exit 1
fi
tar -C "$draft/root" --numeric-owner --xattrs --xattrs-include='*' -xf "$tarball"
ids=$(awk -F: '$1 == "redis" { print $3, $4 }' "$draft/root/etc/passwd")
for need in bin/sh usr/bin/redis-server usr/bin/redis-sentinel usr/bin/redis-cli; do
  if [ -z "$ids" ] || ! [ -e "$draft/root/$need" ]; then
    echo "$tarball is no template for members: user redis or /$need is not in it; put a right one there" >&2
    rm -rf -- "$draft"
    exit 1
  fi
done
mkdir -p "$draft/root/etc/redis"
kib=$(du -sk -- "$draft/root")
kib=\${kib%%[!0-9]*}
mke2fs -q -t ext4 -b 4096 -m 0 -d "$draft/root" "$draft/image" "$((kib * 5 / 4 + 65536))k" </dev/null
printf '%s %s %s\\n' "$digest" "$stat" "$ids" >"$draft/facts"
sync -- "$draft/image" "$draft/facts"
mv -f -- "$draft/facts" "\${image%.img}.facts"
mv -f -- "$draft/image" "$image"
rm -rf -- "$draft"
for old in "$folder/$name@"*; do
  case $old in "\${image%.img}".*) ;; *) rm -f -- "$old" ;; esac
done`;
