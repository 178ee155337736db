import { isPermanent, TransportError } from '../transport/errors.ts';
import type { Clock, FactReader } from '../transport/io.ts';
import { type Backoff, backoffAfter, jittered } from './retry-policy.ts';

/** A reader that does not contact again and again what it could not reach: until the delay is over it answers with the same error. */
export interface GuardedReader {
  readonly reader: FactReader;
  /** When the first open circuit is to be tried again; undefined when none is open. */
  nextTry(now: number): number | undefined;
  /** Closes all circuits: everything is contacted in the next pass. */
  reset(): void;
}

export interface CircuitBreakerOptions {
  /** For a host, or an EC2 API, that does not answer. */
  readonly unreachable: Backoff;
  /** For a host, or a server, that refuses a key or a password, milliseconds: each try may count as an attack. */
  readonly refusedMs: number;
}

interface OpenCircuit {
  readonly failures: number;
  readonly until: number;
  readonly error: unknown;
}

/**
 * An unreachable host costs a pass its time to connect, and delays every other repair for as long. Redis and Sentinel that do not
 * answer are queried in every pass, since that is cheap and a failover is near; those that refuse the password are not. EC2 that refuses is
 * asked again as if it did not answer: whoever renews credentials expects that they are used.
 */
export function withCircuitBreaker(reader: FactReader, clock: Clock, options: CircuitBreakerOptions): GuardedReader {
  const open = new Map<string, OpenCircuit>();
  const guard = async <T>(target: string, read: () => Promise<T>, kind: 'host' | 'ec2' | 'resp'): Promise<T> => {
    const known = open.get(target);
    if (known && clock.now() < known.until) throw known.error;
    try {
      const value = await read();
      open.delete(target);
      return value;
    } catch (error) {
      const failures = (known?.failures ?? 0) + 1;
      const isRefused = kind !== 'ec2' && isPermanent(error);
      if (kind === 'resp' && !isRefused) open.delete(target);
      else if (error instanceof TransportError) {
        const chance = clock.random();
        const wait = isRefused
          ? jittered(options.refusedMs, chance)
          : backoffAfter(failures, chance, options.unreachable);
        open.set(target, { failures, until: clock.now() + wait, error });
      }
      throw error;
    }
  };
  return {
    reader: {
      readHost: (target, queries) =>
        guard(
          `host ${target.name} ${target.address} ${target.publicAddress ?? ''}`,
          () => reader.readHost(target, queries),
          'host',
        ),
      readEc2: (query) => guard(`EC2 ${query.action}`, () => reader.readEc2(query), 'ec2'),
      readResp: (request, endpoint, through, commands) =>
        guard(
          `RESP ${endpoint.tenant} ${endpoint.member ?? endpoint.through.join()} ${endpoint.port}`,
          () => reader.readResp(request, endpoint, through, commands),
          'resp',
        ),
    },
    nextTry: (now) => {
      const ends = [...open.values()].map(({ until }) => until).filter((end) => end > now);
      return ends.length ? Math.min(...ends) : undefined;
    },
    reset: () => open.clear(),
  };
}
