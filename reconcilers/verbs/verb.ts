import type { HostName } from '../../crds/fleet.ts';
import type { Script } from '../../renderers/shell.ts';
import type { RespCommand, RespEndpoint } from '../questions/sense.ts';

/** A changing EC2 call, by the API's own names; `input` as the SDK takes it. */
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
  | 'CreateNetworkInterface'
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
  /** One line for a person: what is being done. Never a secret. */
  says(action: A): string;
  /** Milliseconds until its effect shows to the questions; until then a finding that asks for it again is waited for. */
  readonly settlesMs: number;
}

/** A verb carried out by a script on a host, under the host's lock. Exit 0 is done, anything else is failed, stderr says why. */
export interface HostVerb<A> extends Common<A> {
  readonly via: 'host';
  readonly seconds?: number;
  /** The host that does not answer until the effect shows. */
  readonly away?: (action: A) => HostName;
  host(action: A): HostName;
  script(action: A): Script;
}

export interface Ec2Verb<A> extends Common<A> {
  readonly via: 'ec2';
  command(action: A): Ec2Command;
}

/** A verb spoken in RESP. It failed if any reply is an error. */
export interface RespVerb<A> extends Common<A> {
  readonly via: 'resp';
  endpoint(action: A): RespEndpoint;
  commands(action: A): readonly RespCommand[];
}

export type VerbSpec<Via, A> = Via extends 'host' ? HostVerb<A> : Via extends 'ec2' ? Ec2Verb<A> : RespVerb<A>;
