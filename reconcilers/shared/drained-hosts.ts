import type { Fleet, Host, HostName, Tenant } from '../../crds/fleet.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { Drained } from '../facts/host/drained.ts';
import type { Observation } from '../facts/observation.ts';

/** Redis hosts that are drained now. A host that was not observed counts as not drained. */
export function drainedHosts({ cluster }: Fleet, lookup: FactLookup): ReadonlySet<HostName> {
  const drained = cluster.hosts.filter(
    (host) => host.role === 'redis' && isDrained(host, lookup({ fact: 'drained', host: host.name })),
  );
  return new Set(drained.map(({ name }) => name));
}

/** By its mark, or because a command asks for it. */
export function isDrained({ requested }: Host, seen: Observation<Drained> | undefined): boolean {
  if (requested !== undefined) return requested !== 'uncordon';
  return seen?.state === 'present' && seen.value.seconds > 0;
}

/** A tenant with its members on drained hosts marked. */
export function withDrained(tenant: Tenant, drained: ReadonlySet<HostName>): Tenant {
  if (!tenant.members.some(({ host }) => drained.has(host))) return tenant;
  const members = tenant.members.map((one) => (drained.has(one.host) ? { ...one, drained: true as const } : one));
  return { ...tenant, members };
}
