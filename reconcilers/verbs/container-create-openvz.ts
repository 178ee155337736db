import { diskKib, privateArea, vzPlaces } from '../../renderers/openvz-conf.ts';
import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import { settle } from './container-settings.ts';
import type { ActionOf, OpenvzContainer } from './index.ts';
import { vzctl } from './vzctl.ts';
import { writeFile } from './write-files.ts';

/**
 * Makes a member's folder with its private area in it, whole or not at all, and then has OpenVZ know of it. vzctl makes the private area of a
 * draft, and forgets it: a container whose private area is a draft's is what a creation left that did not end.
 */
export function createOpenvz(action: ActionOf<'container-create'>, container: OpenvzContainer): Script {
  const { folder, image, bytes, gid, inside, files } = action;
  const draft = `${folder.slice(0, folder.lastIndexOf('/'))}/.${folder.slice(folder.lastIndexOf('/') + 1)}.draft`;
  const facts = image.replace(/\.img$/, '.facts');
  const { ctid, template, digest, base } = container;
  return lines([
    vzctl,
    sh`folder=${folder} draft=${draft} gid=${gid} ctid=${ctid} conf=${base.path} mark=${base.mark} facts=${facts}`,
    sh`template=${template} digest=${digest} disk=${diskKib(bytes)} private=${privateArea(draft)} root=${`${vzPlaces.root}/${ctid}`}`,
    fixed(begin),
    ...inside.map((file) => writeFile({ ...file, path: `${draft}/${file.path}` })),
    fixed(make),
    ...files.map(writeFile),
    settle(container),
  ]);
}

const begin = `if ! [ -e "$folder" ]; then
  if [ -e "$conf" ] && ! grep -qxF -e "VE_PRIVATE=\\"$private\\"" -- "$conf"; then
    echo "there is a container $ctid already ($conf), and it is not this member's: it is left alone" >&2
    exit 1
  fi
  read -r made _ <"$facts"
  [ "$made" = "$digest" ] || { echo "the template changed while it was being looked at; the next pass looks again" >&2; exit 1; }
  while read -r _ point _; do
    case $point in "$draft"/* | "$root") umount "$point" ;; esac
  done </proc/mounts
  rm -f -- "$conf"
  rm -rf --one-file-system -- "$draft"
  mkdir -p "\${folder%/*}"
  mkdir -m 0700 -- "$draft" "$draft/marks" "$draft/conf"
  chgrp "$gid" "$draft/conf"
  chmod 1770 "$draft/conf"`;

const make = `  vz create "$ctid" --ostemplate "$template" --layout ploop --diskspace "$disk" --private "$private" --root "$root" --description "$mark"
  rm -f -- "$conf"
  sync
  mv -T -- "$draft" "$folder"
fi`;
