import type { ActionOf } from '../actions.ts';
import type { RespOperation } from '../operation.ts';

/**
 * Has a replica connect to its master again: it closes that connection, and opens a new one at once, with a partial synchronization
 * (replicationHandleMasterDisconnection in replication.c). The new one announces its present address.
 */
export const redisRelink: RespOperation<ActionOf<'redis-relink'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: () => [['CLIENT', 'KILL', 'TYPE', 'MASTER']],
  describe: ({ endpoint }) =>
    `renew the link of ${endpoint.tenant}-${endpoint.member} to its master (CLIENT KILL TYPE MASTER)`,
  settleMs: 5_000,
};
