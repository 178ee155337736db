import { expect } from 'chai';
import type { Fleet, Preparation } from '../../../crds/fleet.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { Remedy } from '../../../reconcilers/contract/remedy.ts';
import type { SystemFacts } from '../../../reconcilers/facts/host/system.ts';
import type { UnitFacts } from '../../../reconcilers/facts/host/units.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { host } from '../../../reconcilers/host/index.ts';
import { actionKey } from '../../../reconcilers/operations/actions.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { packageRepository, repositoryPlaces } from '../../../renderers/packages/repository.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

const running = (unit: string, active = 'active'): UnitFacts => ({
  ...{ unit, loaded: true, active, enabled: true, needsDaemonReload: false },
});
const allPrograms = ['ovs-vsctl', 'ovs-vswitchd', 'ethtool', 'mke2fs', 'resize2fs', 'lxc-ls', 'lxc-start', 'chronyd'];

/** A Redis host that has everything. */
const prepared: SystemFacts = {
  release: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
  kernel: { running: '6.1.0', atBoot: undefined, boot: '1 24', modules: [], rebooted: undefined },
  nic: { driver: 'ena', kernel: '6.1.0', modules: [], initramfs: undefined },
  selinux: undefined,
  packages: { 'openvswitch-switch': '3.1.0-2+deb12u1', lxc: '1:5.0.2-1+deb12u4', chrony: '4.3-2+deb12u1' },
  halfConfigured: [],
  programs: allPrograms,
  installedByUs: [],
  masked: [],
  settings: {},
  services: [running('openvswitch-switch.service'), running('chrony.service')],
  synchronized: true,
  cloudInit: undefined,
  packageLock: undefined,
  recentlyBooted: false,
  files: [],
};
const without = (...programs: string[]) => allPrograms.filter((program) => !programs.includes(program));
const release = (id: string, version: string, name = '') => ({ release: { id, version, name } });

/** As `prepared`, with the names of Rocky Linux. */
const rocky: Partial<SystemFacts> = {
  ...release('rocky', '9.6', 'Rocky Linux 9.6 (Blue Onyx)'),
  packages: { openvswitch: '3.3.0-1', lxc: '4.0.12-1.el9', chrony: '4.5-1.el9' },
  services: [running('openvswitch.service'), running('chronyd.service')],
};

const repository = {
  name: 'ours',
  system: 'debian-12',
  url: 'https://packages.example.com/debian',
  suite: 'bookworm',
  components: ['main'],
  key: { url: 'https://packages.example.com/key.asc', sha256: digest('key') },
} as const;
const { list, key } = repositoryPlaces(repository);
const asDeclared = { mode: '644', owner: 'root' };
const repositoryFiles = [
  { path: list, ...asDeclared, sha256: digest(packageRepository(repository)) },
  { path: key, ...asDeclared, sha256: digest('key') },
];

interface Case {
  readonly why: string;
  readonly seen: Observation<SystemFacts>;
  readonly preparation?: Partial<Preparation>;
  readonly found: readonly string[];
}

const sees = (why: string, change: Partial<SystemFacts>, found: readonly string[], preparation = {}): Case => ({
  why,
  seen: present({ ...prepared, ...change }),
  preparation,
  found,
});

