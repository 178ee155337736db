import type { HostName, TenantName } from '../../crds/fleet.ts';
import type { Secret } from '../../crds/secret.ts';
import type { Script } from '../../renderers/shell.ts';
import type { Observation } from '../observation.ts';

/** What a question's script printed on a host. `exit` 124: it ran out of time. */
export interface HostAnswer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The output was longer than the question may answer, and is cut. */
  readonly truncated: boolean;
}

/** An EC2 describe call, by the API's own names; the adapter pages through it and hands back all items. */
export interface Ec2Query {
  readonly action: Ec2Describe;
  readonly filters: Ec2Filters;
}

/** The closed list of what is asked of EC2. */
export type Ec2Describe =
  | 'DescribeVpcs'
  | 'DescribeSubnets'
  | 'DescribeInternetGateways'
  | 'DescribeRouteTables'
  | 'DescribeSecurityGroups'
  | 'DescribeKeyPairs'
  | 'DescribeImages'
  | 'DescribeInstanceTypes'
  | 'DescribeInstances'
  | 'DescribeInstanceStatus'
  | 'DescribeNetworkInterfaces';

export type Ec2Filters = Readonly<Record<string, readonly string[]>>;

/** Where RESP is spoken: a member's Redis or Sentinel, reached by a forwarded channel through one of the hosts named. */
export interface RespEndpoint {
  readonly tenant: TenantName;
  readonly member: string;
  /** Hosts with an address in the tenant's network, in order of preference. */
  readonly through: readonly HostName[];
  readonly address: string;
  readonly port: number;
  readonly password: Secret;
}

export type RespCommand = readonly (string | number | Secret)[];
/** One reply a command: what RESP said, an error reply as `{ error }`. */
export type RespReply = string | number | null | readonly RespReply[] | { readonly error: string };

/** How a question is put to its medium, and how the answer is read. `read` trusts nothing: what it cannot read is unknown. */
export interface HostSense<A, R> {
  readonly via: 'host';
  /** Seconds the script may take on the host; 10 unless told. */
  readonly seconds?: number;
  script(ask: A): Script;
  read(raw: HostAnswer, ask: A): Observation<R>;
}

export interface Ec2Sense<A, R> {
  readonly via: 'ec2';
  query(ask: A): Ec2Query;
  read(items: readonly unknown[], ask: A): Observation<R>;
}

export interface RespSense<A, R> {
  readonly via: 'resp';
  endpoint(ask: A): RespEndpoint;
  commands(ask: A): readonly RespCommand[];
  read(replies: readonly RespReply[], ask: A): Observation<R>;
}

export type Sense<Via, A, R> = Via extends 'host'
  ? HostSense<A, R>
  : Via extends 'ec2'
    ? Ec2Sense<A, R>
    : RespSense<A, R>;
