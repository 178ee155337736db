import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import { writeFile } from '../host/write-files.ts';
import type { HostOperation } from '../operation.ts';
import { createOpenvz } from './container-create-openvz.ts';

/**
 * Creates a member's directory from the template's image, completely or not at all, and then registers it with LXC, whose configuration is
 * written last. A directory that exists is never created again: it may hold data.
 */
export const containerCreate: HostOperation<ActionOf<'container-create'>> = {
  via: 'host',
  seconds: 180,
  host: ({ host }) => host,
  script: (action) => (action.openvz ? createOpenvz(action, action.openvz) : createLxc(action)),
  describe: ({ name }) => `create container ${name}`,
  settleMs: 2_000,
};

function createLxc({ folder, image, bytes, gid, inside, files }: ActionOf<'container-create'>): Script {
  const draft = `${folder.slice(0, folder.lastIndexOf('/'))}/.${folder.slice(folder.lastIndexOf('/') + 1)}.draft`;
  const own = inside.map((file) => writeFile({ ...file, path: `${draft}/${file.path}` }));
  return lines([
    sh`folder=${folder} draft=${draft} image=${image} bytes=${bytes} gid=${gid}`,
    fixed('if ! [ -e "$folder" ]; then'),
    fixed(createDraft),
    ...own,
    fixed('sync -- "$draft/rootfs.img"\nmv -T -- "$draft" "$folder"\nfi'),
    ...files.map(writeFile),
  ]);
}

// conf is sticky: Redis rewrites its own files in it, and cannot replace those of root.
const createDraft = `mkdir -p "\${folder%/*}"
rm -rf -- "$draft"
mkdir -m 0700 -- "$draft" "$draft/marks" "$draft/conf"
chgrp "$gid" "$draft/conf"
chmod 1770 "$draft/conf"
cp --sparse=always -- "$image" "$draft/rootfs.img"
tune2fs -U random "$draft/rootfs.img" </dev/null >/dev/null
truncate -s "$bytes" -- "$draft/rootfs.img"
resize2fs "$draft/rootfs.img" </dev/null >/dev/null 2>&1`;
