import type { ActionOf } from './index.ts';
import type { RespVerb } from './verb.ts';

/** Has Sentinel promote a replica, which one is its choice, without asking the others (SENTINEL FAILOVER). */
export const sentinelFailover: RespVerb<ActionOf<'sentinel-failover'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ master }) => [['SENTINEL', 'FAILOVER', master]],
  says: ({ endpoint }) =>
    `have Sentinel hand ${endpoint.tenant} over from ${endpoint.tenant}-${endpoint.member} to a replica`,
  settlesMs: 15_000,
};
