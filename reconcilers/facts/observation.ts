import type { HostName } from '../../crds/fleet.ts';

/** The result of an observation: present, absent, or unknown. Unknown is never treated as absent. */
export type Observation<T> = { readonly state: 'present'; readonly value: T } | { readonly state: 'absent' } | Unknown;

/**
 * `soon`: it will be known soon without any action. `refused`: credentials, keys or permissions were refused. `denied`: the server itself
 * answered, and let nobody in. `notForwardedBy`: hosts whose sshd refuses to forward a connection to it. `behind`: the host, or bastion, that
 * it is reached through, and that could not be used.
 */
interface Unknown {
  readonly state: 'unknown';
  readonly reason: string;
  readonly soon?: true;
  readonly refused?: true;
  readonly denied?: Denial;
  readonly notForwardedBy?: readonly HostName[];
  readonly behind?: string;
}

/** A server refuses the password, or as many clients are connected as it allows. */
export type Denial = 'password' | 'maxclients';

export const absent = { state: 'absent' } as const;

export function present<T>(value: T): Observation<T> {
  return { state: 'present', value };
}

/** `reason` completes the sentence "could not be observed: …". */
export function unknown(reason: string, kind?: 'soon' | 'refused'): Unknown {
  return { state: 'unknown', reason, ...(kind === undefined ? {} : { [kind]: true }) };
}

/** A server answered, and let the operator not in. */
export function denied(reason: string, by: Denial): Unknown {
  return { ...unknown(reason, by === 'password' ? 'refused' : undefined), denied: by };
}

/** How the server let the operator not in, if that is why it could not be observed. */
export function denialOf(observation: Observation<unknown> | undefined): Denial | undefined {
  return observation?.state === 'unknown' ? observation.denied : undefined;
}

/** Why something could not be observed. */
export function reasonOf(observation: Observation<unknown>): string {
  return observation.state === 'unknown' ? observation.reason : 'it does not exist';
}
