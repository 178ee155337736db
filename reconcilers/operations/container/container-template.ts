import { folders } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { templateImage } from '../../facts/container/template.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';
import { templateOpenvz } from './container-template-openvz.ts';
import { askEngine, engineFunctions } from './template-engine.ts';

/**
 * Unpacks the tarball, makes an ext4 image of it, and renames that once it is complete and on disk. An interrupted preparation leaves a
 * draft, which the next one removes first. Images of other digests are deleted: members are copies, so nothing depends on them.
 */
export const containerTemplate: HostOperation<ActionOf<'container-template'>> = {
  via: 'host',
  seconds: 300,
  host: ({ host }) => host,
  script: (action) => (action.runtime === 'openvz' ? templateOpenvz(action) : templateLxc(action)),
  describe: ({ name, tarball }) => `prepare template ${name} from ${tarball}`,
  settleMs: 5_000,
};

function templateLxc({ name, tarball, digest }: ActionOf<'container-template'>): Script {
  return lines([
    sh`folder=${`${folders.state}/templates`} tarball=${tarball} digest=${digest} name=${name}`,
    sh`image=${templateImage(name, digest)}`,
    engineFunctions,
    fixed(prepareImage),
  ]);
}

// Size of the image: the content, a quarter more for the file system's own tables, and 64 MiB. A member's copy is then grown.
const prepareImage = `draft=$folder/.$name.draft
mkdir -p "$folder"
rm -rf -- "$draft"
mkdir -- "$draft" "$draft/root"
stat=$(stat -Lc '%s %.9Y' -- "$tarball")
sum=$(sha256sum <"$tarball")
if [ "\${sum%% *}" != "$digest" ]; then
  echo "$tarball changed since it was observed (now \${sum%% *}); the next pass observes it again" >&2
  exit 1
fi
tar -C "$draft/root" --numeric-owner --xattrs --xattrs-include='*' -xf "$tarball"
# As a member has it: its own user must get in.
chmod 0755 "$draft/root"
there() { [ -e "$draft/root/$1" ] || [ -L "$draft/root/$1" ]; }
engine=$(engine_of) || { rm -rf -- "$draft"; exit 1; }
ids=$(ids_of "$engine" <"$draft/root/etc/passwd")
check_needs "$engine" || { rm -rf -- "$draft"; exit 1; }
version=$(${askEngine})
[ -n "$version" ] || version=$(packaged "$engine" <"$draft/root/var/lib/dpkg/status" 2>/dev/null) || version=''
mkdir -p "$draft/root/etc/redis"
kib=$(du -sk -- "$draft/root")
kib=\${kib%%[!0-9]*}
mke2fs -q -t ext4 -b 4096 -m 0 -d "$draft/root" "$draft/image" "$((kib * 5 / 4 + 65536))k" </dev/null
printf '%s %s %s %s\\n' "$digest" "$stat" "$ids" "\${version:+$engine }\${version:--}" >"$draft/facts"
sync -- "$draft/image" "$draft/facts"
mv -f -- "$draft/facts" "\${image%.img}.facts"
mv -f -- "$draft/image" "$image"
rm -rf -- "$draft"
for old in "$folder/$name@"*; do
  case $old in "\${image%.img}".*) ;; *) rm -f -- "$old" ;; esac
done`;
