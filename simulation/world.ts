import type { HostName, Runtime } from '../crds/fleet.ts';
import type { TemplateImage, TemplateOrigin } from '../reconcilers/facts/container/template.ts';
import type { ElasticAddress } from '../reconcilers/facts/ec2/elastic-addresses.ts';
import type { Instance } from '../reconcilers/facts/ec2/instance.ts';
import type { NatGateway } from '../reconcilers/facts/ec2/nat-gateways.ts';
import type { NetworkInterface } from '../reconcilers/facts/ec2/network-interfaces.ts';
import type { PlacementGroup } from '../reconcilers/facts/ec2/placement-groups.ts';
import type { Volume } from '../reconcilers/facts/ec2/volumes.ts';
import type { VpcEndpoint } from '../reconcilers/facts/ec2/vpc-endpoints.ts';
import type { Gateway, Group, RouteTable, SubnetFacts, Vpc } from '../reconcilers/facts/ec2/vpc-network.ts';
import type { Engine } from '../reconcilers/facts/engine.ts';
import type { FileSystem } from '../reconcilers/facts/host/file-systems.ts';
import type { FirewallChain } from '../reconcilers/facts/host/firewall.ts';
import type { Link } from '../reconcilers/facts/host/links.ts';
import type { Release } from '../reconcilers/facts/host/system/release.ts';
import type { Selinux } from '../reconcilers/facts/host/system/security.ts';
import type { Ovs } from '../reconcilers/facts/ovs/ovs.ts';
import type { Limits } from '../renderers/container/limits.ts';

/** A simulated world, as plain data: facts observe it and operations change it. Copied by copyOf. */
export interface World {
  /** Milliseconds since 1970; `step` advances it. */
  now: number;
  readonly hosts: Record<HostName, HostWorld>;
  readonly ec2: Ec2World;
}

export interface HostWorld {
  /** The container runtime. */
  readonly runtime: Runtime['type'];
  system: SystemWorld;
  /** The OVS database, which persists without its daemons and its package. */
  ovs: Writable<Ovs>;
  links: Writable<Link>[];
  fileSystems: Writable<FileSystem>[];
  /** The data volume that is mounted over the members' directories; undefined: none is. */
  dataVolume?: string | undefined;
  /** By path, with secrets in plain text. */
  files: Record<string, FileWorld>;
  /** The state of systemd in memory, by unit. A unit that only has a file is not listed. */
  units: Record<string, UnitWorld>;
  /** Tarballs by path (their SHA-256), and the images created from them, by path. */
  readonly templates: {
    readonly tarballs: Record<string, string>;
    images: Record<string, TemplateImage>;
    /** The marks beside tarballs that were built or brought, by the tarball's path. */
    readonly origins: Record<string, TemplateOrigin>;
  };
  /** Members' disks, by the path of the LXC image, for every runtime. */
  disks: Record<string, Disk>;
  /** Running containers, by name. A container exists if it has a configuration file. */
  containers: Record<string, Container>;
  /** HAProxy's loaded files, by name, and its servers that are up; undefined while it does not run. */
  haproxy: HaproxyWorld | undefined;
  /** keepalived's loaded configuration and its state; undefined while it does not run. */
  keepalived: KeepalivedWorld | undefined;
  /** The largest packets that pass on the way to and from it; undefined: all. */
  carriesBytes?: number;
  /** The chains of its firewall that may drop packets; undefined: it has none. */
  firewall?: readonly FirewallChain[];
  /** Something drops the VRRP packets that it is sent. */
  hearsNoVrrp?: boolean;
  /** The next number that the kernel assigns to a device or a process. */
  next: number;
}

/** The operating system, and the installed packages that we require. */
export interface SystemWorld {
  readonly release: Release;
  /** The running kernel, and the boot loader's default. */
  kernel: { running: string; atBoot: string | undefined };
  /** The kernel's id of this boot. */
  boot: string;
  selinux: Writable<Selinux> | undefined;
  /** Versions by name. */
  packages: Record<string, string>;
  /** Packages that no repository of the host has. An installation of them is not simulated. */
  notToBeHad?: string[];
  /** Kernel settings in effect, by name. */
  settings: Record<string, string>;
  /** Loaded kernel modules. */
  modules: string[];
  /** Network drivers of the kernel that boots next; undefined: it has no modules directory. */
  drivers: string[] | undefined;
  /** Network drivers in its initramfs; undefined: it was not built by dracut. */
  initramfs: string[] | undefined;
  /** The network driver of this boot; undefined: none, and the host is unreachable. */
  nic: string | undefined;
  /** What its first boot still does, and until when: cloud-init, the first correction of the clock, and an upgrade of the system. */
  firstBoot: { [part in 'cloudInit' | 'clock' | 'upgrade']?: number };
  /** How cloud-init failed. */
  cloudInitError?: string;
  /** Clock state as reported by the time sync daemon. */
  synchronized: boolean;
}

export interface FileWorld {
  mode: string;
  owner: string;
  text: string;
}

