import type { Secret } from './secret.ts';

/** The position of a value in its file, for messages. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Everything that is declared for one Cluster: references resolved, defaults filled, units as numbers. Lists are sorted by name. */
export interface Fleet {
  readonly cluster: Cluster;
  readonly proxyPairs: readonly ProxyPair[];
  readonly tenants: readonly Tenant[];
  /** Tenants that are declared too, but cannot be created at present. Nothing of them is created, or removed as not declared. */
  readonly heldUp?: readonly TenantName[];
}

/** Nothing of a document is touched before `until`, milliseconds since 1970. */
export interface Pause {
  readonly until: number;
  readonly reason: string;
}

/** When a tenant may be interrupted. */
export interface Maintenance {
  /** By its name in the IANA database. */
  readonly timezone: string;
  readonly windows: readonly MaintenanceWindow[];
}

export interface MaintenanceWindow {
  /** As Date.getUTCDay has them: 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight, in the time zone. */
  readonly startMinutes: number;
  readonly durationMs: number;
}

export interface Cluster {
  readonly name: string;
  readonly place: Place;
  readonly paused?: Pause;
  /** Of tenants without their own. Undefined: at any time. */
  readonly maintenance?: Maintenance;
  readonly aws: Aws;
  readonly network: ClusterNetwork;
  readonly ssh: Ssh;
  readonly hosts: readonly Host[];
  readonly mesh: Mesh;
  readonly runtime: Runtime;
  /** How long the data of a retired member is kept. */
  readonly prune: { readonly retainForMs: number };
  readonly preparation: Preparation;
}

/** The EC2 API, and whose credentials are used with it. */
export interface Aws {
  readonly region: string;
  readonly endpoint: string | undefined;
  /** For everything that is created in EC2, beside our own. */
  readonly tags: Readonly<Record<string, string>>;
  /** Of the shared configuration files; undefined: as AWS_PROFILE and the SDK's chain say. */
  readonly profile: string | undefined;
  readonly assumeRole:
    | { readonly roleArn: string; readonly externalId: string | undefined; readonly sessionName: string }
    | undefined;
  /** The only account in which anything may be changed; undefined: any. */
  readonly accountId: string | undefined;
}

/** How missing software on a host is handled. */
export interface Preparation {
  readonly mode: 'install' | 'check';
  /** Declared versions, by package. */
  readonly versions: Readonly<Record<string, string>>;
  readonly repositories: readonly Repository[];
  /** By name; `unmanaged` leaves a setting as it is. */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly transparentHugepages: 'madvise' | 'never' | 'unmanaged';
}

/** A package repository for the hosts with one operating system. */
export interface Repository {
  readonly name: string;
  readonly system:
    | 'amazon-linux-2023'
    | 'centos-6'
    | 'debian-12'
    | 'debian-13'
    | 'rocky-9'
    | 'ubuntu-22.04'
    | 'ubuntu-24.04';
  readonly url: string;
  /** For apt; `./` if the repository has no suites. */
  readonly suite: string;
  readonly components: readonly string[];
  /** ASCII-armored; `sha256` of the key file. */
  readonly key: { readonly url: string; readonly sha256: string };
}

export interface ClusterNetwork {
  readonly vpcCidr: string;
  /** Undefined: all hosts are adopted, and the VPC network is not observed. */
  readonly vpc: Origin | undefined;
  readonly internetGateway: Origin | undefined;
  readonly subnets: readonly Subnet[];
  readonly securityGroup: SecurityGroup | undefined;
  /** Undefined: how hosts reach the internet is not managed. */
  readonly egress: Egress | undefined;
}

/** How created hosts reach the EC2 API and package repositories. */
export interface Egress {
  /** Hosts in subnets that no NAT gateway serves get a public address, and reach the internet by the internet gateway. */
  readonly publicAddresses: boolean;
  /** In the order of the names of their subnets. */
  readonly natGateways: readonly NatGatewaySpec[];
  readonly endpoints: { readonly [S in EndpointService]: Origin | undefined };
}

/** A NAT gateway, by the names of the subnet that it is in and of those whose default route leads to it, sorted. */
export interface NatGatewaySpec {
  readonly subnet: string;
  readonly serves: readonly string[];
  readonly origin: Origin;
}

/** Services of AWS that a VPC endpoint is declared for: an interface endpoint for `ec2`, a gateway endpoint for `s3`. */
export const endpointServices = ['ec2', 's3'] as const;
export type EndpointService = (typeof endpointServices)[number];

