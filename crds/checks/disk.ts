import { type Check, fault, type TenantEntry } from '../declared.ts';
import type { Issue } from '../issue.ts';
import { bytes, bytesText } from '../quantity.ts';

const mebi = 2 ** 20;

/** What a member's system and its logs take. */
const system = 512 * mebi;

/**
 * A Redis whose disk is full refuses writes, and cannot write anew what it has. With an append-only file there are that, the one that
 * is to replace it, and an RDB; without, an RDB and the one that is to replace it. Each may be as large as the data.
 */
export const disk: Check = (declared) => declared.tenants.flatMap(roomy);

function roomy(tenant: TenantEntry): readonly Issue[] {
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
