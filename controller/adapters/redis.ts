import type { Duplex } from 'node:stream';
import type { Redis } from 'ioredis';
import pLimit from 'p-limit';
import type { RespCommand, RespEndpoint, RespReply } from '../../reconcilers/questions/sense.ts';
import { type HostTarget, type Log, MediumError, type RespPort } from '../ports.ts';
import { clientOver, type IoRedis } from './redis-client.ts';
import { aboutMember, explainResp } from './redis-errors.ts';
import { isReplyError, masked, replyOf, wordsOf } from './redis-replies.ts';
import { NoChannel } from './ssh-channel.ts';

/** Gives a TCP connection made by a host: the `channel` of an SshFleet. */
export type OpenChannel = (target: HostTarget, address: string, port: number, timeoutMs: number) => Promise<Duplex>;

export interface RedisOptions {
  /** For the TCP connection from the host to Redis; 5 s unless told. */
  readonly connectTimeoutMs?: number;
  /** For each reply; 5 s unless told. A stopped Redis accepts connections and never answers. */
  readonly commandTimeoutMs?: number;
  readonly log?: Log;
}

/** File descriptors that the sshd of a proxy, which all channels go through, is asked for at once. */
const PARALLEL_CHANNELS = 64;

/**
 * RESP over forwarded channels, for Redis and Sentinel. Each send is a channel of its own: AUTH first, then all commands in one
 * pipeline. Nothing is sent to a server that does not take the password. Rejects with a MediumError when nothing can be said about the replies.
 */
export function openRedis(channel: OpenChannel, options: RedisOptions = {}): RespPort {
  const limit = pLimit(PARALLEL_CHANNELS);
  return {
    send: (endpoint, through, commands) =>
      limit(async () => {
        // Before the channel is open, so that nothing happens to it unheard.
        const ioredis = await import('ioredis');
        const stream = await firstChannel(channel, endpoint, through, options.connectTimeoutMs ?? 5_000);
        options.log?.debug('speaking RESP', { tenant: endpoint.tenant, member: endpoint.member, port: endpoint.port });
        return speak(ioredis, stream, endpoint, commands, options);
      }),
  };
}

/** The hosts in turn. A far end that itself refuses would refuse the next host just as well. */
async function firstChannel(
  open: OpenChannel,
  endpoint: RespEndpoint,
  through: readonly HostTarget[],
  timeoutMs: number,
): Promise<Duplex> {
  const failures: MediumError[] = [];
  for (const target of through) {
    try {
      return await open(target, endpoint.address, endpoint.port, timeoutMs);
    } catch (error) {
      if (!(error instanceof MediumError)) throw error;
      if (error instanceof NoChannel && error.answered) throw aboutMember(endpoint, error.kind, error.message, error);
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined) throw aboutMember(endpoint, 'unreachable', 'no host has an address in its network');
  throw aboutMember(endpoint, first.kind, failures.map((failure) => failure.message).join('; '), first);
}

async function speak(
  ioredis: IoRedis,
  stream: Duplex,
  endpoint: RespEndpoint,
  commands: readonly RespCommand[],
  options: RedisOptions,
): Promise<readonly RespReply[]> {
  const redis = clientOver(ioredis, stream, options.commandTimeoutMs ?? 5_000);
  // A cause arrives as an event, while the command says no more than "Connection is closed".
  let cause: Error | undefined;
  redis.on('error', (error: Error) => {
    cause ??= error;
  });
  try {
    await redis.connect();
    const refusal = await authenticate(redis, endpoint);
    if (refusal !== undefined) return commands.map(() => ({ error: refusal }));
    const pipeline = redis.pipeline();
    for (const command of commands) pipeline.call(...wordsOf(command));
    const replies = (await pipeline.exec()) ?? [];
    return replies.map(([error, value]) => replyOf(error, value, commands));
  } catch (error) {
    throw explainResp(cause ?? error, endpoint);
  } finally {
    // Not QUIT: Sentinel does not know it, and a hung server would not answer it.
    redis.disconnect();
    stream.destroy();
  }
}

/**
 * Says the password, and waits: what follows must not reach a server that is not ours. Resolves with the error reply of a server
 * that has no password, which means that it has not loaded the tenant's configuration; rejects when the password is wrong.
 */
async function authenticate(redis: Redis, endpoint: RespEndpoint): Promise<string | undefined> {
  try {
    await redis.call('AUTH', endpoint.password.reveal());
    return undefined;
  } catch (error) {
    if (!isReplyError(error)) throw error;
    if (/without any password|no password is set/i.test(error.message)) return error.message;
    if (!/^(WRONGPASS|ERR invalid password|NOAUTH|NOPERM)/i.test(error.message))
      return masked(error.message, [['AUTH', endpoint.password]]);
    throw aboutMember(
      endpoint,
      'refused',
      `refused the password of ${endpoint.password.reference} (${error.message.split(' ', 1)[0]}): it runs with another one. ` +
        'Correct the reference, or restart it with the configuration on its disk',
    );
  }
}
