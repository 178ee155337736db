/** What happens when the value of one field changes while the fleet runs. */
export type Effect =
  /** apply carries it out; with the former value, the former state returns. */
  | 'live'
  /** apply carries it out; the former value is refused afterwards. */
  | 'one way'
  /** Only the operator itself uses it: the hosts stay as they are, and plan reports no differences. */
  | 'operator'
  /** plan reports it as a manual action, and apply does nothing about it. With the former value, there are no differences. */
  | 'refused'
  /** No host, or not every one, can be observed, and nothing is changed. */
  | 'unknown'
  /** The documents are rejected, or cannot be used. */
  | 'error'
  /** Changed in another suite, because the hosts of this one were not created by its documents. */
  | { readonly in: string };

export interface FieldRow {
  /** Its path in the schema of the kind. Of a list (`[]`), the first item changes. */
  readonly field: string;
  /** The new value, of the field or of what is at the path `at`. */
  readonly to?: unknown;
  readonly at?: string;
  readonly effect: Effect;
}

const created = (parent: string, ...fields: readonly string[]): readonly FieldRow[] =>
  fields.map((field) => ({ field: `${parent}.${field}`, effect: { in: 'test/e2e/seed.test.ts' } }));

/** A login that a host refuses: of one role, or of one host. */
const login = (parent: string): readonly FieldRow[] => [
  { field: `${parent}.user`, to: 'nobody', effect: 'unknown' },
  { field: `${parent}.port`, to: 2222, effect: 'unknown' },
  { field: `${parent}.identity.file`, to: '/run/lab/none', effect: 'unknown' },
  { field: `${parent}.identity.agent`, at: `${parent}.identity`, to: { agent: true }, effect: 'unknown' },
];

/** Only together with `reach: jump`. */
const jump = (...fields: readonly string[]): readonly FieldRow[] =>
  fields.map((field) => ({
    field: `Cluster.spec.ssh.jump.${field}`,
    effect: { in: 'test/controller/adapters/ssh/jump.test.ts' },
  }));

/** Of a document that is in order: nothing is held. */
const pause = (parent: string): readonly FieldRow[] =>
  ['2999-01-01T00:00:00Z', '2026-01-01T00:00:00Z'].map((until, index) => ({
    field: `${parent}.${index ? 'reason' : 'until'}`,
    at: parent,
    to: { until, reason: 'moving racks' },
    effect: 'operator',
  }));

/** Of a document that is in order: nothing waits. */
const maintenance = (parent: string): readonly FieldRow[] =>
  ['timezone', 'windows[].days[]', 'windows[].start', 'windows[].duration'].map((field) => ({
    field: `${parent}.${field}`,
    at: parent,
    to: { timezone: 'Europe/Berlin', windows: [{ days: ['Sun'], start: '02:00', duration: '2h' }] },
    effect: 'operator',
  }));

const origin = (part: string) =>
  ['create', 'adopt.id', 'adopt.tag.key', 'adopt.tag.value'].map((one) => `${part}.${one}`);

const machine = [
  ...['size', 'type', 'encrypted', 'kmsKey', 'iops', 'throughput'].map((one) => `rootVolume.${one}`),
  ...['size', 'type', 'encrypted', 'kmsKey', 'iops', 'throughput'].map((one) => `dataVolume.${one}`),
  'terminationProtection',
];

