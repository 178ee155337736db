import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type PreparationArgs, preparation } from '../../../../reconcilers/facts/host/preparation.ts';
import { reveal } from '../../../../renderers/lib/text.ts';

const kernel = 'kernel-release 6.1.0-57-cloud-amd64\nkernel-folder there\n';
const answer = (stdout: string, args: Partial<PreparationArgs> = {}) => {
  const request = { manager: 'apt', packages: [], modules: [], ...args } as const;
  return preparation.read({ exit: 0, stdout, stderr: '', truncated: false }, request);
};
const factsIn = (seen: ReturnType<typeof answer>) =>
  seen.state === 'present' ? seen.value : expect.fail(JSON.stringify(seen));
const policy = (text: string) =>
  text
    .split('\n')
    .map((line) => `apt-policy ${line}\n`)
    .join('');

/** As apt-cache policy prints them, in the order of the question; it prints nothing about a name that no list has. */
const policies: Readonly<Record<string, string>> = {
  'debian-12': `openvswitch-switch:
  Installed: (none)
  Candidate: 3.1.0-2+deb12u1
  Version table:
     3.1.0-2+deb12u1 500
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
        500 http://deb.debian.org/debian-security bookworm-security/main amd64 Packages`,
  'debian-13': `openvswitch-switch:
  Installed: (none)
  Candidate: 3.5.0-1+b1
  Version table:
     3.5.0-1+b1 500
        500 mirror+file:/etc/apt/mirrors/debian.list trixie/main amd64 Packages`,
  'ubuntu-22.04': `openvswitch-switch:
  Installed: (none)
  Candidate: 2.17.9-0ubuntu0.22.04.1
  Version table:
     2.17.9-0ubuntu0.22.04.1 500 (phased 20%)
        500 http://eu-central-1.ec2.archive.ubuntu.com/ubuntu jammy-updates/main amd64 Packages
     2.17.0-0ubuntu1 500
        500 http://eu-central-1.ec2.archive.ubuntu.com/ubuntu jammy/main amd64 Packages`,
  'ubuntu-24.04': `openvswitch-switch:
  Installed: (none)
  Candidate: 3.3.0-1ubuntu3
  Version table:
     3.3.0-1ubuntu3.2 -1
        500 http://eu-central-1.ec2.archive.ubuntu.com/ubuntu noble-updates/main amd64 Packages
     3.3.0-1ubuntu3 500
        500 http://eu-central-1.ec2.archive.ubuntu.com/ubuntu noble/main amd64 Packages`,
};

describe('the fact preparation', () => {
  for (const [system, text] of Object.entries(policies))
    it(`reads what apt prints on ${system}`, () => {
      const { packages, unread } = factsIn(answer(kernel + policy(text), { packages: ['openvswitch-switch', 'lxc'] }));
      expect(unread).to.deep.equal([]);
      expect(Object.keys(packages)).to.deep.equal(['openvswitch-switch']);
      const [, candidate = ''] = /Candidate: (.*)/.exec(text) ?? [];
      expect(packages['openvswitch-switch']?.candidate).to.equal(candidate);
      expect(packages['openvswitch-switch']?.versions).to.include(candidate);
    });

  it('knows a package that is pinned, and one that is only half there', () => {
    const text = `lxc:
  Installed: (none)
  Candidate: (none)
  Package pin: 1:5.0.2-1+deb12u4
  Version table:
     1:5.0.2-1+deb12u4 -1
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
mail-transport-agent:
  Installed: (none)
  Candidate: (none)
  Version table:`;
    expect(factsIn(answer(kernel + policy(text))).packages).to.deep.equal({
      lxc: { candidate: undefined, versions: ['1:5.0.2-1+deb12u4'] },
      'mail-transport-agent': { candidate: undefined, versions: [] },
    });
  });

  for (const [system, version] of [
    ['Rocky Linux 9', '2.4.22-3.el9_5.1'],
    ['Amazon Linux 2023', '2.8.3-1.amzn2023.0.3'],
  ] as const)
    it(`reads what dnf prints on ${system}`, () => {
      const rows = `dnf-package - haproxy ${version}\ndnf-package openvswitch openvswitch3.3 3.3.0-40.el9s\ndnf-unread epel\ndnf-unread epel\n`;
      expect(factsIn(answer(kernel + rows, { manager: 'dnf' }))).to.deep.include({
        packages: {
          haproxy: { candidate: version, versions: [version] },
          openvswitch: { candidate: '3.3.0-40.el9s', versions: ['3.3.0-40.el9s'] },
        },
        unread: ['epel'],
      });
    });

  it('is unknown, with the reason, where an answer cannot be read', () => {
    for (const [args, stdout] of [
      [{}, 'kernel-folder there\n'],
      [{}, 'kernel-release $(reboot)\nkernel-folder there\n'],
      [{}, 'kernel-release 6.1.0\n'],
      [{ modules: ['openvswitch'] }, kernel],
      [{ modules: ['openvswitch'] }, `${kernel}kernel-module openvswitch perhaps\n`],
      [{}, `${kernel}apt-policy   Candidate: 1\n`],
      [{}, `${kernel}${policy('lxc:\n  Candidate: 1\nE: something else')}`],
      [{}, `${kernel}apt-source half http://deb.debian.org/\n`],
      [{ manager: 'dnf' }, `${kernel}dnf-package - haproxy\n`],
      [{ manager: 'dnf' }, `${kernel}dnf-package - ha;proxy 1-1\n`],
    ] as const)
      expect(answer(stdout, args), stdout).to.deep.include({ state: 'unknown' });
    const failed = { exit: 1, stdout: kernel, stderr: 'E: Malformed line 1 in source list\n', truncated: false };
    expect(preparation.read(failed, { manager: 'apt', packages: ['lxc'], modules: [] })).to.deep.include({
      reason: 'exit 1: E: Malformed line 1 in source list',
    });
  });
});