const cases: readonly Case[] = [
  sees('prepared', {}, []),
  { why: 'does not answer', seen: unknown('no answer'), found: ['@system NotObserved operating system: unknown'] },
  sees('an unsupported system', release('debian', '11', 'Debian GNU/Linux 11'), [
    '@system OperatingSystemUnsupported operating system: manual',
  ]),
  sees('a version with the same beginning', release('ubuntu', '24.10', 'Ubuntu 24.10'), [
    '@system OperatingSystemUnsupported operating system: manual',
  ]),
  sees('Ubuntu 24.04', release('ubuntu', '24.04'), []),
  sees('SELinux that is enforcing', { ...rocky, selinux: { now: 'Enforcing', atBoot: 'permissive' } }, [
    '@system SelinuxEnforcing SELinux: manual',
  ]),
  sees('SELinux that would be enforcing', { ...rocky, selinux: { now: 'Permissive', atBoot: 'enforcing' } }, [
    '@system SelinuxEnforcing SELinux: manual',
  ]),
  sees('SELinux that is permissive', { ...rocky, selinux: { now: 'Permissive', atBoot: 'permissive' } }, []),
  sees('a system on which the runtime does not run', release('virtuozzo', '7.9.0', 'Virtuozzo Linux release 7.9.0'), [
    '@system OperatingSystemUnsuitable operating system: manual',
  ]),
  sees('a package is missing', { packages: {}, programs: without('lxc-ls', 'lxc-start') }, [
    '@system PackagesMissing package lxc: packages-install lxc',
  ]),
  sees(
    'a package is missing whose version is declared',
    { packages: {}, programs: without('lxc-ls', 'lxc-start') },
    ['@system PackagesMissing package lxc: packages-install lxc=1:5.0.2-1'],
    { versions: { lxc: '1:5.0.2-1' } },
  ),
  sees(
    'everything that is missing is installed at once',
    { packages: {}, programs: [], services: [running('chrony.service')] },
    [
      ...['openvswitch-switch', 'ethtool', 'e2fsprogs', 'lxc'].map(
        (name) => `@system PackagesMissing package ${name}: packages-install openvswitch-switch ethtool e2fsprogs lxc`,
      ),
    ],
  ),
  sees('a package whose installation was interrupted', { halfConfigured: ['lxc'] }, [
    '@system PackageIncomplete package lxc: packages-install lxc',
  ]),
  sees('a package whose program is gone', { programs: without('lxc-ls') }, [
    '@system PackageIncomplete package lxc: packages-install lxc',
  ]),
  sees('programs that are installed from another source', { packages: { chrony: '4.3' } }, []),
  sees(
    'mode check',
    { packages: {}, programs: without('lxc-ls', 'lxc-start') },
    ['@system PackagesMissing package lxc: manual'],
    { mode: 'check' },
  ),
  sees('Open vSwitch is too old', { packages: { 'openvswitch-switch': '2.3.0-1' } }, [
    '@system PackageTooOld version of openvswitch-switch: manual',
  ]),
  sees(
    'Open vSwitch is new enough, by a version with an epoch',
    { packages: { 'openvswitch-switch': '1:2.10.0-1' } },
    [],
  ),
  sees(
    'another version than declared: reported under a subject that nothing depends on',
    {},
    ['@versions PackageVersionDiffers package lxc: manual'],
    { versions: { lxc: '1:5.0.9-1' } },
  ),
  sees('the declared version', {}, [], { versions: { lxc: '1:5.0.2-1+deb12u4' } }),
  sees(
    'Open vSwitch is stopped',
    { services: [running('openvswitch-switch.service', 'inactive'), running('chrony.service')] },
    ['@system NotRunning openvswitch-switch.service: unit openvswitch-switch.service start [t1]'],
  ),
  sees(
    'Open vSwitch is not enabled',
    { services: [{ ...running('openvswitch-switch.service'), enabled: false }, running('chrony.service')] },
    ['@system NotEnabled openvswitch-switch.service: unit openvswitch-switch.service start'],
  ),
  sees(
    'no time sync daemon runs',
    { services: [running('openvswitch-switch.service'), running('chrony.service', 'inactive')] },
    ['@clock NotRunning time sync daemon: unit chrony.service start'],
  ),
  sees(
    'a time sync daemon runs, but is not enabled',
    { services: [running('openvswitch-switch.service'), { ...running('ntpsec.service'), enabled: false }] },
    ['@clock NotEnabled time sync daemon: unit ntpsec.service start'],
  ),
  sees(
    'no time sync daemon is installed',
    { packages: {}, programs: without('chronyd'), services: [running('openvswitch-switch.service')] },
    ['@clock PackagesMissing package chrony: packages-install chrony'],
  ),
  sees(
    'another time sync daemon runs',
    {
      packages: {},
      programs: without('chronyd'),
      services: [running('openvswitch-switch.service'), running('systemd-timesyncd.service')],
    },
    [],
  ),
  sees('a time sync daemon runs, but the clock is not synchronized', { synchronized: false }, [
    '@clock ClockNotSynchronized clock: info',
  ]),
  sees('a clock that is not synchronized shortly after a boot', { synchronized: false, recentlyBooted: true }, [
    '@clock ClockNotSynchronized clock: settling',
  ]),
  sees(
    'cloud-init still runs: nothing but that is reported, whatever is missing',
    { cloudInit: { status: 'running' }, packages: {}, programs: without('lxc-ls') },
    ['@system BootNotFinished cloud-init: settling'],
  ),
  sees(
    'cloud-init has failed',
    { cloudInit: { status: 'failed', detail: 'no user' }, packages: {}, programs: without('lxc-ls') },
    ['@system BootFailed cloud-init: info', '@system PackagesMissing package lxc: packages-install lxc'],
  ),
  sees(
    'another program installs packages',
    {
      packageLock: 'unattended-upgr (PID 812)',
      packages: {},
      programs: without('lxc-ls', 'chronyd'),
      services: [running('openvswitch-switch.service')],
    },
    [
      '@clock PackagesMissing package chrony: settling',
      '@system PackageManagerBusy package manager: settling',
      '@system PackagesMissing package lxc: depends on host/redis-1@system',
    ],
  ),
  sees('another program installs packages, and none is missing', { packageLock: 'apt-get (PID 9)' }, []),
  sees(
    'another program installs packages, in mode check',
    { packageLock: 'apt-get (PID 9)', packages: {}, programs: without('lxc-ls') },
    ['@system PackagesMissing package lxc: manual'],
    { mode: 'check' },
  ),
  sees(
    'shortly after a boot, packages wait for the clock',
    { synchronized: false, recentlyBooted: true, packages: {}, programs: without('lxc-ls') },
    [
      '@clock ClockNotSynchronized clock: settling',
      '@system ClockNotSynchronized clock before packages: settling',
      '@system PackagesMissing package lxc: depends on host/redis-1@system',
    ],
  ),
  sees(
    'where no time server is reached, packages wait no longer',
    { synchronized: false, packages: {}, programs: without('lxc-ls') },
    ['@clock ClockNotSynchronized clock: info', '@system PackagesMissing package lxc: packages-install lxc'],
  ),
  sees(
    'a package that we installed: its services are masked',
    { installedByUs: ['lxc', 'haproxy'], services: [...prepared.services, running('lxc.service')] },
    [
      '@system ServiceNotMasked lxc-net.service: unit lxc-net.service mask',
      '@system ServiceNotMasked lxc.service: unit lxc.service mask',
    ],
  ),
  sees(
    'an upgrade started a service of a package that we installed: stopped first, except what would stop our containers',
    { installedByUs: ['lxc'], services: [...prepared.services, running('lxc.service'), running('lxc-net.service')] },
    [
      '@system ServiceNotMasked lxc-net.service: unit lxc-net.service stop,unit lxc-net.service mask',
      '@system ServiceNotMasked lxc.service: unit lxc.service mask',
    ],
  ),
  sees(
    'its services are masked, and lxc.service runs until the next boot',
    {
      installedByUs: ['lxc'],
      services: [...prepared.services, running('lxc.service')],
      masked: ['lxc.service', 'lxc-net.service'],
    },
    [],
  ),
  sees(
    'services of a package that somebody else installed',
    { services: [...prepared.services, running('lxc-net.service')] },
    [],
  ),
  sees(
    'services of a package that we installed, in mode check',
    { installedByUs: ['lxc'], masked: ['lxc.service'] },
    ['@system ServiceNotMasked lxc-net.service: manual'],
    { mode: 'check' },
  ),
  sees('a repository as declared', { files: repositoryFiles }, [], { repositories: [repository] }),
  sees(
    'no repository yet: packages depend on it',
    { packages: {}, programs: without('lxc-ls') },
    [
      '@system PackagesMissing package lxc: depends on host/redis-1@system',
      '@system RepositoryMissing repository ours: package-repository',
    ],
    { repositories: [repository] },
  ),
  sees(
    'a repository with another key',
    { files: repositoryFiles.map((file) => (file.path === key ? { ...file, sha256: digest('theirs') } : file)) },
    ['@system RepositoryKeyDiffers repository ours: package-repository'],
    { repositories: [repository] },
  ),
  sees(
    'a repository without its key',
    { files: repositoryFiles.filter(({ path }) => path !== key) },
    ['@system RepositoryMissing repository ours: package-repository'],
    { repositories: [repository] },
  ),
  sees(
    'a repository with another content',
    { files: repositoryFiles.map((file) => (file.path === list ? { ...file, sha256: digest('theirs') } : file)) },
    ['@system RepositoryDiffers repository ours: package-repository'],
    { repositories: [repository] },
  ),
  sees('a repository for other systems', release('ubuntu', '24.04'), [], { repositories: [repository] }),
];

