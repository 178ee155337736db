import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import pRetry from 'p-retry';
import type { Client, ConnectConfig } from 'ssh2';
import type { Login, Ssh } from '../../../crds/fleet.ts';
import { NoWayThrough, TransportError } from '../../transport/errors.ts';
import type { Clock, HostTarget } from '../../transport/io.ts';
import type { HostKeyCheck } from '../host-keys/host-keys.ts';
import { explained, tooLate, whileBooting } from './connect-errors.ts';
import type { Identity } from './identity.ts';
import { called, dialled, loginOf } from './target.ts';

/**
 * One authenticated connection, over TCP or over a channel through another host. The stream below it is kept because ssh2 will not destroy
 * one that it has begun to end.
 */
export interface Connection {
  readonly client: Client;
  readonly socket: Duplex;
}

export interface Dialling {
  readonly settings: Ssh;
  readonly clock: Clock;
  readonly identity: (login: Login) => Promise<Identity>;
  /** A TCP connection to the port of a host, made by the host that it is reached through. */
  readonly through: (target: HostTarget, via: HostTarget, port: number, timeoutMs: number) => Promise<Duplex>;
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
  const identity = await dialling.identity(loginOf(dialling.settings, target));
  await dialling.learnHostKey(target);
  const deadline = dialling.clock.now() + dialling.settings.connectTimeoutMs;
  const left = () => deadline - dialling.clock.now();
  return pRetry(() => attempt(target, dialling, identity, () => Math.max(1, left())), {
    retries: 3,
    minTimeout: 200,
    factor: 2,
    shouldRetry: ({ error, attemptNumber }) =>
      !dialling.closing.aborted &&
      error instanceof TransportError &&
      error.kind === 'unreachable' &&
      !(error instanceof NoWayThrough) &&
      left() > 200 * 2 ** attemptNumber,
  }).catch((error: unknown) => {
    throw whileBooting(error, target, dialling.clock.now());
  });
}

async function attempt(
  target: HostTarget,
  dialling: Dialling,
  identity: Identity,
  leftMs: () => number,
): Promise<Connection> {
  const login = loginOf(dialling.settings, target);
  const hostKey = await dialling.hostKeys(target);
  // Loaded with the first connection: `validate` should not wait for it.
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const socket = await streamTo(target, dialling, login, leftMs());
  await new Promise<void>((resolve, reject) => {
    const fail = (error: TransportError) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    let heard = false;
    const progress = () => ('connecting' in socket && socket.connecting ? 'dialling' : heard ? 'answered' : 'silent');
    const timer = setTimeout(() => fail(tooLate(target, login, dialling.settings, progress())), leftMs());
    const give = () =>
      fail(new TransportError('unreachable', `${called(target)}: given up, because the program is ending`));
    if (dialling.closing.aborted) give();
    dialling.closing.addEventListener('abort', give);
    const keep = () => dialling.closing.removeEventListener('abort', give);
    socket.once('close', keep);
    // The first error is the cause; ssh2 emits others after it. The listener stays: an error event without a listener ends the process.
    client.on('error', (error) => fail(hostKey.refusal() ?? explained(error, target, login, identity)));
    client.once('close', () =>
      fail(new TransportError('unreachable', `${called(target)} closed the connection before the login was complete`)),
    );
    client.once('ready', () => {
      clearTimeout(timer);
      keep();
      resolve();
    });
    try {
      client.connect(configFor(dialling, login, identity, hostKey, socket));
      // After ssh2 has paused the stream: a listener before that would start it.
      socket.once('data', () => {
        heard = true;
      });
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

/** Our own stream, because ssh2 leaves Nagle's algorithm on, which costs about 40 ms a command. */
async function streamTo(target: HostTarget, dialling: Dialling, { port }: Login, timeoutMs: number): Promise<Duplex> {
  if (target.via) return dialling.through(target, target.via, port, timeoutMs);
  return connectTcp({ host: dialled(target), port, noDelay: true });
}

function configFor(
  dialling: Dialling,
  { user }: Login,
  identity: Identity,
  hostKey: HostKeyCheck,
  sock: Duplex,
): ConnectConfig {
  return {
    sock,
    username: user,
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

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
