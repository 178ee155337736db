import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Fleet, Tenant } from '../../../crds/fleet.ts';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import { type Haproxy, type HaproxyProcess, haproxy } from '../../../reconcilers/facts/haproxy/haproxy.ts';
import type { ServerState } from '../../../reconcilers/facts/haproxy/show-stat.ts';
import type { UnitFacts } from '../../../reconcilers/facts/host/units.ts';
import type { Keepalived } from '../../../reconcilers/facts/keepalived/keepalived.ts';
import type { MemberFacts } from '../../../reconcilers/facts/member/members.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import { backendHealthFindings } from '../../../reconcilers/haproxy/backend-health.ts';
import { type DesiredBackendHealth, type DesiredProxy, desiredHaproxy } from '../../../reconcilers/haproxy/desired.ts';
import { haproxy as component } from '../../../reconcilers/haproxy/index.ts';
import { proxyFindings } from '../../../reconcilers/haproxy/proxy.ts';
import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { quickstart } from '../../support/quickstart.ts';
import { memberFacts } from '../../support/redis/healthy.ts';

const [fleet] = loadDocuments(quickstart(), 'ignore').fleets;
if (!fleet) throw new Error('the quickstart does not load');
const all = desiredHaproxy(fleet, new Map());
const desired = all.find((one): one is DesiredProxy => one.subject === 'haproxy/proxy-1') as DesiredProxy;
const backendHealth = all.find((one) => one.subject === 'haproxy/proxy-1:acme') as DesiredBackendHealth;

const server = (name: string, up: boolean, sinceSeconds = 100): ServerState => {
  return { name, up, sinceSeconds, check: up ? 'passes its check' : 'is not master' };
};
const wanted = [...desired.unitFiles, ...desired.configuration.map(({ file }) => file)];
const running: HaproxyProcess = {
  version: '2.6.12',
  pid: 1,
  uptimeSeconds: 100,
  sources: [],
  loaded: new Map(
    desired.configuration.map(({ file }) => [file.path.split('/').at(-1) ?? '', digest(file.content)] as const),
  ),
  limits: new Map(),
  limitOfAll: undefined,
  tenants: [],
};
const healthy: Haproxy = {
  missing: [],
  version: '2.6.12-1',
  files: wanted.map(({ path, mode, content }) => ({
    path,
    mode: mode.slice(1),
    owner: 'root',
    sha256: digest(content),
  })),
  binds: [{ path: `${haproxyPlaces.folder}/tenant-acme.cfg`, address: '10.80.1.100:6379' }],
  serves: true,
  oldWorkers: [],
  keptSessions: new Map(),
  process: running,
};
/** The other proxy runs what is declared for it, which has its own addresses. */
const healthyPeer: Haproxy = {
  ...healthy,
  process: {
    ...running,
    loaded: new Map(
      desired.peerConfiguration.map(({ file }) => [file.path.split('/').at(-1) ?? '', digest(file.content)] as const),
    ),
  },
};
const unit: UnitFacts = {
  unit: haproxyPlaces.unit,
  loaded: true,
  active: 'active',
  enabled: true,
  needsDaemonReload: false,
};

const vrrp = (state: string): Observation<Keepalived> =>
  present({
    missing: [],
    files: [],
    loaded: undefined,
    vrrp: { state, forSeconds: 100 },
    move: undefined,
    yields: undefined,
    takeover: undefined,
  });
/** Passwords as declared, and another proxy that already runs what this one, the owner of the virtual IP, is to run. */
const asDeclared = {
  passwords: new Map(),
  pair: {
    own: vrrp('MASTER'),
    links: absent,
    peer: { haproxy: present(healthyPeer), keepalived: vrrp('BACKUP'), links: absent },
  },
};

/** Findings in short: field, and what is done about it. */
function summary(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ field, impacts, remedy }) => {
    const does = remedy.by === 'action' ? remedy.actions.map(wordOf).join(' + ') : remedy.by;
    return `${field.replace(`${haproxyPlaces.folder}/`, '')}: ${does} [${impacts}]`;
  });
}

