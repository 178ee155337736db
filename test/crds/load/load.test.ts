import { expect } from 'chai';
import { issueText } from '../../../crds/issue.ts';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { SecretReference } from '../../../crds/load/passwords.ts';
import { Secret } from '../../../crds/secret.ts';
import { quickstart } from '../../support/quickstart.ts';
import { type Edit, edited } from './broken/broken.ts';

function load(...edits: readonly Edit[]) {
  const { fleets, issues } = loadDocuments(edited(edits), 'ignore');
  expect(issues.map(issueText)).to.deep.equal([]);
  const [fleet] = fleets;
  if (fleet === undefined) throw new Error('no fleet');
  return fleet;
}
const acme = (from: string, to: string) => load({ file: 'tenant-acme.yaml', from, to }).tenants[0];

describe('loadDocuments', () => {
  it('resolves the quickstart', () => {
    const { cluster, tenants, proxyPairs } = load();
    expect(cluster).to.deep.include({
      name: 'quickstart',
      place: { file: 'cluster.yaml', line: 5, column: 9 },
      mesh: { bridge: 'br-mesh', datapath: 'netdev', greKey: 4711, underlayMtu: 9001, innerMtu: 8955 },
    });
    expect(cluster.ssh).to.deep.include({
      port: 22,
      hostKeys: 'strict',
      connectTimeoutMs: 10_000,
      commandTimeoutMs: 60_000,
    });
    expect(cluster.prune).to.deep.equal({ retainForMs: 604_800_000 });
    expect(cluster.hosts.map(({ name }) => name)).to.deep.equal([
      'proxy-1',
      'proxy-2',
      'redis-1',
      'redis-2',
      'redis-3',
    ]);
    expect(tenants.map(({ name, masterName, vlan }) => [name, masterName, vlan])).to.deep.equal([
      ['acme', 'acme', 101],
      ['globex', 'globex', 102],
    ]);
    expect(tenants[0]?.expose).to.deep.equal({
      proxyPair: 'front',
      port: 6379,
      // Half of what the pair takes.
      maxConnections: 5000,
      proxyAddresses: [
        { host: 'proxy-1', address: '10.101.0.1' },
        { host: 'proxy-2', address: '10.101.0.2' },
      ],
    });
    expect(proxyPairs).to.deep.equal([
      {
        name: 'front',
        overlay: undefined,
        publicAddress: undefined,
        acceptZoneRisk: true,
        place: { file: 'proxypair.yaml', line: 5, column: 9 },
        hosts: ['proxy-1', 'proxy-2'],
        vip: '10.80.1.100',
        vrrp: { routerId: 51, advertIntervalMs: 200 },
        haproxy: {
          connectTimeoutMs: 2000,
          clientTimeoutMs: 3_600_000,
          serverTimeoutMs: 3_600_000,
          maxConnections: 10_000,
          drainTimeoutMs: 3_600_000,
        },
      },
    ]);
  });

  it('applies defaults', () => {
    const redis = '  redis:\n    maxmemory: 128Mi\n    config:\n      maxmemory-policy: noeviction\n';
    expect(acme(redis, '')?.redis).to.deep.equal({
      port: 6379,
      maxmemoryBytes: 134_217_728,
      replicaBufferBytes: 33_554_432,
      backlogBytes: 4_194_304,
      minReplicasToWrite: 1,
      minReplicasMaxLagSeconds: 3,
      appendonly: true,
      config: {},
    });
    const resources = '  resources:\n    memory: 256Mi\n    cpu: 500m\n    disk: 1Gi\n';
    expect(acme(resources, '')?.resources).to.deep.equal({
      memoryBytes: 2 ** 29,
      cpuMillicores: 500,
      diskBytes: 2 ** 31,
    });
    expect(acme('  sentinel:\n    profile: balanced\n', '')?.sentinel).to.deep.include({
      quorum: 2,
      downAfterMs: 2000,
      failoverTimeoutMs: 8_000,
      check: { intervalMs: 500, fall: 4, rise: 1 },
    });
  });

  it('resolves the login of each host, and the way to it', () => {
    const own = {
      file: 'cluster.yaml',
      from: 'name: proxy-1\n      role: proxy\n',
      to: 'name: proxy-1\n      role: proxy\n      ssh: { user: ops }\n',
    };
    const common = [
      '  ssh:',
      '    reach: jump',
      '    jump: { address: bastion, user: guest, identity: { agent: true } }',
      '    roles: { proxy: { user: admin, port: 2222 } }',
      '',
    ].join('\n');
    const { cluster } = load({ file: 'cluster.yaml', from: '  ssh:\n', to: common }, own);
    const logins = new Map(cluster.hosts.map(({ name, login: { user, port } }) => [name, `${user} ${port}`]));
    expect(['proxy-1', 'proxy-2', 'redis-1'].map((name) => logins.get(name))).to.deep.equal([
      'ops 2222',
      'admin 2222',
      'root 22',
    ]);
    expect(cluster.ssh.reach).to.deep.equal({
      through: { address: 'bastion', login: { user: 'guest', port: 22, identity: { agent: true } } },
    });
  });

  it('resolves profiles and explicit timings', () => {
    const times = (text: string) => {
      const sentinel = acme('profile: balanced', text)?.sentinel;
      return [sentinel?.downAfterMs, sentinel?.failoverTimeoutMs, Object.values(sentinel?.check ?? {})].flat();
    };
    expect(times('profile: patient')).to.deep.equal([5000, 60_000, 2000, 3, 1]);
    expect(times('profile: fast')).to.deep.equal([1000, 4000, 300, 3, 1]);
    const full = 'timings: { downAfter: 3s, failoverTimeout: 30s, checkInterval: 700ms, checkFall: 4, checkRise: 2 }';
    expect(times(full)).to.deep.equal([3000, 30_000, 700, 4, 2]);
  });

  it('resolves maintenance windows of a Cluster and a Tenant', () => {
    const window = (file: string, from: string, text: string): Edit => ({
      file,
      from,
      to: `  maintenance: ${text}\n${from}`,
    });
    const { cluster, tenants } = load(
      window('cluster.yaml', '  mesh:\n', '{ windows: [{ start: 02:00, duration: 1h30m }] }'),
      window(
        'tenant-acme.yaml',
        '  resources:\n',
        '{ timezone: Europe/Berlin, windows: [{ days: [Sun, Mon], start: "23:30", duration: 2h }] }',
      ),
    );
    expect(cluster.maintenance).to.deep.equal({
      timezone: 'UTC',
      windows: [{ days: [0, 1, 2, 3, 4, 5, 6], startMinutes: 120, durationMs: 5_400_000 }],
    });
    expect(tenants.map(({ maintenance }) => maintenance)).to.deep.equal([
      { timezone: 'Europe/Berlin', windows: [{ days: [0, 1], startMinutes: 1410, durationMs: 7_200_000 }] },
      undefined,
    ]);
  });

  it('resolves a pause of each kind to a moment', () => {
    const paused = (file: string, from: string): Edit => {
      const to = `  paused: { until: 2026-12-01T04:00:00+02:00, reason: moving racks }\n${from}`;
      return { file, from, to };
    };
    const { cluster, tenants, proxyPairs } = load(
      paused('cluster.yaml', '  mesh:\n'),
      paused('proxypair.yaml', '  vrrp:\n'),
      paused('tenant-acme.yaml', '  resources:\n'),
    );
    const pause = { until: Date.parse('2026-12-01T02:00:00Z'), reason: 'moving racks' };
    expect([cluster, ...proxyPairs, ...tenants].map((one) => one.paused)).to.deep.equal([
      pause,
      pause,
      pause,
      undefined,
    ]);
  });

  it('reads passwords by reference', () => {
    const requested: SecretReference[] = [];
    const { fleets } = loadDocuments(quickstart(), (reference) => {
      requested.push(reference);
      return new Secret('env', `password-${requested.length}`);
    });
    expect(requested).to.deep.equal([{ env: 'ACME_PASSWORD' }, { env: 'GLOBEX_PASSWORD' }]);
    expect(fleets[0]?.tenants.map(({ password }) => password.reveal())).to.deep.equal(['password-1', 'password-2']);
    expect(JSON.stringify(fleets)).not.to.contain('password-1');
  });

  it('reports invalid passwords without printing them', () => {
    const issueOf = (secret: Secret | { missing: string }) => {
      const { fleets, issues } = loadDocuments(quickstart(), () => secret);
      expect(fleets).to.deep.equal([]);
      expect(issues.map(issueText).join()).not.to.contain('hunter2');
      return issues.map(({ file, line, path, problem }) => `${file}:${line} ${path} ${problem}`);
    };
    const path = 'spec.auth.passwordFrom.env';
    expect(issueOf({ missing: 'it is not set' })[0]).to.equal(
      `tenant-acme.yaml:31 ${path} no password from env ACME_PASSWORD: it is not set`,
    );
    expect(issueOf(new Secret('e', 'hunter2\nuser default on'))[0]).to.equal(
      `tenant-acme.yaml:31 ${path} the password from env ACME_PASSWORD contains a line break or another control character`,
    );
    expect(issueOf(new Secret('e', ''))[0]).to.match(/is empty$/);
    for (const sign of [' ', '"', "'", '\\'])
      expect(issueOf(new Secret('e', `hunter2${sign}`))[0]).to.match(
        /contains a space, a quote or a backslash, which Sentinel cannot store$/,
      );
    expect(issueOf(new Secret('e', 'hunter2\u00e9'))[0]).to.match(/contains a character outside ASCII$/);
    expect(issueOf(new Secret('e', 'hunter2'))).to.deep.equal([
      `tenant-globex.yaml:31 ${path} it is the same password as that of tenant acme, at tenant-acme.yaml:31`,
    ]);
  });

  it('keeps two Clusters apart: each may use the other’s VLANs, networks and ports', () => {
    const duplicate = quickstart().map(({ file, text }) => ({
      file: `copy-${file}`,
      text: text.replaceAll(/\b(quickstart|front|acme|globex)$/gm, '$1-2').replaceAll('_PASSWORD', '_PASSWORD_2'),
    }));
    const { fleets, issues } = loadDocuments([...quickstart(), ...duplicate], 'ignore');
    expect(issues.map(issueText)).to.deep.equal([]);
    expect(fleets.map(({ tenants }) => tenants.map(({ name }) => name))).to.deep.equal([
      ['acme', 'globex'],
      ['acme-2', 'globex-2'],
    ]);
  });

  it('reports an empty input as an error', () => {
    expect(loadDocuments([], 'ignore').issues.map(issueText)).to.deep.equal([
      '(no file):1:1: kind: no Cluster is declared (0 documents in 0 files read); add the file that declares the Cluster; a missing file never means "remove everything"',
    ]);
  });

  it('does not depend on the order of files', () => {
    const backwards = loadDocuments([...quickstart()].reverse(), 'ignore');
    expect(backwards).to.deep.equal(loadDocuments(quickstart(), 'ignore'));
  });
});
