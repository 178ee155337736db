import fc from 'fast-check';
import type { Fleet } from '../../crds/fleet.ts';
import { documentsOf, type FleetSpec, fleetOfDocuments, type Manifest, plainFleet, plainTenant } from './fleets.ts';
import { seed } from './runs.ts';

/** A field whose value may change while the fleet runs, and values for it. Undefined: not declared. */
export interface LiveField {
  readonly kind: 'Cluster' | 'ProxyPair' | 'Tenant';
  /** Below `spec`. */
  readonly path: string;
  readonly values: readonly unknown[];
}

/** Without what a Cluster or a Tenant is (hosts, addresses of members, VLANs, ports inside the mesh), which cannot change, and disks, which only grow. */
export const liveFields: readonly LiveField[] = [
  { kind: 'Cluster', path: 'mesh.underlayMtu', values: [1500, 9001] },
  { kind: 'Cluster', path: 'prune.retainFor', values: [undefined, '2h'] },
  {
    kind: 'Cluster',
    path: 'network.securityGroup.sshFrom',
    values: [['10.80.0.0/24'], ['10.80.0.0/24', '192.0.2.0/24']],
  },
  { kind: 'Cluster', path: 'network.securityGroup.clientsFrom', values: [['10.0.0.0/8'], ['10.1.0.0/16']] },
  {
    kind: 'ProxyPair',
    path: 'hosts',
    values: [
      ['proxy-1', 'proxy-2'],
      ['proxy-2', 'proxy-1'],
    ],
  },
  { kind: 'ProxyPair', path: 'vip', values: ['10.80.1.100', '10.80.1.101'] },
  { kind: 'ProxyPair', path: 'vrrp.routerId', values: [51, 52] },
  { kind: 'ProxyPair', path: 'vrrp.advertInterval', values: [undefined, '500ms'] },
  { kind: 'ProxyPair', path: 'haproxy.connectTimeout', values: [undefined, '3s'] },
  { kind: 'ProxyPair', path: 'haproxy.clientTimeout', values: [undefined, '5m'] },
  { kind: 'ProxyPair', path: 'haproxy.serverTimeout', values: [undefined, '5m'] },
  { kind: 'ProxyPair', path: 'haproxy.maxConnections', values: [undefined, 2000] },
  { kind: 'Tenant', path: 'network.cidr', values: ['10.101.0.0/24', '10.101.0.0/25'] },
  { kind: 'Tenant', path: 'resources.memory', values: ['256Mi', '320Mi'] },
  { kind: 'Tenant', path: 'resources.cpu', values: [undefined, '750m'] },
  { kind: 'Tenant', path: 'redis.maxmemory', values: [undefined, '64Mi'] },
  { kind: 'Tenant', path: 'redis.minReplicasToWrite', values: [undefined, 0] },
  { kind: 'Tenant', path: 'redis.minReplicasMaxLag', values: [undefined, '5s'] },
  { kind: 'Tenant', path: 'redis.appendonly', values: [undefined, false] },
  { kind: 'Tenant', path: 'redis.config.maxmemory-policy', values: [undefined, 'allkeys-lru', 'volatile-ttl'] },
  { kind: 'Tenant', path: 'redis.config.save', values: [undefined, '900 1'] },
  { kind: 'Tenant', path: 'redis.config.tcp-keepalive', values: [undefined, '60'] },
  { kind: 'Tenant', path: 'sentinel.quorum', values: [undefined, 3] },
  { kind: 'Tenant', path: 'sentinel.profile', values: ['patient', 'balanced', 'fast'] },
  { kind: 'Tenant', path: 'expose.port', values: [6380, 7000] },
  { kind: 'Tenant', path: 'expose.maxConnections', values: [undefined, 500] },
  {
    kind: 'Tenant',
    path: 'expose.proxyAddresses',
    values: [
      ['10.101.0.1', '10.101.0.2'],
      ['10.101.0.2', '10.101.0.1'],
      ['10.101.0.3', '10.101.0.1'],
    ],
  },
];

/** Values by number, of each field in `liveFields`. */
export type Declaration = readonly number[];

const anyDeclaration: fc.Arbitrary<Declaration> = fc.tuple(
  ...liveFields.map(({ values }) => fc.nat(values.length - 1)),
);

/** A pool, so that few fleets need to be converged. */
const declarations: readonly Declaration[] = fc.sample(anyDeclaration, { seed, numRuns: 40 });

/** What was declared first, what is declared now, and on which kind of hosts. */
export interface History {
  readonly on: keyof typeof grounds;
  readonly before: Declaration;
  readonly now: Declaration;
}

const tenants = [plainTenant];
const grounds = {
  'adopted hosts with LXC': { ...plainFleet, tenants },
  'created hosts with OpenVZ': { ...plainFleet, adopt: 'create', runtime: 'openvz', tenants },
} as const satisfies Record<string, FleetSpec>;

/** Hosts of the members, by number: r1 is on the first of them, and so on. Between any two of these, no two members change places. */
const memberships: readonly (readonly number[])[] = [
  [1, 2, 3],
  [4, 2, 3],
  [1, 5, 3],
  [4, 5, 3],
  [1, 2, 3, 4, 5],
];

