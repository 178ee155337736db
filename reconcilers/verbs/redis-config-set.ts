import { electable } from '../../renderers/redis-fence.ts';
import type { RespCommand } from '../questions/sense.ts';
import type { ActionOf, Setting } from './index.ts';
import type { RespVerb } from './verb.ts';

/**
 * Changes a running Redis, and unless \`rewrite\` is false has it write its own file: the file is never written under it.
 * \`appendonly yes\` gets into the file only once there is such a file to start from: see switchesOn.
 */
export const redisConfigSet: RespVerb<ActionOf<'redis-config-set'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ endpoint, settings, masterauth, rewrite }) => [
    ...settings.map(({ name, value }): RespCommand => ['CONFIG', 'SET', name, value]),
    ...(masterauth ? [['CONFIG', 'SET', 'masterauth', endpoint.password] as const] : []),
    ...(rewrite ? [['CONFIG', 'REWRITE'] as const] : []),
  ],
  says: ({ endpoint, settings, masterauth }) => {
    const names = [...settings.map(({ name, value }) => `${name} ${value}`), ...(masterauth ? ['masterauth ***'] : [])];
    const where = `${endpoint.tenant}-${endpoint.member}`;
    return names.length ? `set ${names.join(', ')} on ${where}` : `have ${where} write redis.conf`;
  },
  settlesMs: 2_000,
};

/** Redis begins its first append-only file then; until that is written redis.conf must not call for it. */
export function switchesOn(settings: readonly Setting[]): boolean {
  return settings.some(({ name, value }) => name === 'appendonly' && value === 'yes');
}

/** Once a new replica holds all data it may be promoted. */
export const makeElectable = { name: 'replica-priority', value: String(electable) } as const;
