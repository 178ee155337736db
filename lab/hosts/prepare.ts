import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import type { Image } from '../ec2/images.ts';
import type { Instance } from '../ec2/state.ts';
import { asset, NAMESPACE } from '../paths.ts';
import type { LabHost } from '../topology.ts';
import { cloudInitFiles, cloudInitFolders, cloudInitLinks } from './cloud-init.ts';
import { diskFolder, makeDisk, removeDisk } from './disk.ts';
import { etcHosts, knownHosts, type SeedFile, type SeedFolder, seedFiles, seedFolders } from './first-boot.ts';
import { lxcConfig, portFacts } from './lxc-config.ts';
import { nicDriver } from './nic-driver.ts';

/** Installs the LXC hooks and creates the operator's key; once per lab. Returns the public key line. */
export async function prepareNamespace(): Promise<string> {
  for (const hook of Object.values(NAMESPACE.hooks)) {
    copyFileSync(asset('namespace', basename(hook)), hook);
    chmodSync(hook, 0o755);
  }
  await makeKey(NAMESPACE.key, 'lab');
  return read(`${NAMESPACE.key}.pub`);
}

/** Tells the operator's machine the names and host keys of the initial hosts. */
export function writeKnownHosts(hosts: readonly LabHost[], hostKeys: ReadonlyMap<LabHost, string>): void {
  writeFileSync(NAMESPACE.knownHosts, knownHosts(hosts, hostKeys));
  writeEtcHosts(hosts);
}

/** Writes the operator's /etc/hosts. Host keys of launched hosts are read from their consoles. */
export function writeEtcHosts(hosts: readonly LabHost[]): void {
  // In place, because the file is bind-mounted over the machine's.
  writeFileSync(NAMESPACE.etcHosts, etcHosts(hosts));
}

/**
 * Creates a host's disk (GiB), keys, configuration and port facts. `authorized` is the public key that may log in, `neighbours` the hosts
 * in its /etc/hosts; `cloud`: it boots for the first time as a cloud image does. Returns its public host key line. The disk is kept until `discardHost`.
 */
export async function prepareHost(
  host: LabHost,
  authorized: string | undefined,
  diskSize = 8,
  { neighbours = [host], cloud }: { neighbours?: readonly LabHost[]; cloud?: Image['cloud'] } = {},
): Promise<string> {
  if (!existsSync(join(NAMESPACE.images, host.flavour)))
    throw new Error(
      `this lab has no root file system ${host.flavour}; start one that has it: lab up --image ${host.flavour}`,
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
  for (const seed of [...seedFolders(), ...(cloud ? cloudInitFolders : [])]) placeFolder(root, seed);
  for (const seed of [
    ...seedFiles(host, keys, neighbours),
    ...(cloud ? cloudInitFiles(host, keys, cloud.packages) : []),
  ])
    placeFile(root, seed);
  for (const { path, target } of cloud ? cloudInitLinks : []) symlinkSync(target, join(root, path));
  writeFileSync(join(folder, 'port'), portFacts(host));
  mkdirSync(join(NAMESPACE.lxc, host.name), { recursive: true });
  writeFileSync(join(NAMESPACE.lxc, host.name, 'config'), lxcConfig(host));
  return hostKey;
}

/** Before each boot: writes facts about the instance's hardware where the host can read them (/run/lab). */
export function writeInstanceFacts(instance: Instance): void {
  const folder = join(hostFolder(instance.host), 'instance');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'nic-driver'), `${nicDriver(instance)}\n`);
}

/** Removes all files of a host without power. No effect if there are none. */
export async function discardHost(host: LabHost): Promise<void> {
  await removeDisk(host);
  rmSync(hostFolder(host), { recursive: true, force: true });
  rmSync(join(NAMESPACE.lxc, host.name), { recursive: true, force: true });
}

function placeFolder(disk: string, seed: SeedFolder): void {
  const path = join(disk, seed.path);
  mkdirSync(path, { mode: seed.mode });
  // The umask applies to the mode above, but not to this one.
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
  return join(NAMESPACE.hosts, host.name);
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
