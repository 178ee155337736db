import { type LabHost, MTU } from '../topology.ts';

/** A file that is on a host's disk before its first boot. */
export interface SeedFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** A symbolic link that is there before the first boot, such as that by which a unit is enabled. */
export interface SeedLink {
  readonly path: string;
  readonly target: string;
}

export interface SeedFolder {
  readonly path: string;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface HostKeys {
  /** OpenSSH private key of the host, and its public line. */
  readonly hostKey: string;
  readonly hostPublic: string;
  /** Public key (OpenSSH line) that may log in; empty for none. */
  readonly authorized: string;
}

/** useradd's first user and Debian's group `operator`, in the image. */
const OPERATOR_USER = { uid: 1000, gid: 37 } as const;

/** Folders that the overlay's upper layer must repeat with the image's mode, because the upper one counts. */
export function seedFolders(): readonly SeedFolder[] {
  return [
    { path: 'etc', mode: 0o755 },
    { path: 'etc/lab', mode: 0o755 },
    { path: 'etc/ssh', mode: 0o755 },
    { path: 'root', mode: 0o700 },
    { path: 'root/.ssh', mode: 0o700 },
    { path: 'home', mode: 0o755 },
    { path: 'home/operator', mode: 0o755, ...OPERATOR_USER },
    { path: 'home/operator/.ssh', mode: 0o700, ...OPERATOR_USER },
  ];
}

/** What tells apart the hosts of one image: name, address, keys, and the neighbours in /etc/hosts. */
export function seedFiles(host: LabHost, keys: HostKeys, neighbours: readonly LabHost[]): readonly SeedFile[] {
  return [
    { path: 'etc/hostname', mode: 0o644, content: `${host.name}\n` },
    { path: 'etc/hosts', mode: 0o644, content: etcHosts(neighbours) },
    { path: 'etc/lab/network', mode: 0o644, content: networkFacts(host) },
    { path: 'etc/ssh/ssh_host_ed25519_key', mode: 0o600, content: keys.hostKey },
    { path: 'etc/ssh/ssh_host_ed25519_key.pub', mode: 0o644, content: keys.hostPublic },
    { path: 'root/.ssh/authorized_keys', mode: 0o600, content: keys.authorized },
    { path: 'home/operator/.ssh/authorized_keys', mode: 0o600, content: keys.authorized, ...OPERATOR_USER },
  ];
}

/** An /etc/hosts with these hosts. */
export function etcHosts(hosts: readonly LabHost[]): string {
  return ['127.0.0.1 localhost', ...hosts.map((host) => `${host.address} ${host.name}`), ''].join('\n');
}

/** OpenSSH known_hosts: each host by private address and by name. */
export function knownHosts(hosts: readonly LabHost[], publicKeys: ReadonlyMap<LabHost, string>): string {
  return hosts
    .map((host) => {
      const [type, key] = (publicKeys.get(host) ?? '').split(' ');
      return `${host.address},${host.name} ${type} ${key}\n`;
    })
    .join('');
}

function networkFacts(host: LabHost): string {
  return `ADDRESS=${host.address}\nPREFIX=${host.subnet.prefix}\nGATEWAY=${host.subnet.gateway}\nMTU=${MTU}\n`;
}
