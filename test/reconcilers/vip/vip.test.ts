import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadDocuments } from '../../../crds/load.ts';
import type { Drift } from '../../../reconcilers/drift.ts';
import type { Instance, Inventory } from '../../../reconcilers/inventory.ts';
import { type Observation, present, unknown } from '../../../reconcilers/observation.ts';
import { type AddressOwner, addressOwner } from '../../../reconcilers/questions/address-owner.ts';
import { type Keepalived, keepalived } from '../../../reconcilers/questions/keepalived.ts';
import type { Link } from '../../../reconcilers/questions/links.ts';
import type { UnitFacts } from '../../../reconcilers/questions/units.ts';
import { type DesiredKeepalived, type DesiredVip, desiredVips } from '../../../reconcilers/vip/desired.ts';
import { configurationOf, scriptsOf, settingsOf } from '../../../reconcilers/vip/files.ts';
import { keepalivedDrift } from '../../../reconcilers/vip/keepalived.ts';
import { ownerDrift } from '../../../reconcilers/vip/owner.ts';
import { vipPlaces } from '../../../renderers/proxy-places.ts';
import { digest } from '../../../renderers/text.ts';
import { quickstart } from '../../crds/quickstart.ts';
import { instanceLike, interfaceLike } from '../../support/account.ts';

const [fleet] = loadDocuments(quickstart(), 'ignore').fleets;
if (!fleet) throw new Error('the quickstart does not load');
const vip = '10.80.1.100';

const instance = (digit: number, change: Partial<Instance> = {}): Instance =>
  instanceLike({
    instanceId: `i-${digit}`,
    privateAddress: `10.80.1.2${digit}`,
    subnetId: 'subnet-a',
    networkInterfaceId: `eni-${digit}`,
    macAddress: '06:00',
    ...change,
  });

function desire(one: Observation<Instance>, two: Observation<Instance>) {
  const inventory: Inventory = new Map([
    ['proxy-1', one],
    ['proxy-2', two],
  ]);
  const all = desiredVips(fleet as NonNullable<typeof fleet>, inventory);
  const pick = (subject: string) => all.find((item) => item.subject === subject);
  return { host: pick('vip/front@proxy-1') as DesiredKeepalived, pair: pick('vip/front') as DesiredVip };
}

const { host } = desire(present(instance(1)), present(instance(2)));
const configuration = configurationOf(host, 'ens5');
if (!configuration) throw new Error('no configuration');
const files = [...scriptsOf(), ...settingsOf(host, 'ens5'), configuration];

const healthy: Keepalived = {
  missing: [],
  files: files.map(({ path, mode, content }) => ({
    path,
    mode: mode.slice(1),
    owner: 'root',
    sha256: digest(content),
  })),
  loaded: digest(configuration.content),
  vrrp: { state: 'MASTER', forSeconds: 100 },
  move: undefined,
};
const unit: UnitFacts = {
  unit: vipPlaces.unit,
  loaded: true,
  active: 'active',
  enabled: true,
  needsDaemonReload: false,
};
const link = (addresses: readonly string[]): Link => {
  return { name: 'ens5', index: 2, mtu: 9001, up: true, mac: '06:00', addresses };
};

function told(drifts: readonly Drift[]): readonly string[] {
  return drifts.map(({ field, remedy }) => {
    const does =
      remedy.by === 'action'
        ? remedy.actions.map((action) => ('order' in action ? action.order : action.verb)).join(' + ')
        : remedy.by;
    return `${field}: ${does}`;
  });
}

