import fc from 'fast-check';
import type { Fleet } from '../../crds/fleet.ts';
import { issueText } from '../../crds/issue.ts';
import { loadDocuments } from '../../crds/load/load.ts';
import { Secret } from '../../crds/secret.ts';
import { digest } from '../../renderers/lib/text.ts';
import { engineTemplates } from '../engines.ts';
import { fetchedFrom } from '../packages.ts';
import { fleetsDrawn, seed } from './runs.ts';

/** What varies between generated fleets. Everything else follows from it, so that a seed and a path reproduce the case. */
export interface FleetSpec {
  readonly redisHosts: 3 | 5 | 7;
  readonly datapath: 'netdev' | 'system';
  /** How hosts are declared: adopted by tag or by id, or created together with the VPC network. */
  readonly adopt: 'tag' | 'id' | 'create';
  /** Of created hosts: SR-IOV is declared, so each host is stopped once. `later`: their type supports it, and it is not declared yet. */
  readonly sriov?: boolean | 'later';
  /** Of created hosts: Redis hosts are in a spread placement group. */
  readonly spread?: boolean;
  /** Of created hosts with LXC: members are on data volumes. */
  readonly dataVolume?: boolean;
  /** Of created hosts: how they reach the EC2 API and package repositories; by default with public addresses. */
  readonly egress?: 'publicAddresses' | 'natGateways' | 'endpoints' | 'undeclared';
  readonly runtime: 'lxc' | 'openvz';
  readonly mtu: 9001 | 1500;
  readonly greKey?: number;
  readonly bridge?: string;
  /** Declared package repositories. */
  readonly repositories?: 0 | 1;
  /** Where the template comes from; undefined: it is on the hosts. */
  readonly template?: 'built' | 'downloaded' | keyof typeof engineTemplates;
  readonly tenants: readonly TenantSpec[];
  readonly routerId?: number;
  /** The pair names its hosts in the other order. */
  readonly swapped?: boolean;
  /** The pair is in two zones, and its virtual IP is outside the VPC. */
  readonly overlay?: true;
}

export interface TenantSpec {
  /** At most the number of redis hosts. */
  readonly members: 3 | 5 | 7;
  /** Numbers of the hosts of the members, in their order; by default r1 is on redis-1, and so on. */
  readonly on?: readonly number[];
  readonly appendonly: boolean;
  readonly minReplicas: 0 | 1;
  readonly profile: 'patient' | 'balanced' | 'fast';
  readonly memory: '128Mi' | '256Mi';
  readonly config: Readonly<Record<string, string>>;
}

/** A typical tenant, for tests about something else. */
export const plainTenant: TenantSpec = {
  members: 3,
  appendonly: true,
  minReplicas: 1,
  profile: 'balanced',
  memory: '128Mi',
  config: {},
};

/** Three redis hosts, two proxies and that tenant. */
export const plainFleet: FleetSpec = {
  redisHosts: 3,
  datapath: 'netdev',
  runtime: 'lxc',
  adopt: 'tag',
  sriov: false,
  mtu: 1500,
  tenants: [plainTenant],
};

/** Passwords of generated tenants contain this: wherever it appears, a secret has leaked. */
export const canary = 'cAnArY';

const tenantSpec: fc.Arbitrary<TenantSpec> = fc.record({
  members: fc.oneof(
    { weight: 5, arbitrary: fc.constant(3 as const) },
    { weight: 1, arbitrary: fc.constant(5 as const) },
  ),
  appendonly: fc.boolean(),
  minReplicas: fc.constantFrom(0, 1),
  profile: fc.constantFrom('patient', 'balanced', 'fast'),
  memory: fc.constantFrom('128Mi', '256Mi'),
  config: fc.constantFrom({}, { 'maxmemory-policy': 'allkeys-lru' }, { save: '900 1', 'tcp-keepalive': '60' }),
});

const tenantSpecs = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 8, arbitrary: fc.array(tenantSpec, { minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.array(tenantSpec, { minLength: 2, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(tenantSpec, { minLength: 3, maxLength: 3 }) },
);

/**
 * The differences of an earlier declaration: MTU, SR-IOV, VRRP and tenants. Members, the runtime, the datapath and the GRE key are the same,
 * because changes to them require manual action.
 */
export interface EarlierSpec {
  readonly mtu: 9001 | 1500;
  readonly sriov: boolean;
  readonly routerId: number;
  readonly swapped: boolean;
  readonly tenants: readonly TenantSpec[];
}

const anyEarlierSpec: fc.Arbitrary<EarlierSpec> = fc.record({
  sriov: fc.boolean(),
  mtu: fc.constantFrom(9001, 1500),
  routerId: fc.constantFrom(51, 52),
  swapped: fc.boolean(),
  tenants: tenantSpecs,
});

/** The fleet of the earlier declaration. */
export function earlierFleet(now: FleetSpec, earlier: EarlierSpec): FleetSpec {
  const tenants = earlier.tenants.map((tenant, index) => ({
    ...tenant,
    members: now.tenants[index]?.members ?? tenant.members,
  }));
  return {
    ...now,
    mtu: earlier.mtu,
    routerId: earlier.routerId,
    swapped: earlier.swapped,
    sriov: now.sriov === true && !earlier.sriov ? 'later' : (now.sriov ?? false),
    tenants,
  };
}

/** Three redis hosts and two proxies, sometimes five and two; up to three tenants. */
const anyFleetSpec: fc.Arbitrary<FleetSpec> = fc.record({
  redisHosts: fc.oneof(
    { weight: 6, arbitrary: fc.constant(3 as const) },
    { weight: 1, arbitrary: fc.constant(5 as const) },
  ),
  datapath: fc.constantFrom('netdev', 'system'),
  adopt: fc.constantFrom('tag', 'id', 'create'),
  sriov: fc.boolean(),
  egress: fc.constantFrom('publicAddresses', 'natGateways', 'endpoints'),
  runtime: fc.constantFrom('lxc', 'openvz'),
  mtu: fc.constantFrom(9001, 1500),
  repositories: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0 as const) },
    { weight: 1, arbitrary: fc.constant(1 as const) },
  ),
  tenants: tenantSpecs,
});

