import type { LabHost, Subnet } from '../topology.ts';
import type { Tag } from './filters.ts';

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
}

export interface VpcSubnet extends Subnet {
  readonly mapPublicIp: boolean;
}

export interface InternetGateway {
  readonly id: string;
  readonly vpcId: string | undefined;
}

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  /** An association without a subnet makes it the VPC's main table. */
  readonly associations: readonly { readonly id: string; readonly subnetId: string | undefined }[];
  /** Without the VPC's own route, which is `local` and fixed. */
  readonly routes: readonly Route[];
}

export interface Route {
  readonly cidr: string;
  /** The id of an internet gateway, a NAT gateway or a network interface. */
  readonly target: string;
}

export interface NatGateway {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly state: 'pending' | 'available' | 'deleting' | 'deleted' | 'failed';
  readonly interfaceId: string;
  readonly privateAddress: string;
  readonly allocationId: string;
  readonly publicAddress: string | undefined;
  readonly created: Date;
  readonly deleted: Date | undefined;
  readonly clientToken: string;
  /** Why it could not be created. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

export interface VpcEndpoint {
  readonly id: string;
  readonly vpcId: string;
  readonly service: string;
  readonly type: 'Interface' | 'Gateway';
  readonly state: 'pending' | 'available' | 'deleting';
  /** Of an interface endpoint: one interface a subnet. */
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly interfaceIds: readonly string[];
  readonly privateDns: boolean;
  /** Of a gateway endpoint. */
  readonly routeTableIds: readonly string[];
  readonly created: Date;
  readonly clientToken: string;
}

export interface GroupRule {
  readonly id: string;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, a protocol number, or `-1` for all, as EC2 shows them. */
  readonly protocol: string;
  /** Ports, or ICMP type and code; -1 for any. Undefined if the protocol has none. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** The peer: a block, or the members of a group. */
  readonly cidr: string | undefined;
  readonly groupId: string | undefined;
  readonly description: string | undefined;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly rules: readonly GroupRule[];
}

export interface KeyPair {
  readonly id: string;
  readonly name: string;
  /** OpenSSH public key line. */
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly created: Date;
}

export interface PlacementGroup {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
}

export interface Instance {
  readonly host: LabHost;
  readonly state: InstanceState;
  /** EC2's reason why it is not running; empty while it runs. */
  readonly reason: string;
  readonly launched: Date;
  readonly image: string;
  readonly type: string;
  readonly keyName: string | undefined;
  readonly profile: string | undefined;
  readonly clientToken: string;
  readonly reservationId: string;
  readonly metadata: MetadataOptions;
  readonly sriov: boolean;
  readonly ena: boolean;
  readonly terminationProtected: boolean;
  /** The name of its placement group. */
  readonly placementGroup?: string | undefined;
  /** OpenSSH line of its public host key, and when the console first showed it. */
  readonly hostKey: string | undefined;
  readonly booted: Date | undefined;
  /** EC2's status checks pass: it has answered since it was switched on. */
  readonly passing: boolean;
}

export interface MetadataOptions {
  readonly tokens: 'required' | 'optional';
  readonly endpoint: 'enabled' | 'disabled';
  readonly hopLimit: number;
}

export interface NetworkInterface {
  /** The host it is attached to; for a detached interface, only its address and subnet are set. */
  readonly host: LabHost;
  readonly attached: boolean;
  /** It is deleted with its instance. */
  readonly deleteOnTermination: boolean;
  /** The primary address first. */
  readonly addresses: readonly string[];
  readonly groups: readonly string[];
  readonly sourceDestCheck: boolean;
  readonly description: string;
  /** Whether its primary address gets a public one at each start, and the one that it has now. */
  readonly public?: boolean;
  readonly publicAddress?: string | undefined;
  /** It belongs to a NAT gateway or an endpoint, and cannot be changed. */
  readonly managed?: 'nat_gateway' | 'vpc_endpoint';
}

/** An Elastic IP address. */
export interface ElasticAddress {
  readonly id: string;
  readonly address: string;
  readonly association: ElasticAssociation | undefined;
}

export interface ElasticAssociation {
  readonly id: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
}

export interface Volume {
  readonly id: string;
  /** The host that it is attached to, the device as which, and how; undefined: it is not attached. */
  readonly host: LabHost | undefined;
  readonly device: string | undefined;
  readonly attachment: 'attaching' | 'attached' | 'detaching' | undefined;
  readonly deleteOnTermination: boolean;
  readonly zone: string;
  readonly state: 'creating' | 'available' | 'in-use' | 'deleting';
  /** GiB. */
  readonly size: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly kmsKey: string | undefined;
  readonly iops: number | undefined;
  /** MiB/s. */
  readonly throughput: number | undefined;
  readonly created: Date;
  /** Of CreateVolume; empty for a root volume. */
  readonly clientToken: string;
  /** When it was modified last. */
  readonly modified: Date | undefined;
}

/** An executed RunInstances call: a fingerprint of its parameters, and the resulting instance as it was then. */
export interface Launch {
  readonly token: string;
  readonly asked: string;
  readonly instance: Instance;
}

/** The whole state of the EC2 API. Replaced as a whole, never modified in place. */
export interface Ec2State {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly VpcSubnet[];
  readonly gateways: readonly InternetGateway[];
  readonly routeTables: readonly RouteTable[];
  readonly natGateways: readonly NatGateway[];
  readonly endpoints: readonly VpcEndpoint[];
  readonly groups: readonly SecurityGroup[];
  readonly keyPairs: readonly KeyPair[];
  readonly instances: readonly Instance[];
  readonly interfaces: readonly NetworkInterface[];
  readonly elasticAddresses: readonly ElasticAddress[];
  readonly volumes: readonly Volume[];
  readonly placementGroups: readonly PlacementGroup[];
  readonly launches: readonly Launch[];
  /** By resource id. */
  readonly tags: ReadonlyMap<string, readonly Tag[]>;
}

/** An empty account. */
export const EMPTY: Ec2State = {
  vpcs: [],
  subnets: [],
  gateways: [],
  routeTables: [],
  natGateways: [],
  endpoints: [],
  groups: [],
  keyPairs: [],
  instances: [],
  interfaces: [],
  elasticAddresses: [],
  volumes: [],
  placementGroups: [],
  launches: [],
  tags: new Map(),
};

/** What a root volume has beside its settings. */
export function asRootOf(host: LabHost) {
  const fixed = { attachment: 'attached', deleteOnTermination: true, state: 'in-use', clientToken: '' } as const;
  return { ...fixed, host, zone: host.subnet.zone, modified: undefined };
}

/** The state with `host`'s instance changed. */
export function withInstance(state: Ec2State, host: LabHost, change: Partial<Omit<Instance, 'host'>>): Ec2State {
  return {
    ...state,
    instances: state.instances.map((one) => (one.host.instanceId === host.instanceId ? { ...one, ...change } : one)),
  };
}

export function tagsOf(state: Ec2State, id: string): readonly Tag[] {
  return state.tags.get(id) ?? [];
}

/** The state without the tags of these ids. */
export function withoutTags(state: Ec2State, ids: readonly string[]): Ec2State {
  return { ...state, tags: new Map([...state.tags].filter(([id]) => !ids.includes(id))) };
}
