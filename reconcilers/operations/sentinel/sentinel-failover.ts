import type { ActionOf } from '../actions.ts';
import type { RespOperation } from '../operation.ts';

/** Has Sentinel promote a replica of its choice, without the agreement of other Sentinels (SENTINEL FAILOVER). */
export const sentinelFailover: RespOperation<ActionOf<'sentinel-failover'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ master }) => [['SENTINEL', 'FAILOVER', master]],
  describe: ({ endpoint }) =>
    `fail over ${endpoint.tenant} from ${endpoint.tenant}-${endpoint.member} to a replica (SENTINEL FAILOVER)`,
  settleMs: 15_000,
};
