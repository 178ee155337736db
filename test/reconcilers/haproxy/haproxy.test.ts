import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Fleet, Tenant } from '../../../crds/fleet.ts';
import { loadDocuments } from '../../../crds/load.ts';
import type { Drift } from '../../../reconcilers/drift.ts';
import { admissionDrift } from '../../../reconcilers/haproxy/admission.ts';
import { type DesiredAdmission, type DesiredProxy, desiredHaproxy } from '../../../reconcilers/haproxy/desired.ts';
import { haproxy as concern } from '../../../reconcilers/haproxy/haproxy.ts';
import type { Passwords } from '../../../reconcilers/haproxy/held-back.ts';
import { proxyDrift } from '../../../reconcilers/haproxy/proxy.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/observation.ts';
import { type Haproxy, type HaproxyProcess, haproxy } from '../../../reconcilers/questions/haproxy.ts';
import type { ServerState } from '../../../reconcilers/questions/haproxy-stat.ts';
import type { Ask } from '../../../reconcilers/questions/index.ts';
import type { MemberFacts } from '../../../reconcilers/questions/members.ts';
import type { UnitFacts } from '../../../reconcilers/questions/units.ts';
import type { Seen } from '../../../reconcilers/reconciler.ts';
import { haproxyPlaces } from '../../../renderers/proxy-places.ts';
import { digest } from '../../../renderers/text.ts';
import { quickstart } from '../../crds/quickstart.ts';
import { memberFacts } from '../redis/healthy.ts';

const [fleet] = loadDocuments(quickstart(), 'ignore').fleets;
if (!fleet) throw new Error('the quickstart does not load');
const all = desiredHaproxy(fleet);
const desired = all.find((one): one is DesiredProxy => one.subject === 'haproxy/proxy-1') as DesiredProxy;
const admission = all.find((one) => one.subject === 'haproxy/proxy-1:acme') as DesiredAdmission;

const server = (name: string, up: boolean, sinceSeconds = 100): ServerState => {
  return { name, up, sinceSeconds, sessions: 0, check: up ? 'passes its check' : 'is not master' };
};
const wanted = [...desired.unitFiles, ...desired.configuration.map(({ file }) => file)];
const running: HaproxyProcess = {
  version: '2.6.12',
  pid: 1,
  uptimeSeconds: 100,
  loaded: new Map(
    desired.configuration.map(({ file }) => [file.path.split('/').at(-1) ?? '', digest(file.content)] as const),
  ),
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
  process: running,
};
const unit: UnitFacts = {
  unit: haproxyPlaces.unit,
  loaded: true,
  active: 'active',
  enabled: true,
  needsDaemonReload: false,
};

const asDeclared: Passwords = new Map();

/** Findings in short: field, and what is done about it. */
function told(drifts: readonly Drift[]): readonly string[] {
  return drifts.map(({ field, hurts, remedy }) => {
    const does = remedy.by === 'action' ? remedy.actions.map(wordOf).join(' + ') : remedy.by;
    return `${field.replace(`${haproxyPlaces.folder}/`, '')}: ${does} [${hurts}]`;
  });
}

