import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import { asset, WORLD } from '../paths.ts';
import { HOSTS, type LabHost } from '../topology.ts';
import { diskFolder, makeDisk } from './disk.ts';
import { etcHosts, knownHosts, type SeedFile, type SeedFolder, seedFiles, seedFolders } from './first-boot.ts';
import { lxcConfig, portFacts } from './lxc-config.ts';

/** Makes the lab's keys and every host's disk, configuration and port facts. Once a lab; hosts keep their disks until it goes. */
export async function prepareHosts(): Promise<void> {
  for (const hook of Object.values(WORLD.hooks)) {
    copyFileSync(asset('world', basename(hook)), hook);
    chmodSync(hook, 0o755);
  }
  const disks = Promise.all(HOSTS.map(makeDisk));
  await makeKey(WORLD.key, 'lab');
  const publicKeys = new Map<string, string>();
  for (const host of HOSTS) {
    mkdirSync(hostFolder(host), { recursive: true });
    await makeKey(join(hostFolder(host), 'host_key'), host.name);
    publicKeys.set(host.name, read(join(hostFolder(host), 'host_key.pub')));
  }
  await disks;
  for (const host of HOSTS) layOut(host);
  writeFileSync(WORLD.knownHosts, knownHosts(publicKeys));
  writeFileSync(WORLD.etcHosts, etcHosts());
}

function layOut(host: LabHost): void {
  const folder = hostFolder(host);
  for (const part of ['delta', 'lxc', 'state']) mkdirSync(join(diskFolder(host), part));
  const keys = {
    hostKey: read(join(folder, 'host_key')),
    hostPublic: read(join(folder, 'host_key.pub')),
    authorized: read(`${WORLD.key}.pub`),
  };
  const disk = join(diskFolder(host), 'delta');
  for (const seed of seedFolders()) placeFolder(disk, seed);
  for (const seed of seedFiles(host, keys)) placeFile(disk, seed);
  writeFileSync(join(folder, 'port'), portFacts(host));
  mkdirSync(join(WORLD.lxc, host.name), { recursive: true });
  writeFileSync(join(WORLD.lxc, host.name, 'config'), lxcConfig(host));
}

function placeFolder(disk: string, seed: SeedFolder): void {
  const path = join(disk, seed.path);
  mkdirSync(path, { mode: seed.mode });
  // The mode above passes through the umask; this one does not.
  chmodSync(path, seed.mode);
  chownSync(path, seed.uid ?? 0, seed.gid ?? 0);
}

function placeFile(disk: string, seed: SeedFile): void {
  const path = join(disk, seed.path);
  writeFileSync(path, seed.content, { mode: seed.mode });
  chmodSync(path, seed.mode);
  chownSync(path, seed.uid ?? 0, seed.gid ?? 0);
}

async function makeKey(path: string, comment: string): Promise<void> {
  await sh('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
}

function hostFolder(host: LabHost): string {
  return join(WORLD.hosts, host.name);
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
