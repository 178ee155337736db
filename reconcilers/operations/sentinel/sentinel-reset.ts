import type { ActionOf } from '../actions.ts';
import type { RespOperation } from '../operation.ts';

/**
 * Has one Sentinel forget all other Sentinels and all replicas. It discovers the running ones again: Sentinels within 2 s, by what
 * they publish, and replicas within 10 s, by INFO. Until then it can vote, but not lead a failover. It keeps the master and the epoch
 * (sentinelResetMaster in sentinel.c; observed with Redis 7.0).
 */
export const sentinelReset: RespOperation<ActionOf<'sentinel-reset'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ master }) => [['SENTINEL', 'RESET', master]],
  describe: ({ endpoint, forget }) =>
    `have the Sentinel of ${endpoint.tenant}-${endpoint.member} forget ${forget.join(', ')} and rediscover the others (SENTINEL RESET)`,
  settleMs: 2_000,
};
