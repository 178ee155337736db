import { expect } from 'chai';
import type { Fleet } from '../../../crds/fleet.ts';
import { host } from '../../../reconcilers/host/host.ts';
import { present, unknown } from '../../../reconcilers/observation.ts';
import type { Ask } from '../../../reconcilers/questions/index.ts';
import type { SystemFacts } from '../../../reconcilers/questions/system.ts';
import type { UnitFacts } from '../../../reconcilers/questions/units.ts';
import type { Seen } from '../../../reconcilers/reconciler.ts';
import { keyOfAction } from '../../../reconcilers/verbs/index.ts';
import { fleetOf, plainFleet } from '../../support/fleets.ts';

const vz = '2.6.32-042stab145.3';
const unit = (name: string, active = 'active', enabled = true): UnitFacts => ({
  ...{ unit: `${name}.service`, loaded: true, active, enabled, needsDaemonReload: false },
});
const kernel = { running: vz, atBoot: vz, boot: 'b 1', modules: [], rebooted: undefined };

/** A Redis host of the article, set up. */
const prepared: SystemFacts = {
  release: { id: 'centos', version: '6.10', name: 'CentOS release 6.10 (Final)' },
  kernel,
  card: { driver: 'vif', kernel: vz, modules: [], initramfs: undefined },
  packages: { openvswitch: '2.17.9-1', vzkernel: '042stab145.3', vzctl: '4.11-1', vzquota: '3.1-1', ploop: '1.15-1' },
  halfway: [],
  programs: ['ovs-vsctl', 'ovs-vswitchd', 'ethtool', 'vzctl', 'vzlist', 'ntpd'],
  services: [unit('openvswitch'), unit('vz'), unit('ntpd'), unit('iptables', 'inactive', false)],
  synchronised: true,
  selinux: { now: 'Disabled', atBoot: 'disabled' },
  files: [],
};
const stock = { ...kernel, running: '2.6.32-754.el6.x86_64' };
const services = (change: UnitFacts) => prepared.services.map((one) => (one.unit === change.unit ? change : one));

type Case = readonly [why: string, change: Partial<SystemFacts>, found: readonly string[]];
const cases: readonly Case[] = [
  ['in order', {}, []],
  [
    'nothing of it yet: the packages come before the reboot',
    { packages: {}, programs: ['ethtool'], kernel: { ...stock, atBoot: stock.running }, services: [] },
    [
      ...['openvswitch', 'vzkernel', 'vzctl', 'vzquota', 'ploop'].map(
        (name) => `package ${name}: missing: packages-install yum`,
      ),
    ],
  ],
  [
    'the article’s Open vSwitch',
    { packages: { ...prepared.packages, openvswitch: '2.3.0-1' } },
    ['version of openvswitch: 2.3.0-1: operator'],
  ],
  ['iptables on', { services: services(unit('iptables')) }, ['iptables.service: enabled, active: unit stop']],
  [
    'SELinux in force',
    { selinux: { now: 'Enforcing', atBoot: 'enforcing' } },
    ['SELinux: Enforcing, and enforcing at the next boot: selinux-off'],
  ],
  [
    'SELinux that would come back',
    { selinux: { now: 'Permissive', atBoot: 'enforcing' } },
    ['SELinux: Permissive, and enforcing at the next boot: selinux-off'],
  ],
  ['no longer enforced, off at the next boot', { selinux: { now: 'Permissive', atBoot: 'disabled' } }, []],
  ['the stock kernel, ours at the next boot', { kernel: stock }, [`kernel: ${stock.running}: host-reboot b 1 ${vz}`]],
  [
    'services that need that kernel come after the reboot',
    { kernel: stock, services: services(unit('vz', 'inactive')) },
    [`kernel: ${stock.running}: host-reboot b 1 ${vz}`],
  ],
  [
    'the boot loader has another default',
    { kernel: { ...stock, atBoot: stock.running } },
    [`kernel: ${stock.running}: operator`],
  ],
  [
    'rebooted in vain',
    { kernel: { ...stock, rebooted: { boot: 'a 1', kernel: vz } } },
    [`kernel: ${stock.running}: operator`],
  ],
  [
    'the reboot is ordered, and has not begun',
    { kernel: { ...stock, rebooted: { boot: 'b 1', kernel: vz } } },
    [`kernel: ${stock.running}: host-reboot b 1 ${vz}`],
  ],
  ['vz stopped', { services: services(unit('vz', 'inactive')) }, ['vz.service: enabled, inactive: unit start']],
];

const member = {
  name: 't1-r1',
  marks: {},
  files: {},
  lines: {},
  secrets: {},
  fence: undefined,
  exits: undefined,
  data: undefined,
};
const running = present([{ ...member, processes: [{ command: 'redis-server', pid: 7, state: 'S' }] }]);

function drift(name: string, seen: SystemFacts, members: unknown = present([])) {
  const fleet = fleetOf(plainFleet);
  const runtime = { ...fleet.cluster.runtime, type: 'openvz' } as unknown as Fleet['cluster']['runtime'];
  const changed = { ...fleet, cluster: { ...fleet.cluster, runtime } };
  const item = host.items(changed, new Map()).find(({ subject }) => subject === `host/${name}@system`);
  return item?.diff(((ask: Ask) => (ask.what === 'members' ? members : present(seen))) as Seen) ?? [];
}

function told(found: ReturnType<typeof drift>): readonly string[] {
  return found.map(({ field, have, remedy }) => {
    if (remedy.by !== 'action') return `${field}: ${have}: ${remedy.by}`;
    const [action] = remedy.actions.map((one) => JSON.parse(keyOfAction(one)));
    return `${field}: ${have}: ${[action.verb, action.manager, action.order, action.boot, action.kernel].filter(Boolean).join(' ')}`;
  });
}

describe('host: CentOS 6 under OpenVZ', () => {
  for (const [why, change, found] of cases)
    it(why, () => expect(told(drift('redis-1', { ...prepared, ...change }))).to.deep.equal(found));

  it('a reboot disrupts the tenants whose Redis runs there, and nobody where none runs', () => {
    const disrupts = (members: unknown) =>
      drift('redis-1', { ...prepared, kernel: stock }, members).map(
        ({ remedy }) => remedy.by === 'action' && remedy.disrupts,
      );
    expect(disrupts(present([]))).to.deep.equal([[]]);
    expect(disrupts({ state: 'absent' })).to.deep.equal([[]]);
    expect(disrupts(running)).to.deep.equal([['t1']]);
  });

  it('whose members could not be seen is not rebooted', () =>
    expect(told(drift('redis-1', { ...prepared, kernel: stock }, unknown('timeout')))).to.deep.equal([
      `kernel: ${stock.running}: blind`,
    ]));

  it('is no system for a proxy', () => {
    const [found] = drift('proxy-1', prepared);
    expect(found?.want).to.equal('Debian 12 or Ubuntu 24.04 or OpenVZ 7');
    expect(found?.remedy).to.include({ by: 'operator' });
  });
});
