import { expect } from 'chai';
import type { Fleet } from '../../../crds/fleet.ts';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import { planOf } from '../../../reconcilers/contract/plan.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import { requireConsent } from '../../../reconcilers/contract/require-consent.ts';
import { type Haproxy, haproxy as probe } from '../../../reconcilers/facts/haproxy/haproxy.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import { type DesiredProxy, desiredHaproxy } from '../../../reconcilers/haproxy/desired.ts';
import { haproxy } from '../../../reconcilers/haproxy/index.ts';
import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { quickstart } from '../../support/quickstart.ts';

const [before] = loadDocuments(quickstart(), 'ignore').fleets as [Fleet];
const limitOf = (fleet: Fleet, name: string) => fleet.tenants.find((one) => one.name === name)?.expose?.maxConnections;
const former = limitOf(before, 'acme') ?? 0;

/** The fleet with another limit for acme, and with another interval of the checks of a tenant, if one is given. */
function declaring(limit: number, slower?: string): Fleet {
  const tenants = before.tenants.map((tenant) => {
    const check = { ...tenant.sentinel.check, intervalMs: 3000 };
    const sentinel = tenant.name === slower ? { ...tenant.sentinel, check } : tenant.sentinel;
    const expose =
      tenant.name === 'acme' && tenant.expose ? { ...tenant.expose, maxConnections: limit } : tenant.expose;
    return { ...tenant, sentinel, expose };
  });
  return { ...before, tenants };
}

/** A proxy that has and runs the configuration of a fleet. */
interface Side {
  readonly runs?: Fleet;
  readonly onDisk?: Fleet;
  readonly sessions?: number;
  readonly kept?: number;
  readonly hidden?: true;
}

/** proxy-1 has the virtual IP. */
function findings(fleet: Fleet, one: Side, two: Side): readonly Finding[] {
  const answer = (request: FactRequest): Observation<unknown> => {
    const host = 'host' in request ? request.host : '';
    const side = host === 'proxy-1' ? one : two;
    if (request.fact === 'haproxy') return side.hidden ? unknown('cut off') : present(seenOn(host, side));
    if (request.fact === 'keepalived')
      return present({ vrrp: { state: host === 'proxy-1' ? 'MASTER' : 'BACKUP', forSeconds: 100 } });
    if (request.fact !== 'units') return absent;
    return present([
      { unit: haproxyPlaces.unit, loaded: true, active: 'active', enabled: true, needsDaemonReload: false },
    ]);
  };
  const items = haproxy.items(fleet, new Map()).filter(({ subject }) => !subject.includes(':'));
  return items.flatMap((item) => item.diff(answer as FactLookup));
}

function seenOn(host: string, { runs = before, onDisk = runs, sessions = 0, kept = 0 }: Side): Haproxy {
  const desired = (fleet: Fleet) =>
    desiredHaproxy(fleet, new Map()).find(
      (item): item is DesiredProxy => item.kind === 'proxy' && item.host === host,
    ) as DesiredProxy;
  const files = [...desired(onDisk).unitFiles, ...desired(onDisk).configuration.map(({ file }) => file)];
  const loaded = desired(runs).configuration.map(({ file }) => file);
  return {
    missing: [],
    version: '2.6.12',
    binds: [],
    files: files.map(({ path, mode, content }) => ({
      path,
      mode: mode.slice(1),
      owner: 'root',
      sha256: digest(content),
    })),
    serves: true,
    oldWorkers: kept ? [30] : [],
    keptSessions: new Map([['acme', kept]]),
    process: {
      version: '2.6.12',
      pid: 1,
      uptimeSeconds: 100,
      loaded: new Map(
        loaded.map(({ path, content }) => [path.slice(haproxyPlaces.folder.length + 1), digest(content)]),
      ),
      sources: [],
      limits: new Map(runs.tenants.flatMap(({ name, expose }) => (expose ? [[name, expose.maxConnections]] : []))),
      limitOfAll: runs.proxyPairs[0]?.haproxy.maxConnections,
      tenants: ['acme', 'globex'].map((tenant) => ({ tenant, listener: 'OPEN', sessions, servers: [], sentinels: [] })),
    },
  };
}

/** `SUBJECT FIELD: REASON, what is done`, and `(asked for)` behind what needs a consent. */
function brief({ subject, field, reason, remedy }: Finding): string {
  const does = remedy.by === 'action' ? remedy.actions.map(wordOf).join(' + ') : remedy.by;
  const asks = remedy.by === 'action' && remedy.needsConsent ? ' (asked for)' : '';
  return `${subject} ${field.replace(`${haproxyPlaces.folder}/`, '')}: ${reason}, ${does}${asks}`;
}