/** Created if it is missing, or adopted: observed and never changed. */
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

/** How the operator logs in to a host. */
export interface Login {
  readonly user: string;
  readonly port: number;
  /** A private key file, or the agent at SSH_AUTH_SOCK. */
  readonly identity: { readonly file: string } | { readonly agent: true };
}

/** The login of hosts without their own, and what is common to all hosts. */
export interface Ssh extends Login {
  readonly reach: Reach;
  readonly knownHosts: string;
  readonly hostKeys: 'strict' | 'accept-new' | 'console';
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

/** Hosts are reached at their private addresses, at their public ones, or at their private ones through one host. */
export type Reach =
  | { readonly at: 'private' }
  | { readonly at: 'public' }
  | { readonly through: { readonly host: HostName } | { readonly address: string; readonly login: Login } };

export type HostName = string;
export type TenantName = string;

export interface Host {
  readonly name: HostName;
  readonly role: 'redis' | 'proxy';
  readonly login: Login;
  readonly origin: { readonly adopt: Adoption } | { readonly create: Creation };
  /** What a command asks for, for one run. No document says it. */
  readonly requested?: HostRequest;
}

/** `until`, in milliseconds since 1970, no member on the host should be master, and no virtual IP there. `uncordon`: that is over. */
export type HostRequest = { readonly drain: { readonly until: number; readonly reason: string } } | 'uncordon';

/** An instance that is created if it is missing. */
export interface Creation {
  /** Name of a subnet in spec.network.subnets. */
  readonly subnet: string;
  readonly address: string;
  readonly type: string;
  readonly image: string;
  readonly keyName: string | undefined;
  readonly instanceProfile: string | undefined;
  /** The name of the role in the profile. */
  readonly instanceProfileRole: string | undefined;
  readonly rootVolume: VolumeSettings;
  /** Of a Redis host: a volume of its own for the members' data. Undefined: it is on the root volume. */
  readonly dataVolume: VolumeSettings | undefined;
  /** It is launched in the spread placement group of the Cluster. */
  readonly spread: boolean;
  /** EC2 refuses to terminate it until this is lifted. */
  readonly terminationProtection: boolean;
  /** It is declared, and so compared with what EC2 has, in a call per instance and pass. */
  readonly protectionDeclared: boolean;
  readonly enhancedNetworking: 'sriov' | 'ena' | 'none';
}

/** An EBS volume to create. */
export interface VolumeSettings {
  readonly gibibytes: number;
  readonly type: 'gp2' | 'gp3' | 'io1' | 'io2' | 'standard';
  readonly encrypted: boolean;
  /** Undefined: the default EBS key of the account. */
  readonly kmsKey: string | undefined;
  /** Undefined: what the type has by default. */
  readonly iops: number | undefined;
  /** In MiB/s. */
  readonly throughput: number | undefined;
}

export interface Mesh {
  readonly bridge: string;
  readonly datapath: 'system' | 'netdev';
  readonly greKey: number;
  /** MTU of the network under the mesh, in bytes. */
  readonly underlayMtu: number;
  /** MTU inside the mesh: underlay minus 46 (outer IPv4 20, GRE with key 8, Ethernet 14, VLAN 4). */
  readonly innerMtu: number;
}

export interface Runtime {
  readonly type: 'lxc' | 'openvz';
  readonly template: RuntimeTemplate;
}

/** The containers' template: a tarball at this path on every Redis host. `from` undefined: the user puts it there. */
export interface RuntimeTemplate {
  readonly name: string;
  readonly tarball: string;
  readonly sha256: string | undefined;
  readonly from: TemplateSource | undefined;
}

/** How a template gets onto the hosts. `file` is on the operator's machine. `sha256` is declared with all but `build`. */
export type TemplateSource =
  | { readonly build: TemplateBuild }
  | { readonly file: string }
  | { readonly url: string }
  | { readonly s3: S3Object };

/** A template made of Debian's packages on the first Redis host. */
export interface TemplateBuild {
  readonly suite: string;
  /** Undefined: Debian's own, as mmdebstrap knows it. */
  readonly mirror?: string | undefined;
  readonly components: readonly string[];
  readonly packages: readonly string[];
}

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

export interface Tenant {
  readonly name: TenantName;
  readonly place: Place;
  readonly paused?: Pause;
  /** Instead of that of the Cluster. */
  readonly maintenance?: Maintenance;
  /** Sentinel's name for the monitored master. It is the name of the tenant, so that Sentinels of two tenants never join. */
  readonly masterName: string;
  readonly vlan: number;
  readonly cidr: string;
  readonly prefixLength: number;
  readonly members: readonly Member[];
  readonly resources: { readonly memoryBytes: number; readonly cpuMillicores: number; readonly diskBytes: number };
  readonly redis: RedisSettings;
  readonly password: Secret;
  /** Accepted as well, while clients change to the new one. */
  readonly previousPassword?: Secret;
  readonly sentinel: SentinelSettings;
  readonly expose: Exposure | undefined;
  /** One zone may have so many members that without it no majority is left. */
  readonly acceptZoneRisk: boolean;
  /** What a command asks for, for one run. No document says it. */
  readonly requested?: TenantRequest;
  /** Only in force: declared members that are to join, in this order, one at a time. They are not among `members` yet. */
  readonly joins?: { readonly members: readonly Member[]; readonly blockedBy?: string };
  /**
   * Only in force: all members were stopped, to start again with another addressing. `initialMaster`: the name of the last master, or undefined if
   * it is not known. `named`: its former address, as a majority of the Sentinels had it.
   */
  readonly startsAgain?: { readonly initialMaster: string | undefined; readonly named?: string };
}

export interface TenantRequest {
  /** Names of members: if none of them is master, the master is handed over to one of them. */
  readonly masterAmong?: readonly string[];
  /** Run ids: a Redis that runs under one of them is restarted. */
  readonly restart?: readonly string[];
}

/** One container with one Redis and one Sentinel. */
export interface Member {
  readonly name: string;
  readonly host: HostName;
  readonly address: string;
  /** Only of a member in force: its container is to leave this host. `to`: where it is declared, or undefined if it is not declared any more. */
  readonly leaves?: { readonly to: HostName | undefined };
  /** Only of a member in force: its host is drained, so that it should not be master. */
  readonly drained?: true;
}

export interface RedisSettings {
  readonly port: number;
  readonly maxmemoryBytes: number;
  /** The output buffer of a replica at most, outside of maxmemory; and the replication backlog, within it. */
  readonly replicaBufferBytes: number;
  readonly backlogBytes: number;
  readonly minReplicasToWrite: number;
  readonly minReplicasMaxLagSeconds: number;
  readonly appendonly: boolean;
  /** More settings, by their names in redis.conf, with values as CONFIG GET shows them. */
  readonly config: Readonly<Record<string, string>>;
}

export interface SentinelSettings {
  readonly port: number;
  readonly quorum: number;
  readonly downAfterMs: number;
  readonly failoverTimeoutMs: number;
  readonly parallelSyncs: number;
  /** Timing of the HAProxy checks, which follows the profile. */
  readonly check: { readonly intervalMs: number; readonly fall: number; readonly rise: number };
}

export interface Exposure {
  readonly proxyPair: string;
  readonly port: number;
  /** Concurrent connections of clients that HAProxy accepts. */
  readonly maxConnections: number;
  /** The tenant's addresses on the pair's hosts, by host. */
  readonly proxyAddresses: readonly { readonly host: HostName; readonly address: string }[];
}

/** How a virtual IP outside the VPC is routed. */
export interface Overlay {
  /** IDs of the route tables, sorted; empty: all of the VPC. */
  readonly routeTables: readonly string[];
}

export interface ProxyPair {
  readonly name: string;
  readonly place: Place;
  readonly paused?: Pause;
  readonly hosts: readonly [HostName, HostName];
  /** Both may be in one zone. */
  readonly acceptZoneRisk: boolean;
  readonly vip: string;
  /** The virtual IP is outside the VPC, and routes lead to its owner; undefined: it is an address of the hosts' subnet. */
  readonly overlay: Overlay | undefined;
  /** An Elastic IP address that is bound to the virtual IP. */
  readonly publicAddress: Origin | undefined;
  readonly vrrp: { readonly routerId: number; readonly advertIntervalMs: number };
  readonly haproxy: {
    readonly connectTimeoutMs: number;
    readonly clientTimeoutMs: number;
    readonly serverTimeoutMs: number;
    readonly maxConnections: number;
    /** From a reload until the connections that outlived it are closed. */
    readonly drainTimeoutMs: number;
  };
}
