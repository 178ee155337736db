import type { Issue, Path } from '../issue.ts';
import {
  byName,
  type Check,
  type ClusterEntry,
  type Declared,
  type Entry,
  fault,
  type TenantEntry,
} from '../load/declared.ts';
import { nearestName } from '../schema/nearest-name.ts';
import type { Kind } from '../schema/schemas.ts';

/** Maximum number of names that a message lists. */
const MAX_LISTED = 8;

/** Every reference names a document or a host that exists and has the required role. */
export const references: Check = (declared) => [
  ...[...declared.tenants, ...declared.proxyPairs].flatMap((one) =>
    refersTo(declared, one, ['spec', 'clusterRef'], 'Cluster', one.body.spec.clusterRef),
  ),
  ...declared.tenants.flatMap((tenant) => tenantReferences(declared, tenant)),
  ...declared.proxyPairs.flatMap((pair) => {
    const cluster = byName(declared.clusters, pair.body.spec.clusterRef);
    return pair.body.spec.hosts.flatMap((host, index) =>
      hostReference(cluster, pair, ['spec', 'hosts', index], host, 'proxy'),
    );
  }),
];

function tenantReferences(declared: Declared, tenant: TenantEntry): readonly Issue[] {
  const { clusterRef, members, expose } = tenant.body.spec;
  const cluster = byName(declared.clusters, clusterRef);
  const issues = members.flatMap(({ host }, index) =>
    hostReference(cluster, tenant, ['spec', 'members', index, 'host'], host, 'redis'),
  );
  if (expose === undefined) return issues;
  const path = ['spec', 'expose', 'proxyPairRef'];
  const pair = byName(declared.proxyPairs, expose.proxyPairRef);
  if (pair === undefined) return [...issues, ...refersTo(declared, tenant, path, 'ProxyPair', expose.proxyPairRef)];
  if (cluster === undefined || pair.body.spec.clusterRef === clusterRef) return issues;
  const problem = `ProxyPair ${pair.name} belongs to Cluster ${pair.body.spec.clusterRef}, the tenant to ${clusterRef}`;
  return [...issues, fault(tenant, path, problem, 'name a ProxyPair of the same Cluster')];
}

function refersTo(
  declared: Declared,
  entry: Entry<unknown>,
  path: Path,
  kind: Exclude<Kind, 'Tenant'>,
  name: string,
): readonly Issue[] {
  const { named, incomplete, clusters, proxyPairs } = declared;
  // Fast path: a cheap lookup first, because each of many tenants has references.
  if (byName<unknown>(kind === 'Cluster' ? clusters : proxyPairs, name) !== undefined) return [];
  const known = named.filter((one) => one.kind === kind).map((one) => one.name);
  // An unreadable document may be the missing one, and is already reported.
  if (known.includes(name) || incomplete) return [];
  return [fault(entry, path, `there is no ${kind} named ${name}`, choose(name, known, `declare ${kind} ${name}`))];
}

function hostReference(
  cluster: ClusterEntry | undefined,
  entry: Entry<unknown>,
  path: Path,
  name: string,
  role: 'redis' | 'proxy',
): readonly Issue[] {
  if (cluster === undefined) return [];
  const able = cluster.body.spec.hosts.filter((one) => one.role === role).map((one) => one.name);
  if (able.includes(name)) return [];
  const host = cluster.body.spec.hosts.find((one) => one.name === name);
  const problem =
    host === undefined
      ? `Cluster ${cluster.name} has no host named ${name}`
      : `host ${name} of Cluster ${cluster.name} has role ${host.role}, but role ${role} is required here`;
  return [fault(entry, path, problem, choose(name, able, `declare a host with role ${role}`))];
}

function choose(name: string, known: readonly string[], otherwise: string): string {
  const meant = nearestName(name, known);
  const unique = [...new Set(known)];
  const list = unique.length > MAX_LISTED ? [...unique.slice(0, MAX_LISTED), '…'] : unique;
  if (meant !== undefined) return `did you mean ${meant}? Known names are ${list.join(', ')}`;
  return list.length === 0 ? otherwise : `use one of ${list.join(', ')}, or ${otherwise}`;
}
