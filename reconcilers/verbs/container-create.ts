import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import { createOpenvz } from './container-create-openvz.ts';
import type { ActionOf } from './index.ts';
import type { HostVerb } from './verb.ts';
import { writeFile } from './write-files.ts';

/**
 * Makes a member's folder from the template's image, whole or not at all, and then tells LXC of it, the configuration last. A folder
 * that is there already is never made again: it may hold data.
 */
export const containerCreate: HostVerb<ActionOf<'container-create'>> = {
  via: 'host',
  seconds: 180,
  host: ({ host }) => host,
  script: (action) => (action.openvz ? createOpenvz(action, action.openvz) : createLxc(action)),
  says: ({ name }) => `create container ${name}`,
  settlesMs: 2_000,
};

function createLxc({ folder, image, bytes, gid, inside, files }: ActionOf<'container-create'>): Script {
  const draft = `${folder.slice(0, folder.lastIndexOf('/'))}/.${folder.slice(folder.lastIndexOf('/') + 1)}.draft`;
  const own = inside.map((file) => writeFile({ ...file, path: `${draft}/${file.path}` }));
  return lines([
    sh`folder=${folder} draft=${draft} image=${image} bytes=${bytes} gid=${gid}`,
    fixed('if ! [ -e "$folder" ]; then'),
    fixed(draw),
    ...own,
    fixed('sync -- "$draft/rootfs.img"\nmv -T -- "$draft" "$folder"\nfi'),
    ...files.map(writeFile),
  ]);
}

// conf is sticky: Redis rewrites its own files in it, and cannot put others in the place of root's.
const draw = `mkdir -p "\${folder%/*}"
rm -rf -- "$draft"
mkdir -m 0700 -- "$draft" "$draft/marks" "$draft/conf"
chgrp "$gid" "$draft/conf"
chmod 1770 "$draft/conf"
cp --sparse=always -- "$image" "$draft/rootfs.img"
tune2fs -U random "$draft/rootfs.img" </dev/null >/dev/null
truncate -s "$bytes" -- "$draft/rootfs.img"
resize2fs "$draft/rootfs.img" </dev/null >/dev/null 2>&1`;
