import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Ssh } from '../../../crds/fleet.ts';
import type { ScriptResult } from '../../../renderers/host-batch.ts';
import { isPermanent, NoWayThrough, TransportError } from '../../transport/errors.ts';
import type { Clock, HostTarget, Log } from '../../transport/io.ts';
import { systemClock } from '../clock.ts';
import type { ReadConsole } from '../ec2/console.ts';
import { hostKeyBootstrap } from '../host-keys/bootstrap.ts';
import { hostKeysFrom } from '../host-keys/host-keys.ts';
import { openChannel } from './channel.ts';
import { type Connection, connect, type Dialling } from './connect.ts';
import { notThrough, noWay } from './connect-errors.ts';
import { NotSent, runScript } from './exec.ts';
import { identities } from './identity.ts';
import { checkShell, shellFor } from './shell.ts';
import { called, loginOf } from './target.ts';

export interface HostCounters {
  readonly connections: number;
  readonly commands: number;
  readonly channels: number;
}

export interface SshOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Where the keys of new hosts are read under `spec.ssh.hostKeys: console`. Without it, such hosts are refused. */
  readonly readConsole?: ReadConsole;
  /** Where SSH_AUTH_SOCK is looked up; default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A dead peer is noticed after intervalMs × countMax; default 5 s × 3. */
  readonly keepalive?: { readonly intervalMs: number; readonly countMax: number };
}

/** sshd drops unauthenticated connections at random from ten on, but per host; this bounds our own handshakes and their CPU. */
const PARALLEL_CONNECTS = 16;
/** sshd's MaxSessions is 10 a connection; forwarded channels do not count. The others are for scripts out of time that still end. */
const SESSIONS_A_HOST = 6;

/** The connections to the hosts of one Cluster, by host and by the way to it. */
export class Pool {
  readonly counters = new Map<string, Counts>();
  readonly #settings: Ssh;
  readonly #clock: Clock;
  readonly #log: Log | undefined;
  readonly #dial: (target: HostTarget) => Promise<Connection>;
  readonly #open = new Map<string, Promise<Connection>>();
  readonly #sessions = new Map<string, LimitFunction>();
  readonly #failed = new Map<string, { readonly at: number; readonly error: unknown }>();
  readonly #closing = new AbortController();

  constructor(settings: Ssh, options: SshOptions) {
    this.#settings = settings;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log;
    // Each host that is being dialled listens: Node takes more than ten for a leak, and warns on standard error.
    setMaxListeners(0, this.#closing.signal);
    const { load, forget } = identities(options.env ?? process.env);
    const connects = pLimit(PARALLEL_CONNECTS);
    const dialling: Dialling = {
      settings,
      clock: this.#clock,
      identity: load,
      through: (target, via, port, timeoutMs) => this.#through(target, via, port, timeoutMs),
      learnHostKey: hostKeyBootstrap({
        settings,
        readConsole: options.readConsole,
        clock: this.#clock,
        log: this.#log,
      }),
      hostKeys: hostKeysFrom(settings),
      keepalive: options.keepalive ?? { intervalMs: 5_000, countMax: 3 },
      closing: this.#closing.signal,
    };
    this.#dial = async (target) => {
      // First, and beyond the limit: those that wait for it must not keep it from being opened.
      if (target.via) await this.#way(target.via);
      const isWay = 'through' in settings.reach && target.via === undefined;
      return (isWay ? connect(target, dialling) : connects(() => connect(target, dialling))).catch((error: unknown) => {
        // The key may be replaced meanwhile: the next connection reads it again.
        if (isPermanent(error)) forget(loginOf(settings, target));
        throw error;
      });
    };
  }

