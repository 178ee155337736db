import { expect } from 'chai';
import type { Fleet } from '../../../crds/fleet.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { SystemFacts } from '../../../reconcilers/facts/host/system.ts';
import type { UnitFacts } from '../../../reconcilers/facts/host/units.ts';
import { present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { FactRequest } from '../../../reconcilers/facts/requests.ts';
import { host } from '../../../reconcilers/host/index.ts';
import { actionKey } from '../../../reconcilers/operations/actions.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

const vz = '2.6.32-042stab145.3';
const unit = (name: string, active = 'active', enabled = true): UnitFacts => ({
  ...{ unit: `${name}.service`, loaded: true, active, enabled, needsDaemonReload: false },
});
const kernel = { running: vz, atBoot: vz, boot: 'b 1', modules: [], rebooted: undefined };

/** A prepared Redis host of the article. */
const prepared: SystemFacts = {
  release: { id: 'centos', version: '6.10', name: 'CentOS release 6.10 (Final)' },
  kernel,
  nic: { driver: 'vif', kernel: vz, modules: [], initramfs: undefined },
  packages: { openvswitch: '2.17.9-1', vzkernel: '042stab145.3', vzctl: '4.11-1', vzquota: '3.1-1', ploop: '1.15-1' },
  halfConfigured: [],
  installedByUs: [],
  masked: [],
  settings: {},
  programs: ['ovs-vsctl', 'ovs-vswitchd', 'ethtool', 'vzctl', 'vzlist', 'ntpd'],
  services: [unit('openvswitch'), unit('vz'), unit('ntpd'), unit('iptables', 'inactive', false)],
  synchronized: true,
  cloudInit: undefined,
  packageLock: undefined,
  recentlyBooted: false,
  selinux: { now: 'Disabled', atBoot: 'disabled' },
  files: [],
};
const stock = { ...kernel, running: '2.6.32-754.el6.x86_64' };
const services = (change: UnitFacts) => prepared.services.map((one) => (one.unit === change.unit ? change : one));

type Case = readonly [why: string, change: Partial<SystemFacts>, found: readonly string[]];
const cases: readonly Case[] = [
  ['prepared', {}, []],
  [
    'nothing installed yet: the packages come before the reboot',
    { packages: {}, programs: ['ethtool'], kernel: { ...stock, atBoot: stock.running }, services: [] },
    [
      ...['openvswitch', 'vzkernel', 'vzctl', 'vzquota', 'ploop'].map(
        (name) => `PackagesMissing package ${name}: packages-install yum`,
      ),
    ],
  ],
  [
    'the article’s Open vSwitch',
    { packages: { ...prepared.packages, openvswitch: '2.3.0-1' } },
    ['PackageTooOld version of openvswitch: manual'],
  ],
  ['iptables is running', { services: services(unit('iptables')) }, ['ServiceNotDisabled iptables.service: unit stop']],
  [
    'SELinux is enforcing',
    { selinux: { now: 'Enforcing', atBoot: 'enforcing' } },
    ['SelinuxNotDisabled SELinux: selinux-off'],
  ],
  [
    'SELinux would be enforcing after a boot',
    { selinux: { now: 'Permissive', atBoot: 'enforcing' } },
    ['SelinuxNotDisabled SELinux: selinux-off'],
  ],
  ['SELinux is permissive, and disabled at the next boot', { selinux: { now: 'Permissive', atBoot: 'disabled' } }, []],
  ['the stock kernel runs, ours boots next', { kernel: stock }, [`RebootRequired kernel: host-reboot b 1 ${vz}`]],
  [
    'services that need that kernel are started after the reboot',
    { kernel: stock, services: services(unit('vz', 'inactive')) },
    [`RebootRequired kernel: host-reboot b 1 ${vz}`],
  ],
  [
    'the boot loader has another default',
    { kernel: { ...stock, atBoot: stock.running } },
    ['BootKernelDiffers kernel: manual'],
  ],
  [
    'rebooted without effect',
    { kernel: { ...stock, rebooted: { boot: 'a 1', kernel: vz } } },
    ['RebootIneffective kernel: manual'],
  ],
  [
    'the reboot is requested and has not begun',
    { kernel: { ...stock, rebooted: { boot: 'b 1', kernel: vz } } },
    [`RebootRequired kernel: host-reboot b 1 ${vz}`],
  ],
  ['vz is stopped', { services: services(unit('vz', 'inactive')) }, ['NotRunning vz.service: unit start']],
];

const member = {
  name: 't1-r1',
  marks: {},
  files: {},
  lines: {},
  secrets: {},
  startGuard: undefined,
  exits: undefined,
  data: undefined,
  disk: undefined,
};
const running = (name: string) =>
  present([{ ...member, name, processes: [{ command: 'redis-server', pid: 7, state: 'S' }] }]);

function findingsOn(name: string, seen: SystemFacts, members: unknown = present([])) {
  const fleet = fleetOf(plainFleet);
  const runtime = { ...fleet.cluster.runtime, type: 'openvz' } as unknown as Fleet['cluster']['runtime'];
  const changed = { ...fleet, cluster: { ...fleet.cluster, runtime } };
  const item = host.items(changed, new Map()).find(({ subject }) => subject === `host/${name}@system`);
  return (
    item?.diff(((request: FactRequest) => (request.fact === 'members' ? members : present(seen))) as FactLookup) ?? []
  );
}

function summary(found: ReturnType<typeof findingsOn>): readonly string[] {
  return found.map(({ reason, field, remedy }) => {
    if (remedy.by !== 'action') return `${reason} ${field}: ${remedy.by}`;
    const [action] = remedy.actions.map((one) => JSON.parse(actionKey(one)));
    return `${reason} ${field}: ${[action.operation, action.manager, action.order, action.boot, action.kernel].filter(Boolean).join(' ')}`;
  });
}

describe('host: CentOS 6 under OpenVZ', () => {
  for (const [why, change, found] of cases)
    it(why, () => expect(summary(findingsOn('redis-1', { ...prepared, ...change }))).to.deep.equal(found));

  it('a reboot disrupts only tenants with a Redis running there', () => {
    const disrupts = (members: unknown) =>
      findingsOn('redis-1', { ...prepared, kernel: stock }, members).map(
        ({ remedy }) => remedy.by === 'action' && remedy.disrupts,
      );
    expect(disrupts(present([]))).to.deep.equal([[]]);
    expect(disrupts({ state: 'absent' })).to.deep.equal([[]]);
    expect(disrupts(running('t1-r1'))).to.deep.equal([['t1']]);
  });

  it('a reboot does not disrupt a tenant whose name another tenant’s name begins with', () => {
    const [found] = findingsOn('redis-1', { ...prepared, kernel: stock }, running('t1-eu-r1'));
    expect(found?.reason).to.equal('RebootRequired');
    expect(found?.remedy).to.deep.include({ by: 'action', disrupts: [] });
  });

  it('names the kernel that runs and the one that is required', () => {
    const [found] = findingsOn('redis-1', { ...prepared, kernel: stock });
    expect(found).to.include({ have: stock.running, want: 'OpenVZ (2.6.32-042stab…)' });
  });

  it('names the mode that SELinux is in now, and that of the next boot', () => {
    const selinux = { now: 'Permissive', atBoot: 'enforcing' };
    const [found] = findingsOn('redis-1', { ...prepared, selinux });
    expect(found?.have).to.equal('Permissive, enforcing at the next boot');
  });

  it('a host whose members are unknown is not rebooted', () =>
    expect(summary(findingsOn('redis-1', { ...prepared, kernel: stock }, unknown('timeout')))).to.deep.equal([
      'RebootRequired kernel: unknown',
    ]));

  it('is not suitable for a proxy', () => {
    const [found] = findingsOn('proxy-1', prepared);
    expect(found?.reason).to.equal('OperatingSystemUnsuitable');
    expect(found?.want).to.equal(
      'Debian 12 or Debian 13 or Ubuntu 22.04 or Ubuntu 24.04 or Rocky Linux 9 or Amazon Linux 2023 or OpenVZ 7',
    );
    expect(found?.remedy).to.include({ by: 'manual' });
  });
});
