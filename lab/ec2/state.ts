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
  /** The one without a subnet makes it the VPC's main table. */
  readonly associations: readonly { readonly id: string; readonly subnetId: string | undefined }[];
  /** Beside the VPC's own, which is `local` and cannot change. */
  readonly routes: readonly { readonly cidr: string; readonly gatewayId: string }[];
}

export interface GroupRule {
  readonly id: string;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, a protocol's number, or `-1` for all of them, as EC2 shows them. */
  readonly protocol: string;
  /** Ports; of ICMP the type and the code; -1 for any. Undefined where the protocol has none. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Whom it is about: a block, or the members of a group. */
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
  /** OpenSSH public line. */
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly created: Date;
}

export interface Instance {
  readonly host: LabHost;
  readonly state: InstanceState;
  /** EC2's own words on why it is not running; empty while it is. */
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
  readonly keptFromTermination: boolean;
  /** OpenSSH public line of its host key, and when the console first showed it. */
  readonly hostKey: string | undefined;
  readonly booted: Date | undefined;
  /** It has answered since it was switched on: EC2's status checks pass. */
  readonly passing: boolean;
}

export interface MetadataOptions {
  readonly tokens: 'required' | 'optional';
  readonly endpoint: 'enabled' | 'disabled';
  readonly hopLimit: number;
}

export interface NetworkInterface {
  /** The host it is attached to; of one that is attached to nothing, its own place in the network alone. */
  readonly host: LabHost;
  readonly attached: boolean;
  /** It goes with its instance. */
  readonly endsWithInstance: boolean;
  /** The primary address first. */
  readonly addresses: readonly string[];
  readonly groups: readonly string[];
  readonly sourceDestCheck: boolean;
  readonly description: string;
}

export interface Volume {
  readonly id: string;
  readonly host: LabHost;
  readonly device: string;
  /** GiB. */
  readonly size: number;
  readonly type: string;
  readonly created: Date;
}

/** A RunInstances that was carried out: what it asked for, and what came of it. */
export interface Launch {
  readonly token: string;
  readonly asked: string;
  readonly instanceId: string;
}

/** All that the API knows. Replaced as a whole, never edited. */
export interface Ec2State {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly VpcSubnet[];
  readonly gateways: readonly InternetGateway[];
  readonly routeTables: readonly RouteTable[];
  readonly groups: readonly SecurityGroup[];
  readonly keyPairs: readonly KeyPair[];
  readonly instances: readonly Instance[];
  readonly interfaces: readonly NetworkInterface[];
  readonly volumes: readonly Volume[];
  readonly launches: readonly Launch[];
  /** By the id of what carries them. */
  readonly tags: ReadonlyMap<string, readonly Tag[]>;
}

/** An account with nothing in it. */
export const EMPTY: Ec2State = {
  vpcs: [],
  subnets: [],
  gateways: [],
  routeTables: [],
  groups: [],
  keyPairs: [],
  instances: [],
  interfaces: [],
  volumes: [],
  launches: [],
  tags: new Map(),
};

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

/** The state without the things of these ids; their tags go with them. */
export function withoutTags(state: Ec2State, ids: readonly string[]): Ec2State {
  return { ...state, tags: new Map([...state.tags].filter(([id]) => !ids.includes(id))) };
}