function wordOf(action: { operation: string; order?: string; files?: readonly { path: string }[] }): string {
  return action.order ?? `write ${action.files?.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))}`;
}

const limit = 'expose.maxConnections of acme: ConnectionLimitBelowUsage';
const second = `haproxy/proxy-2 ${limit}, write tenant-acme.cfg + reload (asked for)`;
const first = `haproxy/proxy-1 ${limit}, write tenant-acme.cfg + reload (asked for)`;

const rows: readonly (readonly [string, fleet: Fleet, one: Side, two: Side, want: readonly string[]])[] = [
  [
    'as many as the new limit',
    declaring(40),
    { sessions: 40 },
    {},
    [
      'haproxy/proxy-1 tenant-acme.cfg: FileDiffers, waiting',
      'haproxy/proxy-2 tenant-acme.cfg: FileDiffers, write tenant-acme.cfg + reload',
    ],
  ],
  [
    'more than it: on neither proxy, the standby is asked for first',
    declaring(40),
    { sessions: 41 },
    {},
    [`haproxy/proxy-1 ${limit}, info`, second],
  ],
  [
    'some of them in an old worker',
    declaring(40),
    { sessions: 1, kept: 40 },
    {},
    [`haproxy/proxy-1 ${limit}, info`, 'haproxy/proxy-1 old workers: OldWorkers, info', second],
  ],
  ['then the one with the virtual IP', declaring(40), { sessions: 41 }, { runs: declaring(40) }, [first]],
  [
    'done on both',
    declaring(40),
    { runs: declaring(40), kept: 90 },
    { runs: declaring(40) },
    ['haproxy/proxy-1 old workers: OldWorkers, info'],
  ],
  [
    'raised',
    declaring(former + 1),
    { sessions: former },
    { runs: declaring(former + 1) },
    ['haproxy/proxy-1 tenant-acme.cfg: FileDiffers, write tenant-acme.cfg + reload'],
  ],
  [
    'what else changes goes on, for this tenant too',
    declaring(40, 'acme'),
    { sessions: 41 },
    {},
    [
      'haproxy/proxy-1 tenant-acme.cfg: FileDiffers, waiting',
      `haproxy/proxy-1 ${limit}, info`,
      'haproxy/proxy-2 tenant-acme.cfg: FileDiffers, write tenant-acme.cfg + reload',
      second,
    ],
  ],
  [
    'and for others, on both proxies',
    declaring(40, 'globex'),
    { sessions: 41 },
    { runs: declaring(former, 'globex') },
    [
      'haproxy/proxy-1 tenant-globex.cfg: FileDiffers, write tenant-globex.cfg + reload',
      `haproxy/proxy-1 ${limit}, info`,
      second,
    ],
  ],
  [
    'written, and not loaded yet: whatever reloads HAProxy must not load it',
    declaring(40),
    { sessions: 41 },
    { onDisk: declaring(40) },
    [`haproxy/proxy-1 ${limit}, info`, 'haproxy/proxy-2 tenant-acme.cfg: FileDiffers, write tenant-acme.cfg', second],
  ],
];

/** The fleet with another limit for all tenants of the pair, and those of the tenants as before. */
function declaringForAll(maxConnections: number): Fleet {
  const proxyPairs = before.proxyPairs.map((pair) => ({ ...pair, haproxy: { ...pair.haproxy, maxConnections } }));
  return { ...before, proxyPairs };
}

const ofPair = 'haproxy.maxConnections: ConnectionLimitBelowUsage';
const allFiles = 'write 00-global.cfg,tenant-acme.cfg,tenant-globex.cfg + reload (asked for)';

const pairRows: readonly (readonly [string, fleet: Fleet, one: Side, two: Side, want: readonly string[]])[] = [
  [
    'of the pair, more than it: on neither proxy, the standby is asked for first',
    declaringForAll(80),
    { sessions: 41 },
    {},
    [`haproxy/proxy-1 ${ofPair}, info`, `haproxy/proxy-2 ${ofPair}, ${allFiles}`],
  ],
  [
    'of the pair, then the one with the virtual IP',
    declaringForAll(80),
    { sessions: 41 },
    { runs: declaringForAll(80) },
    [`haproxy/proxy-1 ${ofPair}, ${allFiles}`],
  ],
  [
    'of the pair, done on both',
    declaringForAll(80),
    { runs: declaringForAll(80), sessions: 41 },
    { runs: declaringForAll(80) },
    [],
  ],
];