  async run(
    target: HostTarget,
    script: string,
    limits: { timeoutMs: number; outputBytes: number },
  ): Promise<ScriptResult> {
    const { user } = loginOf(this.#settings, target);
    return this.#sessionsOf(target)(async () => {
      const answer = await this.#withConnection(target, ({ client }) => {
        this.#count(target).commands++;
        return runScript(client, target, shellFor(user, limits.timeoutMs), script, limits);
      });
      this.#log?.debug('script ran', { host: target.name, exit: answer.exit, bytes: answer.stdout.length });
      return checkShell(target, user, answer);
    });
  }

  async channel(target: HostTarget, address: string, port: number, timeoutMs: number): Promise<Duplex> {
    // A host that just failed is not dialled again for every one of the tenants behind it; run() always tries.
    this.#checkLast(target);
    const channel = await this.#withConnection(target, ({ client }) =>
      openChannel(client, target, address, port, timeoutMs),
    );
    this.#count(target).channels++;
    return channel;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const open = [...this.#open];
    this.#open.clear();
    const end = (all: typeof open) => Promise.all(all.map(([, opening]) => opening.then(hangUp, () => undefined)));
    // What goes through another connection has ended before that one does.
    await end(open.filter(([key]) => isThrough(key)));
    await end(open.filter(([key]) => !isThrough(key)));
  }

  /** The host that others are reached through, connected. One that just failed is not dialled again for each of them. */
  async #way(via: HostTarget): Promise<Connection> {
    try {
      this.#checkLast(via);
      return await this.#connection(via);
    } catch (error) {
      throw error instanceof TransportError ? noWay(via, error) : error;
    }
  }

  async #through(target: HostTarget, via: HostTarget, port: number, timeoutMs: number): Promise<Duplex> {
    try {
      return await this.#withConnection(via, ({ client }) => openChannel(client, via, target.address, port, timeoutMs));
    } catch (error) {
      throw notThrough(target, via, port, error);
    }
  }

  #checkLast(target: HostTarget): void {
    const failed = this.#failed.get(keyOf(target));
    if (failed !== undefined && this.#clock.now() - failed.at < this.#settings.connectTimeoutMs) throw failed.error;
  }

  /** A kept connection may have died unnoticed. What was not sent over it goes over a new one, once. */
  async #withConnection<T>(target: HostTarget, use: (connection: Connection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const opening = this.#connection(target);
      const connection = await opening;
      try {
        return await use(connection);
      } catch (error) {
        if (!(error instanceof NotSent)) throw error;
        const dead = !connection.socket.writable;
        if (dead) this.#forget(target, opening);
        if (!dead || attempt === 2) throw notStarted(target, error, dead);
      }
    }
  }

  #connection(target: HostTarget): Promise<Connection> {
    if (this.#closing.signal.aborted)
      return Promise.reject(
        new TransportError('unreachable', 'the SSH connections were closed: the program is ending'),
      );
    const kept = this.#open.get(keyOf(target));
    if (kept !== undefined) return kept;
    const opening = this.#dial(target);
    this.#open.set(keyOf(target), opening);
    opening.then(
      ({ client }) => {
        this.#failed.delete(keyOf(target));
        this.#count(target).connections++;
        this.#log?.debug('connected', { host: target.name, address: target.address });
        client.once('close', () => this.#forget(target, opening));
      },
      (error: unknown) => {
        this.#failed.set(keyOf(target), { at: this.#clock.now(), error });
        this.#log?.[error instanceof NoWayThrough ? 'debug' : 'warn']('no connection', {
          host: target.name,
          address: target.address,
          error,
        });
        this.#forget(target, opening);
      },
    );
    return opening;
  }

  #forget(target: HostTarget, opening: Promise<Connection>): void {
    if (this.#open.get(keyOf(target)) === opening) this.#open.delete(keyOf(target));
  }

  #sessionsOf(target: HostTarget): LimitFunction {
    const limit = this.#sessions.get(keyOf(target)) ?? pLimit(SESSIONS_A_HOST);
    this.#sessions.set(keyOf(target), limit);
    return limit;
  }

  #count(target: HostTarget): Counts {
    const count = this.counters.get(target.name) ?? { connections: 0, commands: 0, channels: 0 };
    this.counters.set(target.name, count);
    return count;
  }
}

type Counts = { -readonly [K in keyof HostCounters]: number };

/** A connection. A bastion may be a host of the Cluster, by its address: then the host is reached through itself. */
function keyOf({ address, via }: HostTarget): string {
  return via ? `${address} ${through} ${keyOf(via)}` : address;
}

const through = 'through';

function isThrough(key: string): boolean {
  return key.includes(` ${through} `);
}

function notStarted(target: HostTarget, error: NotSent, dead: boolean): TransportError {
  const options = { cause: error };
  const what = `${called(target)}: sshd gave no session (${error.message}); nothing was run`;
  return dead
    ? new TransportError('unreachable', `${what}: the connection is lost again and again`, options)
    : new TransportError('protocol', `${what}. Check its log, its MaxSessions and its free memory`, options);
}

/** Gracefully, and after a second by force: a peer that is gone never closes the connection. */
async function hangUp({ client, socket }: Connection): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      socket.destroy();
      // A channel through a host that is gone reports nothing.
      resolve();
    }, 1_000);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    client.end();
  });
}
