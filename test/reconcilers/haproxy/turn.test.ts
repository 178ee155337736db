import { expect } from 'chai';
import type { Fleet } from '../../../crds/fleet.ts';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { Haproxy } from '../../../reconcilers/facts/haproxy/haproxy.ts';
import type { Keepalived } from '../../../reconcilers/facts/keepalived/keepalived.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import { type DesiredProxy, desiredHaproxy } from '../../../reconcilers/haproxy/desired.ts';
import { haproxy } from '../../../reconcilers/haproxy/index.ts';
import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { instanceLike } from '../../../simulation/scenarios/account.ts';
import { quickstart } from '../../support/quickstart.ts';

const [fleet] = loadDocuments(quickstart(), 'ignore').fleets as [Fleet];
const proxies = desiredHaproxy(fleet, new Map()).filter((one): one is DesiredProxy => one.kind === 'proxy');
const path = `${haproxyPlaces.folder}/tenant-acme.cfg`;

/** One proxy. `runs`: the declared configuration, or what was declared before. */
interface Side {
  readonly runs: 'declared' | 'before' | 'nothing';
  readonly vrrp?: string;
  readonly admits?: boolean;
  readonly hidden?: 'haproxy' | 'keepalived';
  readonly leftover?: boolean;
  /** The last numbers of its addresses in the network of acme. The first proxy is to have 1, the second 2. */
  readonly has?: readonly number[];
}

/** `wait SUBJECT`, `reload`, `start` … for each of the two proxies. */
function turns(one: Side, two: Side, instance: Observation<ReturnType<typeof instanceLike>> = unknown('')): object {
  const inventory = new Map([['proxy-2', instance]]);
  const answer = (request: FactRequest): Observation<unknown> => {
    const side = 'host' in request && request.host === 'proxy-1' ? one : two;
    if (request.fact === side.hidden) return unknown('timeout');
    if (request.fact === 'haproxy') return present(processOf(side, request.host));
    if (request.fact === 'keepalived') return present(keepalivedOf(side));
    if (request.fact === 'links' && side.has)
      return present([{ name: 'tn101', addresses: side.has.map((n) => `10.101.0.${n}/24`) }]);
    if (request.fact !== 'units') return absent;
    const active = side.runs === 'nothing' ? 'inactive' : 'active';
    return present([{ unit: haproxyPlaces.unit, loaded: true, active, enabled: true, needsDaemonReload: false }]);
  };
  const of = (host: string) => {
    const item = haproxy.items(fleet, inventory).find(({ subject }) => subject === `haproxy/${host}`);
    const [finding] = item?.diff(answer as FactLookup) ?? [];
    const { remedy } = finding ?? {};
    const prune = remedy?.by === 'info' ? remedy.prune : undefined;
    const actions = remedy?.by === 'action' ? remedy.actions : prune && 'actions' in prune ? prune.actions : [];
    const after =
      remedy?.by === 'waiting' ? remedy.dependsOn : prune && 'dependsOn' in prune ? prune.dependsOn : undefined;
    const last = actions.at(-1);
    return after ? `after ${after}` : last && 'order' in last ? last.order : (remedy?.by ?? 'in order');
  };
  return [of('proxy-1'), of('proxy-2')];
}

function keepalivedOf({ vrrp }: Side): Keepalived {
  const state = vrrp === undefined ? undefined : { state: vrrp, forSeconds: 100 };
  return {
    missing: [],
    files: [],
    loaded: undefined,
    vrrp: state,
    move: undefined,
    yields: undefined,
    takeover: undefined,
  };
}

function processOf({ runs, admits = true, leftover = false, has }: Side, host: string): Haproxy {
  // The two differ: each has its own addresses in the networks of the tenants.
  const desired = proxies.find((one) => one.host === host) as DesiredProxy;
  const files = [...desired.unitFiles, ...desired.configuration.map(({ file }) => file)];
  const sum = (file: (typeof files)[number]) =>
    file.path === path && runs === 'before' ? digest('before') : digest(file.content);
  const old = `${haproxyPlaces.folder}/tenant-old.cfg`;
  const process = {
    version: '2.6.12',
    pid: 1,
    uptimeSeconds: 100,
    sources: [],
    loaded: new Map(
      desired.configuration.map(({ file }) => [file.path.slice(haproxyPlaces.folder.length + 1), sum(file)]),
    ),
    limits: new Map(),
    limitOfAll: undefined,
    tenants: ['acme', 'globex'].map((tenant) => {
      const up = { name: 'r1', up: admits || (tenant === 'globex' && has !== undefined), sinceSeconds: 9, check: '' };
      return { tenant, listener: 'OPEN', sessions: 0, servers: [up], sentinels: [] };
    }),
  };
  return {
    missing: [],
    version: '2.6.12',
    binds: [],
    files: [
      ...files.map((file) => ({ path: file.path, mode: file.mode.slice(1), owner: 'root', sha256: sum(file) })),
      ...(leftover ? [{ path: old, mode: '600', owner: 'root', sha256: '' }] : []),
    ],
    serves: runs !== 'nothing',
    oldWorkers: [],
    keptSessions: new Map(),
    process: runs === 'nothing' ? undefined : process,
  };
}

