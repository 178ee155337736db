import { electable } from '../../renderers/redis-fence.ts';
import type { RespCommand } from '../questions/sense.ts';
import type { ActionOf } from './index.ts';
import type { RespVerb } from './verb.ts';

/** Changes a running Redis, and has it write its own file: the file is never written under it. */
export const redisConfigSet: RespVerb<ActionOf<'redis-config-set'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ endpoint, settings, masterauth }) => [
    ...settings.map(({ name, value }): RespCommand => ['CONFIG', 'SET', name, value]),
    ...(masterauth ? [['CONFIG', 'SET', 'masterauth', endpoint.password] as const] : []),
    ['CONFIG', 'REWRITE'],
  ],
  says: ({ endpoint, settings, masterauth }) => {
    const names = [...settings.map(({ name, value }) => `${name} ${value}`), ...(masterauth ? ['masterauth ***'] : [])];
    const where = `${endpoint.tenant}-${endpoint.member}`;
    return names.length ? `set ${names.join(', ')} on ${where}` : `have ${where} write redis.conf`;
  },
  settlesMs: 2_000,
};

/** Once a new replica holds all data it may be promoted. */
export const makeElectable = { name: 'replica-priority', value: String(electable) } as const;