describe('vip: keepalived of a host', () => {
  const edited = (path: string): Keepalived => ({
    ...healthy,
    files: healthy.files.map((file) => (file.path === path ? { ...file, sha256: digest('x') } : file)),
  });
  const nothing: Keepalived = { ...healthy, files: [], loaded: undefined, vrrp: undefined };
  const all = 'write-files + keepalived-config + start';
  const cases: readonly (readonly [string, Keepalived, Partial<UnitFacts>, readonly string[]])[] = [
    ['in order', healthy, {}, []],
    ['not installed', { ...healthy, missing: ['keepalived'] }, {}, ['keepalived: waiting']],
    ['nothing there', nothing, { active: 'inactive' }, files.map(({ path }) => `${path}: ${all}`)],
    ['a script edited', edited(vipPlaces.notify), {}, [`${vipPlaces.notify}: write-files`]],
    ['edited, but not loaded', edited(configuration.path), {}, [`${configuration.path}: keepalived-config`]],
    [
      'edited and loaded',
      { ...edited(configuration.path), loaded: digest('x') },
      {},
      [`${configuration.path}: keepalived-config + reload`],
    ],
    ['loaded another', { ...healthy, loaded: digest('x') }, {}, ['configuration as loaded: reload']],
    ['nobody vouches', { ...healthy, loaded: undefined }, {}, ['configuration as loaded: reload']],
    ['stopped', { ...healthy, loaded: undefined }, { active: 'inactive' }, [`${unit.unit}: start`]],
  ];
  for (const [name, seen, change, findings] of cases)
    it(name, () => {
      const drift = keepalivedDrift(
        host,
        present(seen),
        present([link(['10.80.1.21/24'])]),
        present([{ ...unit, ...change }]),
      );
      expect(told(drift)).to.deep.equal(findings);
    });

  const places: readonly (readonly [string, Observation<readonly Link[]>, readonly string[]])[] = [
    ['no device carries the address', present([link(['10.9.9.9/24'])]), ['network device: operator']],
    ['the address is of another subnet', present([link(['10.80.1.21/28'])]), ['network device: operator']],
    ['devices not seen', unknown('timeout'), ['network device: blind']],
  ];
  for (const [name, links, findings] of places)
    it(name, () =>
      expect(told(keepalivedDrift(host, present(healthy), links, present([unit])))).to.deep.equal(findings),
    );

  it('waits for the peer, as long as EC2 does not show it', () => {
    const alone = desire(present(instance(1)), unknown('EC2 is away')).host;
    const drift = keepalivedDrift(alone, present(healthy), present([link(['10.80.1.21/24'])]), present([unit]));
    expect(told(drift)).to.deep.equal([`${configuration.path}: waiting`]);
    expect(drift[0]?.remedy).to.deep.include({ reason: 'rests on instance/proxy-2' });
  });
});

interface Side {
  readonly instance?: Observation<Instance>;
  readonly state?: string;
  readonly seconds?: number;
  readonly holds?: boolean;
  readonly active?: string;
  readonly unseen?: boolean;
  readonly move?: Keepalived['move'];
}

function owner(digit: number, change: Partial<AddressOwner> = {}): AddressOwner {
  const addresses = [{ address: vip, primary: false }];
  return interfaceLike({
    networkInterfaceId: `eni-${digit}`,
    instanceId: `i-${digit}`,
    subnetId: 'subnet-a',
    addresses,
    ...change,
  });
}

const master: Side = { state: 'MASTER', holds: true };
const backup: Side = { state: 'BACKUP' };

function find(one: Side, two: Side, owners: Observation<readonly AddressOwner[]>): readonly Drift[] {
  const sides = [one, two];
  const [first, second] = sides.map((side, index) => side.instance ?? present(instance(index + 1)));
  const { pair } = desire(first ?? unknown(''), second ?? unknown(''));
  const away = unknown('no route to host');
  return ownerDrift(pair, owners, {
    keepalived: sides.map((side) =>
      side.unseen
        ? away
        : present({
            ...healthy,
            vrrp: side.state ? { state: side.state, forSeconds: side.seconds ?? 100 } : undefined,
            move: side.move,
          }),
    ),
    links: sides.map((side) => (side.unseen ? away : present([link(side.holds ? [`${vip}/32`] : [])]))),
    units: sides.map((side) => (side.unseen ? away : present([{ ...unit, active: side.active ?? 'active' }]))),
  });
}

