import { markers } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { diskKib, privateArea, vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import { dataFolder } from '../../../renderers/redis/redis-conf.ts';
import type { ActionOf, OpenvzRoot } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import { startVz } from './container-run-openvz.ts';
import { finishReplacing, formerArea } from './replaced-private-area.ts';
import { vzctl } from './vzctl.ts';

/**
 * Like container-rebuild.ts, with vzctl. It creates a private area only for a container that it does not know yet, so that the draft's has a
 * number of its own until the data are copied. Both are mounted by vzctl. A directory cannot be replaced by one rename: the former private area
 * gets another name, then the new one takes its place; a run that ends between the two is finished by the next start.
 */
export function rebuildOpenvz(action: ActionOf<'container-rebuild'>, { ctid, template }: OpenvzRoot): Script {
  const { name, folder, image, bytes, uid, gid, identity, draft } = { ...action, draft: `${action.folder}/.rebuild` };
  const drafted = `1${ctid}`;
  return lines([
    vzctl,
    sh`name=${name} folder=${folder} draft=${draft} private=${privateArea(folder)} former=${`${folder}/${formerArea}`} facts=${image.replace(/\.img$/, '.facts')}`,
    sh`ctid=${ctid} root=${`${vzPlaces.root}/${ctid}`} drafted=${drafted} point=${`${vzPlaces.root}/${drafted}`} conf=${`${vzPlaces.conf}/${drafted}.conf`}`,
    sh`template=${template} digest=${/@([0-9a-f]{64})\.img$/.exec(image)?.[1] ?? ''} disk=${diskKib(bytes)} data=${dataFolder} uid=${uid} gid=${gid} mark=${`${folder}/marks/${markers.former}`}`,
    fixed(`start() {\n  if is_mounted "$point"; then vz umount "$drafted" || :; fi\n${startVz}\n}`),
    fixed(functions),
    fixed(finishReplacing),
    fixed(prepare),
    writeFile({ ...identity, path: `${draft}/${identity.path}` }),
    fixed(replace),
  ]);
}

const functions = `is_mounted() {
  while read -r _ at _; do [ "$at" != "$1" ] || return 0; done </proc/mounts
  return 1
}
# Links in either file system may lead anywhere, since a container wrote them.
straight() { # ROOT
  for path in "$1/var" "$1/var/lib" "$1$data"; do
    if [ -L "$path" ]; then echo "$path is a link; nothing is copied through it" >&2; exit 1; fi
  done
}`;

const prepare = `if grep -qF -e " template=$digest " "$folder/identity"; then
  rm -rf --one-file-system -- "$draft"
  (start)
  exit
fi
[ -e "$private" ] || { echo "$name has no $private" >&2; exit 1; }
read -r current _ _ _ _ _ least _ <"$facts"
[ "$current" = "$digest" ] || { echo "the template changed since it was observed; the next pass observes it again" >&2; exit 1; }
# vzctl may have been ended before it saved where the draft is.
if [ -e "$conf" ] && ! grep -qxF -e "VE_PRIVATE=\\"$draft/private\\"" -- "$conf" && { [ ! -d "$draft" ] || grep -q '^VE_PRIVATE=' -- "$conf"; }; then
  echo "the root of $name is prepared as container $drafted, which exists already ($conf); give that one another number" >&2
  exit 1
fi
if is_mounted "$point"; then vz umount "$drafted"; fi
rm -f -- "$draft/identity" "$conf"
rm -rf --one-file-system -- "$draft"
needs=$(($(du -sk -- "$private" | cut -f 1) + least / 1024))
free=$(df -Pk -- "$folder" | awk 'NR == 2 { print $4 }')
[ "$free" -ge "$needs" ] || { echo "$folder has $((free / 1024)) MiB of space left, and the new root needs up to $((needs / 1024)) MiB beside the former one: free some (apply --prune removes former roots whose time is over), or give the host a larger disk" >&2; exit 1; }
mkdir -m 0700 -- "$draft"
vz create "$drafted" --ostemplate "$template" --layout ploop --diskspace "$disk" --private "$draft/private" --root "$point"
trap '(start)' EXIT
trap 'exit 1' HUP INT TERM
vz stop "$ctid"
case $(vz_state "$ctid") in *' mounted down') vz umount "$ctid" ;; esac
case $(vz_state "$ctid") in
  *' unmounted down') ;;
  *) echo "$name could not be stopped ($(vz_state "$ctid"))" >&2; exit 1 ;;
esac
vz mount "$ctid"
vz mount "$drafted"
straight "$root"
straight "$point"
mkdir -p "$point$data"
if [ -d "$root$data" ]; then cp -a "$root$data/." "$point$data/"; fi
chown -Rh "$uid:$gid" "$point$data"
vz umount "$drafted"
vz umount "$ctid"
rm -f -- "$conf"`;

const replace = `sync -- "$draft/private/root.hdd"/* "$draft/identity" "$draft"
date +%s >"$mark.new"
sync -- "$mark.new"
mv -f -- "$mark.new" "$mark"
rm -rf --one-file-system -- "$former"
mv -T -- "$private" "$former"
mv -T -- "$draft/private" "$private"
mv -f -- "$draft/identity" "$folder/identity"
sync -- "$folder"
rm -rf --one-file-system -- "$draft"
trap - EXIT
(start)`;