describe('haproxy: one proxy of a pair is reloaded after the other', () => {
  const before = { runs: 'before' } as const;
  const declared = { runs: 'declared' } as const;
  const stopped = present(instanceLike({ instanceId: 'i-2', state: 'stopped' }));
  const cases: readonly (readonly [string, Parameters<typeof turns>, readonly string[]])[] = [
    [
      'the one without the virtual IP first',
      [
        { ...before, vrrp: 'MASTER' },
        { ...before, vrrp: 'BACKUP' },
      ],
      ['after haproxy/proxy-2', 'reload'],
    ],
    [
      'whichever that is',
      [
        { ...before, vrrp: 'BACKUP' },
        { ...before, vrrp: 'MASTER' },
      ],
      ['reload', 'after haproxy/proxy-1'],
    ],
    ['neither has it: the second of the pair first', [before, before], ['after haproxy/proxy-2', 'reload']],
    [
      'the owner, once the other runs the new configuration',
      [
        { ...before, vrrp: 'MASTER' },
        { ...declared, vrrp: 'BACKUP' },
      ],
      ['reload', 'in order'],
    ],
    [
      'not while the other admits nobody, and the owner does',
      [
        { ...before, vrrp: 'MASTER' },
        { ...declared, vrrp: 'BACKUP', admits: false },
      ],
      ['after haproxy/proxy-2:acme', 'in order'],
    ],
    [
      'not while the other does not run',
      [
        { ...before, vrrp: 'MASTER' },
        { ...declared, runs: 'nothing', vrrp: 'FAULT' },
      ],
      ['after haproxy/proxy-2', 'start'],
    ],
    [
      'neither while one was not observed',
      [before, { ...before, hidden: 'haproxy' }],
      ['after haproxy/proxy-2', 'unknown'],
    ],
    [
      'neither while the state of keepalived is unknown',
      [
        { ...before, hidden: 'keepalived' },
        { ...before, vrrp: 'BACKUP' },
      ],
      ['after vip/front@proxy-1', 'after vip/front@proxy-1'],
    ],
    [
      'alone, if EC2 shows the other as stopped',
      [before, { ...before, hidden: 'haproxy' }, stopped],
      ['reload', 'unknown'],
    ],
    [
      'neither with an address that its port does not have yet',
      [
        { ...before, vrrp: 'MASTER', has: [9] },
        { ...before, vrrp: 'BACKUP', has: [8] },
      ],
      ['after mesh/proxy-1:acme', 'after mesh/proxy-2:acme'],
    ],
    [
      'the owner first, if the other one waits for the address that it leaves',
      [
        { ...before, vrrp: 'MASTER', has: [1, 2] },
        { ...declared, vrrp: 'BACKUP', admits: false, has: [] },
      ],
      ['reload', 'in order'],
    ],
    [
      'and while the other one serves from its earlier address',
      [
        { ...before, vrrp: 'MASTER', has: [1, 2] },
        { ...before, vrrp: 'BACKUP', has: [8] },
      ],
      ['reload', 'after mesh/proxy-2:acme'],
    ],
    ['both at once where nothing runs', [{ runs: 'nothing' }, { runs: 'nothing' }], ['start', 'start']],
    [
      'what prune removes: the one without the virtual IP first',
      [
        { ...declared, vrrp: 'MASTER', leftover: true },
        { ...declared, vrrp: 'BACKUP', leftover: true },
      ],
      ['after haproxy/proxy-2', 'reload'],
    ],
    [
      'what prune removes: the owner after it',
      [
        { ...declared, vrrp: 'MASTER', leftover: true },
        { ...declared, vrrp: 'BACKUP' },
      ],
      ['reload', 'in order'],
    ],
  ];
  for (const [name, sides, wanted] of cases) it(name, () => expect(turns(...sides)).to.deep.equal(wanted));
});