describe('vip: one owner', () => {
  const eni = `ENI of ${vip}`;
  const here = present([owner(1)]);
  const there = present([owner(2)]);
  const stopped = present(instance(2, { state: 'stopped' }));
  const failed = { outcome: 'failed', agoSeconds: 50, words: 'UnauthorizedOperation' };
  const cases: readonly (readonly [string, Side, Side, Observation<readonly AddressOwner[]>, readonly string[]])[] = [
    ['all agree', master, backup, here, []],
    ['the other ENI has it', master, backup, there, [`${eni}: address-assign`]],
    ['no ENI has it', master, backup, present([]), [`${eni}: address-assign`]],
    ['only another VPC has it', master, backup, present([owner(1, { vpcId: 'vpc-2' })]), [`${eni}: address-assign`]],
    ['the master moves it just now', { ...master, seconds: 2 }, backup, there, [`${eni}: waiting`]],
    ['a stranger has it', master, backup, present([owner(9)]), [`${eni}: operator`]],
    [
      'it is somebody’s primary address',
      master,
      backup,
      present([owner(2, { addresses: [{ address: vip, primary: true }] })]),
      [`${eni}: operator`],
    ],
    ['EC2 was not seen', master, backup, unknown('EC2 is away'), [`${eni}: blind`]],
    ['the other host was not seen, EC2 agrees', master, { unseen: true }, here, []],
    ['the other host was not seen, EC2 disagrees', master, { unseen: true }, there, [`${eni}: blind`]],
    [
      'the other host is stopped, and still has it',
      master,
      { unseen: true, instance: stopped },
      there,
      [`${eni}: address-assign`],
    ],
    ['left on a host in BACKUP', master, { ...backup, holds: true }, here, [`${vip} on proxy-2: address-drop`]],
    [
      'left behind by a keepalived that is gone',
      master,
      { ...backup, holds: true, active: 'failed' },
      here,
      [`${vip} on proxy-2: address-drop`],
    ],
    ['on its way off', master, { ...backup, holds: true, seconds: 1 }, here, []],
    ['two masters for a moment', master, { ...master, seconds: 2 }, here, ['VRRP master: waiting']],
    ['two masters that do not hear each other', master, master, here, ['VRRP master: operator']],
    ['both in FAULT', { state: 'FAULT' }, { state: 'FAULT' }, here, ['VRRP master: operator']],
    ['both in BACKUP for a moment', { ...backup, seconds: 1 }, backup, here, ['VRRP master: waiting']],
    ['no master, one host not seen', backup, { unseen: true }, here, ['VRRP master: blind']],
    ['keepalived runs nowhere', { active: 'inactive' }, { active: 'inactive' }, present([]), ['VRRP master: waiting']],
    [
      'the host could not move it itself',
      { ...master, move: failed },
      backup,
      here,
      ['last move by proxy-1: operator'],
    ],
    [
      'two subnets',
      master,
      { ...backup, instance: present(instance(2, { subnetId: 'subnet-b' })) },
      here,
      ['subnet: operator'],
    ],
  ];
  for (const [name, one, two, owners, findings] of cases)
    it(name, () => expect(told(find(one, two, owners))).to.deep.equal(findings));

  it('knowing less never does more: no action while a host that may run is not seen', () => {
    for (const one of [master, backup, { state: 'FAULT' }])
      for (const owners of [here, there, present([])])
        expect(find(one, { unseen: true }, owners).filter(({ remedy }) => remedy.by === 'action')).to.deep.equal([]);
  });
});

describe('vip: what was answered', () => {
  const read = (name: string) => {
    const stdout = readFileSync(new URL(`captured/${name}.txt`, import.meta.url), 'utf8');
    return keepalived.read({ exit: 0, stdout, stderr: '', truncated: false }, { pair: 'front' });
  };

  it('by a master', () => {
    const seen = read('master');
    expect(seen.state === 'present' && seen.value).to.deep.include({
      missing: [],
      loaded: 'd6afb9d2ab3289d74d98d939a22f4848635b5b19cb18bfecc9f9a35d59f3f95d',
      vrrp: { state: 'MASTER', forSeconds: 71 },
      move: { outcome: 'confirmed', agoSeconds: 48, words: '10.80.1.100 is on eni-0a500116000000000' },
    });
  });

  it('by a backup', () => {
    const seen = read('backup');
    expect(seen.state === 'present' && seen.value.vrrp).to.deep.equal({ state: 'BACKUP', forSeconds: 72 });
    expect(seen.state === 'present' && seen.value.files).to.have.lengthOf(6);
  });

  it('by nobody: it is unknown, not absent', () => {
    const seen = keepalived.read({ exit: 0, stdout: '', stderr: '', truncated: false }, { pair: 'front' });
    expect(seen.state).to.equal('unknown');
  });

  it('by EC2', () => {
    const item = {
      NetworkInterfaceId: 'eni-1',
      SubnetId: 'subnet-a',
      VpcId: 'vpc-1',
      Attachment: { InstanceId: 'i-1', DeleteOnTermination: true },
      Status: 'in-use',
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.80.1.21', Primary: true },
        { PrivateIpAddress: vip, Primary: false },
      ],
    };
    expect(addressOwner.read([item], { addresses: [vip] })).to.deep.equal(
      present([
        owner(1, {
          addresses: [
            { address: '10.80.1.21', primary: true },
            { address: vip, primary: false },
          ],
        }),
      ]),
    );
  });
});
