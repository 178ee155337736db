import { expect } from 'chai';
import type { Fleet } from '../../../crds/fleet.ts';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { Instance } from '../../../reconcilers/facts/ec2/instance.ts';
import type { Keepalived } from '../../../reconcilers/facts/keepalived/keepalived.ts';
import { absent, type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import { type DesiredKeepalived, desiredVips } from '../../../reconcilers/vip/desired.ts';
import { configurationOf, scriptsOf, settingsOf } from '../../../reconcilers/vip/files.ts';
import { vip } from '../../../reconcilers/vip/index.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { instanceLike } from '../../../simulation/scenarios/account.ts';
import { quickstart } from '../../support/quickstart.ts';

const [fleet] = loadDocuments(quickstart(), 'ignore').fleets as [Fleet];

/** keepalived of one proxy. Its configuration: as declared, of another text, or with another virtual router id. */
interface Side {
  readonly runs?: 'declared' | 'other text' | 'other id' | 'third id' | 'other vip' | 'unknown id' | 'nothing';
  readonly onDisk?: 'declared' | 'before';
  readonly vrrp?: string;
  readonly hidden?: true;
  readonly instance?: Partial<Instance>;
}

type Sides = readonly [Side, Side];

function findingsFor(sides: Sides): readonly Finding[] {
  const inventory = new Map(
    sides.map(({ instance }, index) => [
      `proxy-${index + 1}`,
      present(
        instanceLike({
          instanceId: `i-${index + 1}`,
          privateAddress: `10.80.1.2${index + 1}`,
          subnetId: 'subnet-a',
          networkInterfaceId: `eni-${index + 1}`,
          ...instance,
        }),
      ),
    ]),
  );
  const all = desiredVips(fleet, inventory).filter((item): item is DesiredKeepalived => item.kind === 'keepalived');
  const lookup = (request: FactRequest): Observation<unknown> => {
    const index = 'host' in request && request.host === 'proxy-2' ? 1 : 0;
    const [side, desired] = [sides[index] as Side, all[index] as DesiredKeepalived];
    if (side.hidden) return unknown('timeout');
    if (request.fact === 'keepalived') return present(keepalivedOf(side, desired));
    if (request.fact === 'links') {
      const held = side.vrrp === 'MASTER' ? [`${desired.vip}/32`] : [];
      const addresses = [`10.80.1.2${index + 1}/24`, ...held];
      return present([{ name: 'ens5', index: 2, mtu: 9001, up: true, mac: '', addresses }]);
    }
    if (request.fact !== 'units') return absent;
    const active = side.runs === 'nothing' ? 'inactive' : 'active';
    return present([{ unit: vipPlaces.unit, loaded: true, active, enabled: true, needsDaemonReload: false }]);
  };
  return vip.items(fleet, inventory).flatMap((item) => item.diff(lookup as FactLookup));
}

function keepalivedOf({ runs = 'declared', onDisk, vrrp }: Side, desired: DesiredKeepalived): Keepalived {
  const configuration = configurationOf(desired, 'ens5');
  if (!configuration) throw new Error('no configuration');
  const files = [...scriptsOf(), ...settingsOf(desired, 'ens5'), configuration];
  const kept = onDisk === 'declared' || (onDisk === undefined && runs === 'declared');
  const sum = (file: (typeof files)[number]) =>
    file === configuration && !kept ? digest('before') : digest(file.content);
  const shared = {
    routerId: runs === 'other id' ? 52 : runs === 'third id' ? 53 : desired.vrrp.routerId,
    vip: runs === 'other vip' ? '10.80.1.99' : desired.vip,
  };
  return {
    missing: [],
    files: files.map((file) => ({ path: file.path, mode: file.mode.slice(1), owner: 'root', sha256: sum(file) })),
    loaded: runs === 'nothing' ? undefined : runs === 'declared' ? digest(configuration.content) : digest('before'),
    shared: runs === 'nothing' || runs === 'unknown id' ? undefined : shared,
    vrrp: vrrp === undefined ? undefined : { state: vrrp, forSeconds: 100 },
    move: undefined,
    yields: undefined,
    takeover: { outcome: 'able', agoSeconds: 1, words: '-' },
  };
}

/** What is done on each of the two proxies, and which tenants it interrupts. */
function turns(...sides: Sides): readonly string[] {
  const findings = findingsFor(sides);
  return ['proxy-1', 'proxy-2'].map((host) => {
    const remedy = findings.find(({ subject }) => subject === `vip/front@${host}`)?.remedy;
    if (remedy?.by === 'waiting') return `after ${remedy.dependsOn}`;
    if (remedy?.by !== 'action') return remedy?.by ?? 'in order';
    const last = remedy.actions.at(-1);
    const does = last && 'order' in last ? last.order : last?.operation;
    return [does, ...(remedy.disrupts.length ? [`interrupts ${remedy.disrupts}`] : [])].join(', ');
  });
}

describe('vip: keepalived of one proxy is changed after the other', () => {
  const [master, backup] = [{ vrrp: 'MASTER' }, { vrrp: 'BACKUP' }];
  const [text, id] = [{ runs: 'other text' }, { runs: 'other id' }] as const;
  const stopped = { runs: 'nothing', vrrp: 'STOP', onDisk: 'before' } as const;
  const who = 'interrupts acme,globex';
  const cases: readonly (readonly [string, Sides, readonly string[]])[] = [
    [
      'the owner last',
      [
        { ...master, ...text },
        { ...backup, ...text },
      ],
      ['after vip/front@proxy-2', 'reload'],
    ],
    [
      'whichever that is',
      [
        { ...backup, ...text },
        { ...master, ...text },
      ],
      ['reload', 'after vip/front@proxy-1'],
    ],
    ['then the owner', [{ ...master, ...text }, backup], ['reload', 'in order']],
    [
      'not while the other is in FAULT',
      [{ ...master, ...text }, { vrrp: 'FAULT' }],
      ['after vip/front@proxy-2', 'in order'],
    ],
    ['not while the other is stopped', [{ ...master, ...text }, stopped], ['after vip/front@proxy-2', 'start']],
    [
      'none while one was not observed',
      [{ ...backup, ...text }, { hidden: true }],
      ['after vip/front@proxy-2', 'unknown'],
    ],
    [
      'alone, if EC2 shows the other as stopped',
      [
        { ...master, ...text },
        { hidden: true, instance: { state: 'stopped' } },
      ],
      ['reload', 'unknown'],
    ],
    [
      'another virtual router id: the one without the virtual IP stops',
      [
        { ...master, ...id },
        { ...backup, ...id },
      ],
      ['after vip/front@proxy-2', `keepalived-pause, ${who}`],
    ],
    ['then the owner takes the id', [{ ...master, ...id }, stopped], ['reload', 'after vip/front@proxy-1']],
    ['then the other starts with it', [master, stopped], ['in order', 'start']],
    [
      'none while one was not observed',
      [{ ...master, ...id }, { hidden: true }],
      ['after vip/front@proxy-2', 'unknown'],
    ],
    [
      'nor is the stopped one started with it, if the owner was not observed',
      [{ hidden: true }, stopped],
      ['unknown', 'after vip/front@proxy-1'],
    ],
    [
      'a stopped one whose file is as declared starts, whatever the other is',
      [{ hidden: true }, { ...stopped, onDisk: 'declared' }],
      ['unknown', 'start'],
    ],
    ['nobody is master: the stopped one starts', [{ ...id, vrrp: 'FAULT' }, stopped], ['reload', 'start']],
    ['two ids: the wrong one is corrected at once', [master, { ...master, ...id }], ['in order', 'reload']],
    [
      'two ids, both wrong: one after the other, without a stop',
      [
        { ...master, ...id },
        { ...master, runs: 'third id' },
      ],
      ['after vip/front@proxy-2', 'reload'],
    ],
    [
      'an id that is not known, as of one that has just started, may be another',
      [
        { ...master, ...id },
        { ...backup, runs: 'unknown id' },
      ],
      ['after vip/front@proxy-2', `keepalived-pause, ${who}`],
    ],
    ['nothing runs: both start', [stopped, stopped], ['start', 'start']],
  ];
  for (const [name, sides, wanted] of cases) it(name, () => expect(turns(...sides)).to.deep.equal(wanted));

  it('nobody is master: the stopped one starts with the file that it has', () => {
    const findings = findingsFor([{ ...id, vrrp: 'FAULT' }, stopped]);
    const remedy = findings.find(({ subject }) => subject === 'vip/front@proxy-2')?.remedy;
    expect(remedy?.by === 'action' && remedy.actions.map(({ operation }) => operation)).to.deep.equal(['unit']);
  });

  it('names the value that differs, and impacts nobody while it is only pending', () => {
    const of = (...sides: Sides) => findingsFor(sides).filter(({ reason }) => reason === 'VrrpDiffers');
    const pending = of({ ...master, ...id }, { ...backup, ...id });
    expect(pending.map(({ field, have, want, impacts }) => [field, have, want, impacts])).to.deep.equal([
      ['virtual router id', '52', '51', []],
      ['virtual router id', '52', '51', []],
    ]);
    expect(of(master, { ...master, ...id }).map(({ impacts }) => impacts)).to.deep.equal([['acme', 'globex']]);
  });

  it('two masters with different ids: the difference is the cause, not the network between them', () => {
    const found = findingsFor([master, { ...master, ...id }]).find(({ reason }) => reason === 'TwoVrrpMasters');
    expect(found?.remedy).to.deep.include({ by: 'waiting', cause: 'dependency', dependsOn: 'vip/front@proxy-2' });
  });

  it('another virtual IP: nothing else holds up its change, and no time is named for clients that lose it', () => {
    const sides = [
      { runs: 'other vip', vrrp: 'MASTER' },
      { runs: 'other vip', vrrp: 'BACKUP' },
    ] as const;
    const found = findingsFor(sides).find(({ subject }) => subject === 'vip/front@proxy-2');
    expect(turns(...sides)).to.deep.equal(['after vip/front@proxy-2', 'keepalived-pause, interrupts acme,globex']);
    expect(found?.impacts).to.deep.equal(['acme', 'globex']);
    expect(found?.remedy).not.to.have.property('disruptsForSeconds');
  });
});