/** Chosen from a pool, smallest first, so that a case shrinks to a small fleet, and few fleets need to be converged. */
export const fleetSpec = fc.constantFrom(
  ...pool(anyFleetSpec, fleetsDrawn).map(withTemplate).map(withDataVolume).map(withOverlay),
);
export const earlierSpec = fc.constantFrom(...pool(anyEarlierSpec, 4));

function pool<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): readonly T[] {
  const all = fc.sample(arbitrary, { seed, numRuns }).map((one) => JSON.stringify(one));
  return [...new Set(all)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).map((one) => JSON.parse(one) as T);
}

/** Each third has its template on the hosts. None can be built on hosts with OpenVZ. */
function withTemplate(spec: FleetSpec, index: number): FleetSpec {
  if (index % 3 === 0) return spec;
  return { ...spec, template: index % 3 === 1 && spec.runtime === 'lxc' ? 'built' : 'downloaded' };
}

/** Half of those that can have them. */
function withDataVolume(spec: FleetSpec, index: number): FleetSpec {
  return spec.adopt === 'create' && spec.runtime === 'lxc' && index % 2 ? { ...spec, dataVolume: true } : spec;
}

/** Each fifth. */
function withOverlay(spec: FleetSpec, index: number): FleetSpec {
  return index % 5 === 2 ? { ...spec, overlay: true } : spec;
}

function templateOf({ template }: FleetSpec): object {
  const name = 'bookworm';
  if (template === 'built') return { name, from: { build: { suite: 'bookworm' } } };
  if (template === 'downloaded')
    return { name, sha256: digest('template'), from: { s3: { bucket: 'templates', key: 'bookworm.tar.gz' } } };
  if (template)
    return {
      name: template,
      sha256: digest(engineTemplates[template]),
      from: { s3: { bucket: 'templates', key: `${template}.tar.gz` } },
    };
  return { name, tarball: '/srv/templates/bookworm.tar.gz' };
}

const fleets = new Map<string, Fleet>();

/** The fleet of a spec, loaded from its documents, so that only valid fleets are generated. */
export function fleetOf(spec: FleetSpec): Fleet {
  const key = JSON.stringify(spec);
  const known = fleets.get(key);
  if (known) return known;
  const fleet = fleetOfDocuments(documentsOf(spec));
  fleets.set(key, fleet);
  return fleet;
}

/** The fleet of documents with one Cluster. Throws if they are not valid. */
export function fleetOfDocuments(documents: readonly Manifest[]): Fleet {
  const text = documents.map((document) => JSON.stringify(document)).join('\n---\n');
  const secrets = (reference: { env: string } | { file: string }) =>
    new Secret(
      `env ${'env' in reference ? reference.env : ''}`,
      `${canary}-${'env' in reference ? reference.env : ''}`,
    );
  const { fleets: loaded, issues } = loadDocuments([{ file: 'generated', text }], secrets);
  const [fleet] = loaded;
  if (!fleet) throw new Error(`a generated fleet is not valid:\n${issues.map(issueText).join('\n')}`);
  return fleet;
}

export function instanceId(host: number): string {
  return `i-${host.toString(16).padStart(8, '0')}`;
}

