import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { dnfInstall } from '../../../../reconcilers/operations/host/packages-dnf.ts';

/** What dnf 4.14 printed for a repository of four packages. */
const captured = (name: string) => readFileSync(new URL(`captured/dnf-${name}.txt`, import.meta.url), 'utf8');

/** What dnf answers to --assumeno (always with exit code 1, as the real one), and to -y. */
interface Answers {
  readonly assumeno: string;
  readonly yes?: { readonly out: string; readonly code: number };
}

describe('packages by dnf', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dnf-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function install({ assumeno, yes = { out: 'Complete!\n', code: 0 } }: Answers, ...packages: string[]) {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(folder, 'assumeno'), assumeno);
    writeFileSync(join(folder, 'yes'), yes.out);
    writeFileSync(
      join(bin, 'dnf'),
      `#!/bin/sh
echo "$*" >>'${folder}/calls'
case " $* " in *' --assumeno '*) cat '${folder}/assumeno'; exit 1 ;; esac
cat '${folder}/yes'
exit ${yes.code}
`,
    );
    chmodSync(join(bin, 'dnf'), 0o755);
    const script = dnfInstall.replaceAll('/run/ec2-redis-operator/', `${folder}/`);
    const { status, stderr } = spawnSync('sh', ['-c', `set -eu\n${script}`, 'sh', ...packages], {
      encoding: 'utf8',
      env: { PATH: `${bin}:/usr/bin:/bin` },
    });
    const calls = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
    return { status, stderr: stderr.trim(), calls };
  }

  it('installs what changes no installed package', () => {
    const { status, stderr, calls } = install({ assumeno: captured('new') }, 'keepalived');
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
    expect(calls).to.deep.equal([
      '--color=never --assumeno install -- keepalived',
      '--color=never -y install -- keepalived',
    ]);
  });

  it('upgrades nothing', () => {
    const { status, stderr, calls } = install({ assumeno: captured('change') }, 'openvswitch');
    expect(status).to.equal(1);
    expect(stderr).to.equal(
      'it would change installed packages (base ), which is yours to decide. Run on the host at a convenient time: dnf install openvswitch',
    );
    expect(calls).to.have.length(1);
  });

  const refusals: readonly (readonly [why: string, answers: Answers, message: RegExp])[] = [
    [
      'no repository has the package',
      { assumeno: captured('none') },
      /^no package repository of the host provides it: .* dnf: Error: Unable to find a match: nothere$/,
    ],
    [
      'a repository that the package may be in cannot be read',
      { assumeno: captured('bad').replace(/^Ignoring.*/ms, captured('none')) },
      /^a package repository could not be read: .* dnf: Error: Failed to download metadata for repo 'bad'/,
    ],
    [
      'the key is not installed',
      { assumeno: captured('new'), yes: { out: captured('no-key'), code: 1 } },
      /^a package is not signed with the key that the host trusts .* dnf: However, you do not have any GPG public keys installed/,
    ],
    [
      'another dnf runs',
      { assumeno: 'Waiting for process with pid 812 to finish.\n' },
      /^another dnf is running on the host: see ps -C dnf,yum. dnf: Waiting for process with pid 812 to finish\.$/,
    ],
  ];
  for (const [why, answers, message] of refusals)
    it(`says so if ${why}`, () => {
      const { status, stderr } = install(answers, 'nothere');
      expect(status).to.equal(1);
      expect(stderr).to.match(message);
    });
});
