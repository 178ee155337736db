import { connect as connectTcp, type Socket } from 'node:net';
import pRetry from 'p-retry';
import type { Client, ConnectConfig } from 'ssh2';
import type { Ssh } from '../../../crds/fleet.ts';
import { TransportError } from '../../transport/errors.ts';
import type { Clock, HostTarget } from '../../transport/io.ts';
import type { HostKeyCheck } from '../host-keys/host-keys.ts';
import type { Identity } from './identity.ts';

/** One authenticated connection. The socket is kept because ssh2 will not destroy one that it has begun to end. */
export interface Connection {
  readonly client: Client;
  readonly socket: Socket;
}

export interface Dialling {
  readonly settings: Ssh;
  readonly clock: Clock;
  readonly identity: () => Promise<Identity>;
  /** Learns the host keys of a new host, before anything is sent to it. */
  readonly learnHostKey: (target: HostTarget) => Promise<void>;
  readonly hostKeys: (target: HostTarget) => Promise<HostKeyCheck>;
  readonly keepalive: { readonly intervalMs: number; readonly countMax: number };
  /** Ends what is being dialled: the program ends. */
  readonly closing: AbortSignal;
}

/**
 * Connects and authenticates, within `connectTimeoutMs` in total. A connection refused, reset or dropped before the handshake is
 * tried again (sshd drops some at random when many come at once): nothing was sent yet, so nothing can run twice.
 */
export async function connect(target: HostTarget, dialling: Dialling): Promise<Connection> {
  const identity = await dialling.identity();
  await dialling.learnHostKey(target);
  const deadline = dialling.clock.now() + dialling.settings.connectTimeoutMs;
  const left = () => deadline - dialling.clock.now();
  return pRetry(() => attempt(target, dialling, identity, Math.max(1, left())), {
    retries: 3,
    minTimeout: 200,
    factor: 2,
    shouldRetry: ({ error, attemptNumber }) =>
      !dialling.closing.aborted &&
      error instanceof TransportError &&
      error.kind === 'unreachable' &&
      left() > 200 * 2 ** attemptNumber,
  });
}

async function attempt(
  target: HostTarget,
  dialling: Dialling,
  identity: Identity,
  timeoutMs: number,
): Promise<Connection> {
  const { settings } = dialling;
  const hostKey = await dialling.hostKeys(target);
  // Loaded with the first connection: `validate` should not wait for it.
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  // Our own socket, because ssh2 leaves Nagle's algorithm on, which costs about 40 ms a command.
  const socket = connectTcp({ host: target.address, port: settings.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    const fail = (error: TransportError) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(tooLate(target, settings, socket)), timeoutMs);
    const give = () =>
      fail(new TransportError('unreachable', `${called(target)}: given up, because the program is ending`));
    if (dialling.closing.aborted) give();
    dialling.closing.addEventListener('abort', give);
    const keep = () => dialling.closing.removeEventListener('abort', give);
    socket.once('close', keep);
    // The first error is the cause; ssh2 emits others after it. The listener stays: an error event without a listener ends the process.
    client.on('error', (error) => fail(hostKey.refusal() ?? explained(error, target, settings, identity)));
    client.once('close', () =>
      fail(new TransportError('unreachable', `${called(target)} closed the connection before the login was complete`)),
    );
    client.once('ready', () => {
      clearTimeout(timer);
      keep();
      resolve();
    });
    try {
      client.connect(configFor(dialling, identity, hostKey, socket));
    } catch (error) {
      fail(
        new TransportError(
          'refused',
          `cannot log in to ${called(target)} with ${identity.description}: ${textOf(error)}`,
          {
            cause: error,
          },
        ),
      );
    }
  });
  await hostKey.keep().catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  return { client, socket };
}

function configFor(dialling: Dialling, identity: Identity, hostKey: HostKeyCheck, sock: Socket): ConnectConfig {
  return {
    sock,
    username: dialling.settings.user,
    ...identity.auth,
    // Straight to the one method: trying `none` first costs a round trip.
    authHandler: ['agent' in identity.auth ? 'agent' : 'publickey'],
    hostVerifier: (key: Buffer) => hostKey.accepts(key),
    algorithms: {
      serverHostKey: hostKey.algorithms as NonNullable<NonNullable<ConnectConfig['algorithms']>['serverHostKey']>,
    },
    readyTimeout: 0,
    keepaliveInterval: dialling.keepalive.intervalMs,
    keepaliveCountMax: dialling.keepalive.countMax,
  };
}

/** How far it came distinguishes a host that is down from one that hangs: the kernel takes connections for an sshd that does nothing with them. */
function tooLate(target: HostTarget, settings: Ssh, socket: Socket): TransportError {
  const within = `within ${settings.connectTimeoutMs} ms`;
  const at = `${called(target)}, port ${settings.port}`;
  if (socket.connecting)
    return new TransportError(
      'timeout',
      `${called(target)} did not answer on port ${settings.port} ${within}: is it running, and does its security group let this machine in?`,
    );
  if (socket.bytesRead === 0)
    return new TransportError(
      'timeout',
      `${at}: the connection was taken, and sshd said nothing ${within}: sshd or the whole host hangs (out of memory, or its disk does not answer). Check its console, and restart sshd or reboot it`,
    );
  return new TransportError(
    'timeout',
    `${at}: sshd answered, but the login took longer than ${settings.connectTimeoutMs} ms`,
  );
}

/** An error of ssh2 as a message for operators, by the level and code that it sets. */
function explained(
  error: Error & { level?: string; code?: unknown },
  target: HostTarget,
  settings: Ssh,
  identity: Identity,
): TransportError {
  const options = { cause: error };
  const at = `${called(target)}, port ${settings.port}`;
  if (error.code === 'ECONNREFUSED') {
    return new TransportError(
      'unreachable',
      `${at}: connection refused. The host is up, but no sshd listens there: start it, or correct spec.ssh.port`,
      options,
    );
  }
  if (error.level === 'client-socket' || error.message.includes('lost before handshake')) {
    return new TransportError('unreachable', `${at}: ${error.message}`, options);
  }
  if (error.level === 'agent') {
    return new TransportError(
      'refused',
      `${at}: the SSH ${identity.description} did not help: ${error.message}. Is it running, and is a key loaded (ssh-add -l)?`,
      options,
    );
  }
  if (error.level === 'client-authentication' || /authentication/i.test(error.message)) {
    return new TransportError(
      'refused',
      `${at}: ${identity.description} was refused for user ${settings.user}: add its public key to that user's authorized_keys, or correct spec.ssh`,
      options,
    );
  }
  return new TransportError('protocol', `${at}: the SSH handshake failed: ${error.message}`, options);
}

function called(target: HostTarget): string {
  return `${target.name} (${target.address})`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
