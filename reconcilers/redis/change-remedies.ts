import { type Act, act, dependsOn, type Remedy } from '../contract/remedy.ts';
import { endpointOf, type RedisFacts } from '../facts/redis/redis.ts';
import type { Setting } from '../operations/actions.ts';
import { switchesOn } from '../operations/redis/redis-config-set.ts';
import { containerName } from '../shared/names.ts';
import type { Context } from './context.ts';

/**
 * How each of these settings is set: all of them at once, but for those that need a consent, which are set by an action of their own. The
 * policy is set before a limit that shall evict nothing: versions before 7.0 set one after the other.
 */
export function changeRemedies(
  { tenant, member, state, withheld }: Context,
  says: RedisFacts,
  settings: readonly Setting[],
): (name: string) => Remedy {
  const { currentMaster } = state;
  if (currentMaster.state !== 'agreed') return () => dependsOn(`redis/${tenant.name}`);
  if (!withheld) return () => dependsOn(`redis/${containerName(tenant, currentMaster.master)}`);
  const endpoint = endpointOf(tenant, member, tenant.redis.port);
  const together = Number(says.version.split('.')[0]) >= 7;
  const set = (some: readonly Setting[]): Act => {
    const rewrite = says.onDisk && !switchesOn(some);
    return act([
      { operation: 'redis-config-set', endpoint, settings: inOrder(some), together, masterauth: false, rewrite },
    ]);
  };
  const groupOf = (name: string) => withheld.find(({ names }) => names.includes(name));
  return (name) => {
    const group = groupOf(name);
    const action = set(settings.filter((one) => groupOf(one.name) === group));
    return group ? { ...action, needsConsent: group.needsConsent } : action;
  };
}

function inOrder(settings: readonly Setting[]): readonly Setting[] {
  const first = settings.find(({ name, value }) => name === 'maxmemory-policy' && value === 'noeviction');
  return first ? [first, ...settings.filter((one) => one !== first)] : settings;
}
