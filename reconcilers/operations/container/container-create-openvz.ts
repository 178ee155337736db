import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { diskKib, privateArea, vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import type { ActionOf, OpenvzContainer } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import { applySettings } from './container-settings.ts';
import { vzctl } from './vzctl.ts';

/**
 * Creates a member's directory with its private area, completely or not at all, and then registers it with OpenVZ. vzctl first creates the
 * private area in a draft, and that container is then unregistered. A container whose private area is in a draft is left over from an
 * interrupted creation.
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
    fixed(beginDraft),
    ...inside.map((file) => writeFile({ ...file, path: `${draft}/${file.path}` })),
    fixed(createPrivateArea),
    ...files.map(writeFile),
    applySettings(container),
  ]);
}

const beginDraft = `if ! [ -e "$folder" ]; then
  # vzctl may have been ended before it saved where the draft is.
  if [ -e "$conf" ] && ! grep -qxF -e "VE_PRIVATE=\\"$private\\"" -- "$conf" && { [ ! -d "$draft" ] || grep -q '^VE_PRIVATE=' -- "$conf"; }; then
    echo "container $ctid exists already ($conf) and is not this member's; it is left unchanged" >&2
    exit 1
  fi
  read -r current _ <"$facts"
  [ "$current" = "$digest" ] || { echo "the template changed since it was observed; the next pass observes it again" >&2; exit 1; }
  while read -r _ point _; do
    case $point in "$draft"/* | "$root") umount "$point" ;; esac
  done </proc/mounts
  rm -f -- "$conf"
  rm -rf --one-file-system -- "$draft"
  mkdir -p "\${folder%/*}"
  mkdir -m 0700 -- "$draft" "$draft/marks" "$draft/conf"
  chgrp "$gid" "$draft/conf"
  chmod 1770 "$draft/conf"`;

const createPrivateArea = `  vz create "$ctid" --ostemplate "$template" --layout ploop --diskspace "$disk" --private "$private" --root "$root" --description "$mark"
  rm -f -- "$conf"
  sync
  mv -T -- "$draft" "$folder"
fi`;
