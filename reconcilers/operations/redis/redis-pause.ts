import type { ActionOf } from '../actions.ts';
import type { RespOperation } from '../operation.ts';

/**
 * Pauses writes of clients on a master (CLIENT PAUSE ... WRITE, Redis 6.2 and later). The pause ends by itself, even if the operator dies, so
 * that no fact observes it.
 */
export const redisPause: RespOperation<ActionOf<'redis-pause'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ milliseconds }) => [['CLIENT', 'PAUSE', milliseconds, 'WRITE']],
  describe: ({ endpoint, milliseconds }) =>
    `pause writes to ${endpoint.tenant}-${endpoint.member} for ${milliseconds / 1000} s`,
  settleMs: 0,
};
