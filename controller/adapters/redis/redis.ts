import type { Duplex } from 'node:stream';
import pLimit from 'p-limit';
import type { RespTarget } from '../../../reconcilers/facts/fact.ts';
import { TransportError } from '../../transport/errors.ts';
import type { HostTarget, Log, RespConnection, RespPort } from '../../transport/io.ts';
import { NoChannel } from '../ssh/channel.ts';
import { authenticate } from './authenticate.ts';
import { clientOver, type IoRedis } from './client.ts';
import { aboutEndpoint, explainResp, notForwarded } from './errors.ts';
import { masked, replyOf, tokensOf } from './replies.ts';

/** Gives a TCP connection made by a host: the `channel` of an SshFleet. */
export type OpenChannel = (target: HostTarget, address: string, port: number, timeoutMs: number) => Promise<Duplex>;

export interface RedisOptions {
  /** For the TCP connection from the host to Redis; default 5 s. */
  readonly connectTimeoutMs?: number;
  /** For each reply; default 5 s. A stopped Redis accepts connections and never answers. */
  readonly commandTimeoutMs?: number;
  readonly log?: Log;
}

/** File descriptors that the sshd of a proxy, which all channels go through, opens at once. */
const PARALLEL_CHANNELS = 64;

/**
 * RESP over forwarded channels, for Redis and Sentinel. Each send is a channel of its own: AUTH first, then all commands in one
 * pipeline. Nothing is sent to a server that does not take the password. Rejects with a TransportError when there are no complete replies.
 */
export function openRedis(channel: OpenChannel, options: RedisOptions = {}): RespPort {
  const limit = pLimit(PARALLEL_CHANNELS);
  const connect = async (endpoint: RespTarget, through: readonly HostTarget[], limits: RedisOptions = options) => {
    // Before the channel is open, so that none of its events is missed.
    const { ioredis } = await import('./ioredis.ts');
    const stream = await firstChannel(channel, endpoint, through, limits.connectTimeoutMs ?? 5_000);
    options.log?.debug('speaking RESP', {
      tenant: endpoint.tenant,
      member: endpoint.member,
      address: endpoint.address,
      port: endpoint.port,
    });
    return connectionOver(ioredis, stream, endpoint, limits);
  };
  return {
    send: (endpoint, through, commands) =>
      limit(async () => {
        const connection = await connect(endpoint, through);
        try {
          return await connection.send(commands);
        } finally {
          connection.close();
        }
      }),
    // One that stays open does not count among those that are sent at once.
    open: (endpoint, through, timeoutMs) =>
      connect(
        endpoint,
        through,
        timeoutMs === undefined ? options : { ...options, connectTimeoutMs: timeoutMs, commandTimeoutMs: timeoutMs },
      ),
  };
}

/** The hosts in turn. A far end that itself refuses would refuse the next host just as well. */
async function firstChannel(
  open: OpenChannel,
  endpoint: RespTarget,
  through: readonly HostTarget[],
  timeoutMs: number,
): Promise<Duplex> {
  const failures: TransportError[] = [];
  const refusing: string[] = [];
  for (const target of through) {
    try {
      return await open(target, endpoint.address, endpoint.port, timeoutMs);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (error instanceof NoChannel && error.answered) throw aboutEndpoint(endpoint, error.kind, error.message, error);
      failures.push(error);
      if (error instanceof NoChannel && error.kind === 'refused') refusing.push(target.name);
    }
  }
  const [first] = failures;
  if (first === undefined) throw aboutEndpoint(endpoint, 'unreachable', 'no host has an address in its network');
  const what = failures.map((failure) => failure.message).join('; ');
  if (refusing.length) throw notForwarded(endpoint, refusing, first.kind, what);
  throw aboutEndpoint(endpoint, first.kind, what, first);
}

/** Authenticates before the first commands, which are not sent to a server that does not take the password. */
function connectionOver(ioredis: IoRedis, stream: Duplex, endpoint: RespTarget, options: RedisOptions): RespConnection {
  const redis = clientOver(ioredis, stream, options.commandTimeoutMs ?? 5_000);
  // A cause arrives as an event, while the command's error is no more than "Connection is closed".
  let cause: Error | undefined;
  redis.on('error', (error: Error) => {
    cause ??= error;
  });
  let refusal: Promise<string | undefined> | undefined;
  const admitted = () => {
    refusal ??= redis.connect().then(() => authenticate(redis, endpoint));
    return refusal;
  };
  return {
    send: async (commands) => {
      try {
        const error = await admitted();
        if (error !== undefined) return commands.map(() => ({ error }));
        const pipeline = redis.pipeline();
        for (const command of commands) pipeline.call(...tokensOf(command));
        const replies = (await pipeline.exec()) ?? [];
        return replies.map(([error, value]) => replyOf(error, value, commands));
      } catch (error) {
        const unasked = unaskedError(cause);
        if (unasked !== undefined)
          return commands.map(() => ({ error: masked(unasked, [['AUTH', endpoint.password]]) }));
        throw explainResp(cause ?? error, endpoint);
      }
    },
    // Not QUIT: Sentinel does not know it, and a hung server would not answer it.
    close: () => {
      redis.disconnect();
      stream.destroy();
    },
  };
}

/**
 * The error that a server sends before it is asked anything, as at maxclients. ioredis, which waits for no reply then, puts it into an error
 * of its own (shiftCommand in DataHandler.js).
 */
function unaskedError(cause: Error | undefined): string | undefined {
  return /^Command queue state error\..* Last error: (.*)/.exec(cause?.message ?? '')?.[1];
}
