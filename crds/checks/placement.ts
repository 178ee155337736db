import { type Issue, placeText } from '../issue.ts';
import { type Check, type ClusterEntry, fault, type ProxyPairEntry, type TenantEntry } from '../load/declared.ts';
import { claimedTwice } from './claims.ts';

/** Redundant parts must not share a point of failure. */
export const placement: Check = (declared) => [
  ...declared.clusters.flatMap(enoughHosts),
  ...declared.clusters.flatMap(adoptedTwice),
  ...declared.tenants.flatMap(memberCount),
  ...declared.tenants.flatMap(memberHosts),
  ...pairHosts(declared.proxyPairs),
];

function enoughHosts(cluster: ClusterEntry): readonly Issue[] {
  const path = ['spec', 'hosts'];
  return (['redis', 'proxy'] as const).flatMap((role) => {
    const wanted = role === 'redis' ? 3 : 2;
    const have = cluster.body.spec.hosts.filter((host) => host.role === role).length;
    if (have >= wanted) return [];
    return [
      fault(
        cluster,
        path,
        `${have} of the hosts have role ${role}`,
        `declare at least ${wanted} hosts with role ${role}`,
      ),
    ];
  });
}

function adoptedTwice(cluster: ClusterEntry): readonly Issue[] {
  const claims = cluster.body.spec.hosts.flatMap(({ adopt }, index) => {
    if (!adopt) return [];
    const path = ['spec', 'hosts', index, 'adopt'];
    const key = adopt.tag === undefined ? `id ${adopt.instanceId}` : `tag ${adopt.tag.key}=${adopt.tag.value}`;
    return [{ key, place: cluster.places.at(path), path }];
  });
  return claimedTwice(claims, ({ key }, first) => ({
    problem: `two hosts adopt the instance with ${key}; the other is at ${placeText(first.place)}`,
    remedy: 'give each host its own instance',
  }));
}

function memberCount(tenant: TenantEntry): readonly Issue[] {
  const count = tenant.body.spec.members.length;
  if (count % 2 === 1) return [];
  const remedy = `declare ${count - 1} or ${count + 1} members`;
  return [
    fault(tenant, ['spec', 'members'], `${count} members mean an even number of Sentinels, which can tie`, remedy),
  ];
}

function memberHosts(tenant: TenantEntry): readonly Issue[] {
  const claims = tenant.body.spec.members.map(({ host, name }, index) => {
    const path = ['spec', 'members', index, 'host'];
    return { key: host, member: name, place: tenant.places.at(path), path };
  });
  return claimedTwice(claims, (second, first) => ({
    problem: `members ${first.member} and ${second.member} are both on host ${first.key}; the other is at ${placeText(first.place)}`,
    remedy: 'give each member its own host, so that the loss of a host affects one member only',
  }));
}

/** A host runs one HAProxy and one keepalived, so it belongs to one pair. */
function pairHosts(pairs: readonly ProxyPairEntry[]): readonly Issue[] {
  const claims = pairs.flatMap((pair) =>
    pair.body.spec.hosts.map((host, index) => {
      const path = ['spec', 'hosts', index];
      return { key: `${pair.body.spec.clusterRef}/${host}`, host, pair: pair.name, place: pair.places.at(path), path };
    }),
  );
  return claimedTwice(claims, (second, first) => ({
    problem:
      first.pair === second.pair
        ? `host ${first.host} is listed twice; the other is at ${placeText(first.place)}`
        : `host ${first.host} already belongs to ProxyPair ${first.pair}, at ${placeText(first.place)}`,
    remedy: 'list two different proxy hosts that belong to no other pair',
  }));
}
