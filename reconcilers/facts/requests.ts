import type { HostName, Runtime } from '../../crds/fleet.ts';
import type { Containers } from './container/container-facts.ts';
import type { Template } from './container/template.ts';
import type { ElasticAddress } from './ec2/elastic-addresses.ts';
import type { Instance } from './ec2/instance.ts';
import type { Image, InstanceType, TypeOffering } from './ec2/launch-inputs.ts';
import type { NatGateway } from './ec2/nat-gateways.ts';
import type { NetworkInterface } from './ec2/network-interfaces.ts';
import type { PlacementGroup } from './ec2/placement-groups.ts';
import type { RunningInstance } from './ec2/running-instances.ts';
import type { Volume } from './ec2/volumes.ts';
import type { VpcEndpoint } from './ec2/vpc-endpoints.ts';
import type { Gateway, Group, RouteTable, SubnetFacts, Vpc } from './ec2/vpc-network.ts';
import type { Ec2Filters, RespEndpoint, RespTarget } from './fact.ts';
import type { Haproxy } from './haproxy/haproxy.ts';
import type { DataDisk } from './host/data-disk.ts';
import type { Drained } from './host/drained.ts';
import type { FileSystem } from './host/file-systems.ts';
import type { FileFacts } from './host/files.ts';
import type { FirewallChain } from './host/firewall.ts';
import type { Link } from './host/links.ts';
import type { PathMtu, PathMtuArgs } from './host/path-mtu.ts';
import type { PreparationArgs, PreparationFacts } from './host/preparation.ts';
import type { SystemArgs, SystemFacts } from './host/system.ts';
import type { UnitFacts } from './host/units.ts';
import type { Keepalived } from './keepalived/keepalived.ts';
import type { MemberFacts } from './member/members.ts';
import type { Ovs } from './ovs/ovs.ts';
import type { RedisFacts } from './redis/redis.ts';
import type { SentinelFacts } from './sentinel/sentinel.ts';
import type { ServiceFacts } from './service/service.ts';

interface Fact<Args, Value> {
  readonly args: Args;
  readonly value: Value;
}

interface OnHost {
  readonly host: HostName;
}

/** Facts that a script on a host reads, by name: arguments and value. */
export interface HostFacts {
  /** File systems of a host that are written to: free space, and whether they are read-only. */
  'file-systems': Fact<OnHost, readonly FileSystem[]>;
  /** The EBS volumes that a host shows, and what is mounted over the members' directories. */
  'data-disk': Fact<OnHost, DataDisk>;
  /** Whether a host is drained. */
  drained: Fact<OnHost, Drained>;
  /** The operating system of a host, its kernel, and which of the given packages, programs, units and modules it has. */
  system: Fact<OnHost & SystemArgs, SystemFacts>;
  /** Whether a host can be prepared: what its package manager could get, and what its kernel could load. Only `check` requests it. */
  preparation: Fact<OnHost & PreparationArgs, PreparationFacts>;
  /** Bridges, ports and interfaces of Open vSwitch on a host. */
  ovs: Fact<OnHost, Ovs>;
  /** Network devices of a host, with their addresses. */
  links: Fact<OnHost, readonly Link[]>;
  /** What arrives at other hosts without being fragmented. */
  'path-mtu': Fact<OnHost & PathMtuArgs, readonly PathMtu[]>;
  /** The chains of the host's firewall that may drop its packets. */
  firewall: Fact<OnHost, readonly FirewallChain[]>;
  /** Mode, owner and digest of files, including those in the directory `within`; missing files are left out. */
  files: Fact<OnHost & { readonly paths: readonly string[]; readonly within?: string }, readonly FileFacts[]>;
  /** systemd units: loaded, active, enabled. */
  units: Fact<OnHost & { readonly units: readonly string[] }, readonly UnitFacts[]>;
  /** Containers and member directories of a host: their owner, their state, and the enforced limits. */
  containers: Fact<OnHost & { readonly runtime: Runtime['type'] }, Containers>;
  /** The container template on a host: its tarball, and the images created from it. */
  template: Fact<
    OnHost & { readonly runtime: Runtime['type']; readonly name: string; readonly tarball: string },
    Template
  >;
  /** Member directories on a host, and the processes of their containers. */
  members: Fact<OnHost, readonly MemberFacts[]>;
  /** HAProxy on a proxy: its files, the loaded configuration, and the state of each tenant's servers. */
  haproxy: Fact<OnHost, Haproxy>;
  /** keepalived on a proxy: its files, the loaded configuration, its VRRP state, and the last move of the virtual address. */
  keepalived: Fact<OnHost & { readonly pair: string }, Keepalived>;
}