function wordOf(action: { operation: string; order?: string }): string {
  return action.order ?? action.operation;
}

const acme = `${haproxyPlaces.folder}/tenant-acme.cfg`;
const old = `${haproxyPlaces.folder}/tenant-old.cfg`;
const without = (path: string): Haproxy => ({ ...healthy, files: healthy.files.filter((file) => file.path !== path) });
const changed = (path: string, change: object): Haproxy => ({
  ...healthy,
  files: healthy.files.map((file) => (file.path === path ? { ...file, ...change } : file)),
});
const loading = (loaded: ReadonlyMap<string, string> | undefined): Haproxy => ({
  ...healthy,
  process: { ...running, loaded },
});
const leftover = { path: old, mode: '600', owner: 'root', sha256: digest('') };

describe('haproxy: the proxy', () => {
  const cases: readonly (readonly [string, Haproxy, Partial<UnitFacts>, readonly string[]])[] = [
    ['in order', healthy, {}, []],
    ['not installed', { ...healthy, missing: ['haproxy'] }, {}, ['HAProxy: waiting [acme,globex]']],
    ['too old', { ...healthy, version: '2.2.9-2+deb11u6' }, {}, ['HAProxy: manual [acme,globex]']],
    ['newer', { ...healthy, version: '3.0.11' }, {}, []],
    [
      'a tenant file missing, never loaded',
      { ...without(acme), process: { ...running, loaded: new Map() } },
      {},
      ['tenant-acme.cfg: haproxy-config + reload [acme]'],
    ],
    ['edited, but not loaded', changed(acme, { sha256: digest('x') }), {}, ['tenant-acme.cfg: haproxy-config [acme]']],
    ['readable to others', changed(acme, { mode: '644' }), {}, ['tenant-acme.cfg: haproxy-config [acme]']],
    ['owned by another', changed(acme, { owner: 'bob' }), {}, ['tenant-acme.cfg: haproxy-config [acme]']],
    [
      'the unit file edited',
      changed(haproxyPlaces.unitFile, { sha256: digest('x') }),
      {},
      [`${haproxyPlaces.unitFile}: write-files + reload [acme,globex]`],
    ],
    [
      'stopped',
      { ...healthy, serves: false, process: undefined },
      { active: 'failed' },
      [`${unit.unit}: start [acme,globex]`],
    ],
    ['would not start at boot', healthy, { enabled: false }, [`${unit.unit}: reload [acme,globex]`]],
    ['hangs', { ...healthy, serves: false, process: undefined }, {}, ['stats socket: restart [acme,globex]']],
    [
      'serves, its stats socket occupied: not restarted',
      { ...healthy, process: undefined },
      {},
      ['stats socket: manual []'],
    ],
    ['a reload left processes', { ...healthy, oldWorkers: [30, 7300] }, {}, ['old workers: info []']],
    [
      'loaded another, the file put back',
      loading(new Map([...(running.loaded ?? []), ['tenant-acme.cfg', digest('x')]])),
      {},
      ['tenant-acme.cfg as loaded: reload [acme]'],
    ],
    [
      'does not report what it loaded',
      loading(undefined),
      {},
      [
        '00-global.cfg as loaded: reload [acme,globex]',
        'tenant-acme.cfg as loaded: reload [acme]',
        'tenant-globex.cfg as loaded: reload [globex]',
      ],
    ],
    [
      'a tenant no longer declared',
      { ...healthy, files: [...healthy.files, leftover] },
      {},
      ['tenant-old.cfg: info []'],
    ],
    [
      'a tenant no longer declared has the port',
      {
        ...without(acme),
        files: [...without(acme).files, leftover],
        binds: [{ path: old, address: '10.80.1.100:6379' }],
      },
      {},
      ['listener 10.80.1.100:6379: manual [acme]', 'tenant-old.cfg: info []'],
    ],
  ];
  for (const [name, seen, change, findings] of cases)
    it(name, () =>
      expect(
        summary(proxyFindings(desired, present(seen), present([{ ...unit, ...change }]), asDeclared)),
      ).to.deep.equal(findings),
    );

  it('is unknown, and changes nothing, when it was not observed', () => {
    expect(summary(proxyFindings(desired, unknown('timeout'), present([unit]), asDeclared))).to.deep.equal([
      'HAProxy: unknown [acme,globex]',
    ]);
  });

  it('changes nothing of a unit that was not observed', () => {
    const drift = proxyFindings(desired, present({ ...healthy, process: undefined }), unknown('timeout'), asDeclared);
    expect(summary(drift)).to.deep.equal([`${unit.unit}: unknown [acme,globex]`]);
  });

  it('prints no password and no digest of one', () => {
    const findings = proxyFindings(desired, present(loading(undefined)), present([unit]), asDeclared);
    for (const { content } of wanted) expect(JSON.stringify(findings)).not.to.include(digest(content));
  });
});

