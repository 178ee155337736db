import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { type SystemFacts, system } from '../../../reconcilers/questions/system.ts';
import { reveal } from '../../../renderers/text.ts';
import { must, run } from '../../lab/support/lab.ts';

const ask = {
  packages: ['dpkg', 'no-such-package'],
  programs: ['sh', 'no-such-program'],
  units: ['here.service'],
  modules: ['no_such_module', 'nor_this'],
  paths: ['/etc/hostname', '/no/such/file'],
  drivers: ['ixgbevf'],
  initramfs: true,
};
/** This machine need not run systemd. */
const systemctl = `systemctl() { printf '%s\\n' 'Id=here.service' 'LoadState=loaded' 'ActiveState=active' 'UnitFileState=enabled' 'NeedDaemonReload=no' '' 'Id=chrony.service' 'ActiveState=inactive'; }\n`;

function factsOf(stdout: string): SystemFacts {
  const seen = system.read({ exit: 0, stdout, stderr: '', truncated: false }, ask);
  if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
  return seen.value;
}

const ground =
  'kernel 2.6.32\nboot 10c2c61e-2e98-495d-aeb0-85300a3316d1 24\nnext-kernel 2.6.32\nunit Id=a.service\nunit ActiveState=active\n';

describe('the question system', () => {
  it('is clean under shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], {
      input: reveal(system.script(ask)),
      encoding: 'utf8',
    });
    expect(stdout).to.equal('');
  });

  it('reads what this machine says of itself', async () => {
    const { out } = await must(run(['sh', '-c', systemctl + reveal(system.script(ask))]));
    const { release, kernel, packages, programs, services, files, halfway } = factsOf(out);
    expect(release).to.include({ id: 'debian', version: '12' });
    expect(kernel.boot).to.match(/^[0-9a-f-]{36} \d+$/);
    expect(kernel.modules).to.deep.equal([]);
    expect(Object.keys(packages)).to.deep.equal(['dpkg']);
    expect([programs, halfway]).to.deep.equal([['sh'], []]);
    expect(services.map(({ unit, active, enabled }) => [unit, active, enabled])).to.deep.equal([
      ['here.service', 'active', true],
      ['chrony.service', 'inactive', false],
    ]);
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
    it(`knows ${release.id} ${release.version}`, () => expect(factsOf(stdout + ground).release).to.include(release));

  it('counts a package that is not set up as not there', () => {
    const { packages, halfway } = factsOf(
      `os-id debian\n${ground}package half-configured lxc 1:5.0.2\npackage installed socat 1.7\npackage config-files haproxy 2.6\n`,
    );
    expect([packages, halfway]).to.deep.equal([{ socat: '1.7' }, ['lxc']]);
  });

  it('without a word of what system it is, is unknown', () =>
    expect(system.read({ exit: 0, stdout: ground, stderr: '', truncated: false }, ask)).to.include({
      state: 'unknown',
    }));
});
