import type { HostName, Tenant } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { ServerState } from '../facts/haproxy/show-stat.ts';
import { isMajority } from './current-master.ts';
import { containerName } from './names.ts';

/** Where HAProxy connects to, by member: `10.101.0.11:6379`. */
export interface Servers {
  readonly redis: ReadonlyMap<string, string>;
  readonly sentinels: ReadonlyMap<string, string>;
}

/** Empty unless all observed proxies that serve the tenant have the same servers. */
export function serversOf(proxies: readonly HostName[], tenant: Tenant, lookup: FactLookup): Servers {
  const all = proxies.flatMap((host) => {
    const seen = lookup({ fact: 'haproxy', host });
    const process = seen.state === 'present' ? seen.value.process : undefined;
    return process?.tenants.filter((one) => one.tenant === tenant.name) ?? [];
  });
  const agreed = (lists: readonly (readonly ServerState[])[]) => {
    const [first, ...others] = lists.map((servers) =>
      servers.flatMap(({ name, address }) => (address ? [[name, address] as const] : [])).sort(),
    );
    return new Map(others.every((one) => String(one) === String(first)) ? first : []);
  };
  return { redis: agreed(all.map(({ servers }) => servers)), sentinels: agreed(all.map(({ sentinels }) => sentinels)) };
}

/** Without their ports. */
export function addressesOnly(servers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...servers].map(([member, address]) => [member, address.split(':')[0] ?? '']));
}

/**
 * The port that Redis or Sentinel listens on: by the files of a majority of the members; while some are not observed, by HAProxy. Before
 * the bootstrap the files are written again with whatever is declared.
 */
export function portIn(
  file: 'redis.conf' | 'sentinel.conf',
  tenant: Tenant,
  servers: ReadonlyMap<string, string>,
  lookup: FactLookup,
): number | undefined {
  const seen = tenant.members.map(({ host }) => lookup({ fact: 'members', host }));
  const found = tenant.members.flatMap((member, index) => {
    const listing = seen[index];
    const all = listing?.state === 'present' ? listing.value : [];
    return all.filter(({ name }) => name === containerName(tenant, member));
  });
  const ports = found.flatMap(({ lines }) =>
    (lines[file] ?? []).flatMap((line) => /^port (\d+)$/.exec(line)?.[1] ?? []),
  );
  const [port] = ports.filter((one) => isMajority(ports.filter((other) => other === one).length, seen.length));
  if (port !== undefined && found.some(({ marks }) => marks[markers.bootstrapped] !== undefined)) return Number(port);
  if (!seen.some(({ state }) => state === 'unknown')) return undefined;
  const [server, ...others] = new Set([...servers.values()].map((address) => address.split(':')[1]));
  return server === undefined || others.length ? undefined : Number(server);
}
