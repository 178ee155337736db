import type { HostName, ProxyPair, Tenant } from '../../crds/fleet.ts';
import { redisSettingTypes } from '../../crds/schema/redis-settings.ts';
import type { Haproxy } from '../facts/haproxy/haproxy.ts';
import type { Observation } from '../facts/observation.ts';

/** The connections of a tenant's clients on the proxy that has the virtual address, and its limit that they have reached, if any. */
export interface ConnectionUse {
  readonly host: HostName;
  /** Undefined if HAProxy was not observed. */
  readonly open: number | undefined;
  /** The limit of the tenant, or that of all tenants together. HAProxy closes every connection above it. */
  readonly reached: { readonly limit: number; readonly of: 'tenant' | 'all' } | undefined;
}

/** On the first of these hosts that is at a limit; otherwise on the first. Undefined without a host. */
export function connectionUse(
  tenant: Tenant,
  pair: ProxyPair,
  hosts: readonly HostName[],
  haproxyOn: (host: HostName) => Observation<Haproxy> | undefined,
): ConnectionUse | undefined {
  const uses = hosts.map((host) => useOn(tenant, pair, host, haproxyOn(host)));
  return uses.find(({ reached }) => reached) ?? uses[0];
}

function useOn(
  { name, expose }: Tenant,
  pair: ProxyPair,
  host: HostName,
  seen: Observation<Haproxy> | undefined,
): ConnectionUse {
  const tenants = seen?.state === 'present' ? seen.value.process?.tenants : undefined;
  const open = tenants?.find(({ tenant }) => tenant === name)?.sessions;
  const all = (tenants ?? []).reduce((sum, { sessions }) => sum + sessions, 0);
  const reached = () => {
    if (expose && (open ?? 0) >= expose.maxConnections) return { limit: expose.maxConnections, of: 'tenant' } as const;
    return all >= pair.haproxy.maxConnections
      ? ({ limit: pair.haproxy.maxConnections, of: 'all' } as const)
      : undefined;
  };
  return { host, open, reached: reached() };
}

/** What a limit of HAProxy that is reached means, and what to do. */
export function haproxyLimitText({ limit, of }: NonNullable<ConnectionUse['reached']>): string {
  return of === 'tenant'
    ? `${limit} connections of the tenant are open, which is its limit: close those that leak, or raise expose.maxConnections of the Tenant`
    : `${limit} connections of all tenants together are open, which is the limit of the pair: close those that leak, or raise haproxy.maxConnections of the ProxyPair`;
}

/**
 * What it means that Redis answers `max number of clients reached`, and what to do. CONFIG SET and CLIENT LIST are no way out, as they need
 * a connection. `who`: the member. `use`: the connections that come through HAProxy, if it is the master.
 */
export function maxclientsText({ redis, expose }: Tenant, who: string, use?: ConnectionUse): string {
  const limit = redis.config['maxclients'] ?? redisSettingTypes['maxclients']?.default;
  const through = use?.open === undefined ? '' : `, ${use.open} of them through HAProxy on ${use.host}`;
  const where = use ? ` (on ${use.host}, ss -tn sport = :${expose?.port} lists where they come from)` : '';
  return (
    `as many connections to ${who} are open as its maxclients allows (declared: ${limit})${through}. They go on, and nobody else is let in, ` +
    `nor is the operator: close those that leak${where}. Then raise maxclients in redis.config, or lower expose.maxConnections of the Tenant`
  );
}
