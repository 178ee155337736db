import { containerRows } from './containers.ts';
import { hostRows } from './hosts.ts';
import { meshRows } from './mesh.ts';
import { proxyRows } from './proxies.ts';
import { redisRows } from './redis.ts';
import { rogueRow } from './rogue.ts';
import type { Row } from './row.ts';

/** Everything that is known to break, in the order in which the world is built. */
export const rows: readonly Row[] = [...meshRows, ...containerRows, ...proxyRows, ...redisRows, rogueRow, ...hostRows];
