import type { ActionOf } from './index.ts';
import type { RespVerb } from './verb.ts';

/**
 * Holds back writes of clients on a master for a while (CLIENT PAUSE ... WRITE, Redis 6.2 and later). It ends by itself, whatever becomes of us: so
 * nothing needs to be seen of it.
 */
export const redisPause: RespVerb<ActionOf<'redis-pause'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ milliseconds }) => [['CLIENT', 'PAUSE', milliseconds, 'WRITE']],
  says: ({ endpoint, milliseconds }) =>
    `hold back writes to ${endpoint.tenant}-${endpoint.member} for ${milliseconds / 1000} s`,
  settlesMs: 0,
};
