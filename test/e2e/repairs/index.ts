import { containerRows } from './containers.ts';
import { hostRows } from './hosts.ts';
import { meshRows } from './mesh.ts';
import { proxyRows } from './proxies.ts';
import { redisRows } from './redis.ts';
import { rogueRow } from './rogue.ts';
import type { Row } from './row.ts';
import { sentinelFileRows } from './sentinel.ts';

/** All faults, in the order in which a cluster is built. */
export const rows: readonly Row[] = [
  ...meshRows,
  ...containerRows,
  ...proxyRows,
  ...redisRows,
  ...sentinelFileRows,
  rogueRow,
  ...hostRows,
];
