import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadDocuments } from '../../../crds/load/load.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { Inventory } from '../../../reconcilers/contract/inventory.ts';
import type { Instance } from '../../../reconcilers/facts/ec2/instance.ts';
import { instances } from '../../../reconcilers/facts/ec2/instances.ts';
import { type InstanceType, instanceTypes } from '../../../reconcilers/facts/ec2/launch-inputs.ts';
import { type NetworkInterface, networkInterfaces } from '../../../reconcilers/facts/ec2/network-interfaces.ts';
import type { FirewallChain } from '../../../reconcilers/facts/host/firewall.ts';
import type { Link } from '../../../reconcilers/facts/host/links.ts';
import type { UnitFacts } from '../../../reconcilers/facts/host/units.ts';
import { type Keepalived, keepalived } from '../../../reconcilers/facts/keepalived/keepalived.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { hostOperations } from '../../../reconcilers/operations/index.ts';
import { typesFor } from '../../../reconcilers/shared/takeover.ts';
import { type DesiredKeepalived, type DesiredVip, desiredVips } from '../../../reconcilers/vip/desired.ts';
import { configurationOf, scriptsOf, settingsOf } from '../../../reconcilers/vip/files.ts';
import { keepalivedFindings } from '../../../reconcilers/vip/keepalived.ts';
import { leftVipFindings, vipHostFindings } from '../../../reconcilers/vip/vip-host.ts';
import type { TakeoverOutcome } from '../../../renderers/keepalived/takeover.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { digest, reveal, type Text, text } from '../../../renderers/lib/text.ts';
import { instanceLike, interfaceLike } from '../../../simulation/scenarios/account.ts';
import { quickstart } from '../../support/quickstart.ts';

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
  shared: { routerId: 51, vip },
  vrrp: { state: 'MASTER', forSeconds: 100 },
  move: undefined,
  yields: undefined,
  takeover: { outcome: 'able', agoSeconds: 20, words: '-' },
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

/** The other proxy: in order, and without the virtual IP. */
const peer = {
  keepalived: present<Keepalived>({
    ...healthy,
    loaded: digest(configurationOf(host.other, 'ens5')?.content as Text),
    vrrp: { state: 'BACKUP', forSeconds: 100 },
  }),
  links: present([link(['10.80.1.22/24'])]),
  units: present([unit]),
};

function summary(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ field, remedy }) => {
    const does =
      remedy.by === 'action'
        ? remedy.actions.map((action) => ('order' in action ? action.order : action.operation)).join(' + ')
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
    ['what is loaded is unknown', { ...healthy, loaded: undefined }, {}, ['configuration as loaded: reload']],
    ['stopped', { ...healthy, loaded: undefined }, { active: 'inactive' }, [`${unit.unit}: start`]],
  ];
  for (const [name, seen, change, findings] of cases)
    it(name, () => {
      const drift = keepalivedFindings(
        host,
        present(seen),
        present([link(['10.80.1.21/24'])]),
        present([{ ...unit, ...change }]),
        peer,
      );
      expect(summary(drift)).to.deep.equal(findings);
    });

  const places: readonly (readonly [string, Observation<readonly Link[]>, readonly string[]])[] = [
    ['no device carries the address', present([link(['10.9.9.9/24'])]), ['network device: manual']],
    ['the address is of another subnet', present([link(['10.80.1.21/28'])]), ['network device: manual']],
    ['devices not seen', unknown('timeout'), ['network device: unknown']],
  ];
  for (const [name, links, findings] of places)
    it(name, () =>
      expect(summary(keepalivedFindings(host, present(healthy), links, present([unit]), peer))).to.deep.equal(findings),
    );

  it('waits for the peer, as long as EC2 does not show it', () => {
    const alone = desire(present(instance(1)), unknown('EC2 is away')).host;
    const drift = keepalivedFindings(
      alone,
      present(healthy),
      present([link(['10.80.1.21/24'])]),
      present([unit]),
      peer,
    );
    expect(summary(drift)).to.deep.equal([`${configuration.path}: waiting`]);
    expect(drift[0]?.remedy).to.deep.include({ by: 'waiting', cause: 'dependency', dependsOn: 'instance/proxy-2' });
  });
});

