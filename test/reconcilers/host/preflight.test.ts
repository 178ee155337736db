import { expect } from 'chai';
import type { Preparation } from '../../../crds/fleet.ts';
import type { FactLookup } from '../../../reconcilers/contract/reconciler.ts';
import type { PreparationFacts } from '../../../reconcilers/facts/host/preparation.ts';
import type { SystemFacts } from '../../../reconcilers/facts/host/system.ts';
import { type Observation, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { type PreparationNeeds, preparationNeeds, preparationObstacles } from '../../../reconcilers/host/preflight.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';

const release = (id: string, version: string) => ({ release: { id, version, name: '' } });

/** A host on which nothing is installed. */
const bare: SystemFacts = {
  ...release('debian', '12'),
  kernel: { running: '6.1.0-57-cloud-amd64', atBoot: undefined, boot: '1 24', modules: [], rebooted: undefined },
  nic: { driver: 'ena', kernel: '6.1.0-57-cloud-amd64', modules: [], initramfs: undefined },
  selinux: undefined,
  packages: {},
  halfConfigured: [],
  programs: ['ethtool', 'mke2fs', 'resize2fs'],
  installedByUs: [],
  masked: [],
  settings: {},
  services: [],
  synchronized: undefined,
  cloudInit: undefined,
  packageLock: undefined,
  recentlyBooted: false,
  files: [],
};
const chrony = { unit: 'chrony.service', loaded: true, active: 'active', enabled: true, needsDaemonReload: false };
const everything: Partial<SystemFacts> = {
  packages: { 'openvswitch-switch': '3.1.0-2' },
  programs: [...bare.programs, 'ovs-vsctl', 'ovs-vswitchd', 'lxc-ls', 'lxc-start'],
  services: [chrony],
};

interface Options {
  readonly datapath?: 'system' | 'netdev';
  readonly preparation?: Partial<Preparation>;
}

/** What redis-2 needs, if that is what it looks like; the other hosts do not answer. */
function needsOf(change: Partial<SystemFacts>, { datapath = 'netdev', preparation = {} }: Options = {}) {
  const fleet = fleetOf({ ...plainFleet, datapath });
  const cluster = { ...fleet.cluster, preparation: { ...fleet.cluster.preparation, ...preparation } };
  const lookup = ((request: { readonly host: string }) =>
    request.host === 'redis-2' ? present({ ...bare, ...change }) : unknown('no answer')) as unknown as FactLookup;
  return preparationNeeds({ ...fleet, cluster }, new Map(), lookup);
}

/** Its findings: reason, field, remedy, and its message. */
function obstacles(needs: readonly PreparationNeeds[], seen: Observation<PreparationFacts>) {
  return needs
    .flatMap((need) => preparationObstacles(need, seen))
    .map(({ subject, reason, field, have, remedy }) => {
      expect(subject).to.equal('host/redis-2@system');
      return { line: `${reason} ${field} (${have}): ${remedy.by}`, message: 'message' in remedy ? remedy.message : '' };
    });
}

const kernel = { release: '6.1.0-57-cloud-amd64', hasFolder: true, missing: [] };
const got = (change: Partial<PreparationFacts>) => present({ packages: {}, unread: [], kernel, ...change });
const has = (...versions: string[]) => ({ candidate: versions.at(-1), versions });

describe('what the preparation of a host needs', () => {
  it('is asked of a host that answers, and names what is not installed, the time sync daemon included', () => {
    const needs = needsOf({});
    expect(needs.map(({ request }) => request)).to.deep.equal([
      {
        fact: 'preparation',
        host: 'redis-2',
        manager: 'apt',
        packages: ['openvswitch-switch', 'lxc', 'chrony'],
        modules: [],
      },
    ]);
  });

  it('is not asked of a host that has everything, that boots for the first time, or that is refused', () => {
    expect(needsOf(everything)).to.deep.equal([]);
    expect(needsOf({ cloudInit: { status: 'running' } })).to.deep.equal([]);
    expect(needsOf(release('debian', '11'))).to.deep.equal([]);
    expect(needsOf(release('virtuozzo', '7.9.0'))).to.deep.equal([]);
  });

  it('no package is looked up where nothing would be installed', () => {
    expect(needsOf({}, { preparation: { mode: 'check' } })).to.deep.equal([]);
  });

  it('with the kernel datapath, its module and that of the tunnels are asked for, unless they are loaded', () => {
    const modulesWith = (modules: readonly string[]) =>
      needsOf({ ...everything, kernel: { ...bare.kernel, modules } }, { datapath: 'system' }).flatMap(
        ({ request }) => request.modules,
      );
    expect(modulesWith([])).to.deep.equal(['openvswitch', 'ip_gre']);
    expect(modulesWith(['openvswitch'])).to.deep.equal(['ip_gre']);
  });
});

describe('what would stop the preparation of a host', () => {
  const all = { 'openvswitch-switch': has('3.1.0-2'), lxc: has('1:5.0.2-1'), chrony: has('4.3-2') };

  it('is nothing where all can be had', () => {
    expect(obstacles(needsOf({}), got({ packages: all }))).to.deep.equal([]);
  });

  it('is not known where the answer is not', () => {
    expect(obstacles(needsOf({}), unknown('exit 1: E: broken'))).to.deep.equal([
      { line: 'NotObserved preparation (unknown): unknown', message: 'exit 1: E: broken' },
    ]);
  });

  it('is each package that no list has, or that a pin excludes', () => {
    const { lxc: _, ...others } = all;
    const packages = { ...others, chrony: { candidate: undefined, versions: ['4.3-2'] } };
    const [first, second, ...more] = obstacles(needsOf({}), got({ packages }));
    expect(more).to.deep.equal([]);
    expect(first?.line).to.equal('PackageNotAvailable source of package lxc (none): manual');
    expect(first?.message).to.match(/redis-2 \(Debian 12\) .* provides lxc: enable .*mirror.*spec\.preparation/);
    expect(second?.line).to.equal('PackageNotAvailable source of package chrony (4.3-2): manual');
    expect(second?.message).to.match(/a pin of redis-2 .* apt-cache policy chrony/);
  });

  it('names the repository that a system usually needs for it', () => {
    const messagesOn = (id: string, version: string) =>
      obstacles(needsOf(release(id, version)), got({})).map(({ message }) => message);
    expect(messagesOn('rocky', '9.6').join()).to.match(/CentOS NFV SIG.*EPEL 9.*dnf makecache/);
    expect(messagesOn('amzn', '2023').join()).to.contain('SPAL');
    expect(messagesOn('ubuntu', '22.04').join()).to.contain('universe');
    expect(messagesOn('ubuntu', '24.04').join()).to.contain('universe');
  });

  it('is a declared version that no list has: exact for apt, with or without its release and epoch for dnf', () => {
    const linesWith = (id: string, version: string, declared: string, listed: string) =>
      obstacles(
        needsOf(release(id, version), { preparation: { versions: { lxc: declared } } }),
        got({ packages: { ...all, openvswitch: has('3.3.0-1.el9'), lxc: has(listed) } }),
      ).map(({ line }) => line);
    const missing = (listed: string) => [`PackageNotAvailable source of package lxc (${listed}): manual`];
    expect(linesWith('debian', '12', '1:5.0.2-1', '1:5.0.2-1')).to.deep.equal([]);
    expect(linesWith('debian', '12', '1:5.0.2', '1:5.0.2-1')).to.deep.equal(missing('1:5.0.2-1'));
    for (const declared of ['4.0.12', '4.0.12-1.el9', '1:4.0.12-1.el9'])
      expect(linesWith('rocky', '9.6', declared, '4.0.12-1.el9'), declared).to.deep.equal([]);
    expect(linesWith('rocky', '9.6', '4.0.1', '4.0.12-1.el9')).to.deep.equal(missing('4.0.12-1.el9'));
  });

  it('packages are not tried as long as lists are not fetched, or a declared repository is not there', () => {
    const packages = { chrony: has('4.3-2') };
    const unread = obstacles(needsOf({}), got({ packages, unread: ['http://deb.debian.org/debian/'] }));
    expect(unread.map(({ line }) => line)).to.deep.equal([
      'PackageNotTried sources of packages (openvswitch-switch, lxc): info',
    ]);
    expect(unread[0]?.message).to.match(/no package lists of http:\/\/deb\.debian\.org\/debian\/ .* apt-get update/);
    const repositories = [
      {
        name: 'ours',
        system: 'debian-12',
        url: 'https://packages.example.com/debian',
        suite: 'bookworm',
        components: ['main'],
        key: { url: 'https://packages.example.com/key.asc', sha256: digest('key') },
      },
    ] as const;
    const declared = obstacles(needsOf({}, { preparation: { repositories } }), got({ packages }));
    expect(declared.map(({ line }) => line)).to.deep.equal([
      'PackageNotTried sources of packages (openvswitch-switch, lxc): info',
    ]);
    expect(declared[0]?.message).to.contain('repository ours');
  });

  it('is a kernel without a module, with the package that has it', () => {
    const linesOn = (id: string, version: string, hasFolder = true) =>
      obstacles(
        needsOf(
          { ...release(id, version), services: [chrony] },
          { datapath: 'system', preparation: { mode: 'check' } },
        ),
        got({ kernel: { release: '6.8.0-1062-aws', hasFolder, missing: ['openvswitch', 'ip_gre'] } }),
      );
    const [switching, tunnels] = linesOn('ubuntu', '24.04');
    expect(switching?.line).to.equal('KernelModuleMissing kernel with openvswitch (not in 6.8.0-1062-aws): manual');
    expect(switching?.message).to.match(/no tenant .* linux-modules-extra-6\.8\.0-1062-aws.* mesh\.datapath: netdev/);
    expect(tunnels?.line).to.equal('KernelModuleMissing kernel with ip_gre (not in 6.8.0-1062-aws): manual');
    expect(tunnels?.message).to.match(/no GRE tunnel/);
    expect(linesOn('rocky', '9.6')[0]?.message).to.contain('kernel-modules-extra-');
    expect(linesOn('debian', '13')[0]?.message).to.contain('linux-image-amd64');
    const [contained] = linesOn('debian', '12', false);
    expect(contained?.line).to.equal(
      'KernelModuleMissing kernel with openvswitch (no modules of 6.8.0-1062-aws): manual',
    );
    expect(contained?.message).to.match(/a container, or its kernel was replaced/);
  });
});