describe('haproxy: a password that may not be the one in use', () => {
  const oldOne = new Map([...(running.loaded ?? []), ['tenant-acme.cfg', digest('old')]]);
  const serving = { tenant: 'acme', listener: 'OPEN', sessions: 3, servers: [], sentinels: [] };
  const withOld: Haproxy = {
    ...changed(acme, { sha256: digest('old') }),
    process: { ...running, loaded: oldOne, tenants: [serving] },
  };
  const rest = new Map([...(running.loaded ?? [])].filter(([name]) => name !== 'tenant-acme.cfg'));
  const gone: Haproxy = { ...without(acme), process: { ...running, loaded: rest } };
  type State = 'declared' | 'another' | 'hidden' | 'one hidden' | 'all hidden' | 'nobody yet';
  const cases: readonly (readonly [string, State, Haproxy, readonly string[]])[] = [
    ['declared: written and loaded', 'declared', withOld, ['tenant-acme.cfg: haproxy-config + reload [acme]']],
    ['another: left as it is', 'another', withOld, ['tenant-acme.cfg: waiting []']],
    ['another: not loaded either', 'another', loading(oldOne), ['tenant-acme.cfg: waiting []']],
    ['another: a missing file stays missing', 'another', gone, ['tenant-acme.cfg: waiting []']],
    ['another: nothing to say where nothing differs', 'another', healthy, []],
    [
      'one host not seen, the others say it: written',
      'one hidden',
      withOld,
      ['tenant-acme.cfg: haproxy-config + reload [acme]'],
    ],
    ['not seen: left as it is', 'all hidden', withOld, ['tenant-acme.cfg: unknown []']],
    ['not seen: not loaded either', 'all hidden', loading(oldOne), ['tenant-acme.cfg: unknown []']],
    [
      'not seen, edited after it was loaded: put back',
      'all hidden',
      changed(acme, { sha256: digest('x') }),
      ['tenant-acme.cfg: haproxy-config [acme]'],
    ],
    ['not seen, nothing served yet: written', 'all hidden', gone, ['tenant-acme.cfg: haproxy-config + reload [acme]']],
    [
      'not seen, the file lost but served: left',
      'all hidden',
      { ...withOld, files: gone.files },
      ['tenant-acme.cfg: unknown []'],
    ],
    ['no members yet: written', 'nobody yet', gone, ['tenant-acme.cfg: haproxy-config + reload [acme]']],
  ];
  for (const [name, state, world, findings] of cases)
    it(name, () => expect(summary(drifts(state, world))).to.deep.equal(findings));

  it('is about the tenant on that proxy, and depends on its Redis', () => {
    const [finding] = drifts('another', withOld);
    expect(finding?.subject).to.equal('haproxy/proxy-1:acme');
    expect(finding?.reason).to.equal('ConfigWithheld');
    expect(finding?.remedy).to.deep.include({ by: 'waiting', cause: 'dependency', dependsOn: 'redis/acme' });
  });

  /** Through the component's own fact requests. globex is in order. */
  function drifts(state: State, world: Haproxy): readonly Finding[] {
    const item = component.items(fleet as Fleet, new Map()).find(({ subject }) => subject === 'haproxy/proxy-1');
    const answer = (request: FactRequest): Observation<unknown> => {
      if (request.fact === 'haproxy') return present(request.host === 'proxy-1' ? world : healthyPeer);
      if (request.fact === 'keepalived') return vrrp(request.host === 'proxy-1' ? 'MASTER' : 'BACKUP');
      if (request.fact === 'units') return present([unit]);
      if (request.fact === 'links') return absent;
      if (request.fact !== 'members') return unknown('not asked in this test');
      if (state === 'nobody yet') return absent;
      const hides = state === 'all hidden' || (state === 'one hidden' && request.host === 'redis-1');
      return hides
        ? unknown('no route')
        : present((fleet as Fleet).tenants.flatMap((one) => membersOn(one, request.host, state)));
    };
    return item?.diff(answer as FactLookup) ?? [];
  }

  function membersOn(tenant: Tenant, host: string, state: State): readonly MemberFacts[] {
    const other = state === 'another' && tenant.name === 'acme';
    return tenant.members.flatMap((member, index) => {
      const facts = memberFacts(tenant, index);
      const secrets = other ? { 'redis.conf requirepass': digest('the old one') } : facts.secrets;
      return member.host === host ? [{ ...facts, secrets }] : [];
    });
  }
});

