import type { HostName } from '../../crds/fleet.ts';
import type { Script } from '../../renderers/lib/shell.ts';
import type { RespCommand, RespEndpoint, RespReply } from '../facts/fact.ts';

/** An EC2 call that changes something, by its API name; `input` as in the SDK. */
export interface Ec2Command {
  readonly action: Ec2Action;
  readonly input: Ec2Input;
}

/** The closed list of what may be changed in EC2. */
export type Ec2Action =
  | 'AssignPrivateIpAddresses'
  | 'UnassignPrivateIpAddresses'
  | 'CreateTags'
  | 'CreateVpc'
  | 'DeleteVpc'
  | 'CreateInternetGateway'
  | 'AttachInternetGateway'
  | 'DetachInternetGateway'
  | 'DeleteInternetGateway'
  | 'CreateRoute'
  | 'ReplaceRoute'
  | 'CreateSubnet'
  | 'DeleteSubnet'
  | 'CreateSecurityGroup'
  | 'DeleteSecurityGroup'
  | 'AuthorizeSecurityGroupIngress'
  | 'RevokeSecurityGroupIngress'
  | 'DeleteNetworkInterface'
  | 'ModifyNetworkInterfaceAttribute'
  | 'RunInstances'
  | 'StartInstances'
  | 'StopInstances'
  | 'TerminateInstances'
  | 'ModifyInstanceAttribute'
  | 'ModifyInstanceMetadataOptions';

export type Ec2Input = { readonly [field: string]: Ec2Value };
export type Ec2Value = string | number | boolean | readonly Ec2Value[] | Ec2Input;

interface Common<A> {
  /** One line that describes the action. Never contains a secret. */
  describe(action: A): string;
  /** Milliseconds until facts show its effect. Until then, a finding with the same action is `waiting`. */
  readonly settleMs: number;
}

/** An operation by a script on a host, under the host's lock. Exit code 0 means success; otherwise stderr contains the reason. */
export interface HostOperation<A> extends Common<A> {
  readonly via: 'host';
  readonly seconds?: number;
  /** The host that does not respond until the effect shows. */
  readonly unreachableDuring?: (action: A) => HostName;
  host(action: A): HostName;
  script(action: A): Script;
}

export interface Ec2Operation<A> extends Common<A> {
  readonly via: 'ec2';
  command(action: A): Ec2Command;
}

/** An operation by RESP commands. It fails if any reply is an error. */
export interface RespOperation<A> extends Common<A> {
  readonly via: 'resp';
  endpoint(action: A): RespEndpoint;
  commands(action: A): readonly RespCommand[];
  /** What took effect and what did not, in words, if a reply is an error. `replies` in the order of the commands. */
  partly?(action: A, replies: readonly RespReply[]): string | undefined;
}
