import type { HostName, S3Object, TenantName } from '../../crds/fleet.ts';
import type { Secret } from '../../crds/secret.ts';
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
  | 'AllocateAddress'
  | 'AssociateAddress'
  | 'ReleaseAddress'
  | 'CreateInternetGateway'
  | 'AttachInternetGateway'
  | 'DetachInternetGateway'
  | 'DeleteInternetGateway'
  | 'CreateRoute'
  | 'ReplaceRoute'
  | 'DeleteRoute'
  | 'CreateRouteTable'
  | 'AssociateRouteTable'
  | 'ReplaceRouteTableAssociation'
  | 'DisassociateRouteTable'
  | 'DeleteRouteTable'
  | 'CreateNatGateway'
  | 'DeleteNatGateway'
  | 'CreateVpcEndpoint'
  | 'ModifyVpcEndpoint'
  | 'DeleteVpcEndpoints'
  | 'ModifyVpcAttribute'
  | 'CreateSubnet'
  | 'DeleteSubnet'
  | 'CreateSecurityGroup'
  | 'DeleteSecurityGroup'
  | 'AuthorizeSecurityGroupIngress'
  | 'RevokeSecurityGroupIngress'
  | 'DeleteNetworkInterface'
  | 'ModifyNetworkInterfaceAttribute'
  | 'CreatePlacementGroup'
  | 'DeletePlacementGroup'
  | 'CreateVolume'
  | 'AttachVolume'
  | 'ModifyVolume'
  | 'DeleteVolume'
  | 'RunInstances'
  | 'StartInstances'
  | 'StopInstances'
  | 'TerminateInstances'
  | 'ModifyInstanceAttribute'
  | 'ModifyInstanceMetadataOptions';

export type Ec2Input = { readonly [field: string]: Ec2Value };
export type Ec2Value = string | number | boolean | readonly Ec2Value[] | Ec2Input;

/** What EC2 answers to a call with DryRun: it checks the permission, and changes nothing. `not-tried`: this call was not made. */
export interface DryRun {
  readonly result: 'allowed' | 'denied' | 'not-tried';
  /** Of EC2, if it gives a reason. */
  readonly message: string;
}

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
  /** The object in S3 that the script downloads: by `signed`, a URL that lets whoever knows it read that object for some time. */
  readonly signs?: (action: A) => S3Object | undefined;
  script(action: A, signed?: Secret): Script;
}

/**
 * An operation that brings a file to a host in pieces, over the connections that there are: from the operator's machine, or from another
 * host. Its scripts run under the host's lock, one piece at a time, so that it can be interrupted, and continued by any run.
 */
export interface TransferOperation<A> extends Common<A> {
  readonly via: 'transfer';
  host(action: A): HostName;
  from(action: A): FileSource;
  /** SHA-256 of the file. */
  digest(action: A): string;
  /** Makes room for so many bytes. Prints how many are there already, or `done`. */
  begin(action: A, bytes: number): Script;
  /** Appends a piece, if what is there ends at `offset`. Prints how many bytes are there then, or `done`. */
  append(action: A, offset: number, base64: string): Script;
  /** Checks the whole and puts it into place. */
  finish(action: A): Script;
}

/** A file on the operator's machine, or on a host. */
export type FileSource = { readonly file: string } | { readonly host: HostName; readonly path: string };

export interface Ec2Operation<A> extends Common<A> {
  readonly via: 'ec2';
  command(action: A): Ec2Command;
}

/** A controlled switch of a tenant's master. What is sent when is decided while it is carried out. */
export interface SwitchOperation<A> extends Common<A> {
  readonly via: 'switch';
  tenant(action: A): TenantName;
  /** Tells the HAProxy of a host of the new master, once the Sentinels name it. Changes nothing that a step of another run could. */
  announce(action: A): Script;
}

/** An operation by RESP commands. It fails if any reply is an error. */
export interface RespOperation<A> extends Common<A> {
  readonly via: 'resp';
  endpoint(action: A): RespEndpoint;
  commands(action: A): readonly RespCommand[];
  /** What took effect and what did not, in words, if a reply is an error. `replies` in the order of the commands. */
  partly?(action: A, replies: readonly RespReply[]): string | undefined;
}