describe('haproxy: a tenant admitted', () => {
  const seen = (servers: readonly ServerState[], uptimeSeconds = 100): Observation<Haproxy> =>
    present({
      ...healthy,
      process: {
        ...running,
        uptimeSeconds,
        tenants: [
          {
            tenant: 'acme',
            listener: 'OPEN',
            sessions: 0,
            servers,
            sentinels: [server('r1', true), server('r2', false)],
          },
        ],
      },
    });
  const cases: readonly (readonly [string, Observation<Haproxy>, readonly string[]])[] = [
    ['one master', seen([server('r1', true), server('r2', false)]), []],
    ['nobody, since just now', seen([server('r1', false, 3)]), ['admitted members: waiting [acme]']],
    ['nobody, after a start', seen([server('r1', false)], 3), ['admitted members: waiting [acme]']],
    ['nobody, for long', seen([server('r1', false)]), ['admitted members: manual [acme]']],
    ['two, for a moment', seen([server('r1', true, 1), server('r2', true)]), ['admitted members: waiting [acme]']],
    ['not loaded yet: the proxy says so', present(healthy), []],
    ['not seen: the proxy says so', unknown('timeout'), []],
  ];
  for (const [name, world, findings] of cases)
    it(name, () => expect(summary(backendHealthFindings(backendHealth, world))).to.deep.equal(findings));

  it('says why nobody is admitted, and whose vote is missing', () => {
    const [finding] = backendHealthFindings(backendHealth, seen([server('r1', false)]));
    expect(finding?.remedy).to.deep.include({
      message:
        'proxy-1 has admitted no master for 100 s: r1 is not master; Sentinels whose check fails: r2 is not master',
    });
  });
});

