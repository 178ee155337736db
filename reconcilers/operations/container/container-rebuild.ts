import { folders, markers } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { dataFolder } from '../../../renderers/redis/redis-conf.ts';
import type { ActionOf } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import type { HostOperation } from '../operation.ts';
import { rebuildOpenvz } from './container-rebuild-openvz.ts';
import { startContainer } from './container-run.ts';

/**
 * Gives a member another root, made of a template's image, with the data of the former one. Its directory `conf` stays, and Sentinel's identity
 * with it. The new root is complete, in a draft beside the member's, before anything is replaced; the data are copied while the container is
 * stopped, in mounts that end with the command. Then one rename replaces the root, and another one the identity, which names the template. From
 * the first to the second the draft's identity is the true one (directories-script.ts). The former root is kept under another name; the marker
 * says since when. Whatever fails, the container is started again, from the root that it has.
 */
export const containerRebuild: HostOperation<ActionOf<'container-rebuild'>> = {
  via: 'host',
  seconds: 900,
  host: ({ host }) => host,
  script: (action) => (action.openvz ? rebuildOpenvz(action, action.openvz) : rebuildLxc(action)),
  describe: ({ name }) => `rebuild container ${name} from the template, with its data`,
  settleMs: 10_000,
};

function rebuildLxc({ name, folder, image, bytes, uid, gid, identity }: ActionOf<'container-rebuild'>): Script {
  return lines([
    sh`name=${name} folder=${folder} image=${image} bytes=${bytes} uid=${uid} gid=${gid} data=${dataFolder}`,
    sh`draft=${`${folder}/${rebuildDraft}`} root=${`${folder}/rootfs.img`} former=${`${folder}/${formerRoot}`} mark=${`${folder}/marks/${markers.former}`}`,
    sh`points=${`${folders.runtime}/rebuild`} digest=${/@([0-9a-f]{64})\.img$/.exec(image)?.[1] ?? ''}`,
    fixed(prepare),
    writeFile({ ...identity, path: `${folder}/${rebuildDraft}/${identity.path}` }),
    fixed(replace),
  ]);
}

/** In a member's directory: what its new root is prepared in, and the root that it had before. */
export const rebuildDraft = '.rebuild';
export const formerRoot = 'rootfs.former';

// The container's own root could have made links in its file system, which would lead root of the host elsewhere.
const copyData = `mount -t ext4 -o loop,nosuid,nodev,noexec "$1" "$3"
mount -t ext4 -o loop,nosuid,nodev,noexec "$2" "$4"
for path in "$3/var" "$3/var/lib" "$3$5" "$4/var" "$4/var/lib" "$4$5"; do
  if [ -L "$path" ]; then echo "$path is a link; nothing is copied through it" >&2; exit 1; fi
done
mkdir -p "$4$5"
if [ -d "$3$5" ]; then cp -a "$3$5/." "$4$5/"; fi
chown -Rh "$6:$7" "$4$5"
umount "$4"
umount "$3"`;

const prepare = `start() {
${startContainer}
}
# A run before this one may have been ended between the two renames.
if [ -f "$draft/identity" ] && ! [ -e "$draft/rootfs.img" ]; then mv -f -- "$draft/identity" "$folder/identity"; fi
if grep -qF -e " template=$digest " "$folder/identity"; then
  rm -rf -- "$draft"
  (start)
  exit
fi
[ -f "$root" ] || { echo "$name has no $root" >&2; exit 1; }
[ -f "$image" ] || { echo "$image is gone; the next pass observes it again" >&2; exit 1; }
rm -f -- "$draft/identity"
rm -rf --one-file-system -- "$draft"
# The copy is as large as the image and the data: at most as the root is now, and the image.
needs=$(($(du -k -- "$root" | cut -f 1) + $(du -k -- "$image" | cut -f 1)))
free=$(df -Pk -- "$folder" | awk 'NR == 2 { print $4 }')
[ "$free" -ge "$needs" ] || { echo "$folder has $((free / 1024)) MiB of space left, and the new root needs up to $((needs / 1024)) MiB beside the former one: free some (apply --prune removes former roots whose time is over), or give the host a larger disk" >&2; exit 1; }
mkdir -m 0700 -- "$draft"
cp --sparse=always -- "$image" "$draft/rootfs.img"
tune2fs -U random "$draft/rootfs.img" </dev/null >/dev/null
truncate -s "$bytes" -- "$draft/rootfs.img"
resize2fs "$draft/rootfs.img" </dev/null >/dev/null 2>&1
trap '(start)' EXIT
trap 'exit 1' HUP INT TERM
timeout 60 lxc-stop -n "$name" -t 20 </dev/null >/dev/null 2>&1 || :
timeout 25 lxc-wait -n "$name" -s STOPPED -t 20 || :
state=$(timeout 10 lxc-info -n "$name" -s -H)
[ "$state" = STOPPED ] || { echo "$name could not be stopped (LXC reports $state)" >&2; exit 1; }
# Its file system is unmounted when its last process is gone. Two loop devices on one image would corrupt it.
tries=0
while [ -n "$(losetup -n -O NAME -j "$root")" ]; do
  tries=$((tries + 1))
  [ "$tries" -le 100 ] || { echo "$root is still in use" >&2; exit 1; }
  sleep 0.2
done
mkdir -p "$points/from" "$points/to"
# shellcheck disable=SC2016 # expanded by the inner shell
timeout 700 unshare -m sh -euc '${copyData}' copy "$root" "$draft/rootfs.img" "$points/from" "$points/to" "$data" "$uid" "$gid" </dev/null`;

const replace = `sync -- "$draft/rootfs.img" "$draft/identity" "$draft"
date +%s >"$mark.new"
sync -- "$mark.new"
mv -f -- "$mark.new" "$mark"
ln -f -- "$root" "$former"
mv -f -- "$draft/rootfs.img" "$root"
mv -f -- "$draft/identity" "$folder/identity"
sync -- "$folder"
rm -rf -- "$draft"
trap - EXIT
(start)`;
