import { outputBufferLimits } from './output-buffers.ts';
import { redisBytes } from './redis-settings.ts';

const mebi = 2 ** 20;

/** What the memory of a member is needed for, in bytes. */
export interface MemoryShares {
  /** maxmemory: the data, with the replication backlog. */
  readonly data: number;
  /** Pages that are written while a child process saves the data: a quarter of them. */
  readonly copyOnWrite: number;
  /** Fragmentation, an eighth of the data; the servers themselves, sockets and shells. */
  readonly overhead: number;
  /** What is left for the output buffers of replicas. Negative: the other shares are more than there is. */
  readonly left: number;
}

/** Of a tenant that declares none: half of its memory. */
export function defaultMaxmemory(memory: number): number {
  return Math.floor(memory / 2);
}

export function memoryShares(memory: number, maxmemory: number): MemoryShares {
  const copyOnWrite = Math.ceil(maxmemory / 4);
  const overhead = Math.ceil(maxmemory / 8) + Math.min(24 * mebi, Math.ceil(memory / 16));
  return { data: maxmemory, copyOnWrite, overhead, left: memory - maxmemory - copyOnWrite - overhead };
}

/** The replication backlog, in bytes: a 32nd of maxmemory, of which it takes its memory. */
export function backlogFor(maxmemory: number): number {
  return wholeMebi(Math.min(64 * mebi, maxmemory / 32));
}

/**
 * The limit for the output buffer of one replica, in bytes: Redis does not count these in maxmemory. Before Redis 7 each replica has a buffer
 * of its own, so that the limits of all replicas together fit in the memory.
 */
export function replicaBufferFor(memory: number, maxmemory: number, replicas: number): number {
  return wholeMebi(memoryShares(memory, maxmemory).left / Math.max(1, replicas));
}

/**
 * What the buffers of replicas take at most, in bytes, if `config` says so: replicas share one buffer since Redis 7, which may always grow to
 * the size of the backlog. Infinity: without a limit. Undefined: `config` says nothing about it.
 */
export function declaredBuffer(config: Readonly<Record<string, string>>): number | undefined {
  const limit = outputBufferLimits(config['client-output-buffer-limit'] ?? '').get('replica');
  const backlog = Number(redisBytes(config['repl-backlog-size'] ?? '0'));
  if (!limit && !backlog) return undefined;
  if (limit && !limit.hardBytes && !limit.softBytes) return Number.POSITIVE_INFINITY;
  return Math.max(limit ? limit.hardBytes || limit.softBytes : 0, backlog);
}

/** At least one. */
function wholeMebi(count: number): number {
  return Math.max(1, Math.floor(count / mebi)) * mebi;
}