describe('haproxy: a limit of connections below those that are open', () => {
  for (const [name, fleet, one, two, want] of pairRows)
    it(name, () => expect(findings(fleet, one, two).map(brief)).to.deep.equal(want));

  it('of the pair, it is asked for each of its tenants', () => {
    const asked = findings(declaringForAll(80), { sessions: 41 }, {}).flatMap(({ remedy }) =>
      remedy.by === 'action' ? (remedy.needsConsent ?? []) : [],
    );
    expect(asked.map(({ kind, tenant }) => `${kind}=${tenant}`)).to.deep.equal([
      'connections=acme',
      'connections=globex',
    ]);
    expect(asked[0]?.effect).to.match(
      /^82 connections of all tenants are open on proxy-1, 2 more than the new limit of 80/,
    );
  });

  for (const [name, fleet, one, two, want] of rows)
    it(name, () => expect(findings(fleet, one, two).map(brief)).to.deep.equal(want));

  it('the plan says how many are open, the new limit, and how to accept it; accepted, it is done', () => {
    const items = haproxy.items(declaring(40), new Map()).filter(({ subject }) => subject === 'haproxy/proxy-2');
    const found = findings(declaring(40), { sessions: 97 }, {}).filter(({ subject }) => subject === 'haproxy/proxy-2');
    const [asked] = planOf(items, [found], [requireConsent([])]).findings;
    expect(asked).to.include({ have: String(former), want: '40' });
    expect(asked?.remedy).to.have.property('by', 'manual');
    expect(asked?.remedy)
      .to.have.property('message')
      .that.matches(
        /^97 connections are open on proxy-1, 57 more than the new limit of 40: .*--accept connections=acme$/,
      );
    const accepted = planOf(items, [found], [requireConsent([{ kind: 'connections', tenant: 'acme' }])]);
    expect(accepted.steps.map(({ action }) => wordOf(action))).to.deep.equal(['write tenant-acme.cfg', 'reload']);
  });

  it('of several tenants, all are written before they are loaded', () => {
    const fleet = declaring(40);
    const lower = fleet.tenants.map((one) => ({ ...one, expose: one.expose && { ...one.expose, maxConnections: 40 } }));
    const both = { ...fleet, tenants: lower };
    const items = haproxy.items(both, new Map()).filter(({ subject }) => subject === 'haproxy/proxy-2');
    const found = findings(both, { sessions: 41 }, {}).filter(({ subject }) => subject === 'haproxy/proxy-2');
    expect(planOf(items, [found]).steps.map(({ action }) => wordOf(action))).to.deep.equal([
      'write tenant-acme.cfg',
      'write tenant-globex.cfg',
      'reload',
    ]);
  });

  it('while the other proxy is not seen, nothing is loaded that it may not have', () => {
    const all = findings(declaring(40), { sessions: 41 }, { hidden: true }).map(brief);
    expect(all).to.deep.equal([`haproxy/proxy-1 ${limit}, info`, 'haproxy/proxy-2 HAProxy: NotObserved, unknown']);
  });

  it('the limits in force, and the sessions that old workers have, are read', () => {
    const stdout = [
      'limit 5000 /run/ec2-redis-haproxy/loaded/tenant-acme.cfg',
      'limit-of-all 9000',
      'old 0d00h01m05s',
      'kept 7 redis.acme',
      'old 0d00h00m05s',
      'kept 3 redis.acme',
      'kept 1 votes',
      '== socket',
      'Version: 2.6.12',
      'Pid: 7',
      'Uptime_sec: 9',
      '# pxname,svname,scur,status,lastchg,check_status,last_chk,addr',
      '',
    ].join('\n');
    const seen = probe.read({ exit: 0, stdout, stderr: '', truncated: false }, {});
    if (seen.state !== 'present') throw new Error('not read');
    expect([...seen.value.keptSessions]).to.deep.equal([['acme', 10]]);
    expect(seen.value.process?.limitOfAll).to.equal(9000);
    expect(seen.value.oldWorkers).to.deep.equal([65, 5]);
    expect([...(seen.value.process?.limits ?? [])]).to.deep.equal([['acme', 5000]]);
  });
});
