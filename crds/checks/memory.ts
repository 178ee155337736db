import type { Issue } from '../issue.ts';
import { type Check, fault, type TenantEntry } from '../load/declared.ts';
import { backlogFor, declaredBuffer, defaultMaxmemory, memoryShares } from '../schema/memory-shares.ts';
import { bytes } from '../schema/quantity.ts';

const mebi = 2 ** 20;

/** A container that needs more memory than its limit: the kernel kills its Redis, and that of a master first, which has the most to do. */
export const memory: Check = (declared) => declared.tenants.flatMap(memorySize);

function memorySize(tenant: TenantEntry): readonly Issue[] {
  const { redis, resources } = tenant.body.spec;
  const given = bytes(resources.memory);
  const data = redis.maxmemory === undefined ? given && defaultMaxmemory(given) : bytes(redis.maxmemory);
  if (given === undefined || data === undefined) return [];
  const declared = declaredBuffer(redis.config);
  const buffers = declared ?? backlogFor(data);
  const path = ['spec', 'redis', ...placeOf(redis, declared)];
  if (buffers === Number.POSITIVE_INFINITY) {
    const problem = 'without a limit for the output buffers of replicas, one that hangs fills the memory of the master';
    return [fault(tenant, path, problem, 'name a limit, such as replica 32mb 0 0, or omit it for one that fits')];
  }
  const { copyOnWrite, overhead } = memoryShares(given, data);
  const needed = data + copyOnWrite + overhead + buffers;
  if (needed <= given) return [];
  const problem =
    `maxmemory ${inMebi(data)} needs ${inMebi(needed)} of memory with ${inMebi(copyOnWrite)} for pages that are copied while it is ` +
    `saved, ${inMebi(overhead)} of overhead and ${inMebi(buffers)} for output buffers of replicas, and there is ` +
    `${resources.memory}: the kernel would kill Redis`;
  const smaller = declared === undefined ? `use redis.maxmemory ${mostData(given)} at most` : 'use smaller buffers';
  return [fault(tenant, path, problem, `${smaller}, or raise resources.memory`)];
}

/** Where the cause is declared, below `redis`. */
function placeOf(
  { maxmemory, config }: TenantEntry['body']['spec']['redis'],
  declared: number | undefined,
): readonly string[] {
  const settings = ['client-output-buffer-limit', 'repl-backlog-size'];
  const setting = declared === undefined ? undefined : settings.find((name) => config[name] !== undefined);
  if (setting !== undefined && (maxmemory === undefined || declared === Number.POSITIVE_INFINITY))
    return ['config', setting];
  return ['maxmemory'];
}

/** The largest maxmemory that fits, in whole mebibytes. */
function mostData(given: number): string {
  let most = Math.floor(given / mebi);
  while (most > 1 && memoryShares(given, most * mebi).left < backlogFor(most * mebi)) most -= 1;
  return inMebi(most * mebi);
}

/** Rounded up. */
function inMebi(count: number): string {
  return `${Math.ceil(count / mebi)}Mi`;
}
