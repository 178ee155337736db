import type { Issue } from '../issue.ts';
import { byName, type Check, fault, type TenantEntry } from '../load/declared.ts';
import { mostConnections, ownConnections } from '../schema/connections.ts';
import { nearestName } from '../schema/nearest-name.ts';
import { expectedOf, otherNameOf, redisSettingTypes, settingsOfOtherVersions } from '../schema/redis-settings.ts';

/** Below this there are no connections left for clients to speak of. */
const fewestClients = 16;

/** A limit that Redis could not keep, or that HAProxy would never reach. */
export const connectionLimits: Check = (declared) =>
  declared.tenants.flatMap((tenant) => {
    const { expose, redis } = tenant.body.spec;
    const limit = expose?.maxConnections;
    const pair = byName(declared.proxyPairs, expose?.proxyPairRef ?? '')?.body.spec.haproxy;
    if (limit === undefined || !pair) return [];
    const path = ['spec', 'expose', 'maxConnections'];
    const most = mostConnections(redis.config);
    if (limit > most) {
      const problem = `${limit} connections of clients and ${ownConnections} of HAProxy, Sentinel and the replicas are more than maxclients allows`;
      return [fault(tenant, path, problem, `use ${most} or less, or raise maxclients in redis.config`)];
    }
    if (limit <= pair.maxConnections) return [];
    const problem = `${limit} connections are more than haproxy.maxConnections of the ProxyPair, ${pair.maxConnections}, for all tenants together`;
    return [fault(tenant, path, problem, 'lower it, or raise haproxy.maxConnections')];
  });

/** Names and values in redis.config: what Redis would refuse on every member is refused here, before one of them is changed. */
export const redisValues: Check = (declared) =>
  declared.tenants.flatMap((tenant) =>
    Object.entries(tenant.body.spec.redis.config).flatMap(([name, value]) => [
      ...misspelt(tenant, name),
      ...twice(tenant, name),
      ...refused(tenant, name, value),
    ]),
  );

/** Only a name that is close to a known one: another version of Redis may have more settings. */
function misspelt(tenant: TenantEntry, name: string): readonly Issue[] {
  if (Object.hasOwn(redisSettingTypes, name) || settingsOfOtherVersions.has(name)) return [];
  const meant = nearestName(name, Object.keys(redisSettingTypes));
  if (meant === undefined) return [];
  const path = ['spec', 'redis', 'config', name];
  const { line, column } = tenant.places.key(path);
  return [{ ...fault(tenant, path, `Redis has no setting ${name}`, `did you mean ${meant}?`), line, column }];
}

/** One setting under both of its names: which one is meant? */
function twice(tenant: TenantEntry, name: string): readonly Issue[] {
  const other = otherNameOf(name);
  if (other === undefined || name > other || !Object.hasOwn(tenant.body.spec.redis.config, other)) return [];
  return [
    fault(tenant, ['spec', 'redis', 'config', other], `${other} and ${name} are one setting`, 'remove one of them'),
  ];
}

function refused(tenant: TenantEntry, name: string, value: string): readonly Issue[] {
  const path = ['spec', 'redis', 'config', name];
  const expected = expectedOf(name, value);
  if (expected !== undefined) return [fault(tenant, path, `${JSON.stringify(value)} is no value of ${name}`, expected)];
  const least = ownConnections + fewestClients;
  if (name !== 'maxclients' || Number(value) >= least) return [];
  const problem = `with maxclients ${value}, HAProxy, Sentinel and the replicas, which need up to ${ownConnections} connections, lock each other out`;
  return [fault(tenant, path, problem, `use ${least} or more; 10000 is the default`)];
}