function wordOf(action: { verb: string; order?: string }): string {
  return action.order ?? action.verb;
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
const stray = { path: old, mode: '600', owner: 'root', sha256: digest('') };

describe('haproxy: the proxy', () => {
  const cases: readonly (readonly [string, Haproxy, Partial<UnitFacts>, readonly string[]])[] = [
    ['in order', healthy, {}, []],
    ['not installed', { ...healthy, missing: ['haproxy'] }, {}, ['HAProxy: waiting [acme,globex]']],
    ['too old', { ...healthy, version: '2.2.9-2+deb11u6' }, {}, ['HAProxy: operator [acme,globex]']],
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
    ['stopped', { ...healthy, process: undefined }, { active: 'failed' }, [`${unit.unit}: start [acme,globex]`]],
    ['would not start at boot', healthy, { enabled: false }, [`${unit.unit}: reload [acme,globex]`]],
    ['hangs', { ...healthy, process: undefined }, {}, ['stats socket: restart [acme,globex]']],
    [
      'loaded another, the file put back',
      loading(new Map([...(running.loaded ?? []), ['tenant-acme.cfg', digest('x')]])),
      {},
      ['tenant-acme.cfg as loaded: reload [acme]'],
    ],
    [
      'vouches for nothing',
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
      { ...healthy, files: [...healthy.files, stray] },
      {},
      ['tenant-old.cfg: notice []'],
    ],
    [
      'a tenant no longer declared has the port',
      { ...without(acme), files: [...without(acme).files, stray], binds: [{ path: old, address: '10.80.1.100:6379' }] },
      {},
      ['listener 10.80.1.100:6379: operator [acme]', 'tenant-old.cfg: notice []'],
    ],
  ];
  for (const [name, seen, change, findings] of cases)
    it(name, () =>
      expect(told(proxyDrift(desired, present(seen), present([{ ...unit, ...change }]), asDeclared))).to.deep.equal(
        findings,
      ),
    );

  it('is blind, and touches nothing, when it was not seen', () => {
    expect(told(proxyDrift(desired, unknown('timeout'), present([unit]), asDeclared))).to.deep.equal([
      'HAProxy: blind [acme,globex]',
    ]);
  });

  it('orders nothing of a unit that was not seen', () => {
    const drift = proxyDrift(desired, present({ ...healthy, process: undefined }), unknown('timeout'), asDeclared);
    expect(told(drift)).to.deep.equal([`${unit.unit}: blind [acme,globex]`]);
  });

  it('prints no password and no digest of one', () => {
    const drifts = proxyDrift(desired, present(loading(undefined)), present([unit]), asDeclared);
    for (const { content } of wanted) expect(JSON.stringify(drifts)).not.to.include(digest(content));
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
    ['not seen: left as it is', 'all hidden', withOld, ['tenant-acme.cfg: blind []']],
    ['not seen: not loaded either', 'all hidden', loading(oldOne), ['tenant-acme.cfg: blind []']],
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
      ['tenant-acme.cfg: blind []'],
    ],
    ['no members yet: written', 'nobody yet', gone, ['tenant-acme.cfg: haproxy-config + reload [acme]']],
  ];
  for (const [name, state, world, findings] of cases)
    it(name, () => expect(told(drifts(state, world))).to.deep.equal(findings));

  it('is said of the tenant on that proxy, and rests on its Redis', () => {
    const [drift] = drifts('another', withOld);
    expect(drift?.subject).to.equal('haproxy/proxy-1:acme');
    expect(drift?.remedy).to.deep.equal({ by: 'waiting', reason: 'rests on redis/acme', on: 'redis/acme' });
  });

  /** By way of the concern's own questions; globex is in order. */
  function drifts(state: State, world: Haproxy): readonly Drift[] {
    const item = concern.items(fleet as Fleet, new Map()).find(({ subject }) => subject === 'haproxy/proxy-1');
    const answer = (ask: Ask): Observation<unknown> => {
      if (ask.what === 'haproxy') return present(world);
      if (ask.what === 'units') return present([unit]);
      if (ask.what !== 'members') return unknown('not asked in this test');
      if (state === 'nobody yet') return absent;
      const hides = state === 'all hidden' || (state === 'one hidden' && ask.host === 'redis-1');
      return hides
        ? unknown('no route')
        : present((fleet as Fleet).tenants.flatMap((one) => membersOn(one, ask.host, state)));
    };
    return item?.diff(answer as Seen) ?? [];
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
    ['nobody, since just now', seen([server('r1', false, 3)]), ['members admitted: waiting [acme]']],
    ['nobody, after a start', seen([server('r1', false)], 3), ['members admitted: waiting [acme]']],
    ['nobody, for long', seen([server('r1', false)]), ['members admitted: operator [acme]']],
    ['two, for a moment', seen([server('r1', true, 1), server('r2', true)]), ['members admitted: waiting [acme]']],
    ['not loaded yet: the proxy says so', present(healthy), []],
    ['not seen: the proxy says so', unknown('timeout'), []],
  ];
  for (const [name, world, findings] of cases)
    it(name, () => expect(told(admissionDrift(admission, world))).to.deep.equal(findings));

  it('says why nobody is admitted, and whose vote is missing', () => {
    const [drift] = admissionDrift(admission, seen([server('r1', false)]));
    expect(drift?.remedy).to.deep.include({
      reason: 'proxy-1 admits nobody since 100 s: r1 is not master; Sentinels without a vote: r2 is not master',
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
    const { missing, version, files, binds, process } = read('serving');
    expect(missing).to.deep.equal([]);
    expect(version).to.equal('2.6.12-1+deb12u3');
    expect(files).to.have.lengthOf(5);
    expect(files.find(({ path }) => path === acme)).to.include({ mode: '600', owner: 'root' });
    expect(binds.map(({ address }) => address)).to.include('10.80.1.100:6380');
    expect(process).to.include({ uptimeSeconds: 202, pid: 514 });
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

  it('vouches for nothing when the description is not that of the files', () => {
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
    proxyDrift(desired, present(have), present([unit]), asDeclared).map(({ field, remedy }) => {
      const prune = remedy.by === 'notice' ? remedy.prune : undefined;
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
    const [drift] = proxyDrift(elsewhere, present(lying(old)), present([unit]), asDeclared);
    expect(drift?.remedy).to.have.property('by', 'notice').and.not.to.have.property('prune');
    expect(pruned(lying(`${haproxyPlaces.folder}/99-own.cfg`))).to.deep.equal(['99-own.cfg: notice']);
  });
  it('what a ProxyPair that left still runs is told, and left to a person', () => {
    const lonely = { ...(fleet as Fleet), proxyPairs: [], tenants: [] };
    const item = concern.items(lonely, new Map()).find(({ subject }) => subject === 'haproxy/proxy-1');
    const found = item?.diff((() => present([unit])) as unknown as Seen) ?? [];
    expect(found.map(({ field, remedy }) => [field, remedy.by, 'prune' in remedy])).to.deep.equal([
      [unit.unit, 'notice', false],
    ]);
  });
});