function findings({ seen, preparation }: Pick<Case, 'seen' | 'preparation'>): readonly Finding[] {
  const fleet = fleetOf(plainFleet);
  const changed: Fleet = {
    ...fleet,
    cluster: { ...fleet.cluster, preparation: { ...fleet.cluster.preparation, ...preparation } },
  };
  // Kernel settings have tests of their own.
  const parts = host.items(changed, new Map()).filter(({ subject }) => /^host\/redis-1@(?!settings)/.test(subject));
  return parts.flatMap((part) => part.diff((() => seen) as FactLookup));
}

function summary({ subject, reason, field, impacts, remedy }: Finding): string {
  const impacted = impacts.length ? ` [${impacts.join()}]` : '';
  return `${subject.replace('host/redis-1', '')} ${reason} ${field}: ${how(remedy)}${impacted}`;
}

function how(remedy: Remedy): string {
  if (remedy.by === 'action') return remedy.actions.map((one) => argumentsOf(JSON.parse(actionKey(one)))).join();
  if (remedy.by !== 'waiting') return remedy.by;
  return remedy.dependsOn ? `depends on ${remedy.dependsOn}` : remedy.cause;
}

function argumentsOf(action: {
  operation: string;
  packages?: readonly { name: string; version?: string }[];
  unit?: string;
  order?: string;
}): string {
  const packages = (action.packages ?? []).map(({ name, version }) => (version ? `${name}=${version}` : name));
  return [action.operation, ...packages, action.unit, action.order].filter(Boolean).join(' ');
}

