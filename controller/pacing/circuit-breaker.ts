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
  /** For what was refused, milliseconds. */
  readonly refusedMs: number;
}

interface OpenCircuit {
  readonly failures: number;
  readonly until: number;
  readonly error: unknown;
}

/**
 * An unreachable host costs a pass its time to connect, and delays every other repair for as long. Redis and Sentinel that do not
 * answer are queried in every pass, since that is cheap and a failover is near; those that refuse the password are not.
 */
export function withCircuitBreaker(reader: FactReader, clock: Clock, options: CircuitBreakerOptions): GuardedReader {
  const open = new Map<string, OpenCircuit>();
  const guard = async <T>(target: string, read: () => Promise<T>, isCheap = false): Promise<T> => {
    const known = open.get(target);
    if (known && clock.now() < known.until) throw known.error;
    try {
      const value = await read();
      open.delete(target);
      return value;
    } catch (error) {
      const failures = (known?.failures ?? 0) + 1;
      if (isCheap && !isPermanent(error)) open.delete(target);
      else if (error instanceof TransportError)
        open.set(target, { failures, until: clock.now() + openFor(error, failures, clock.random(), options), error });
      throw error;
    }
  };
  return {
    reader: {
      readHost: (target, queries) =>
        guard(`host ${target.name} ${target.address}`, () => reader.readHost(target, queries)),
      readEc2: (query) => guard(`EC2 ${query.action}`, () => reader.readEc2(query)),
      readResp: (request, endpoint, through, commands) =>
        guard(
          `RESP ${endpoint.tenant} ${endpoint.member ?? endpoint.through.join()} ${endpoint.port}`,
          () => reader.readResp(request, endpoint, through, commands),
          true,
        ),
    },
    nextTry: (now) => {
      const ends = [...open.values()].map(({ until }) => until).filter((end) => end > now);
      return ends.length ? Math.min(...ends) : undefined;
    },
    reset: () => open.clear(),
  };
}

function openFor(
  error: TransportError,
  failures: number,
  chance: number,
  { unreachable, refusedMs }: CircuitBreakerOptions,
): number {
  return isPermanent(error) ? jittered(refusedMs, chance) : backoffAfter(failures, chance, unreachable);
}