export interface UnitWorld {
  active: 'active' | 'inactive' | 'failed';
  enabled: boolean;
  masked?: boolean;
  /** The unit's file as systemd has read it. */
  read: string | undefined;
}

export interface Disk {
  imageBytes: number;
  fileSystemBytes: number;
  /** Redis has written data files that are not empty. */
  filled: boolean;
  /** The newest one is an append-only file; otherwise an RDB. */
  aof: boolean;
  /** The marker beside them: the data set was complete. */
  complete: boolean;
  /** Of the programs on it. */
  engine: Engine;
  /** The engine that wrote those data files. */
  writtenBy?: Engine | undefined;
}

/** A running container. */
export interface Container {
  readonly pid: number;
  readonly address: string;
  /** MTU of its eth0, from its configuration at the start. */
  readonly mtu: number;
  /** Host side of its veth. */
  readonly port: string;
  /** Member's folder, from the bind mount of /etc/redis. */
  readonly folder: string;
  limits: Writable<Limits> & { swap: boolean; used: number };
  redis: RedisWorld | undefined;
  sentinel: SentinelWorld | undefined;
  /** The master that the start guard waits for, and since when. */
  startGuard: { named: string; since: number } | undefined;
}

export interface RedisWorld {
  readonly pid: number;
  readonly engine: Engine;
  /** Stopped by a signal: it exists and does not respond. */
  stopped: boolean;
  readonly since: number;
  /** Its master; undefined: it is master itself. */
  of: string | undefined;
  linkUp: boolean;
  linkDownSince: number | undefined;
  /** It writes a complete append-only file, the first one or one after a full synchronization. */
  writing: boolean;
  settings: Record<string, string>;
  /** SHA-256 of each password that it accepts. */
  accepted: readonly string[];
  /** The line of redis.conf, which Redis remembers. */
  requirepass: string;
  masterauth: string;
  /** The address that it announced to its master when its link came up. */
  announced?: string;
  keys: number;
  /** Memory used by its keys, in bytes. */
  dataBytes: number;
  /** Open connections. */
  connections: number;
}

export interface SentinelWorld {
  readonly pid: number;
  stopped: boolean;
  /** TCP port that it listens on. */
  readonly port: string;
  /** SHA-256 of each password that it accepts. */
  accepted: readonly string[];
  /** The line of sentinel.conf, which nothing changes. */
  readonly requirepass: string;
  sentinelPass: string;
  /** Its own settings, by their names in SENTINEL CONFIG. */
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
  /** Connections of clients, by tenant: of this process, and of one that a reload has left. */
  sessions?: Record<string, number>;
  old?: { readonly since: number; readonly sessions: Record<string, number> };
}

export interface KeepalivedWorld {
  readonly pid: number;
  loaded: string;
  state: 'MASTER' | 'BACKUP' | 'FAULT';
}

/** The same type, mutable. */
export type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> };

/** One atomic part of an operation. A crash happens before, between or after parts, never within one. */
export type Part = () => unknown;

/** A failed operation: its message from standard error, or the error reply of Redis. */
export class OperationFailed extends Error {}

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

/** What is on a volume while no host has it mounted. */
export interface VolumeContent {
  /** Undefined: it is blank. */
  fileSystemBytes: number | undefined;
  files: HostWorld['files'];
  disks: HostWorld['disks'];
}

/** An AWS account as the facts observe it, and what its AMIs boot into. */
export interface Ec2World {
  /** Their addresses are those of their network interface. `launchedPublic`: they get a public address at each start. */
  instances: (Writable<Omit<Instance, 'addresses'>> & { readonly launchedPublic?: boolean })[];
  interfaces: Writable<NetworkInterface>[];
  volumes: Writable<Volume>[];
  placementGroups: Writable<PlacementGroup>[];
  /** What is on data volumes, by id. What is on one that is mounted is in the world of its host. */
  volumeContents: Record<string, VolumeContent>;
  /** Client tokens that CreateVolume was called with. */
  volumeTokens: string[];
  vpcs: Writable<Vpc>[];
  subnets: Writable<SubnetFacts>[];
  gateways: Writable<Gateway>[];
  elasticAddresses: Writable<ElasticAddress>[];
  routeTables: Writable<RouteTable>[];
  natGateways: Writable<NatGateway>[];
  endpoints: Writable<VpcEndpoint>[];
  /** VPCs with DNS hostnames. */
  dnsHostnames: string[];
  groups: Writable<Group>[];
  /** Instances that EC2 does not terminate, by id. */
  terminationProtected: string[];
  /** What each AMI boots into. */
  readonly images: Record<string, HostWorld>;
  /** Instance types by name, and whether they have ENA. */
  readonly types: Record<string, 'required' | 'supported' | 'unsupported'>;
  /** AMIs for arm64; all others are for x86_64. */
  readonly armImages: string[];
  /** Zones that offer no instance type. */
  readonly closedZones: string[];
  readonly keyPairs: string[];
  /** Quotas of the account in its region, by their code in Service Quotas. */
  readonly quotas: Record<string, number>;
  /** The number of the next id. */
  next: number;
}
