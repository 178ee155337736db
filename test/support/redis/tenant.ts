import type { Tenant } from '../../../crds/fleet.ts';
import { Secret } from '../../../crds/secret.ts';

/** A tenant of three members, as crds/resolve/cluster.ts makes it. */
export function tenantOf(network = '10.101.0', part: Partial<Tenant> = {}): Tenant {
  return {
    name: 'acme',
    place: { file: 'tenant.yaml', line: 1, column: 1 },
    masterName: 'acme',
    vlan: 101,
    cidr: `${network}.0/24`,
    prefixLength: 24,
    acceptZoneRisk: true,
    members: [1, 2, 3].map((n) => ({ name: `r${n}`, host: `redis-${n}`, address: `${network}.1${n}` })),
    resources: { memoryBytes: 2 ** 28, cpuMillicores: 500, diskBytes: 2 ** 30 },
    redis: {
      port: 6379,
      maxmemoryBytes: 2 ** 27,
      replicaBufferBytes: 2 ** 25,
      backlogBytes: 2 ** 22,
      minReplicasToWrite: 1,
      minReplicasMaxLagSeconds: 3,
      appendonly: true,
      config: { 'maxmemory-policy': 'noeviction' },
    },
    password: new Secret('env ACME_PASSWORD', 's3cret#Acme'),
    sentinel: {
      port: 26379,
      quorum: 2,
      downAfterMs: 2000,
      failoverTimeoutMs: 20_000,
      parallelSyncs: 1,
      check: { intervalMs: 1000, fall: 2, rise: 1 },
    },
    expose: {
      proxyPair: 'front',
      port: 6379,
      maxConnections: 5000,
      proxyAddresses: [
        { host: 'proxy-1', address: `${network}.1` },
        { host: 'proxy-2', address: `${network}.2` },
      ],
    },
    ...part,
  };
}
