import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { TransportError } from '../../transport/errors.ts';
import type { HostTarget } from '../../transport/io.ts';
import { NotSent } from './exec.ts';

/** Why a host that is reachable gave no channel. `answered`: the far end itself refused, so no other host helps. */
export class NoChannel extends TransportError {
  readonly answered: boolean;

  constructor(answered: boolean, kind: TransportError['kind'], message: string, options?: ErrorOptions) {
    super(kind, message, options);
    this.answered = answered;
  }
}

/**
 * Requests a TCP connection from the host to address:port (direct-tcpip). ssh2 has no time limit of its own for this. Rejects with
 * NotSent when the connection was dead, with NoChannel when the host could not get through.
 */
export function openChannel(
  client: Client,
  target: HostTarget,
  address: string,
  port: number,
  timeoutMs: number,
): Promise<Duplex> {
  const far = `${address}:${port}`;
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(
        new NoChannel(
          false,
          'no-connection',
          `no connection to ${far} through ${target.name} within ${timeoutMs} ms: nothing answers at that address`,
        ),
      );
    }, timeoutMs);
    try {
      client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        clearTimeout(timer);
        if (error) reject(explained(error, target, far));
        else if (late) channel.destroy();
        else resolve(likeSocket(channel));
      });
    } catch (error) {
      clearTimeout(timer);
      reject(new NotSent(textOf(error), { cause: error }));
    }
  });
}

/** OpenSSH gives the reason as text only, those of strerror(3): "Connection refused", "No route to host", … */
function explained(error: Error & { reason?: unknown }, target: HostTarget, far: string): Error {
  const words = error.message.replace(/^\(SSH\) Channel open failure: /, '');
  const options = { cause: error };
  if (words === 'No response from server' || words === 'server closed channel unexpectedly')
    return new NotSent(words, options);
  if (/connection refused/i.test(words)) {
    return new NoChannel(
      true,
      'no-connection',
      `connection refused by ${far} (through ${target.name}): the address is up, but nothing listens on that port`,
      options,
    );
  }
  if (/prohibited|open failed/i.test(words)) {
    return new NoChannel(
      false,
      'refused',
      `${target.name} does not forward to ${far} (${words}): its sshd needs AllowTcpForwarding yes and no PermitOpen that forbids it`,
      options,
    );
  }
  return new NoChannel(false, 'no-connection', `no connection to ${far} through ${target.name}: ${words}`, options);
}

/**
 * Makes a channel behave as a net.Socket does, which ioredis takes it for: it closes when the far end has closed (ssh2 would wait for
 * us, and nothing would ever be reported), and the calls that mean nothing here do nothing.
 */
function likeSocket(channel: Duplex): Duplex {
  const same = () => channel;
  channel.once('end', () => channel.destroy());
  return Object.assign(channel, { setNoDelay: same, setKeepAlive: same, setTimeout: same, ref: same, unref: same });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
