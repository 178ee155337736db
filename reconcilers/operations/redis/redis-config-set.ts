import { electable } from '../../../renderers/redis/start-guard.ts';
import type { RespCommand } from '../../facts/fact.ts';
import { isError } from '../../facts/resp-replies.ts';
import type { ActionOf, Setting } from '../actions.ts';
import type { RespOperation } from '../operation.ts';

/**
 * Changes settings of a running Redis and, unless `rewrite` is false, has it rewrite redis.conf. That file is never written by the operator
 * while Redis runs. `appendonly yes` is written to it only once there is an append-only file to start from: see switchesOn.
 */
export const redisConfigSet: RespOperation<ActionOf<'redis-config-set'>> = {
  via: 'resp',
  endpoint: ({ endpoint }) => endpoint,
  commands: ({ endpoint, settings, together, masterauth, rewrite }) => [
    ...groupsOf(settings, together).map(setting),
    ...(masterauth ? [['CONFIG', 'SET', 'masterauth', endpoint.password] as const] : []),
    ...(rewrite ? [['CONFIG', 'REWRITE'] as const] : []),
  ],
  describe: ({ endpoint, settings, masterauth }) => {
    const names = [...settings.map(({ name, value }) => `${name} ${value}`), ...(masterauth ? ['masterauth ***'] : [])];
    const where = `${endpoint.tenant}-${endpoint.member}`;
    return names.length ? `set ${names.join(', ')} on ${where}` : `rewrite redis.conf of ${where} (CONFIG REWRITE)`;
  },
  partly: ({ settings, together }, replies) => {
    if (settings.length < 2) return undefined;
    const groups = groupsOf(settings, together);
    const names = (refused: boolean) =>
      groups.flatMap((some, index) => (isError(replies[index]) === refused ? some.map(({ name }) => name) : []));
    return `refused: ${names(true).join(', ') || 'none'}; in effect: ${names(false).join(', ') || 'none'}`;
  },
  settleMs: 2_000,
};

/** The settings of each CONFIG SET. Whether a replica may be promoted must not depend on a setting that Redis refuses. */
function groupsOf(settings: readonly Setting[], together: boolean): readonly (readonly Setting[])[] {
  const isOwn = ({ name }: Setting) => name === makeElectable.name;
  const declared = settings.filter((one) => !isOwn(one));
  const own = settings.filter(isOwn).map((one) => [one]);
  return together ? [...own, ...(declared.length ? [declared] : [])] : settings.map((one) => [one]);
}

function setting(some: readonly Setting[]): RespCommand {
  return ['CONFIG', 'SET', ...some.flatMap(({ name, value }) => [name, value])];
}

/** Redis then starts its first append-only file. Until that is complete, redis.conf must not require it. */
export function switchesOn(settings: readonly Setting[]): boolean {
  return settings.some(({ name, value }) => name === 'appendonly' && value === 'yes');
}

/** A new replica may be promoted once it holds the whole data set. */
export const makeElectable = { name: 'replica-priority', value: String(electable) } as const;
