import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import { NAMESPACE } from '../paths.ts';
import type { LabHost } from '../topology.ts';

/**
 * Where a host's disk is mounted in the lab's namespace: an ext4 file system in a sparse image. It holds `delta`, the upper layer of the
 * host's root file system, and `lxc` and `state`, which containers and the product need on a real file system.
 */
export function diskFolder(host: LabHost): string {
  return join(NAMESPACE.hosts, host.name, 'disk');
}

/** Creates and mounts it; `size` in GiB. */
export async function makeDisk(host: LabHost, size: number): Promise<void> {
  await sh('sh', [NAMESPACE.hooks.disk, host.name, String(size)]);
}

/** Unmounts it if it is mounted; its image is removed with the host's folder. */
export async function removeDisk(host: LabHost): Promise<void> {
  await sh('sh', ['-c', UNMOUNT, 'sh', diskFolder(host)]);
}

/** The mounts of the last boot disappear a moment after its last process. */
const UNMOUNT = `
tries=0
while mountpoint -q "$1" && ! umount "$1" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -ge 100 ]; then umount "$1"; exit; fi
  sleep 0.1
done
`;

/** Allocates every free block to hidden files without writing any, so that it fills the disk and not the machine's memory. */
export async function fillDisk(host: LabHost): Promise<void> {
  if (await isReadOnly(host))
    throw new Error(`${host.name}'s disk is read-only; revert that first: lab fault writable ${host.name}`);
  mkdirSync(ballast(host), { recursive: true });
  // A file's extent map takes blocks as well, and others may free some meanwhile: repeat until none is left.
  for (let file = 0; file < 10; file++) {
    const free = await freeBytes(host);
    if (free === 0) return;
    await sh('fallocate', ['-l', String(free), join(ballast(host), String(file))]).catch(() => undefined);
  }
}

export function emptyDisk(host: LabHost): void {
  rmSync(ballast(host), { recursive: true, force: true });
}

/** Does what ext4 does after a device error (errors=remount-ro). Only a new mount ends it: the next boot's. */
export async function breakDisk(host: LabHost): Promise<void> {
  if (existsSync(ballast(host)))
    throw new Error(`${host.name}'s disk is full; revert that first: lab fault empty-disk ${host.name}`);
  // Dirty pages are lost, as on a real host. But lab hosts are so young that the kernel has not written them back yet, hence the sync.
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