describe('vip: a host that is not master', () => {
  const standby: Keepalived = { ...healthy, vrrp: { state: 'BACKUP', forSeconds: 100 } };
  const last = (outcome: TakeoverOutcome, words = '-', agoSeconds = 20): Keepalived => ({
    ...standby,
    takeover: { outcome, agoSeconds, words },
  });
  const many = ['10.80.1.21', ...Array.from({ length: 9 }, (_, index) => `10.80.1.${200 + index}`)];
  const types = present([
    { name: 'm5.large', ena: 'required' as const, architectures: ['x86_64'], addresses: 10, vcpus: 2 },
  ]);

  function about(
    seen: Keepalived,
    addresses: readonly string[] = ['10.80.1.21'],
    types?: Observation<readonly InstanceType[]>,
    firewall?: readonly FirewallChain[],
  ) {
    const one = desire(present(instance(1, { addresses })), present(instance(2))).host;
    const able = { types, firewall: firewall && present(firewall) };
    return keepalivedFindings(one, present(seen), present([link(['10.80.1.21/24'])]), present([unit]), peer, able);
  }

  const cases: readonly (readonly [Keepalived, string, string, string, RegExp])[] = [
    [last('metadata', 'curl: (28)'), 'instance metadata service', 'does not respond', 'responds', /curl: \(28\)/],
    [last('credentials', '404'), 'credentials', 'none', 'those of an IAM role', /reconcile iam --for proxy/],
    [last('api', 'no route'), 'EC2 API', 'does not respond', 'responds', /no route\. proxy-1 must reach http/],
    [last('clock', '1201'), 'clock', '20 min fast', "EC2's, within 4 min", /1201 s ahead of that of EC2/],
    [last('clock', '-1201'), 'clock', '20 min slow', "EC2's, within 4 min", /1201 s behind that of EC2/],
    [
      last('permission', 'UnauthorizedOperation no'),
      'permission',
      'none',
      'ec2:AssignPrivateIpAddresses',
      /the role of/i,
    ],
    [last('refused', 'Blocked no'), 'calls of EC2', 'refused', 'accepted', /EC2 refuses its calls/],
  ];
  for (const [seen, field, have, want, message] of cases)
    it(`${field}: ${have}`, () => {
      const [only, ...more] = about(seen);
      expect(more).to.deep.equal([]);
      expect(only).to.deep.include({
        reason: 'StandbyCannotTakeOver',
        subject: 'vip/front@proxy-1',
        field,
        have,
        want,
      });
      expect(only?.impacts).to.deep.equal(['acme', 'globex']);
      expect(only?.remedy).to.include({ by: 'manual' });
      const words = only?.remedy.by === 'manual' ? only.remedy.message : '';
      expect(words).to.match(/^if proxy-2 fails now, proxy-1 cannot take 10\.80\.1\.100 over, and no client gets in: /);
      expect(words).to.match(message);
    });

  it('has no finding if it could, or is master, or a state is missing', () => {
    expect(about(last('able'))).to.deep.equal([]);
    expect(about({ ...last('api'), vrrp: { state: 'MASTER', forSeconds: 100 } })).to.deep.equal([]);
    expect(about({ ...last('api'), vrrp: undefined })).to.deep.equal([]);
  });

  it('is looked at in FAULT too', () =>
    expect(about({ ...last('api'), vrrp: { state: 'FAULT', forSeconds: 9 } })).to.have.lengthOf(1));

  it('is not known before the first check, and after the last one that is recent', () => {
    const takeover = (seen: Keepalived) => about(seen).map(({ reason, remedy: { by } }) => `${reason} ${by}`);
    expect(takeover({ ...standby, takeover: undefined })).to.deep.equal(['NotObserved waiting']);
    expect(takeover(last('able', '-', 181))).to.deep.equal(['NotObserved unknown']);
    // It was master until now, and checked nothing.
    const since = { ...last('api', '', 9000), vrrp: { state: 'BACKUP', forSeconds: 2 } };
    expect(takeover(since)).to.deep.equal(['NotObserved waiting']);
  });

  it('is kept from it by a rule of its own firewall, which is named', () => {
    const drop = (rule: string): readonly FirewallChain[] => [
      { table: 'inet guard', name: 'output', hook: 'output', policy: 'accept', rules: [rule] },
    ];
    const message = (outcome: TakeoverOutcome, rule: string) => {
      const remedy = about(last(outcome, 'timed out'), undefined, undefined, drop(rule))[0]?.remedy;
      return remedy && 'message' in remedy ? remedy.message : '';
    };
    expect(message('metadata', 'ip daddr 169.254.169.254 drop')).to.contain(
      'timed out: `ip daddr 169.254.169.254 drop` in chain inet guard output of proxy-1 drops it. Let the firewall',
    );
    expect(message('api', 'oifname "ens5" ip daddr 10.80.0.2 tcp dport 4566 drop')).to.contain(
      '`oifname "ens5" ip daddr 10.80.0.2 tcp dport 4566 drop` in chain inet guard output of proxy-1 drops it. Let the firewall',
    );
    expect(message('api', 'ip daddr 169.254.169.254 drop')).to.contain('look at its firewall');
    expect(message('credentials', 'drop')).to.contain('Attach an instance profile');
  });

  it('needs room for the address on its network interface; the limit is asked for only where there may be none', () => {
    const asked = (addresses: readonly string[]) => typesFor({ vip }, present(instance(1, { addresses })));
    expect(asked(many.slice(0, 1))).to.deep.equal([]);
    expect(asked([...many, vip])).to.deep.equal([]);
    expect(asked(many.slice(0, 2))).to.deep.equal([{ fact: 'instance-types', names: ['m5.large'] }]);
    expect(about(last('able'), many.slice(0, 9), types)).to.deep.equal([]);
    const [full] = about(last('able'), many, types);
    expect(full).to.deep.include({ reason: 'StandbyCannotTakeOver', field: 'addresses of the network interface' });
    expect(summary(about(last('able'), many, unknown('EC2 is away')))).to.deep.equal(['takeover: unknown']);
    expect(summary(about(last('able'), many, present([])))).to.deep.equal(['takeover: unknown']);
  });
});

