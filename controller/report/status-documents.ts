import { dump } from 'js-yaml';
import type { TenantStatus } from '../../reconcilers/shared/tenant-health.ts';

/** The tenants as documents of their kind, with `status` as the CustomResourceDefinition has it; a Kubernetes List around them. */
export function statusDocuments(tenants: readonly TenantStatus[], format: 'json' | 'yaml', probed: Date): string {
  const list = { apiVersion: 'v1', kind: 'List', items: tenants.map((one) => documentOf(one, probed.toISOString())) };
  return format === 'json' ? `${JSON.stringify(list, null, 2)}\n` : dump(list);
}

function documentOf(one: TenantStatus, lastProbeTime: string): object {
  const { name, endpoint, publicEndpoint, master, replicasInSync, sentinelsAgree, vipOwner, ready, reason, message } =
    one;
  const paused = one.paused && { until: new Date(one.paused.until).toISOString(), reason: one.paused.reason };
  const conditions = [{ type: 'Ready', status: ready, reason, message, lastProbeTime }];
  return {
    apiVersion: 'redis-ec2.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name },
    status: {
      endpoint,
      publicEndpoint,
      master,
      replicasInSync,
      sentinelsAgree,
      vipOwner,
      ...(paused ? { paused } : {}),
      conditions,
    },
  };
}
