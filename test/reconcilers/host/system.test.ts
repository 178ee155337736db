import { expect } from 'chai';
import type { Fleet, Preparation } from '../../../crds/fleet.ts';
import { host } from '../../../reconcilers/host/host.ts';
import { type Observation, present, unknown } from '../../../reconcilers/observation.ts';
import type { SystemFacts } from '../../../reconcilers/questions/system.ts';
import type { UnitFacts } from '../../../reconcilers/questions/units.ts';
import type { Seen } from '../../../reconcilers/reconciler.ts';
import { keyOfAction } from '../../../reconcilers/verbs/index.ts';
import { packageRepository, repositoryPlaces } from '../../../renderers/package-repository.ts';
import { digest } from '../../../renderers/text.ts';
import { fleetOf, plainFleet } from '../../support/fleets.ts';

const running = (unit: string, active = 'active'): UnitFacts => ({
  ...{ unit, loaded: true, active, enabled: true, needsDaemonReload: false },
});
const ours = ['ovs-vsctl', 'ovs-vswitchd', 'ethtool', 'mke2fs', 'resize2fs', 'lxc-ls', 'lxc-start', 'chronyd'];

/** A Redis host that has everything. */
const prepared: SystemFacts = {
  release: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
  kernel: { running: '6.1.0', atBoot: undefined, boot: '1 24', modules: [], rebooted: undefined },
  card: { driver: 'ena', kernel: '6.1.0', modules: [], initramfs: undefined },
  selinux: undefined,
  packages: { 'openvswitch-switch': '3.1.0-2+deb12u1', lxc: '1:5.0.2-1+deb12u4', chrony: '4.3-2+deb12u1' },
  halfway: [],
  programs: ours,
  services: [running('openvswitch-switch.service'), running('chrony.service')],
  synchronised: true,
  files: [],
};
const without = (...programs: string[]) => ours.filter((program) => !programs.includes(program));
const release = (id: string, version: string, name = '') => ({ release: { id, version, name } });

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
  sees('in order', {}, []),
  { why: 'not in sight', seen: unknown('no answer'), found: ['@system system: could not be seen: blind'] },
  sees('a system that we do not know', release('debian', '11', 'Debian GNU/Linux 11'), [
    '@system system: Debian GNU/Linux 11: operator',
  ]),
  sees('a version that only begins alike', release('ubuntu', '24.10', 'Ubuntu 24.10'), [
    '@system system: Ubuntu 24.10: operator',
  ]),
  sees('Ubuntu 24.04', release('ubuntu', '24.04'), []),
  sees('a system on which the runtime does not run', release('virtuozzo', '7.9.0', 'Virtuozzo Linux release 7.9.0'), [
    '@system system: Virtuozzo Linux release 7.9.0: operator',
  ]),
  sees('a package missing', { packages: {}, programs: without('lxc-ls', 'lxc-start') }, [
    '@system package lxc: missing: packages-install lxc',
  ]),
  sees(
    'a package in a declared version',
    { packages: {}, programs: without('lxc-ls', 'lxc-start') },
    ['@system package lxc: missing: packages-install lxc=1:5.0.2-1'],
    { versions: { lxc: '1:5.0.2-1' } },
  ),
  sees('all that is missing at once', { packages: {}, programs: [], services: [running('chrony.service')] }, [
    ...['openvswitch-switch', 'ethtool', 'e2fsprogs', 'lxc'].map(
      (name) => `@system package ${name}: missing: packages-install openvswitch-switch ethtool e2fsprogs lxc`,
    ),
  ]),
  sees('a package that was being installed', { halfway: ['lxc'] }, [
    '@system package lxc: unpacked, and not set up: packages-install lxc',
  ]),
  sees('a package whose program is gone', { programs: without('lxc-ls') }, [
    '@system package lxc: installed, without lxc-ls: packages-install lxc',
  ]),
  sees('programs that came otherwise', { packages: { chrony: '4.3' } }, []),
  sees(
    'mode check',
    { packages: {}, programs: without('lxc-ls', 'lxc-start') },
    ['@system package lxc: missing: operator'],
    { mode: 'check' },
  ),
  sees('Open vSwitch too old', { packages: { 'openvswitch-switch': '2.3.0-1' } }, [
    '@system version of openvswitch-switch: 2.3.0-1: operator',
  ]),
  sees('Open vSwitch with an epoch, new enough', { packages: { 'openvswitch-switch': '1:2.10.0-1' } }, []),
  sees(
    'another version than declared: named, and nothing waits for it',
    {},
    ['@versions package lxc: 1:5.0.2-1+deb12u4: operator'],
    { versions: { lxc: '1:5.0.9-1' } },
  ),
  sees('the declared version', {}, [], { versions: { lxc: '1:5.0.2-1+deb12u4' } }),
  sees(
    'Open vSwitch stopped',
    { services: [running('openvswitch-switch.service', 'inactive'), running('chrony.service')] },
    ['@system openvswitch-switch.service: enabled, inactive: unit openvswitch-switch.service start [t1]'],
  ),
  sees(
    'Open vSwitch not enabled',
    { services: [{ ...running('openvswitch-switch.service'), enabled: false }, running('chrony.service')] },
    ['@system openvswitch-switch.service: not enabled, active: unit openvswitch-switch.service start'],
  ),
  sees(
    'nobody keeps the clock',
    { services: [running('openvswitch-switch.service'), running('chrony.service', 'inactive')] },
    ['@clock clock: nobody keeps it (chrony.service does not run): unit chrony.service start'],
  ),
  sees(
    'the clock kept until the next boot',
    { services: [running('openvswitch-switch.service'), { ...running('ntpsec.service'), enabled: false }] },
    ['@clock clock: by ntpsec.service, which is not enabled: unit ntpsec.service start'],
  ),
  sees(
    'nothing that could keep the clock',
    { packages: {}, programs: without('chronyd'), services: [running('openvswitch-switch.service')] },
    ['@clock package chrony: missing: packages-install chrony'],
  ),
  sees(
    'the clock kept by another',
    {
      packages: {},
      programs: without('chronyd'),
      services: [running('openvswitch-switch.service'), running('systemd-timesyncd.service')],
    },
    [],
  ),
  sees('the clock kept, and not synchronised', { synchronised: false }, ['@clock clock: not synchronised: notice']),
  sees('a repository as declared', { files: repositoryFiles }, [], { repositories: [repository] }),
  sees(
    'no repository yet: what is missing waits for it',
    { packages: {}, programs: without('lxc-ls') },
    ['@system package lxc: missing: waiting', '@system repository ours: not there: package-repository'],
    { repositories: [repository] },
  ),
  sees(
    'a repository with another key',
    { files: repositoryFiles.map((file) => (file.path === key ? { ...file, sha256: digest('theirs') } : file)) },
    [`@system repository ours: with another key (SHA-256 ${digest('theirs').slice(0, 12)}…): package-repository`],
    { repositories: [repository] },
  ),
  sees('a repository for other systems', release('ubuntu', '24.04'), [], { repositories: [repository] }),
];

