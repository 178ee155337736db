import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { type SystemFacts, system } from '../../../../reconcilers/facts/host/system.ts';
import { reveal } from '../../../../renderers/lib/text.ts';
import { must, run } from '../../../e2e/support/lab.ts';

const args = {
  packages: ['dpkg', 'no-such-package'],
  programs: ['sh', 'no-such-program'],
  units: ['here.service'],
  modules: ['no_such_module', 'nor_this'],
  paths: ['/etc/hostname', '/no/such/file'],
  settings: ['net.core.somaxconn', 'net.ipv4.ip_local_port_range', 'no.such.setting', 'transparent_hugepage'],
  drivers: ['ixgbevf'],
  initramfs: true,
};
/** This machine may not run systemd. */
const systemctl = `systemctl() { printf '%s\\n' 'Id=here.service' 'LoadState=loaded' 'ActiveState=active' 'UnitFileState=enabled' 'NeedDaemonReload=no' '' 'Id=chrony.service' 'ActiveState=inactive'; }\n`;

function factsOf(stdout: string): SystemFacts {
  const seen = system.read({ exit: 0, stdout, stderr: '', truncated: false }, args);
  if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
  return seen.value;
}

const common =
  'kernel 2.6.32\nboot 10c2c61e-2e98-495d-aeb0-85300a3316d1 24\nnext-kernel 2.6.32\nunit Id=a.service\nunit ActiveState=active\n';

describe('the fact system', () => {
  it('is clean under shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], {
      input: reveal(system.script(args)),
      encoding: 'utf8',
    });
    expect(stdout).to.equal('');
  });

  it('reads this machine', async () => {
    const { out } = await must(run(['sh', '-c', systemctl + reveal(system.script(args))]));
    const { release, kernel, packages, programs, services, files, halfConfigured, settings } = factsOf(out);
    expect(release).to.include({ id: 'debian', version: '12' });
    expect(kernel.boot).to.match(/^[0-9a-f-]{36} \d+$/);
    expect(kernel.modules).to.deep.equal([]);
    expect(Object.keys(packages)).to.deep.equal(['dpkg']);
    expect([programs, halfConfigured]).to.deep.equal([['sh'], []]);
    expect(services.map(({ unit, active, enabled }) => [unit, active, enabled])).to.deep.equal([
      ['here.service', 'active', true],
      ['chrony.service', 'inactive', false],
    ]);
    expect(Object.keys(settings))
      .to.include.members(['net.core.somaxconn', 'net.ipv4.ip_local_port_range'])
      .and.not.include('no.such.setting');
    expect(settings['net.ipv4.ip_local_port_range']).to.match(/^\d+ \d+$/);
    expect(files.map(({ path }) => path)).to.deep.equal(['/etc/hostname']);
  });

  for (const [stdout, release] of [
    ['os-id ubuntu\nos-version "24.04"\nos-name "Ubuntu 24.04.1 LTS"\n', { id: 'ubuntu', version: '24.04' }],
    ['redhat CentOS release 6.10 (Final)\n', { id: 'centos', version: '6.10' }],
    [
      'os-id "virtuozzo"\nos-version "7"\nredhat Virtuozzo Linux release 7.9.0 (1762)\n',
      { id: 'virtuozzo', version: '7.9.0' },
    ],
    ['os-id "rocky"\nos-version "9.4"\nredhat Rocky Linux release 9.4 (Blue Onyx)\n', { id: 'rocky', version: '9.4' }],
  ] as const)
    it(`recognizes ${release.id} ${release.version}`, () =>
      expect(factsOf(stdout + common).release).to.include(release));

  it('does not count a package that is not configured', () => {
    const { packages, halfConfigured } = factsOf(
      `os-id debian\n${common}package half-configured lxc 1:5.0.2\npackage installed socat 1.7\npackage config-files haproxy 2.6\n`,
    );
    expect([packages, halfConfigured]).to.deep.equal([{ socat: '1.7' }, ['lxc']]);
  });

  it('reads the choice in brackets, or the whole word', () => {
    const { settings } = factsOf(
      `os-id debian\n${common}setting transparent_hugepage always [madvise] never\nsetting vm.overcommit_memory 1\n`,
    );
    expect(settings).to.deep.equal({ transparent_hugepage: 'madvise', 'vm.overcommit_memory': '1' });
  });

  it('counts a unit as masked if it is on disk and in memory, and reads which packages we installed', () => {
    const unit = (id: string, load: string, file: string) =>
      `unit Id=${id}\nunit LoadState=${load}\nunit ActiveState=inactive\nunit UnitFileState=${file}\nunit \n`;
    const units =
      unit('b.service', 'masked', 'masked') +
      unit('c.service', 'masked', 'enabled') +
      unit('d.service', 'loaded', 'masked');
    const { masked, installedByUs } = factsOf(
      `os-id debian\n${units}${common}installed-by-us lxc\ninstalled-by-us haproxy\n`,
    );
    expect([masked, installedByUs]).to.deep.equal([['b.service'], ['lxc', 'haproxy']]);
  });

  it('without an operating system, is unknown', () =>
    expect(system.read({ exit: 0, stdout: common, stderr: '', truncated: false }, args)).to.include({
      state: 'unknown',
    }));
});
