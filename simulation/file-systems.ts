import type { FileSystem } from '../reconcilers/facts/host/file-systems.ts';
import { writtenFolders } from '../reconcilers/facts/host/file-systems.ts';
import { membersFolder } from '../renderers/data-volume/device.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { succeeded } from './answer.ts';
import type { HostWorld } from './world.ts';

const block = 4096;

/** What `stat -f`, test(1) and /proc/self/mountinfo show for the directories that are written to. */
export function renderFileSystems({ fileSystems }: HostWorld): ScriptResult {
  const on = (folder: string): FileSystem | undefined =>
    fileSystems.find(({ mount }) => mount === folder) ?? fileSystems.find(({ mount }) => mount === '/');
  const mounted = fileSystems.some(({ mount }) => mount === membersFolder);
  const written = [...writtenFolders, ...(mounted ? [membersFolder] : [])];
  const figures = written.flatMap((folder) => {
    const found = on(folder);
    if (!found) return [];
    const { freeBytes, totalBytes, freeInodes, inodes } = found;
    return [`fs ${folder} ${block} ${totalBytes / block} ${Math.floor(freeBytes / block)} ${freeInodes} ${inodes}`];
  });
  const writable = written.filter((folder) => on(folder)?.writable).map((folder) => `writable ${folder}`);
  const mounts = fileSystems.map(
    ({ mount }, index) => `mount ${20 + index} 1 8:1 / ${mount} rw,relatime - ext4 /dev/sda1 rw`,
  );
  return succeeded(`${[...figures, ...writable, ...mounts].join('\n')}\n`);
}
