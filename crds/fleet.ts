import type { Secret } from './secret.ts';

/** Where a document's value stands, for messages. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Everything that was declared for one Cluster: references resolved, defaults filled, units as numbers. Lists are sorted by name. */
export interface Fleet {
  readonly cluster: Cluster;
  readonly proxyPairs: readonly ProxyPair[];
  readonly tenants: readonly Tenant[];
}

export interface Cluster {
  readonly name: string;
  readonly place: Place;
  readonly aws: { readonly region: string; readonly endpoint: string | undefined };
  readonly network: ClusterNetwork;
  readonly ssh: Ssh;
  readonly hosts: readonly Host[];
  readonly mesh: Mesh;
  readonly runtime: Runtime;
  /** How long the data of a retired member are kept. */
  readonly prune: { readonly retainForMs: number };
  readonly preparation: Preparation;
}

/** What is done about a host that lacks what is needed of it. */
export interface Preparation {
  readonly mode: 'install' | 'check';
  /** Versions by package, where they are declared. */
  readonly versions: Readonly<Record<string, string>>;
  readonly repositories: readonly Repository[];
}

/** A package repository that hosts of one system get. */
export interface Repository {
  readonly name: string;
  readonly system: 'centos-6' | 'debian-12' | 'ubuntu-24.04';
  readonly url: string;
  /** For apt; `./` where it has no suites. */
  readonly suite: string;
  readonly components: readonly string[];
  /** In ASCII armour; `sha256` of its file. */
  readonly key: { readonly url: string; readonly sha256: string };
}

export interface ClusterNetwork {
  readonly vpcCidr: string;
  /** Undefined: all hosts are adopted where they are, and nothing around them is looked at. */
  readonly vpc: Origin | undefined;
  readonly internetGateway: Origin | undefined;
  readonly subnets: readonly Subnet[];
  readonly securityGroup: SecurityGroup | undefined;
}

/** Made by us where it is missing; or somebody else's, looked at and never changed. */
export type Origin = { readonly create: true } | { readonly adopt: Adoption };
export type Adoption = { readonly id: string } | { readonly tag: { readonly key: string; readonly value: string } };

export interface Subnet {
  readonly name: string;
  readonly cidr: string;
  readonly zone: string;
  readonly origin: Origin;
}

export interface SecurityGroup {
  readonly origin: Origin;
  /** CIDRs, sorted. */
  readonly sshFrom: readonly string[];
  readonly clientsFrom: readonly string[];
}

export interface Ssh {
  readonly user: string;
  readonly port: number;
  /** A private key file, or the agent behind SSH_AUTH_SOCK. */
  readonly identity: { readonly file: string } | { readonly agent: true };
  readonly knownHosts: string;
  readonly hostKeys: 'strict' | 'accept-new' | 'console';
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

export type HostName = string;
export type TenantName = string;

export interface Host {
  readonly name: HostName;
  readonly role: 'redis' | 'proxy';
  readonly origin: { readonly adopt: Adoption } | { readonly create: Creation };
}

/** An instance to be made where it is missing. */
export interface Creation {
  /** Of spec.network.subnets, by name. */
  readonly subnet: string;
  readonly address: string;
  readonly type: string;
  readonly image: string;
  readonly keyName: string | undefined;
  readonly instanceProfile: string | undefined;
  readonly rootVolume: { readonly gibibytes: number; readonly type: 'gp2' | 'gp3' | 'standard' };
  readonly enhancedNetworking: 'sriov' | 'ena' | 'none';
}

export interface Mesh {
  readonly bridge: string;
  readonly datapath: 'system' | 'netdev';
  readonly greKey: number;
  /** MTU of the network under the mesh, octets. */
  readonly underlayMtu: number;
  /** What an address inside the mesh may send: underlay minus 46 (outer IPv4 20, GRE with key 8, Ethernet 14, VLAN 4). */
  readonly innerMtu: number;
}

export interface Runtime {
  readonly type: 'lxc' | 'openvz';
  readonly template: { readonly name: string; readonly tarball: string; readonly sha256: string | undefined };
}

export interface Tenant {
  readonly name: TenantName;
  readonly place: Place;
  /** Sentinel's name for the monitored master: the tenant's own, so that two tenants' Sentinels never join. */
  readonly masterName: string;
  readonly vlan: number;
  readonly cidr: string;
  readonly prefixLength: number;
  readonly members: readonly Member[];
  readonly resources: { readonly memoryBytes: number; readonly cpuMillicores: number; readonly diskBytes: number };
  readonly redis: RedisSettings;
  readonly password: Secret;
  readonly sentinel: SentinelSettings;
  readonly expose: Exposure | undefined;
}

/** One container with one Redis and one Sentinel. */
export interface Member {
  readonly name: string;
  readonly host: HostName;
  readonly address: string;
}

export interface RedisSettings {
  readonly port: number;
  readonly maxmemoryBytes: number;
  readonly minReplicasToWrite: number;
  readonly minReplicasMaxLagSeconds: number;
  readonly appendonly: boolean;
  /** Further settings by redis.conf's own names, in the values CONFIG GET shows. */
  readonly config: Readonly<Record<string, string>>;
}

export interface SentinelSettings {
  readonly port: number;
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
  /** HAProxy's checks, timed to match the profile. */
  readonly check: { readonly intervalMs: number; readonly fall: number; readonly rise: number };
}

export interface Exposure {
  readonly proxyPair: string;
  readonly port: number;
  /** The tenant's addresses on the pair's hosts, by host. */
  readonly proxyAddresses: readonly { readonly host: HostName; readonly address: string }[];
}

export interface ProxyPair {
  readonly name: string;
  readonly place: Place;
  readonly hosts: readonly [HostName, HostName];
  readonly vip: string;
  readonly vrrp: { readonly routerId: number; readonly advertIntervalMs: number };
  readonly haproxy: {
    readonly connectTimeoutMs: number;
    readonly clientTimeoutMs: number;
    readonly serverTimeoutMs: number;
    readonly maxConnections: number;
  };
}
