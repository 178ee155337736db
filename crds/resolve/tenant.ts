import type { Exposure, SentinelSettings, Tenant } from '../fleet.ts';
import { byName, type Declared, type TenantEntry } from '../load/declared.ts';
import type { Passwords } from '../load/passwords.ts';
import { cidr } from '../schema/address.ts';
import { mostConnections } from '../schema/connections.ts';
import { backlogFor, defaultMaxmemory, replicaBufferFor } from '../schema/memory-shares.ts';
import { bytes, millicores, millis } from '../schema/quantity.ts';
import { checked, sorted } from './defaults-applied.ts';
import { resolveMaintenance } from './maintenance.ts';
import { resolvePause } from './pause.ts';

/**
 * Timings of each profile. Down-after limits how long writes fail before a failover starts. A failed failover, as when the
 * Sentinels divide their votes (seen once in ten times), is retried after twice the failover-timeout (sentinel.c). That also
 * limits how soon a replica of the wrong master is reconfigured, so it is a small multiple of down-after. HAProxy marks an
 * unresponsive server down at about the same time as Sentinel.
 */
const PROFILES = {
  patient: {
    downAfterMs: 5000,
    failoverTimeoutMs: 60_000,
    parallelSyncs: 1,
    check: { intervalMs: 2000, fall: 3, rise: 1 },
  },
  balanced: {
    downAfterMs: 2000,
    failoverTimeoutMs: 8_000,
    parallelSyncs: 1,
    check: { intervalMs: 500, fall: 4, rise: 1 },
  },
  fast: {
    downAfterMs: 1000,
    failoverTimeoutMs: 4_000,
    parallelSyncs: 1,
    check: { intervalMs: 300, fall: 3, rise: 1 },
  },
} as const;

/** A valid Tenant: units as numbers, timings and quorum resolved, addresses by host. */
export function resolveTenant(entry: TenantEntry, declared: Declared, passwords: Passwords): Tenant {
  const { name, places } = entry;
  const { network, members, resources, redis } = entry.body.spec;
  const memoryBytes = checked(bytes(resources.memory));
  const maxmemoryBytes = maxmemoryOf(memoryBytes, redis.maxmemory);
  return {
    name,
    place: places.at(['metadata', 'name']),
    ...resolvePause(entry.body.spec),
    ...resolveMaintenance(entry.body.spec),
    masterName: name,
    vlan: network.vlan,
    cidr: network.cidr,
    prefixLength: checked(cidr(network.cidr)).prefixLength,
    members: sorted(members),
    acceptZoneRisk: entry.body.spec.acceptZoneRisk,
    resources: {
      memoryBytes,
      cpuMillicores: checked(millicores(resources.cpu)),
      diskBytes: checked(bytes(resources.disk)),
    },
    redis: {
      port: redis.port,
      maxmemoryBytes,
      replicaBufferBytes: replicaBufferFor(memoryBytes, maxmemoryBytes, members.length - 1),
      backlogBytes: backlogFor(maxmemoryBytes),
      minReplicasToWrite: redis.minReplicasToWrite,
      minReplicasMaxLagSeconds: checked(millis(redis.minReplicasMaxLag)) / 1000,
      appendonly: redis.appendonly,
      config: redis.config,
    },
    password: passwords.current,
    ...(passwords.previous && { previousPassword: passwords.previous }),
    sentinel: resolveSentinel(entry),
    expose: resolveExposure(entry, declared),
  };
}

function maxmemoryOf(memoryBytes: number, declared: string | number | undefined): number {
  return declared === undefined ? defaultMaxmemory(memoryBytes) : checked(bytes(declared));
}

function resolveSentinel({ body: { spec } }: TenantEntry): SentinelSettings {
  const { port, quorum = Math.floor(spec.members.length / 2) + 1, profile = 'balanced', timings } = spec.sentinel;
  if (timings === undefined) return { port, quorum, ...PROFILES[profile] };
  return {
    port,
    quorum,
    downAfterMs: checked(millis(timings.downAfter)),
    failoverTimeoutMs: checked(millis(timings.failoverTimeout)),
    parallelSyncs: timings.parallelSyncs,
    check: { intervalMs: checked(millis(timings.checkInterval)), fall: timings.checkFall, rise: timings.checkRise },
  };
}

function resolveExposure({ body: { spec } }: TenantEntry, declared: Declared): Exposure | undefined {
  if (spec.expose === undefined) return undefined;
  const { proxyPairRef, port, proxyAddresses } = spec.expose;
  const pair = checked(byName(declared.proxyPairs, proxyPairRef)).body.spec;
  const [firstHost, secondHost] = pair.hosts;
  const [first, second] = proxyAddresses;
  return {
    proxyPair: proxyPairRef,
    port,
    // Whatever other tenants there are: the document of one must not change HAProxy for another.
    maxConnections:
      spec.expose.maxConnections ??
      Math.max(1, Math.min(mostConnections(spec.redis.config), Math.floor(pair.haproxy.maxConnections / 2))),
    proxyAddresses: [
      { host: firstHost, address: first },
      { host: secondHost, address: second },
    ],
  };
}
