import type { HostName, TenantName } from '../../crds/fleet.ts';
import type { Secret } from '../../crds/secret.ts';
import type { ScriptResult } from '../../renderers/host-batch.ts';
import type { Script } from '../../renderers/lib/shell.ts';
import type { Observation } from './observation.ts';

/** A Describe call of the EC2 API. The adapter pages through it and returns all items. */
export interface Ec2Query {
  readonly action: Ec2Describe;
  readonly filters: Ec2Filters;
}

/** The closed list of EC2 calls that read. */
export type Ec2Describe =
  | 'DescribeVpcs'
  | 'DescribeVpcEndpoints'
  | 'DescribeSubnets'
  | 'DescribeAddresses'
  | 'DescribeInternetGateways'
  | 'DescribeNatGateways'
  | 'DescribeRouteTables'
  | 'DescribeSecurityGroups'
  | 'DescribeKeyPairs'
  | 'DescribeImages'
  | 'DescribeInstanceTypes'
  | 'DescribeInstanceTypeOfferings'
  | 'DescribeInstances'
  | 'DescribePlacementGroups'
  | 'DescribeInstanceStatus'
  | 'DescribeInstanceAttribute'
  | 'DescribeVolumes'
  | 'DescribeNetworkInterfaces';

export type Ec2Filters = Readonly<Record<string, readonly string[]>>;

/** An address of a tenant that speaks RESP, reached by a forwarded channel through one of the hosts in `through`. */
export interface RespTarget {
  readonly tenant: TenantName;
  /** Undefined: the tenant's virtual address. */
  readonly member?: string;
  /** Hosts that can connect to it, in order of preference. */
  readonly through: readonly HostName[];
  readonly address: string;
  readonly port: number;
  readonly password: Secret;
  /** Tried if the server does not take the other one. */
  readonly previousPassword?: Secret;
}

/** The endpoint of a member's Redis or Sentinel. */
export interface RespEndpoint extends RespTarget {
  readonly member: string;
}

export type RespCommand = readonly (string | number | Secret)[];
/** The reply to one command; an error reply is `{ error }`. */
export type RespReply = string | number | null | readonly RespReply[] | { readonly error: string };

/** How a fact is requested and how its output is read. `read` trusts nothing: what it cannot parse is unknown. */
export interface HostProbe<A, R> {
  readonly via: 'host';
  /** Seconds that the script may take on the host; 10 by default. */
  readonly seconds?: number;
  script(request: A): Script;
  read(raw: ScriptResult, request: A): Observation<R>;
}

export interface Ec2Probe<A, R> {
  readonly via: 'ec2';
  query(request: A): Ec2Query;
  read(items: readonly unknown[], request: A): Observation<R>;
}

export interface RespProbe<A, R> {
  readonly via: 'resp';
  endpoint(request: A): RespTarget;
  commands(request: A): readonly RespCommand[];
  read(replies: readonly RespReply[], request: A): Observation<R>;
  /** What a failure says about the fact itself; undefined if it says nothing, and the fact is unknown. `message`: a sentence. */
  readFailure?(kind: RespFailure, message: string): Observation<R> | undefined;
}

/**
 * How an exchange failed with a server that a host tried to reach: it could not connect, the connection ended before the replies were
 * complete, or the server took the connection and did not reply in time.
 */
export type RespFailure = 'no-connection' | 'lost' | 'no-reply';