interface Side {
  readonly instance?: Observation<Instance>;
  readonly state?: string;
  readonly seconds?: number;
  readonly holds?: boolean;
  readonly active?: string;
  readonly unknown?: boolean;
  readonly move?: Keepalived['move'];
  readonly yields?: Keepalived['yields'];
  readonly shared?: Keepalived['shared'];
  readonly firewall?: readonly FirewallChain[];
}

function owner(digit: number, change: Partial<NetworkInterface> = {}): NetworkInterface {
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

function find(one: Side, two: Side, owners: Observation<readonly NetworkInterface[]>): readonly Finding[] {
  const sides = [one, two];
  const [first, second] = sides.map((side, index) => side.instance ?? present(instance(index + 1)));
  const { pair } = desire(first ?? unknown(''), second ?? unknown(''));
  const away = unknown('no route to host');
  return vipHostFindings(pair, owners, {
    keepalived: sides.map((side) =>
      side.unknown
        ? away
        : present({
            ...healthy,
            vrrp: side.state ? { state: side.state, forSeconds: side.seconds ?? 100 } : undefined,
            move: side.move,
            yields: side.yields,
            shared: side.shared,
          }),
    ),
    links: sides.map((side) => (side.unknown ? away : present([link(side.holds ? [`${vip}/32`] : [])]))),
    units: sides.map((side) => (side.unknown ? away : present([{ ...unit, active: side.active ?? 'active' }]))),
    firewall: sides.map((side) => present(side.firewall ?? [])),
  });
}

describe('vip: another virtual IP is declared', () => {
  const former = '10.80.1.99';
  const shared = { routerId: 51, vip: former };

  it('while the hosts have the earlier one, it says who loses it, and nobody is sent to a journal', () => {
    const [found, ...others] = find({ state: 'MASTER', shared }, { state: 'BACKUP', shared }, present([]));
    expect(others).to.deep.equal([]);
    expect(found).to.deep.include({ reason: 'VipChanges', have: former, want: vip, impacts: [] });
    expect(found?.remedy).to.deep.include({ by: 'waiting', dependsOn: 'vip/front@proxy-1' });
    expect((found as Finding).remedy)
      .to.have.property('message')
      .that.matches(/every client of acme, globex loses 10\.80\.1\.99, for good/);
  });

  it('the earlier one is named while EC2 has it on an interface of the pair, and never one that was none', () => {
    const left = (recorded: readonly string[], addresses: readonly string[]) => {
      const { pair } = desire(present(instance(1, { addresses })), present(instance(2)));
      const keepalived = [present({ ...healthy, former: recorded }), unknown('no route to host')];
      return leftVipFindings(pair, { keepalived, links: [], units: [], firewall: [] });
    };
    const [found] = left([former], ['10.80.1.21', former, '10.80.1.77', vip]);
    expect(found).to.deep.include({ reason: 'FormerVipAssigned', field: `${former} on proxy-1`, impacts: [] });
    expect(found?.remedy.by).to.equal('info');
    expect(left([former], ['10.80.1.21', '10.80.1.77', vip])).to.deep.equal([]);
    expect(left([former, vip], ['10.80.1.21', vip])).to.deep.equal([]);
  });

  it('is recorded by the operation that replaces keepalived.conf', () => {
    const folder = mkdtempSync(join(tmpdir(), 'keepalived-'));
    const at = (path: string) => join(folder, path);
    writeFileSync(at('keepalived'), '#!/bin/sh\n', { mode: 0o755 });
    const write = (address: string) => {
      const file = { path: '/etc/ec2-redis-operator/vip/keepalived.conf', mode: '0644', owner: 'root:root' };
      const content = text`  virtual_ipaddress {\n    ${address}/32 dev ens5\n  }\n`;
      const action = { operation: 'keepalived-config', host: 'proxy-1', file: { ...file, content } } as const;
      const script = reveal(hostOperations['keepalived-config'].script(action));
      const here = script.replaceAll(/\/(etc|var\/lib|run)\/ec2-redis/g, `${folder}/$1/ec2-redis`);
      execFileSync('sh', ['-euc', here], { env: { PATH: `${folder}:${process.env['PATH']}` } });
    };
    for (const address of [former, former, vip, former, vip]) write(address);
    expect(readFileSync(at('var/lib/ec2-redis-operator/former-vips'), 'utf8')).to.equal(`${former}\n${vip}\n`);
    rmSync(folder, { recursive: true });
  });
});

describe('vip: one owner', () => {
  const eni = `network interface of ${vip}`;
  const here = present([owner(1)]);
  const there = present([owner(2)]);
  const stopped = present(instance(2, { state: 'stopped' }));
  const failed = { outcome: 'failed', agoSeconds: 50, words: 'UnauthorizedOperation' };
  const yields = (cause: string) => ({ cause, forSeconds: 40, words: 'PrivateIpAddressLimitExceeded' });
  const cases: readonly (readonly [string, Side, Side, Observation<readonly NetworkInterface[]>, readonly string[]])[] =
    [
      ['all agree', master, backup, here, []],
      ['the other ENI has it', master, backup, there, [`${eni}: address-assign`]],
      ['no ENI has it', master, backup, present([]), [`${eni}: address-assign`]],
      ['only another VPC has it', master, backup, present([owner(1, { vpcId: 'vpc-2' })]), [`${eni}: address-assign`]],
      ['the master moves it just now', { ...master, seconds: 2 }, backup, there, [`${eni}: waiting`]],
      ['a stranger has it', master, backup, present([owner(9)]), [`${eni}: manual`]],
      [
        'it is somebody’s primary address',
        master,
        backup,
        present([owner(2, { addresses: [{ address: vip, primary: true }] })]),
        [`${eni}: manual`],
      ],
      ['EC2 was not seen', master, backup, unknown('EC2 is away'), [`${eni}: unknown`]],
      ['the other host was not seen, EC2 agrees', master, { unknown: true }, here, []],
      ['the other host was not seen, EC2 disagrees', master, { unknown: true }, there, [`${eni}: unknown`]],
      [
        'the other host is stopped, and still has it',
        master,
        { unknown: true, instance: stopped },
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
      ['two masters that do not hear each other', master, master, here, ['VRRP master: manual']],
      ['one of the two yields', master, { state: 'FAULT', yields: yields('split') }, here, ['VRRP: manual']],
      [
        'one of the two yields, and the other one cannot have the address',
        { ...master, seconds: 3 },
        { state: 'FAULT', yields: yields('split') },
        there,
        ['VRRP: manual', `${eni}: waiting`],
      ],
      [
        'one yields because it cannot move the address',
        master,
        { state: 'FAULT', yields: yields('move') },
        here,
        ['last move by proxy-2: manual'],
      ],
      [
        'one had yielded when its keepalived was stopped',
        master,
        { active: 'inactive', yields: yields('split') },
        here,
        [],
      ],
      ['both in FAULT', { state: 'FAULT' }, { state: 'FAULT' }, here, ['VRRP master: manual']],
      ['both in BACKUP for a moment', { ...backup, seconds: 1 }, backup, here, ['VRRP master: waiting']],
      ['no master, one host not seen', backup, { unknown: true }, here, ['VRRP master: unknown']],
      [
        'keepalived runs nowhere',
        { active: 'inactive' },
        { active: 'inactive' },
        present([]),
        ['VRRP master: waiting'],
      ],
      [
        'both hosts are off',
        { unknown: true, instance: stopped },
        { unknown: true, instance: stopped },
        present([]),
        ['VRRP master: waiting'],
      ],
      [
        'the host could not move it itself',
        { ...master, move: failed },
        backup,
        here,
        ['last move by proxy-1: manual'],
      ],
      [
        'two subnets',
        master,
        { ...backup, instance: present(instance(2, { subnetId: 'subnet-b' })) },
        here,
        ['subnet: manual'],
      ],
    ];
  for (const [name, one, two, owners, findings] of cases)
    it(name, () => expect(summary(find(one, two, owners))).to.deep.equal(findings));

  it('a split is named once it lasts; before, two masters may be settling', () => {
    const reasons = (one: Side, two: Side) => find(one, two, here).map(({ reason }) => reason);
    expect(reasons(master, { ...master, seconds: 9 })).to.eql(['TwoVrrpMasters']);
    expect(reasons(master, { ...master, seconds: 10 })).to.eql(['SplitVip']);
    expect(reasons(master, { state: 'FAULT', yields: yields('split') })).to.eql(['SplitVip']);
    expect(reasons(master, { state: 'FAULT', yields: yields('move') })).to.eql(['FailoverCannotMoveVip']);
  });

  it('the rule of either firewall that drops VRRP is named', () => {
    const chain = (hook: string, rule: string) => {
      return { table: 'iptables filter', name: hook.toUpperCase(), hook, policy: 'accept', rules: [rule] };
    };
    const message = (one: Side, two: Side) => {
      const remedy = find(one, two, here)[0]?.remedy;
      return remedy && 'message' in remedy ? remedy.message : '';
    };
    const deaf: Side = { state: 'FAULT', yields: yields('split') };
    const drops = { firewall: [chain('input', '-p vrrp -j DROP')] };
    const words = '`-p vrrp -j DROP` in chain filter INPUT of proxy-2 drops them. Let it accept IP protocol 112';
    expect(message(master, { ...deaf, ...drops })).to.contain(words);
    expect(message(master, { ...master, ...drops })).to.contain(words);
    expect(message({ ...master, firewall: [chain('output', '-d 10.80.1.22/32 -p 112 -j DROP')] }, deaf)).to.contain(
      '`-d 10.80.1.22/32 -p 112 -j DROP` in chain filter OUTPUT of proxy-1 drops them',
    );
    expect(message(master, deaf)).to.contain('on their firewalls');
  });

  it('knowing less never does more: no action while a host that may run is not seen', () => {
    for (const one of [master, backup, { state: 'FAULT' }])
      for (const owners of [here, there, present([])])
        expect(find(one, { unknown: true }, owners).filter(({ remedy }) => remedy.by === 'action')).to.deep.equal([]);
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

  it('by one that yields', () => {
    const stdout = 'now 200\nstate FAULT 130 5 6\nyields split 120 5 6 it was taken by the other proxy\n';
    const seen = keepalived.read({ exit: 0, stdout, stderr: '', truncated: false }, { pair: 'front' });
    expect(seen.state === 'present' && seen.value).to.deep.include({
      vrrp: { state: 'FAULT', forSeconds: 70 },
      yields: { cause: 'split', forSeconds: 80, words: 'it was taken by the other proxy' },
    });
  });

  it('with the virtual router id and the virtual IP that the process has loaded', () => {
    const stdout = 'now 100\nloaded x\nrouter 51\nvip 10.80.1.100\n';
    const seen = keepalived.read({ exit: 0, stdout, stderr: '', truncated: false }, { pair: 'front' });
    expect(seen.state === 'present' && seen.value.shared).to.deep.equal({ routerId: 51, vip: '10.80.1.100' });
  });

  it('by a backup that has checked whether it could take over', () => {
    const takeover = (line: string) => {
      const seen = keepalived.read(
        { exit: 0, stdout: `now 1795412640\n${line}\nuptime 100\n`, stderr: '', truncated: false },
        { pair: 'front' },
      );
      return seen.state === 'present' && seen.value.takeover;
    };
    const words = 'EC2 at http://ec2/ did not respond: curl: (28) timeout';
    expect(takeover(`takeover 60 api ${words}`)).to.deep.equal({ outcome: 'api', agoSeconds: 40, words });
    expect(takeover('takeover 99 able -')).to.deep.equal({ outcome: 'able', agoSeconds: 1, words: '-' });
    for (const other of ['', 'takeover 99 maybe -', 'takeover able', 'takeover'])
      expect(takeover(other)).to.equal(undefined);
  });

  it('by nobody: it is unknown, not absent', () => {
    const seen = keepalived.read({ exit: 0, stdout: '', stderr: '', truncated: false }, { pair: 'front' });
    expect(seen.state).to.equal('unknown');
  });

  it('by EC2: a prefix of the network interface takes the place of an address', () => {
    const NetworkInterfaces = [
      {
        NetworkInterfaceId: 'eni-1',
        Attachment: { DeviceIndex: 0 },
        PrivateIpAddresses: [{ PrivateIpAddress: '10.80.1.21' }],
        Ipv4Prefixes: [{ Ipv4Prefix: '10.80.1.32/28' }],
      },
    ];
    const seen = instances.read([{ InstanceId: 'i-1', NetworkInterfaces }], { filters: {} });
    expect(seen.state === 'present' && seen.value[0]?.addresses).to.deep.equal(['10.80.1.21', '10.80.1.32/28']);
    const NetworkInfo = { EnaSupport: 'required', Ipv4AddressesPerInterface: 10 };
    expect(instanceTypes.read([{ InstanceType: 'm5.large', NetworkInfo }], { names: [] })).to.deep.equal(
      present([{ name: 'm5.large', ena: 'required', architectures: [], addresses: 10, vcpus: undefined }]),
    );
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
    expect(networkInterfaces.read([item], { addresses: [vip] })).to.deep.equal(
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