function findings({ seen, preparation }: Case): readonly string[] {
  const fleet = fleetOf(plainFleet);
  const changed: Fleet = {
    ...fleet,
    cluster: { ...fleet.cluster, preparation: { ...fleet.cluster.preparation, ...preparation } },
  };
  const parts = host.items(changed, new Map()).filter(({ subject }) => subject.startsWith('host/redis-1@'));
  return parts
    .flatMap((part) => part.diff((() => seen) as Seen))
    .map(({ subject, field, have, hurts, remedy }) => {
      const what =
        remedy.by === 'action' ? remedy.actions.map((one) => wordsOf(JSON.parse(keyOfAction(one)))).join() : remedy.by;
      return `${subject.replace('host/redis-1', '')} ${field}: ${have}: ${what}${hurts.length ? ` [${hurts.join()}]` : ''}`;
    })
    .sort();
}

function wordsOf(action: {
  verb: string;
  packages?: readonly { name: string; version?: string }[];
  unit?: string;
  order?: string;
}): string {
  const packages = (action.packages ?? []).map(({ name, version }) => (version ? `${name}=${version}` : name));
  return [action.verb, ...packages, action.unit, action.order].filter(Boolean).join(' ');
}

describe('host: its system', () => {
  for (const one of cases) it(one.why, () => expect(findings(one)).to.deep.equal([...one.found].sort()));
});
