import { cidr } from './address.ts';
import { byName, type Declared, type TenantEntry } from './declared.ts';
import type { Exposure, SentinelSettings, Tenant } from './fleet.ts';
import { bytes, millicores, millis } from './quantity.ts';
import { checked, sorted } from './resolved.ts';
import type { Secret } from './secret.ts';

/**
 * Times for each profile. Down-after bounds how long writes fail before a failover starts. Failover-timeout drives how
 * soon a failed failover is tried again (twice it) and a replica of the wrong master is put right, so it stays a small
 * multiple of that. HAProxy gives a silent server up at about the time at which Sentinel does.
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
    failoverTimeoutMs: 20_000,
    parallelSyncs: 1,
    check: { intervalMs: 1000, fall: 2, rise: 1 },
  },
  fast: {
    downAfterMs: 1000,
    failoverTimeoutMs: 10_000,
    parallelSyncs: 1,
    check: { intervalMs: 500, fall: 2, rise: 1 },
  },
} as const;

/** A Tenant that passed every check: units as numbers, profile and quorum worked out, addresses by host. */
export function resolveTenant(entry: TenantEntry, declared: Declared, password: Secret): Tenant {
  const { name, places } = entry;
  const { network, members, resources, redis } = entry.body.spec;
  const memoryBytes = checked(bytes(resources.memory));
  return {
    name,
    place: places.at(['metadata', 'name']),
    masterName: name,
    vlan: network.vlan,
    cidr: network.cidr,
    prefixLength: checked(cidr(network.cidr)).prefixLength,
    members: sorted(members),
    resources: {
      memoryBytes,
      cpuMillicores: checked(millicores(resources.cpu)),
      diskBytes: checked(bytes(resources.disk)),
    },
    redis: {
      port: redis.port,
      maxmemoryBytes: redis.maxmemory === undefined ? Math.floor(memoryBytes / 2) : checked(bytes(redis.maxmemory)),
      minReplicasToWrite: redis.minReplicasToWrite,
      minReplicasMaxLagSeconds: checked(millis(redis.minReplicasMaxLag)) / 1000,
      appendonly: redis.appendonly,
      config: redis.config,
    },
    password,
    sentinel: resolveSentinel(entry),
    expose: resolveExposure(entry, declared),
  };
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
  const [firstHost, secondHost] = checked(byName(declared.proxyPairs, proxyPairRef)).body.spec.hosts;
  const [first, second] = proxyAddresses;
  return {
    proxyPair: proxyPairRef,
    port,
    proxyAddresses: [
      { host: firstHost, address: first },
      { host: secondHost, address: second },
    ],
  };
}
