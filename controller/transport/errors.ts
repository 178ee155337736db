import type { HostName } from '../../crds/fleet.ts';
import type { RespFailure } from '../../reconcilers/facts/fact.ts';

/**
 * A transport failed. `kind`: unreachable (no connection to a host or to EC2; a retry may help), a RespFailure (the host was reached; after
 * `lost` and `no-reply` what was sent may have been carried out), refused (credentials, permissions or host key: correct the input),
 * password (Redis or Sentinel answered that it does not accept the password), timeout, overflow (more output than allowed), protocol, early (it will work before long: try again). `message`: what happened, where,
 * and what to do now.
 */
export class TransportError extends Error {
  readonly kind: 'unreachable' | RespFailure | 'refused' | 'password' | 'timeout' | 'overflow' | 'protocol' | 'early';

  constructor(kind: TransportError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransportError';
    this.kind = kind;
  }
}

/** A server was not asked because hosts refuse to forward a connection to it. `hosts`: those, by name. */
export class NotForwarded extends TransportError {
  readonly hosts: readonly HostName[];

  constructor(hosts: readonly HostName[], kind: TransportError['kind'], message: string, options?: ErrorOptions) {
    super(kind, message, options);
    this.hosts = hosts;
  }
}

/** The host that others are reached through could not be used, so that none of them was reached. `host`: its name. */
export class NoWayThrough extends TransportError {
  readonly host: string;

  constructor(host: string, kind: TransportError['kind'], message: string, options?: ErrorOptions) {
    super(kind, message, options);
    this.host = host;
  }
}

/** Refused credentials, keys and permissions do not come right by themselves; everything else may. */
export function isPermanent(error: unknown): boolean {
  return error instanceof TransportError && (error.kind === 'refused' || error.kind === 'password');
}

/** The message of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
