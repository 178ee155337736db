import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Ssh } from '../../../crds/fleet.ts';
import type { ScriptResult } from '../../../renderers/host-batch.ts';
import { isPermanent, TransportError } from '../../transport/errors.ts';
import type { Clock, HostPort, HostTarget, Log } from '../../transport/io.ts';
import { systemClock } from '../clock.ts';
import type { ReadConsole } from '../ec2/console.ts';
import { hostKeyBootstrap } from '../host-keys/bootstrap.ts';
import { hostKeysFrom } from '../host-keys/host-keys.ts';
import { openChannel } from './channel.ts';
import { type Connection, connect, type Dialling } from './connect.ts';
import { NotSent, runScript } from './exec.ts';
import { type Identity, loadIdentity } from './identity.ts';
import { checkShell, shellFor } from './shell.ts';

/** All hosts over SSH: one connection a host, kept until close() and shared by all callers. */
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

class Pool {
  readonly counters = new Map<string, { connections: number; commands: number; channels: number }>();
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
    let identity: Promise<Identity> | undefined;
    const connects = pLimit(PARALLEL_CONNECTS);
    const dialling: Dialling = {
      settings,
      clock: this.#clock,
      identity: () => {
        identity ??= loadIdentity(settings.identity, options.env ?? process.env).catch((error: unknown) => {
          // Forgotten, so that a watch goes on once the key is corrected.
          identity = undefined;
          throw error;
        });
        return identity;
      },
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
    this.#dial = (target) =>
      connects(() => connect(target, dialling)).catch((error: unknown) => {
        // The key may be replaced meanwhile: the next connection reads it again.
        if (isPermanent(error)) identity = undefined;
        throw error;
      });
  }

  async run(
    target: HostTarget,
    script: string,
    limits: { timeoutMs: number; outputBytes: number },
  ): Promise<ScriptResult> {
    return this.#sessionsOf(target)(async () => {
      const answer = await this.#withConnection(target, ({ client }) => {
        this.#count(target).commands++;
        return runScript(client, target, shellFor(this.#settings.user, limits.timeoutMs), script, limits);
      });
      this.#log?.debug('script ran', { host: target.name, exit: answer.exit, bytes: answer.stdout.length });
      return checkShell(target, this.#settings.user, answer);
    });
  }

  async channel(target: HostTarget, address: string, port: number, timeoutMs: number): Promise<Duplex> {
    // A host that just failed is not dialled again for every one of the tenants behind it; run() always tries.
    const failed = this.#failed.get(target.address);
    if (failed !== undefined && this.#clock.now() - failed.at < this.#settings.connectTimeoutMs) throw failed.error;
    const channel = await this.#withConnection(target, ({ client }) =>
      openChannel(client, target, address, port, timeoutMs),
    );
    this.#count(target).channels++;
    return channel;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map((opening) => opening.then(hangUp, () => undefined)));
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
    const kept = this.#open.get(target.address);
    if (kept !== undefined) return kept;
    const opening = this.#dial(target);
    this.#open.set(target.address, opening);
    opening.then(
      ({ client }) => {
        this.#failed.delete(target.address);
        this.#count(target).connections++;
        this.#log?.debug('connected', { host: target.name, address: target.address });
        client.once('close', () => this.#forget(target, opening));
      },
      (error: unknown) => {
        this.#failed.set(target.address, { at: this.#clock.now(), error });
        this.#log?.warn('no connection', { host: target.name, address: target.address, error });
        this.#forget(target, opening);
      },
    );
    return opening;
  }

  #forget(target: HostTarget, opening: Promise<Connection>): void {
    if (this.#open.get(target.address) === opening) this.#open.delete(target.address);
  }

  #sessionsOf(target: HostTarget): LimitFunction {
    const limit = this.#sessions.get(target.address) ?? pLimit(SESSIONS_A_HOST);
    this.#sessions.set(target.address, limit);
    return limit;
  }

  #count(target: HostTarget): { connections: number; commands: number; channels: number } {
    const count = this.counters.get(target.name) ?? { connections: 0, commands: 0, channels: 0 };
    this.counters.set(target.name, count);
    return count;
  }
}

function notStarted(target: HostTarget, error: NotSent, dead: boolean): TransportError {
  const options = { cause: error };
  const what = `${target.name} (${target.address}): sshd gave no session (${error.message}); nothing was run`;
  return dead
    ? new TransportError('unreachable', `${what}: the connection is lost again and again`, options)
    : new TransportError('protocol', `${what}. Check its log, its MaxSessions and its free memory`, options);
}

/** Gracefully, and after a second by force: a peer that is gone never closes the connection. */
async function hangUp({ client, socket }: Connection): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.destroy(), 1_000);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    client.end();
  });
}
