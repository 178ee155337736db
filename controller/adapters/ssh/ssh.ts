import type { Duplex } from 'node:stream';
import type { Ssh } from '../../../crds/fleet.ts';
import type { HostPort, HostTarget } from '../../transport/io.ts';
import { type HostCounters, Pool, type SshOptions } from './pool.ts';

/**
 * All hosts over SSH: one connection a host, kept until close() and shared by all callers. With a host that others are reached through, theirs
 * are channels of its one connection.
 */
export interface SshFleet extends HostPort {
  /**
   * A TCP connection made by the host to address:port, as a stream. Rejects with NoChannel when the host is there but could not
   * get through, with another TransportError when the host itself could not be reached.
   */
  channel(target: HostTarget, address: string, port: number, timeoutMs: number): Promise<Duplex>;
  /** What was used of each host so far, by its name. */
  counters(): ReadonlyMap<string, HostCounters>;
  /** Ends every connection. Afterwards nothing can be run any more. */
  close(): Promise<void>;
}

/** Opens no connection yet. Identity and host keys are read when the first host is needed. */
export function openSsh(settings: Ssh, options: SshOptions = {}): SshFleet {
  const pool = new Pool(settings, options);
  return {
    run: (target, script, limits) => pool.run(target, script, limits),
    channel: (target, address, port, timeoutMs) => pool.channel(target, address, port, timeoutMs),
    counters: () => pool.counters,
    close: () => pool.close(),
  };
}