/** What is declared one after the other, on five Redis hosts, and after how many steps each apply dies. */
export interface Sequence {
  readonly on: keyof typeof fiveHosts;
  readonly first: Placed;
  readonly later: readonly { readonly placed: Placed; readonly diesAfter: number }[];
}

/** A declaration, the numbers of a membership and of an addressing, and the template. */
export interface Placed {
  readonly declaration: Declaration;
  readonly membership: number;
  readonly addressing: number;
  readonly template?: 'valkey';
}

/** Other VLANs and ports than those of the ground. */
const addressings: readonly { readonly vlan?: number; readonly redis?: number; readonly sentinel?: number }[] = [
  {},
  { vlan: 151 },
  { redis: 7379, sentinel: 27_379 },
  { vlan: 152, redis: 7380 },
];

const fiveHosts = {
  LXC: { ...plainFleet, redisHosts: 5, tenants },
  OpenVZ: { ...plainFleet, redisHosts: 5, adopt: 'create', runtime: 'openvz', tenants },
} as const satisfies Record<string, FleetSpec>;

const placed: fc.Arbitrary<Placed> = fc.record({
  declaration: fc.constantFrom(...declarations.slice(0, 8)),
  membership: fc.nat(memberships.length - 1),
  addressing: fc.constant(0),
});

/** With the same members, and an append-only file. */
const addressed: fc.Arbitrary<Placed> = fc.record({
  declaration: fc
    .constantFrom(...declarations.slice(0, 8))
    .map((values) => values.map((value, index) => (liveFields[index]?.path === 'redis.appendonly' ? 0 : value))),
  membership: fc.constant(0),
  addressing: fc.nat(addressings.length - 1),
});

/** Of live fields and memberships; or of live fields and addressings. */
export const sequence = sequenceOf(placed);
export const addressingSequence = sequenceOf(addressed);

/** Of live fields and memberships, with another template from the second or the third documents on: there is no way back from it. */
export const upgradingSequence: fc.Arbitrary<Sequence> = fc
  .tuple(sequence, fc.nat(1))
  .map(([{ on, first, later }, since]) => ({
    on,
    first,
    later: later.map((one, index) => ({
      ...one,
      placed: index < since ? one.placed : { ...one.placed, template: 'valkey' as const },
    })),
  }));

function sequenceOf(each: fc.Arbitrary<Placed>): fc.Arbitrary<Sequence> {
  const later = fc.record({ placed: each, diesAfter: fc.integer({ min: 1, max: 40 }) });
  return fc.record({
    on: fc.constantFrom(...(Object.keys(fiveHosts) as (keyof typeof fiveHosts)[])),
    first: each,
    later: fc.array(later, { minLength: 2, maxLength: 2 }),
  });
}

/** The fleet of a declaration on five hosts; always the same object. */
export function placedFleet(on: Sequence['on'], { declaration, membership, addressing, template }: Placed): Fleet {
  const key = JSON.stringify([on, declaration, membership, addressing, template]);
  const members = (memberships[membership] ?? []).map((host, index) => {
    return { name: `r${index + 1}`, host: `redis-${host}`, address: `10.101.0.${11 + index}` };
  });
  const ground: FleetSpec = template ? { ...fiveHosts[on], template } : fiveHosts[on];
  const documents = documentsOf(ground).map((one) => edited(one, declaration));
  const { vlan, redis, sentinel } = addressings[addressing] ?? {};
  for (const { kind, spec } of documents) {
    if (kind !== 'Tenant') continue;
    Object.assign(spec, { members });
    if (vlan !== undefined) put(spec, ['network', 'vlan'], vlan);
    if (redis !== undefined) put(spec, ['redis', 'port'], redis);
    if (sentinel !== undefined) put(spec, ['sentinel', 'port'], sentinel);
  }
  const known = fleets.get(key) ?? fleetOfDocuments(documents);
  fleets.set(key, known);
  return known;
}

export const history: fc.Arbitrary<History> = fc.record({
  on: fc.constantFrom(...(Object.keys(grounds) as (keyof typeof grounds)[])),
  before: fc.constantFrom(...declarations),
  now: fc.constantFrom(...declarations),
});

const fleets = new Map<string, Fleet>();

/** The fleet of a declaration; always the same object. */
export function declaredFleet(on: History['on'], declaration: Declaration): Fleet {
  const key = JSON.stringify([on, declaration]);
  const known = fleets.get(key) ?? fleetOfDocuments(documentsOf(grounds[on]).map((one) => edited(one, declaration)));
  fleets.set(key, known);
  return known;
}

/** A copy of a document with the declared values of its kind. Fields that its ground does not have are left alone. */
function edited(document: Manifest, declaration: Declaration): Manifest {
  const copy = structuredClone(document);
  for (const [index, { kind, path, values }] of liveFields.entries())
    if (kind === copy.kind) put(copy.spec, path.split('.'), values[declaration[index] ?? 0]);
  return copy;
}

function put(into: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (!rest.length) {
    if (value === undefined) delete into[name];
    else into[name] = value;
    return;
  }
  if (name === 'securityGroup' && !(name in into)) return;
  into[name] ??= {};
  put(into[name] as Record<string, unknown>, rest, value);
}