describe('haproxy: what a host answered', () => {
  const read = (name: string) => {
    const stdout = readFileSync(new URL(`captured/${name}.txt`, import.meta.url), 'utf8');
    const seen = haproxy.read({ exit: 0, stdout, stderr: '', truncated: false }, {});
    if (seen.state !== 'present') throw new Error('not read');
    return seen.value;
  };

  it('serving two tenants', () => {
    const { missing, version, files, binds, serves, oldWorkers, process } = read('serving');
    expect({ serves, oldWorkers }).to.deep.equal({ serves: true, oldWorkers: [29] });
    expect(missing).to.deep.equal([]);
    expect(version).to.equal('2.6.12-1+deb12u4');
    expect(files).to.have.lengthOf(5);
    expect(files.find(({ path }) => path === acme)).to.include({ mode: '600', owner: 'root' });
    expect(binds.map(({ address }) => address)).to.include('10.80.1.100:6380');
    expect(process).to.include({ uptimeSeconds: 15, pid: 12999 });
    expect([...(process?.loaded?.keys() ?? [])]).to.deep.equal([
      '00-global.cfg',
      'tenant-acme.cfg',
      'tenant-globex.cfg',
    ]);
    expect(process?.tenants.map(({ tenant }) => tenant)).to.deep.equal(['acme', 'globex']);
    const [first] = process?.tenants ?? [];
    expect(first?.servers.map(({ name, up, check }) => `${name} ${up} ${check}`)).to.deep.equal([
      'r1 true passes its check',
      'r2 false is not master',
      'r3 false is not master',
    ]);
    expect(first?.sentinels.map(({ name, up }) => `${name} ${up}`)).to.deep.equal(['r1 true', 'r2 true', 'r3 true']);
  });

  it('does not report what it loaded when the description is not that of the files', () => {
    const stdout = readFileSync(new URL('captured/serving.txt', import.meta.url), 'utf8');
    const other = stdout.replace(/^description: .*$/m, `description: ${digest('x')}`);
    const seen = haproxy.read({ exit: 0, stdout: other, stderr: '', truncated: false }, {});
    expect(seen.state === 'present' && seen.value.process?.loaded).to.equal(undefined);
  });

  it('stopped', () => {
    expect(read('stopped').process).to.equal(undefined);
    expect(read('stopped').files).to.have.lengthOf(5);
  });

  it('never set up', () => {
    expect(read('never-set-up')).to.deep.include({ missing: [], files: [], process: undefined });
  });
});

describe('haproxy: what prune is to remove', () => {
  const pruned = (have: Haproxy) =>
    proxyFindings(desired, present(have), present([unit]), asDeclared).map(({ field, remedy }) => {
      const prune = remedy.by === 'info' ? remedy.prune : undefined;
      const does = prune && 'actions' in prune ? `${prune.of}: ${prune.actions.map(wordOf).join(' + ')}` : remedy.by;
      return `${field.replace(`${haproxyPlaces.folder}/`, '')}: ${does}`;
    });
  const lying = (path: string): Haproxy => ({
    ...healthy,
    files: [...healthy.files, { path, mode: '600', owner: 'root', sha256: '' }],
  });

  it('the file of a Tenant that is not declared, and what was read of it', () =>
    expect(pruned(lying(old))).to.deep.equal(['tenant-old.cfg: tenant old: remove-files + reload']));
  it('its file alone while HAProxy does not answer', () =>
    expect(pruned({ ...lying(old), process: undefined })).to.include('tenant-old.cfg: tenant old: remove-files'));
  it('what is served of a file that is gone', () => {
    const loaded = new Map([...(running.loaded ?? []), ['tenant-old.cfg', 'x'] as const]);
    const have = { ...healthy, process: { ...running, loaded } };
    expect(pruned(have)).to.deep.equal(['tenant-old.cfg as loaded: tenant old: reload']);
  });
  it('nothing of a Tenant that is declared elsewhere, nor a file of another kind', () => {
    const elsewhere = { ...desired, known: [...desired.known, 'old'] };
    const [finding] = proxyFindings(elsewhere, present(lying(old)), present([unit]), asDeclared);
    expect(finding?.remedy).to.have.property('by', 'info').and.not.to.have.property('prune');
    expect(pruned(lying(`${haproxyPlaces.folder}/99-own.cfg`))).to.deep.equal(['99-own.cfg: info']);
  });
  it('what still runs for a removed ProxyPair is reported, and stopped on request', () => {
    const lonely = { ...(fleet as Fleet), proxyPairs: [], tenants: [] };
    const item = component.items(lonely, new Map()).find(({ subject }) => subject === 'haproxy/proxy-1');
    const found = item?.diff((() => present([unit])) as unknown as FactLookup) ?? [];
    expect(found.map(({ field, remedy }) => [field, remedy.by, 'prune' in remedy])).to.deep.equal([
      [unit.unit, 'info', true],
    ]);
  });
});