/** Facts from the EC2 API. */
export interface Ec2Facts {
  /** VPCs that match the filters. */
  vpcs: Fact<{ readonly filters: Ec2Filters }, readonly Vpc[]>;
  /** Subnets that match the filters. */
  subnets: Fact<{ readonly filters: Ec2Filters }, readonly SubnetFacts[]>;
  /** Internet gateways that match the filters. */
  gateways: Fact<{ readonly filters: Ec2Filters }, readonly Gateway[]>;
  /** Route tables that match the filters. */
  'route-tables': Fact<{ readonly filters: Ec2Filters }, readonly RouteTable[]>;
  /** NAT gateways that match the filters, also those that have ended. */
  'nat-gateways': Fact<{ readonly filters: Ec2Filters }, readonly NatGateway[]>;
  /** VPC endpoints that match the filters. */
  'vpc-endpoints': Fact<{ readonly filters: Ec2Filters }, readonly VpcEndpoint[]>;
  /** Security groups that match the filters. */
  groups: Fact<{ readonly filters: Ec2Filters }, readonly Group[]>;
  /** Elastic IP addresses that match the filters. */
  'elastic-addresses': Fact<{ readonly filters: Ec2Filters }, readonly ElasticAddress[]>;
  /** AMIs by id. */
  images: Fact<{ readonly ids: readonly string[] }, readonly Image[]>;
  /** Instance types by name. */
  'instance-types': Fact<{ readonly names: readonly string[] }, readonly InstanceType[]>;
  /** The zones that offer instance types. */
  'type-offerings': Fact<{ readonly names: readonly string[] }, readonly TypeOffering[]>;
  /** Key pairs by name. */
  'key-pairs': Fact<{ readonly names: readonly string[] }, readonly string[]>;
  /** IDs of instances that are initializing. */
  initializing: Fact<object, readonly string[]>;
  /** EC2 instances that match the filters. */
  instances: Fact<{ readonly filters: Ec2Filters }, readonly Instance[]>;
  /** On-Demand instances of the whole account and region that run or start. */
  'running-instances': Fact<object, readonly RunningInstance[]>;
  /** Placement groups that match the filters. */
  'placement-groups': Fact<{ readonly filters: Ec2Filters }, readonly PlacementGroup[]>;
  /** Whether EC2 refuses to terminate an instance. */
  'termination-protection': Fact<{ readonly instanceId: string }, boolean>;
  /** EBS volumes that match the filters. */
  volumes: Fact<{ readonly filters: Ec2Filters }, readonly Volume[]>;
  /** Network interfaces with one of the addresses. */
  'network-interfaces': Fact<{ readonly addresses: readonly string[] }, readonly NetworkInterface[]>;
}

/** Facts from a Redis or a Sentinel, and from the virtual address in front of them. */
export interface RespFacts {
  /** The state of a member's Redis. Request it with `redisFact`. */
  redis: Fact<{ readonly endpoint: RespEndpoint; readonly settings: readonly string[] }, RedisFacts>;
  /** The state of a member's Sentinel. Request it with `sentinelFact`. */
  sentinel: Fact<{ readonly endpoint: RespEndpoint; readonly master: string }, SentinelFacts>;
  /** What a client of a tenant gets at its virtual address. Request it with `serviceFact`. */
  service: Fact<{ readonly endpoint: RespTarget }, ServiceFacts>;
}

/** The closed list of facts. A request for a fact is plain data. */
type FactTable = HostFacts & Ec2Facts & RespFacts;
export type FactName = keyof FactTable;
export type FactRequestOf<N extends FactName> = { readonly fact: N } & FactTable[N]['args'];
export type FactValue<N extends FactName> = FactTable[N]['value'];
export type HostRequest<N extends keyof HostFacts = keyof HostFacts> = { [P in N]: FactRequestOf<P> }[N];
export type Ec2Request<N extends keyof Ec2Facts = keyof Ec2Facts> = { [P in N]: FactRequestOf<P> }[N];
export type RespRequest<N extends keyof RespFacts = keyof RespFacts> = { [P in N]: FactRequestOf<P> }[N];
export type FactRequest = HostRequest | Ec2Request | RespRequest;

/** The identity of a request: requests with the same key are sent once and share the observation. */
export function factKey(request: { readonly fact: FactName }): string {
  const known = keys.get(request) ?? sortedJson(request);
  keys.set(request, known);
  return known;
}

/** A request is looked up several times per pass, and is plain data that never changes. */
const keys = new WeakMap<object, string>();

/** JSON with the fields of every object in order. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`;
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .sort(byName)
    .map(([name, field]) => `"${name}":${sortedJson(field)}`)
    .join()}}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