/** A document, as YAML describes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

/** The documents of a spec. */
export function documentsOf(spec: FleetSpec): readonly Manifest[] {
  const names = [...range(spec.redisHosts).map((n) => `redis-${n}`), 'proxy-1', 'proxy-2'];
  const hosts = names.map((name, index) => ({
    name,
    role: name.startsWith('redis') ? 'redis' : 'proxy',
    ...sourceOf(spec, name, index),
  }));
  const cluster = {
    aws: { region: 'lab-1', ...(spec.adopt === 'create' ? { tags: { 'cost-center': '42' } } : {}) },
    network: { vpcCidr: '10.80.0.0/16', ...(spec.adopt === 'create' ? groundOf(spec) : {}) },
    ssh: { identity: { agent: true }, knownHosts: '/etc/known_hosts' },
    hosts,
    ...(spec.adopt === 'create' ? { instances: instancesOf(spec) } : {}),
    mesh: {
      datapath: spec.datapath,
      underlayMtu: spec.mtu,
      ...(spec.greKey === undefined ? {} : { greKey: spec.greKey }),
      ...(spec.bridge === undefined ? {} : { bridge: spec.bridge }),
    },
    runtime: { type: spec.runtime, template: templateOf(spec) },
    preparation: { repositories: spec.repositories ? [repository] : [] },
  };
  const pair = {
    clusterRef: 'lawful',
    acceptZoneRisk: true,
    hosts: spec.swapped ? ['proxy-2', 'proxy-1'] : ['proxy-1', 'proxy-2'],
    ...(spec.overlay ? { vip: '192.168.250.10', overlay: {} } : { vip: '10.80.1.100' }),
    // Behind a NAT gateway, clients at a public address would get no answer.
    ...(spec.adopt === 'create' && spec.egress !== 'natGateways' && !spec.overlay
      ? { publicAddress: { create: true } }
      : {}),
    vrrp: { routerId: spec.routerId ?? 51 },
  };
  const tenants = spec.tenants.map((tenant, index) => tenantOf(tenant, index + 1, spec));
  return [manifest('Cluster', 'lawful', cluster), manifest('ProxyPair', 'front', pair), ...tenants];
}

/** Proxies share a subnet, unless the virtual IP is outside the VPC; the Redis hosts are spread over two. */
function sourceOf({ adopt: how, overlay }: FleetSpec, name: string, index: number): object {
  if (how === 'tag') return { adopt: { tag: { key: 'Name', value: name } } };
  if (how === 'id') return { adopt: { instanceId: instanceId(index + 1) } };
  const subnet = (name.startsWith('redis') && index % 2) || (overlay && name === 'proxy-2') ? 'b' : 'a';
  const address = `10.80.${subnet === 'a' ? 1 : 2}.${10 + index}`;
  return { create: { subnet, address, image: name.startsWith('redis') ? 'ami-00000001' : 'ami-00000002' } };
}

function instancesOf({ sriov, dataVolume, spread }: FleetSpec): object {
  const data = {
    ...(dataVolume ? { dataVolume: { size: '10Gi' } } : {}),
    ...(spread ? { placementGroup: 'spread' } : {}),
  };
  const common = { type: sriov ? 'c4.large' : 'm5.large', keyName: 'operator', ...data };
  return sriov === true ? { ...common, enhancedNetworking: 'sriov' } : common;
}

function groundOf({ egress }: FleetSpec): object {
  const { subnets } = createdGround;
  switch (egress) {
    case 'undeclared':
      return createdGround;
    case 'endpoints':
      return { ...createdGround, egress: { endpoints: { ec2: { create: true }, s3: { create: true } } } };
    case 'natGateways':
      return {
        ...createdGround,
        subnets: [...subnets, { name: 'public', cidr: '10.80.3.0/24', zone: 'lab-1a', create: true }],
        egress: { natGateways: [{ subnet: 'public', serves: ['a', 'b'], create: true }] },
      };
    default:
      return { ...createdGround, egress: { publicAddresses: true } };
  }
}

const createdGround = {
  vpc: { create: true },
  internetGateway: { create: true },
  subnets: [
    { name: 'a', cidr: '10.80.1.0/24', zone: 'lab-1a', create: true },
    { name: 'b', cidr: '10.80.2.0/24', zone: 'lab-1b', create: true },
  ],
  securityGroup: { create: true, sshFrom: ['10.80.0.0/24'], clientsFrom: ['10.0.0.0/8'] },
};

const keyUrl = 'https://packages.example.com/key.asc';
const repository = {
  name: 'ours',
  system: 'debian-12',
  url: 'https://packages.example.com/debian',
  key: { url: keyUrl, sha256: digest(fetchedFrom(keyUrl)) },
};

function tenantOf(spec: TenantSpec, number: number, { redisHosts, swapped }: FleetSpec): Manifest {
  const net = `10.${100 + number}.0`;
  const members = range(Math.min(spec.members, redisHosts)).map((n) => ({
    name: `r${n}`,
    host: `redis-${spec.on?.[n - 1] ?? n}`,
    address: `${net}.${10 + n}`,
  }));
  const expose = {
    proxyPairRef: 'front',
    port: 6379 + number,
    proxyAddresses: swapped ? [`${net}.2`, `${net}.1`] : [`${net}.1`, `${net}.2`],
  };
  return manifest('Tenant', `t${number}`, {
    clusterRef: 'lawful',
    acceptZoneRisk: true,
    network: { vlan: 100 + number, cidr: `${net}.0/24` },
    members,
    resources: { memory: spec.memory, disk: '1Gi' },
    redis: { appendonly: spec.appendonly, minReplicasToWrite: spec.minReplicas, config: spec.config },
    auth: { passwordFrom: { env: `PASSWORD_${number}` } },
    sentinel: { profile: spec.profile },
    expose,
  });
}

function manifest(kind: string, name: string, spec: Record<string, unknown>): Manifest {
  return { apiVersion: 'redis-ec2.dev/v1alpha1', kind, metadata: { name }, spec };
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
