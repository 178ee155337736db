import type { HostName, Runtime } from '../../crds/fleet.ts';
import type { Limits } from '../../renderers/container-limits.ts';
import type { FileSystem } from '../questions/file-systems.ts';
import type { Link } from '../questions/links.ts';
import type { Ovs } from '../questions/ovs.ts';
import type { Release } from '../questions/system/release.ts';
import type { Selinux } from '../questions/system/security.ts';
import type { TemplateImage } from '../questions/template.ts';
import type { Ec2World } from './ec2.ts';

/** A world in memory, plain data all through: what the questions would see, and what the verbs change. Copied by copyOf. */
export interface World {
  /** Milliseconds since 1970; `tick` moves it on. */
  now: number;
  readonly hosts: Record<HostName, HostWorld>;
  readonly ec2: Ec2World;
}

export interface HostWorld {
  /** What runs containers here. */
  readonly runtime: Runtime['type'];
  system: SystemWorld;
  /** Its database, which outlives its daemons and its package. */
  ovs: Writable<Ovs>;
  links: Writable<Link>[];
  fileSystems: Writable<FileSystem>[];
  /** By path, secrets in clear. */
  files: Record<string, FileWorld>;
  /** What systemd holds in its memory, by unit. A unit of which it knows only the file is not here. */
  units: Record<string, UnitWorld>;
  /** Tarballs by path (their SHA-256), and images made from them by path. */
  readonly templates: { readonly tarballs: Record<string, string>; images: Record<string, TemplateImage> };
  /** Members' disks, by the path of LXC's image, whatever the runtime. */
  disks: Record<string, Disk>;
  /** Containers that run, by name. That one exists is a matter of its configuration file. */
  boxes: Record<string, Box>;
  /** What HAProxy has read, by file name, and whom it admits; undefined while it does not run. */
  haproxy: HaproxyWorld | undefined;
  /** What keepalived has read, and its state; undefined while it does not run. */
  keepalived: KeepalivedWorld | undefined;
  /** The next number for a device, a process: what the kernel hands out. */
  next: number;
}

/** The operating system, and what is installed of what we ask for. */
export interface SystemWorld {
  readonly release: Release;
  /** The kernel that runs, and the boot loader's default. */
  kernel: { running: string; atBoot: string | undefined };
  /** The kernel's id of this boot. */
  boot: string;
  selinux: Writable<Selinux> | undefined;
  /** Versions by name. */
  packages: Record<string, string>;
  /** Kernel modules that are loaded. */
  modules: string[];
  /** Drivers of network cards that the kernel which boots next has; undefined: it has no folder of modules. */
  drivers: string[] | undefined;
  /** Those in its initramfs; undefined: it is not dracut's. */
  initramfs: string[] | undefined;
  /** What the network card came up with at this boot; undefined: with nothing, and nobody reaches the host. */
  card: string | undefined;
  /** What the clock's keeper says of it. */
  synchronised: boolean;
}

export interface FileWorld {
  mode: string;
  owner: string;
  text: string;
}

export interface UnitWorld {
  active: 'active' | 'inactive' | 'failed';
  enabled: boolean;
  /** The unit's file as systemd has read it. */
  read: string | undefined;
}

export interface Disk {
  imageBytes: number;
  fileSystemBytes: number;
  /** Files that Redis wrote are there, and hold something. */
  filled: boolean;
  /** The newest of them is an append-only file; else it is an RDB. */
  aof: boolean;
  /** The mark beside them that says: this was once the whole data set. */
  complete: boolean;
}

/** A container that runs. */
export interface Box {
  readonly pid: number;
  readonly address: string;
  /** Of its eth0, as its configuration said when it started. */
  readonly mtu: number;
  /** Host side of its veth. */
  readonly port: string;
  /** Member's folder, from the bind mount of /etc/redis. */
  readonly folder: string;
  limits: Writable<Limits> & { swap: boolean; used: number };
  redis: RedisWorld | undefined;
  sentinel: SentinelWorld | undefined;
  /** What the fence holds against, and since when. */
  fence: { named: string; since: number } | undefined;
}

export interface RedisWorld {
  readonly pid: number;
  /** Stopped by a signal: there, and answering nobody. */
  stopped: boolean;
  readonly since: number;
  /** Whom it follows; undefined: it is master. */
  of: string | undefined;
  linkUp: boolean;
  linkDownSince: number | undefined;
  /** It writes an append-only file whole, the first one or after a full synchronisation. */
  writing: boolean;
  settings: Record<string, string>;
  requirepass: string;
  masterauth: string;
  keys: number;
}

export interface SentinelWorld {
  readonly pid: number;
  stopped: boolean;
  readonly requirepass: string;
  sentinelPass: string;
  /** Its own settings, by SENTINEL CONFIG's names. */
  own: Record<string, string>;
  watch: WatchWorld | undefined;
}

export interface WatchWorld {
  name: string;
  address: string;
  port: string;
  epoch: number;
  /** quorum, down-after-milliseconds … by SENTINEL SET's names. */
  options: Record<string, string>;
  authPass: string;
  sentinels: string[];
  replicas: string[];
  downSince: number | undefined;
}

export interface HaproxyWorld {
  readonly pid: number;
  readonly since: number;
  loaded: Record<string, string>;
  /** `redis.acme/r1`, `sentinel.acme.r1/r1`: up or not, and since when. */
  servers: Record<string, { up: boolean; since: number }>;
}

export interface KeepalivedWorld {
  readonly pid: number;
  loaded: string;
  state: 'MASTER' | 'BACKUP' | 'FAULT';
}

/** The same shape, to be changed in place. */
export type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> };

/** One atomic part of what a verb does. A crash comes before, between or after parts, never within one. */
export type Part = () => unknown;

/** A verb ended with an error: what stands on standard error, or in Redis' reply. */
export class VerbFailed extends Error {}

export function hostOf(world: World, name: HostName): HostWorld {
  const host = world.hosts[name];
  if (!host) throw new Error(`the world has no host ${name}`);
  return host;
}

/** The kernel's next index or process id. */
export function numberFrom(host: HostWorld): number {
  host.next += 1;
  return host.next;
}