describe('the script of the fact preparation', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'preparation-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const environment = () => ({
    LC_ALL: 'C',
    PATH: `${root}/bin:${process.env['PATH']}`,
    APT_CONFIG: join(root, 'apt.conf'),
  });
  /** Runs it for real. */
  const seen = (args: Partial<PreparationArgs>) => {
    const request = { manager: undefined, packages: [], modules: [], ...args };
    const script = reveal(preparation.script(request)).replaceAll(/(?<=[\s"=])\/(lib|sys|boot|proc)\//g, `${root}/$1/`);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { env: environment(), encoding: 'utf8' });
    return preparation.read({ exit: status ?? 1, stdout, stderr, truncated: false }, request);
  };

  for (const manager of ['apt', 'dnf'] as const)
    it(`of ${manager} is clean under shellcheck`, () => {
      const request = { manager, packages: ['lxc', "o'neill"], modules: ['openvswitch', 'ip_gre'] };
      const input = reveal(preparation.script(request));
      expect(spawnSync('shellcheck', ['-s', 'sh', '-'], { input, encoding: 'utf8' }).stdout).to.equal('');
    });

  describe('with the apt of this machine', () => {
    const entry = (name: string, version: string) =>
      `Package: ${name}\nVersion: ${version}\nArchitecture: all\nFilename: ./${name}.deb\nSize: 1\nSHA256: ${'0'.repeat(64)}\n\n`;
    const update = () => spawnSync('apt-get', ['-q', 'update'], { env: environment(), encoding: 'utf8' });
    beforeEach(() => {
      const folder = (name: string) => mkdirSync(join(root, name), { recursive: true });
      for (const name of ['lists/partial', 'cache/archives/partial', 'etc', 'repository']) folder(name);
      put(
        'apt.conf',
        `Dir::State::Lists "${root}/lists"; Dir::Cache "${root}/cache"; Dir::Etc "${root}/etc"; APT::Sandbox::User "root";\n`,
      );
      put('repository/Packages', entry('zz-first', '1.0-1') + entry('zz-second', '2.0-1'));
      put('etc/sources.list', `deb [trusted=yes] file:${root}/repository ./\n`);
    });
    const packages = ['zz-first', 'zz-second', 'zz-third'];

    it('knows no package of a repository without lists, and says so', () => {
      const value = factsIn(seen({ manager: 'apt', packages }));
      expect(value).to.deep.include({ packages: {}, unread: [`file:${root}/repository/./`] });
    });

    it('knows what the lists have, and what a pin excludes; it changes nothing', () => {
      update();
      put('etc/preferences', 'Package: zz-second\nPin: release *\nPin-Priority: -1\n');
      const files = () => readdirSync(root, { recursive: true }).sort();
      const before_ = files();
      expect(factsIn(seen({ manager: 'apt', packages }))).to.deep.include({
        packages: {
          'zz-first': { candidate: '1.0-1', versions: ['1.0-1'] },
          'zz-second': { candidate: undefined, versions: ['2.0-1'] },
        },
        unread: [],
      });
      expect(files()).to.deep.equal(before_);
    });

    it('does not show the credentials of a repository', () => {
      put('etc/sources.list', 'deb https://name:secret@packages.example.com/debian bookworm main\n');
      expect(factsIn(seen({ manager: 'apt', packages })).unread).to.deep.equal([
        'https://packages.example.com/debian/dists/bookworm/',
      ]);
    });

    it('knows no repository and no package where none is configured', () => {
      put('etc/sources.list', '');
      expect(factsIn(seen({ manager: 'apt', packages }))).to.deep.include({ packages: {}, unread: [] });
    });

    it('is unknown where apt cannot read its sources', () => {
      put('etc/sources.list', 'dep nonsense\n');
      expect(seen({ manager: 'apt', packages })).to.deep.include({ state: 'unknown' });
    });
  });

  describe('with a dnf that answers as dnf 4.14 does', () => {
    const dnf = (body: string) => {
      put('bin/dnf', `#!/bin/sh\necho "$*" >>"${root}/asked"\n${body}\n`);
      chmodSync(join(root, 'bin/dnf'), 0o755);
    };
    const packages = ['haproxy', 'openvswitch', 'lxc'];

    it('asks for all names at once, and for what provides those that are missing', () => {
      dnf(`case "$*" in
  *"--whatprovides openvswitch") echo 'dnf-package openvswitch openvswitch3.3 3.3.0-40.el9s' ;;
  *--whatprovides*) ;;
  *) printf '%s\\n' 'dnf-package - haproxy 2.4.17-3.el9' 'dnf-package - haproxy 2.4.22-3.el9' ;;
esac`);
      expect(factsIn(seen({ manager: 'dnf', packages }))).to.deep.include({
        packages: {
          haproxy: { candidate: '2.4.22-3.el9', versions: ['2.4.17-3.el9', '2.4.22-3.el9'] },
          openvswitch: { candidate: '3.3.0-40.el9s', versions: ['3.3.0-40.el9s'] },
        },
        unread: [],
      });
    });

    it('names a repository that is not in its cache, whether dnf goes on without it or not', () => {
      const error = `echo "Error: Cache-only enabled but no cache for 'epel'" >&2`;
      dnf(`${error}\nexit 1`);
      expect(factsIn(seen({ manager: 'dnf', packages }))).to.deep.include({ packages: {}, unread: ['epel'] });
      dnf(`${error}\necho 'Ignoring repositories: epel' >&2\necho 'dnf-package - haproxy 2.4.22-3.el9'`);
      const { unread, packages: known } = factsIn(seen({ manager: 'dnf', packages }));
      expect([unread, Object.keys(known)]).to.deep.equal([['epel'], ['haproxy']]);
    });

    it('is unknown, with the words of dnf, where it fails', () => {
      const words = 'Error: There are no enabled repositories in "/etc/yum.repos.d".';
      dnf(`echo '${words}' >&2\nexit 1`);
      expect(seen({ manager: 'dnf', packages })).to.deep.equal({ state: 'unknown', reason: `exit 1: ${words}` });
    });
  });

  describe('about the kernel', () => {
    const release = spawnSync('uname', ['-r'], { encoding: 'utf8' }).stdout.trim();
    const modules = ['openvswitch', 'ip_gre'];
    const missing = () => {
      const value = factsIn(seen({ modules }));
      expect(value.kernel.release).to.equal(release);
      return [value.kernel.hasFolder, ...value.kernel.missing];
    };

    it('knows modules that are loaded, can be loaded (compressed or not), or are built in', () => {
      put(
        `lib/modules/${release}/modules.dep`,
        'kernel/net/openvswitch/vport-gre.ko.xz: kernel/net/openvswitch/openvswitch.ko.xz\n',
      );
      expect(missing()).to.deep.equal([true, 'openvswitch', 'ip_gre']);
      put(
        `lib/modules/${release}/modules.dep`,
        'kernel/net/openvswitch/openvswitch.ko.zst: kernel/net/nsh/nsh.ko.zst\n',
      );
      expect(missing()).to.deep.equal([true, 'ip_gre']);
      put(`lib/modules/${release}/modules.builtin`, 'kernel/net/ipv4/ip_gre.ko\n');
      expect(missing()).to.deep.equal([true]);
      put(`lib/modules/${release}/modules.dep`, '');
      put('sys/module/openvswitch/refcnt', '0\n');
      expect(missing()).to.deep.equal([true]);
    });

    it('a kernel without that folder has what its configuration says is built in', () => {
      expect(missing()).to.deep.equal([false, 'openvswitch', 'ip_gre']);
      put(`boot/config-${release}`, 'CONFIG_OPENVSWITCH=m\nCONFIG_NET_IPGRE=y\n');
      expect(missing()).to.deep.equal([false, 'openvswitch']);
    });
  });
});
