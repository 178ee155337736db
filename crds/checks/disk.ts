import type { Issue } from '../issue.ts';
import { type Check, fault, type TenantEntry } from '../load/declared.ts';
import { bytes, bytesText } from '../schema/quantity.ts';

const mebi = 2 ** 20;

/** Disk space for a member's operating system and logs. */
const system = 512 * mebi;

/**
 * A Redis with a full disk rejects writes and cannot rewrite its files. With an append-only file, the disk holds that file, its rewrite
 * and an RDB; without one, an RDB and the next RDB. Each may be as large as the data.
 */
export const disk: Check = (declared) => declared.tenants.flatMap(diskSize);

function diskSize(tenant: TenantEntry): readonly Issue[] {
  const { redis, resources } = tenant.body.spec;
  const [given, memory] = [bytes(resources.disk), bytes(resources.memory)];
  const declaredMax = redis.maxmemory === undefined ? undefined : bytes(redis.maxmemory);
  const data = declaredMax ?? (memory === undefined ? undefined : Math.floor(memory / 2));
  if (given === undefined || data === undefined) return [];
  const times = redis.appendonly ? 3 : 2;
  const least = times * data + system;
  if (given >= least) return [];
  const files = redis.appendonly ? 'an append-only file, its rewrite and an RDB' : 'an RDB and the next one';
  const problem = `a disk of ${resources.disk} does not hold ${files} of maxmemory ${bytesText(data)} each, and ${bytesText(system)} for the system`;
  const most = Math.floor((given - system) / times / mebi);
  const smaller = most > 0 ? `, or redis.maxmemory ${most}Mi at most` : '';
  const remedy = `use at least ${Math.ceil(least / mebi)}Mi${smaller}`;
  return [fault(tenant, ['spec', 'resources', 'disk'], problem, remedy)];
}
