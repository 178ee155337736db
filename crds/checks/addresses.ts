import { type Issue, type Path, placeText } from '../issue.ts';
import {
  byName,
  type Check,
  type Declared,
  type Entry,
  fault,
  type ProxyPairEntry,
  type TenantEntry,
} from '../load/declared.ts';
import { cidr, contains, ipv4, ipv4Text, overlap, type Range, rangeText } from '../schema/address.ts';
import { claimedTwice } from './claims.ts';

/** RFC 6890, section 2.2.2: ranges that a network of a Cluster or a Tenant, and a virtual IP, must not overlap. */
export const SPECIAL = [
  ['0.0.0.0/8', '"this" network'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local, where EC2 keeps its metadata'],
  ['224.0.0.0/3', 'multicast and reserved'],
] as const;

/** Networks must not overlap. Addresses must be inside their network and unique. */
export const addresses: Check = (declared) => [
  ...declared.clusters.flatMap((one) =>
    usable(one, ['spec', 'network', 'vpcCidr'], one.body.spec.network.vpcCidr, 16, 28),
  ),
  ...declared.tenants.flatMap((one) => usable(one, ['spec', 'network', 'cidr'], one.body.spec.network.cidr, 8, 29)),
  ...declared.tenants.flatMap((one) => outsideVpc(declared, one)),
  ...overlapping(declared.tenants),
  ...declared.tenants.flatMap(tenantAddresses),
  ...declared.proxyPairs.flatMap((pair) => vipInVpc(declared, pair)),
  ...vips(declared),
];

function vipInVpc({ clusters }: Declared, pair: ProxyPairEntry): readonly Issue[] {
  const { spec } = pair.body;
  const cluster = byName(clusters, spec.clusterRef);
  if (cluster === undefined || spec.overlay) return [];
  const { vpcCidr } = cluster.body.spec.network;
  const issues = within(pair, ['spec', 'vip'], spec.vip, vpcCidr, "the Cluster's vpcCidr");
  const [range, address] = [cidr(vpcCidr), ipv4(spec.vip)];
  if (range === undefined || address === undefined || contains(range, address)) return issues;
  return issues.map((issue) => ({ ...issue, remedy: `${issue.remedy}, or declare \`overlay\`` }));
}

function usable(entry: Entry<unknown>, path: Path, text: string, shortest: number, longest: number): readonly Issue[] {
  const range = cidr(text);
  if (range === undefined) return [];
  const issues: Issue[] = [];
  if (range.prefixLength < shortest || range.prefixLength > longest) {
    issues.push(
      fault(
        entry,
        path,
        `a /${range.prefixLength} network is not usable here`,
        `use one from /${shortest} to /${longest}`,
      ),
    );
  }
  for (const [special, what] of SPECIAL) {
    const taken = cidr(special);
    if (taken === undefined || !overlap(range, taken)) continue;
    issues.push(
      fault(entry, path, `${text} overlaps ${special} (${what})`, 'use a private range, such as 10.101.0.0/24'),
    );
  }
  return issues;
}

function outsideVpc(declared: Declared, tenant: TenantEntry): readonly Issue[] {
  const cluster = byName(declared.clusters, tenant.body.spec.clusterRef);
  const own = cidr(tenant.body.spec.network.cidr);
  const vpc = cidr(cluster?.body.spec.network.vpcCidr ?? '');
  if (cluster === undefined || own === undefined || vpc === undefined || !overlap(own, vpc)) return [];
  const place = placeText(cluster.places.at(['spec', 'network', 'vpcCidr']));
  const problem = `${rangeText(own)} overlaps the VPC's ${rangeText(vpc)} at ${place}, so proxies would route it to the wrong network`;
  return [fault(tenant, ['spec', 'network', 'cidr'], problem, 'use a range outside the VPC')];
}

/** Ranges are sorted by first address, and each is compared only with the one that ends last so far: O(n log n) for many tenants. */
function overlapping(tenants: readonly TenantEntry[]): readonly Issue[] {
  const furthest = new Map<string, { tenant: TenantEntry; range: Range }>();
  const ranges = tenants.flatMap((tenant) => {
    const range = cidr(tenant.body.spec.network.cidr);
    return range === undefined ? [] : [{ tenant, range }];
  });
  return ranges
    .sort((a, b) => a.range.first - b.range.first)
    .flatMap((one) => {
      const cluster = one.tenant.body.spec.clusterRef;
      const before = furthest.get(cluster);
      if (before === undefined || before.range.last < one.range.last) furthest.set(cluster, one);
      if (before === undefined || !overlap(before.range, one.range)) return [];
      const path = ['spec', 'network', 'cidr'];
      const other = placeText(before.tenant.places.at(path));
      const problem = `${rangeText(one.range)} overlaps ${rangeText(before.range)} of tenant ${before.tenant.name} at ${other}`;
      return [fault(one.tenant, path, problem, 'give each tenant a range of its own')];
    });
}

function tenantAddresses(tenant: TenantEntry): readonly Issue[] {
  const { network, members, expose } = tenant.body.spec;
  const given = [
    ...members.map(({ address }, index) => ({ address, path: ['spec', 'members', index, 'address'] })),
    ...(expose?.proxyAddresses ?? []).map((address, index) => ({
      address,
      path: ['spec', 'expose', 'proxyAddresses', index],
    })),
  ];
  const claims = given.map(({ address, path }) => ({ key: address, place: tenant.places.at(path), path }));
  return [
    ...given.flatMap(({ address, path }) => within(tenant, path, address, network.cidr, "the tenant's network")),
    ...claimedTwice(claims, ({ key }, first) => ({
      problem: `${key} is given twice; the other is at ${placeText(first.place)}`,
      remedy: 'give each member and each proxy an address of its own',
    })),
  ];
}

function within(entry: Entry<unknown>, path: Path, text: string, network: string, what: string): readonly Issue[] {
  const range = cidr(network);
  const address = ipv4(text);
  if (range === undefined || address === undefined) return [];
  const remedy = `use an address from ${ipv4Text(range.first + 1)} to ${ipv4Text(range.last - 1)}`;
  if (!contains(range, address)) return [fault(entry, path, `${text} is outside ${what}, ${network}`, remedy)];
  if (address === range.first) return [fault(entry, path, `${text} is the network's own address`, remedy)];
  if (address === range.last) return [fault(entry, path, `${text} is the broadcast address of ${network}`, remedy)];
  return [];
}

function vips({ proxyPairs }: Declared): readonly Issue[] {
  const claims = proxyPairs.map((pair) => {
    const path = ['spec', 'vip'];
    return { key: `${pair.body.spec.clusterRef} ${pair.body.spec.vip}`, pair, place: pair.places.at(path), path };
  });
  return claimedTwice(claims, (second, first) => ({
    problem: `${second.pair.body.spec.vip} is already the VIP of ProxyPair ${first.pair.name}, at ${placeText(first.place)}`,
    remedy: 'give each ProxyPair an address of its own',
  }));
}
