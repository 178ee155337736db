import type { ActionOf } from './index.ts';
import type { RespVerb } from './verb.ts';

/**
 * Has one Sentinel forget all others and all replicas, and find anew those that are there: the others' Sentinels within 2 s, by what
 * they publish; the replicas within 10 s, by INFO. Until then it can vote and not lead a failover. Whom it names, and at
 * which epoch, stays (sentinelResetMaster in sentinel.c; seen so with Redis 7.0).
 */
export const sentinelReset: RespVerb<ActionOf<'sentinel-reset'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ master }) => [['SENTINEL', 'RESET', master]],
  says: ({ endpoint, forget }) =>
    `have the Sentinel of ${endpoint.tenant}-${endpoint.member} forget ${forget.join(', ')}, and find the others anew`,
  settlesMs: 2_000,
};
