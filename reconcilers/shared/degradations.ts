import type { Cluster, Member, ProxyPair, Tenant } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import type { Observation } from '../facts/observation.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import type { SentinelFacts } from '../facts/sentinel/sentinel.ts';
import type { TenantObserved } from './current-master.ts';
import { type Degradation, degraded, unobserved } from './degradation.ts';
import { containerName } from './names.ts';
import { pathDegradations } from './path-mtu.ts';
import { proxyDegradations } from './proxy-degradations.ts';
import { isFull, isUnderPressure, recentKills } from './storage.ts';

/** What is unhealthy about a tenant, whether it serves or not: a lost redundancy must be visible before the next failure. */
export function degradationsOf(
  cluster: Cluster,
  tenant: Tenant,
  pair: ProxyPair | undefined,
  { redis, sentinels }: TenantObserved,
  inventory: Inventory,
  lookup: FactLookup,
): readonly Degradation[] {
  const members = tenant.members.flatMap((member, index) => [
    ...unobserved(`Redis of ${member.name}`, redis[index]),
    ...unobserved(`Sentinel of ${member.name}`, sentinels[index]),
    ...ofSentinel(member.name, sentinels[index]),
    ...ofStorage(member.name, redis[index], ofMember(tenant, member, lookup)),
    ...ofRedis(member.name, redis[index]),
  ]);
  const proxies = pair ? proxyDegradations(tenant, pair, inventory, lookup) : [];
  const paths = pathDegradations(cluster, tenant, inventory, lookup);
  return [...members, ...proxies, ...(pair ? ofSplit(pair, lookup) : []), ...paths];
}

/** VRRP packets do not pass between the proxies. */
function ofSplit({ name, hosts }: ProxyPair, lookup: FactLookup): readonly Degradation[] {
  const seen = hosts.map((host) => ({ host, keepalived: lookup({ fact: 'keepalived', host, pair: name }) }));
  const values = seen.flatMap(({ host, keepalived }) =>
    keepalived.state === 'present' ? [{ host, ...keepalived.value }] : [],
  );
  const apart = values.find(({ yields }) => yields?.cause === 'split');
  // Two masters for a moment are normal when a host returns.
  const masters = values.filter(({ vrrp }) => vrrp?.state === 'MASTER' && vrrp.forSeconds >= 10);
  if (!apart && masters.length < 2) return [];
  return [
    degraded(`${hosts.join(' and ')} do not hear each other's VRRP, so that a failover takes longer`, 'SplitVip'),
  ];
}

function ofMember(tenant: Tenant, { name, host }: Member, lookup: FactLookup): MemberFacts | undefined {
  const seen = lookup({ fact: 'members', host });
  const container = containerName(tenant, { name });
  return seen.state === 'present' ? seen.value.find((one) => one.name === container) : undefined;
}

function ofStorage(
  name: string,
  redis: Observation<RedisFacts> | undefined,
  member: MemberFacts | undefined,
): readonly Degradation[] {
  const { role, memory, uptimeSeconds, notSaved = [] } = redis?.state === 'present' ? redis.value : {};
  return [
    ...(member?.disk && isFull(member.disk) ? [degraded(`the disk of ${name} is full`, 'DiskFull')] : []),
    ...(member && recentKills(member, uptimeSeconds)
      ? [
          degraded(
            `the container of ${name} reached its memory limit, and the kernel killed a process in it`,
            'OomKilled',
          ),
        ]
      : []),
    ...notSaved.map((what) => degraded(`${name} could not write its ${what} when it last tried`, 'PersistenceFailing')),
    ...(role === 'master' && memory && isUnderPressure(memory)
      ? [degraded(`the memory of ${name} is almost full, and nothing is evicted`, 'MemoryPressure')]
      : []),
  ];
}

function ofSentinel(name: string, seen: Observation<SentinelFacts> | undefined): readonly Degradation[] {
  if (seen?.state !== 'present' || !seen.value.tilt) return [];
  return [degraded(`the Sentinel of ${name} is in TILT, and fails nothing over for 30 s`)];
}

function ofRedis(name: string, seen: Observation<RedisFacts> | undefined): readonly Degradation[] {
  if (seen?.state !== 'present') return [];
  const { settings, settingsRefused } = seen.value;
  if (settingsRefused !== undefined)
    return [
      { ...degraded(`the settings of ${name} are unknown: CONFIG GET is refused: ${settingsRefused}`), unknown: true },
    ];
  return settings['replica-priority'] === '0'
    ? [degraded(`Redis of ${name} cannot be promoted (replica-priority 0)`)]
    : [];
}
