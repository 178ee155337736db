import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import { WORLD } from '../paths.ts';
import type { LabHost } from '../topology.ts';

/**
 * Where a host's one disk is mounted in the lab's world: an ext4 file system in a sparse image. On it lie `delta`, all that its
 * root has beyond the image of all hosts, and `lxc` and `state`, which its containers and ours need as real file systems.
 */
export function diskFolder(host: LabHost): string {
  return join(WORLD.hosts, host.name, 'disk');
}

/** Makes and mounts it; `size` in GiB. */
export async function makeDisk(host: LabHost, size: number): Promise<void> {
  await sh('sh', [WORLD.hooks.disk, host.name, String(size)]);
}

/** Unmounts it, when it is mounted; what lies beside it goes with the host's folder. */
export async function removeDisk(host: LabHost): Promise<void> {
  await sh('sh', ['-c', UNMOUNT, 'sh', diskFolder(host)]);
}

/** What the last boot had mounted is undone a moment after its last process is gone. */
const UNMOUNT = `
tries=0
while mountpoint -q "$1" && ! umount "$1" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -ge 100 ]; then umount "$1"; exit; fi
  sleep 0.1
done
`;

/** Gives every free block to files that nobody sees, without writing any: what is full is the disk, not the machine's memory. */
export async function fillDisk(host: LabHost): Promise<void> {
  if (await isReadOnly(host))
    throw new Error(`${host.name}'s disk is read-only. End that first: lab fault writable ${host.name}`);
  mkdirSync(ballast(host), { recursive: true });
  // The map of a file takes blocks as well, and what others free meanwhile is free: a second look, and a third.
  for (let file = 0; file < 10; file++) {
    const free = await freeBytes(host);
    if (free === 0) return;
    await sh('fallocate', ['-l', String(free), join(ballast(host), String(file))]).catch(() => undefined);
  }
}

export function emptyDisk(host: LabHost): void {
  rmSync(ballast(host), { recursive: true, force: true });
}

/** What ext4 does by itself at an error of the device (errors=remount-ro). Only a new mount ends it: the next boot's. */
export async function breakDisk(host: LabHost): Promise<void> {
  if (existsSync(ballast(host)))
    throw new Error(`${host.name}'s disk is full. End that first: lab fault empty-disk ${host.name}`);
  // What is in memory alone is lost, as it is in the field; but a host of the lab is younger than the kernel's time for writing back.
  await sh('sync', ['-f', diskFolder(host)]);
  await sh('mount', ['-o', 'remount,abort', diskFolder(host)]);
}

function ballast(host: LabHost): string {
  return join(diskFolder(host), 'ballast');
}

async function freeBytes(host: LabHost): Promise<number> {
  const [blocks = 0, size = 0] = (await sh('stat', ['-f', '-c', '%a %S', diskFolder(host)])).split(' ').map(Number);
  return blocks * size;
}

async function isReadOnly(host: LabHost): Promise<boolean> {
  return sh('touch', ['-c', diskFolder(host)]).then(
    () => false,
    () => true,
  );
}
