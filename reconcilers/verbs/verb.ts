import type { HostName } from '../../crds/fleet.ts';
import type { Script } from '../../renderers/shell.ts';
import type { RespCommand, RespEndpoint } from '../questions/sense.ts';

/** A changing EC2 call, by the API's own names. */
export type Ec2Command =
  | {
      readonly action: 'AssignPrivateIpAddresses';
      readonly networkInterfaceId: string;
      readonly address: string;
      readonly allowReassignment: boolean;
    }
  | { readonly action: 'UnassignPrivateIpAddresses'; readonly networkInterfaceId: string; readonly address: string };

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
