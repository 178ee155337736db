import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import type { Instance } from '../ec2/state.ts';
import { asset, WORLD } from '../paths.ts';
import type { LabHost } from '../topology.ts';
import { diskFolder, makeDisk, removeDisk } from './disk.ts';
import { etcHosts, knownHosts, type SeedFile, type SeedFolder, seedFiles, seedFolders } from './first-boot.ts';
import { lxcConfig, portFacts } from './lxc-config.ts';
import { nicDriver } from './nic-driver.ts';

/** Places what LXC calls and makes the operator's key; once a lab. Returns the key's public line. */
export async function prepareWorld(): Promise<string> {
  for (const hook of Object.values(WORLD.hooks)) {
    copyFileSync(asset('world', basename(hook)), hook);
    chmodSync(hook, 0o755);
  }
  await makeKey(WORLD.key, 'lab');
  return read(`${WORLD.key}.pub`);
}

/** What the operator's machine knows of the lab's first hosts: their names, and their keys by address and by name. */
export function introduceHosts(hosts: readonly LabHost[], hostKeys: ReadonlyMap<LabHost, string>): void {
  writeFileSync(WORLD.knownHosts, knownHosts(hosts, hostKeys));
  nameHosts(hosts);
}

/** Lets the operator's machine know these hosts by name. Their keys it learns from their consoles. */
export function nameHosts(hosts: readonly LabHost[]): void {
  // In place: the file is mounted over the machine's.
  writeFileSync(WORLD.etcHosts, etcHosts(hosts));
}

/**
 * Makes a host's disk (GiB), keys, configuration and port facts; `authorized` is the public line that may log in, `neighbours` whom it
 * knows by name. Returns the public line of its host key. It keeps its disk until it is discarded.
 */
export async function prepareHost(
  host: LabHost,
  authorized: string | undefined,
  diskSize = 8,
  neighbours: readonly LabHost[] = [host],
): Promise<string> {
  if (!existsSync(join(WORLD.images, host.flavour)))
    throw new Error(
      `this lab has no root file system ${host.flavour}: boot one that has (lab up --image ${host.flavour})`,
    );
  const folder = hostFolder(host);
  mkdirSync(join(folder, 'instance'), { recursive: true });
  const disk = makeDisk(host, diskSize);
  await makeKey(join(folder, 'host_key'), host.name);
  await disk;
  const hostKey = read(join(folder, 'host_key.pub'));
  const keys = { hostKey: read(join(folder, 'host_key')), hostPublic: hostKey, authorized: authorized ?? '' };
  for (const part of ['delta', 'lxc', 'state']) mkdirSync(join(diskFolder(host), part));
  const root = join(diskFolder(host), 'delta');
  for (const seed of seedFolders()) placeFolder(root, seed);
  for (const seed of seedFiles(host, keys, neighbours)) placeFile(root, seed);
  writeFileSync(join(folder, 'port'), portFacts(host));
  mkdirSync(join(WORLD.lxc, host.name), { recursive: true });
  writeFileSync(join(WORLD.lxc, host.name, 'config'), lxcConfig(host));
  return hostKey;
}

/** Before each boot: what the instance's hardware is now, where the host can read it (/run/lab). */
export function plugIn(instance: Instance): void {
  const folder = join(hostFolder(instance.host), 'instance');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'nic-driver'), `${nicDriver(instance)}\n`);
}

/** Takes away all there was of a host without power. Harmless when there is nothing. */
export async function discardHost(host: LabHost): Promise<void> {
  await removeDisk(host);
  rmSync(hostFolder(host), { recursive: true, force: true });
  rmSync(join(WORLD.lxc, host.name), { recursive: true, force: true });
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