/** A row for each field of the three kinds; test/laws/fields.test.ts fails if one is missing. */
export const rows: readonly FieldRow[] = [
  { field: 'Cluster.metadata.name', to: 'other', effect: 'error' },
  { field: 'Cluster.spec.aws.region', to: 'lab-2', effect: 'unknown' },
  { field: 'Cluster.spec.aws.endpoint', to: 'http://10.80.0.2:4566/', effect: 'live' },
  ...created('Cluster.spec.aws', 'tags'),
  // Credentials of the lab are in the environment, and of its account.
  { field: 'Cluster.spec.aws.profile', to: 'other', effect: 'unknown' },
  { field: 'Cluster.spec.aws.assumeRole.roleArn', effect: { in: 'test/controller/adapters/ec2/account.test.ts' } },
  { field: 'Cluster.spec.aws.assumeRole.externalId', effect: { in: 'test/controller/adapters/ec2/account.test.ts' } },
  { field: 'Cluster.spec.aws.assumeRole.sessionName', effect: { in: 'test/controller/adapters/ec2/account.test.ts' } },
  { field: 'Cluster.spec.aws.accountId', to: '210987654321', effect: 'unknown' },
  { field: 'Cluster.spec.network.vpcCidr', to: '10.80.0.0/17', effect: 'operator' },
  ...created('Cluster.spec.network', ...origin('vpc'), ...origin('internetGateway'), ...origin('securityGroup')),
  ...created('Cluster.spec.network', 'securityGroup.sshFrom[]', 'securityGroup.clientsFrom[]'),
  ...created('Cluster.spec.network', 'egress.publicAddresses'),
  ...created('Cluster.spec.network.egress', ...origin('natGateways[]')),
  ...created('Cluster.spec.network.egress.natGateways[]', 'subnet', 'serves[]'),
  ...created('Cluster.spec.network.egress.endpoints', ...origin('ec2'), ...origin('s3')),
  ...created(
    'Cluster.spec.network.subnets[]',
    'name',
    'cidr',
    'zone',
    'create',
    'adopt.id',
    'adopt.tag.key',
    'adopt.tag.value',
  ),
  ...login('Cluster.spec.ssh'),
  ...login('Cluster.spec.ssh.roles.redis'),
  ...login('Cluster.spec.ssh.roles.proxy'),
  ...login('Cluster.spec.hosts[].ssh'),
  { field: 'Cluster.spec.ssh.reach', to: 'public', effect: 'operator' },
  ...jump('address', 'host', 'user', 'port', 'identity.file', 'identity.agent'),
  { field: 'Cluster.spec.ssh.knownHosts', to: '/run/lab/none', effect: 'unknown' },
  { field: 'Cluster.spec.ssh.hostKeys', to: 'accept-new', effect: 'operator' },
  { field: 'Cluster.spec.ssh.connectTimeout', to: '9s', effect: 'operator' },
  { field: 'Cluster.spec.ssh.commandTimeout', to: '50s', effect: 'operator' },
  { field: 'Cluster.spec.hosts[].name', to: 'redis-9', effect: 'error' },
  { field: 'Cluster.spec.hosts[].role', to: 'proxy', effect: 'error' },
  {
    field: 'Cluster.spec.hosts[].adopt.instanceId',
    at: 'Cluster.spec.hosts[].adopt',
    to: { instanceId: 'i-0123456789abcdef0' },
    effect: 'refused',
  },
  { field: 'Cluster.spec.hosts[].adopt.tag.key', to: 'Other', effect: 'refused' },
  { field: 'Cluster.spec.hosts[].adopt.tag.value', to: 'other', effect: 'refused' },
  ...created('Cluster.spec.hosts[].create', 'subnet', 'address', 'type', 'image', 'keyName', 'instanceProfile'),
  ...created('Cluster.spec.hosts[].create', 'instanceProfileRole'),
  ...created('Cluster.spec.instances', 'type', 'image', 'keyName', 'instanceProfile', 'instanceProfileRole'),
  ...created('Cluster.spec.hosts[].create', 'enhancedNetworking', ...machine),
  ...created('Cluster.spec.instances', 'enhancedNetworking', 'placementGroup', ...machine),
  { field: 'Cluster.spec.mesh.bridge', to: 'br-other', effect: 'live' },
  // The kernel of the lab has no such datapath.
  { field: 'Cluster.spec.mesh.datapath', effect: { in: 'test/e2e/mesh.long.ts' } },
  { field: 'Cluster.spec.mesh.greKey', to: 4712, effect: 'live' },
  { field: 'Cluster.spec.mesh.underlayMtu', to: 1500, effect: 'live' },
  { field: 'Cluster.spec.runtime.type', to: 'openvz', effect: 'refused' },
  ...['name', 'tarball', 'sha256'].map((field) => ({
    field: `Cluster.spec.runtime.template.${field}`,
    effect: { in: 'test/e2e/upgrade.long.ts' },
  })),
  ...['build.suite', 'build.mirror', 'build.components[]', 'build.packages[]', 'file'].map((field) => ({
    field: `Cluster.spec.runtime.template.from.${field}`,
    effect: { in: 'test/e2e/templates.long.ts' },
  })),
  ...['url', 's3.bucket', 's3.key', 's3.region'].map((field) => ({
    field: `Cluster.spec.runtime.template.from.${field}`,
    effect: { in: 'test/reconcilers/operations/container/template.test.ts' },
  })),
  { field: 'Cluster.spec.preparation.mode', to: 'check', effect: 'operator' },
  { field: 'Cluster.spec.preparation.versions', to: { haproxy: '9.9.9-1' }, effect: 'refused' },
  { field: 'Cluster.spec.preparation.sysctls', to: { 'net.core.somaxconn': '8192' }, effect: 'live' },
  { field: 'Cluster.spec.preparation.transparentHugepages', to: 'unmanaged', effect: 'operator' },
  ...['name', 'system', 'url', 'suite', 'components[]', 'key.url', 'key.sha256'].map((field) => ({
    field: `Cluster.spec.preparation.repositories[].${field}`,
    effect: { in: 'test/e2e/prepare.long.ts' },
  })),
  { field: 'Cluster.spec.prune.retainFor', to: '2h', effect: 'operator' },
  ...maintenance('Cluster.spec.maintenance'),
  ...pause('Cluster.spec.paused'),

  { field: 'Tenant.metadata.name', to: 'other', effect: 'refused' },
  { field: 'Tenant.spec.clusterRef', to: 'other', effect: 'error' },
  { field: 'Tenant.spec.network.vlan', effect: { in: 'test/e2e/addressing.long.ts' } },
  { field: 'Tenant.spec.acceptZoneRisk', to: false, effect: 'operator' },
  { field: 'Tenant.spec.network.cidr', to: '10.101.0.0/25', effect: 'live' },
  { field: 'Tenant.spec.members[].name', to: 'r9', effect: 'refused' },
  { field: 'Tenant.spec.members[].host', to: 'redis-2', effect: 'error' },
  { field: 'Tenant.spec.members[].address', effect: { in: 'test/e2e/addressing.long.ts' } },
  { field: 'Tenant.spec.resources.memory', to: '320Mi', effect: 'live' },
  { field: 'Tenant.spec.resources.cpu', to: '750m', effect: 'live' },
  { field: 'Tenant.spec.resources.disk', to: '1100Mi', effect: 'one way' },
  { field: 'Tenant.spec.redis.port', effect: { in: 'test/e2e/addressing.long.ts' } },
  { field: 'Tenant.spec.redis.maxmemory', to: '96Mi', effect: 'live' },
  { field: 'Tenant.spec.redis.minReplicasToWrite', to: 0, effect: 'live' },
  { field: 'Tenant.spec.redis.minReplicasMaxLag', to: '5s', effect: 'live' },
  { field: 'Tenant.spec.redis.appendonly', to: false, effect: 'live' },
  { field: 'Tenant.spec.redis.config', to: { 'maxmemory-policy': 'allkeys-lru', timeout: '300' }, effect: 'live' },
  ...['passwordFrom', 'previousPasswordFrom'].flatMap((source) =>
    ['env', 'file'].map((field) => ({
      field: `Tenant.spec.auth.${source}.${field}`,
      effect: { in: 'test/e2e/rotation.long.ts' },
    })),
  ),
  { field: 'Tenant.spec.sentinel.port', effect: { in: 'test/e2e/addressing.long.ts' } },
  { field: 'Tenant.spec.sentinel.quorum', to: 3, effect: 'live' },
  { field: 'Tenant.spec.sentinel.profile', to: 'patient', effect: 'live' },
  ...Object.entries({
    downAfter: '3s',
    failoverTimeout: '8s',
    parallelSyncs: 2,
    checkInterval: '400ms',
    checkFall: 3,
    checkRise: 2,
  }).map(([name, value]) => ({
    field: `Tenant.spec.sentinel.timings.${name}`,
    at: 'Tenant.spec.sentinel',
    to: { timings: { downAfter: '2s', failoverTimeout: '6s', checkInterval: '300ms', checkFall: 2, [name]: value } },
    effect: 'live' as const,
  })),
  { field: 'Tenant.spec.expose.proxyPairRef', to: 'other', effect: 'error' },
  { field: 'Tenant.spec.expose.port', to: 6390, effect: 'live' },
  { field: 'Tenant.spec.expose.maxConnections', to: 500, effect: 'live' },
  { field: 'Tenant.spec.expose.proxyAddresses[]', to: '10.101.0.9', effect: 'live' },
  ...maintenance('Tenant.spec.maintenance'),
  ...pause('Tenant.spec.paused'),

  { field: 'ProxyPair.metadata.name', to: 'other', effect: 'error' },
  { field: 'ProxyPair.spec.clusterRef', to: 'other', effect: 'error' },
  { field: 'ProxyPair.spec.acceptZoneRisk', to: false, effect: 'operator' },
  { field: 'ProxyPair.spec.hosts[]', to: 'redis-1', effect: 'error' },
  ...origin('ProxyPair.spec.publicAddress').map((field) => ({
    field,
    effect: { in: 'test/reconcilers/vip/public-address.test.ts' },
  })),
  { field: 'ProxyPair.spec.vip', to: '10.80.1.101', effect: 'live' },
  { field: 'ProxyPair.spec.overlay.routeTables[]', effect: { in: 'test/reconcilers/vip/overlay.test.ts' } },
  { field: 'ProxyPair.spec.vrrp.routerId', to: 52, effect: 'live' },
  { field: 'ProxyPair.spec.vrrp.advertInterval', to: '500ms', effect: 'live' },
  { field: 'ProxyPair.spec.haproxy.connectTimeout', to: '3s', effect: 'live' },
  { field: 'ProxyPair.spec.haproxy.clientTimeout', to: '5m', effect: 'live' },
  { field: 'ProxyPair.spec.haproxy.serverTimeout', to: '5m', effect: 'live' },
  { field: 'ProxyPair.spec.haproxy.drainTimeout', to: '30m', effect: 'live' },
  { field: 'ProxyPair.spec.haproxy.maxConnections', to: 3000, effect: 'live' },
  ...pause('ProxyPair.spec.paused'),
];