describe('host: its operating system', () => {
  for (const one of cases)
    it(one.why, () => expect(findings(one).map(summary).sort()).to.deep.equal([...one.found].sort()));

  const values = (change: Partial<SystemFacts>, preparation = {}) =>
    findings({ seen: present({ ...prepared, ...change }), preparation }).map(({ have, want }) => `${have} -> ${want}`);

  it('shows what is there, and what should be', () => {
    expect(values(release('debian', '11', 'Debian GNU/Linux 11'))).to.deep.equal([
      'Debian GNU/Linux 11 -> Debian 12 or Debian 13 or Ubuntu 22.04 or Ubuntu 24.04 or Rocky Linux 9 or Amazon Linux 2023 or CentOS 6 or OpenVZ 7',
    ]);
    expect(values({ halfConfigured: ['lxc'] })).to.deep.equal(['half-configured -> installed']);
    expect(values({ programs: without('lxc-ls') })).to.deep.equal(['installed without lxc-ls -> installed']);
    expect(values({ packages: { 'openvswitch-switch': '2.3.0-1' } })).to.deep.equal(['2.3.0-1 -> 2.7 or later']);
    expect(values({}, { versions: { lxc: '1:5.0.9-1' } })).to.deep.equal(['1:5.0.2-1+deb12u4 -> 1:5.0.9-1']);
    const service = { ...running('openvswitch-switch.service', 'failed'), enabled: false };
    expect(values({ services: [service, running('chrony.service')] })).to.deep.equal([
      'not enabled, failed -> enabled, active',
    ]);
    expect(values({ services: [running('openvswitch-switch.service')] })).to.deep.equal([
      'none active -> chrony.service enabled, active',
    ]);
    const foreign = { ...asDeclared, path: key, sha256: digest('theirs') };
    expect(values({ files: [...repositoryFiles.slice(0, 1), foreign] }, { repositories: [repository] })).to.deep.equal([
      `key with SHA-256 ${digest('theirs').slice(0, 12)}… -> key with SHA-256 ${digest('key').slice(0, 12)}…`,
    ]);
  });
});
