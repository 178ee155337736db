import type { ChangeRow } from './change.ts';
import { clusterChanges } from './cluster.ts';
import { proxyPairChanges } from './proxypair.ts';
import { tenantChanges } from './tenant.ts';

/** What happens to a running cluster when the value of a field changes; every field of the three kinds has one row. */
export const changes: Readonly<Record<'Cluster' | 'Tenant' | 'ProxyPair', readonly ChangeRow[]>> = {
  Cluster: clusterChanges,
  Tenant: tenantChanges,
  ProxyPair: proxyPairChanges,
};
