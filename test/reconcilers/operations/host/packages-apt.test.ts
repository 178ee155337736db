import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { reveal } from '../../../../renderers/lib/text.ts';
import { hostScript } from '../../../support/host-script.ts';

/** The real script, with apt-get(8) and dpkg(1) that print what the real ones print, and a sleep(1) that only records its call. */
describe('packages are installed with apt', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'apt-'));
    mkdirSync(join(root, 'run'));
    program('dpkg', '');
    program('dpkg-query', 'exit 1');
    program('sleep', 'echo "sleep $1" >>"$root/calls"');
    program('unshare', 'shift 5; exec "$@"');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const program = (name: string, script: string) => {
    writeFileSync(join(root, name), `#!/bin/sh\nroot=${root}\n${script}\n`);
    chmodSync(join(root, name), 0o755);
  };
  /** The first `times` calls of `order` (update, install) fail with these lines; all others succeed. */
  const aptThat = (order: string, times: number, lines: readonly string[]) =>
    program(
      'apt-get',
      `case "$*" in *--simulate*) order=simulate ;; *" update") order=update ;; *) order=install ;; esac
echo "$order" >>"$root/calls"
[ "$order" = ${order} ] && [ "$(grep -c "^$order" "$root/calls")" -le ${times} ] || exit 0
printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >&2
exit 100`,
    );
  const install = () => {
    const packages = [{ name: 'lxc' }];
    const script = reveal(hostScript({ operation: 'packages-install', host: 'h', manager: 'apt', packages }));
    const here = script
      .replaceAll('/run/ec2-redis-operator', join(root, 'run'))
      .replace(/installed='[^']*'/, `installed='${root}/state/installed'`);
    const env = { PATH: `${root}:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('sh', ['-eu'], { input: here, env, encoding: 'utf8' });
    return { status, stderr, calls: readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') };
  };
  const lists = 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 77 (apt-get)';

  it('in three calls', () => {
    aptThat('none', 0, []);
    expect(install()).to.deep.equal({ status: 0, stderr: '', calls: ['update', 'simulate', 'install'] });
  });

  it('once the locks that apt does not wait for are free', () => {
    aptThat('update', 2, [lists, 'E: Unable to lock directory /var/lib/apt/lists/']);
    expect(install()).to.deep.include({
      status: 0,
      calls: ['update', 'sleep 5', 'update', 'sleep 5', 'update', 'simulate', 'install'],
    });
    rmSync(join(root, 'calls'));
    aptThat('install', 1, ['E: Could not get lock /var/cache/apt/archives/lock. It is held by process 77 (apt)']);
    expect(install()).to.deep.include({ status: 0, calls: ['update', 'simulate', 'install', 'sleep 5', 'install'] });
  });

  it('not while another program holds dpkg’s lock, which is named', () => {
    aptThat('install', 1, [
      'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)',
    ]);
    const { status, stderr, calls } = install();
    expect({ status, calls }).to.deep.equal({ status: 1, calls: ['update', 'simulate', 'install'] });
    expect(stderr).to.match(/^process 812 \(unattended-upgr\) has held the lock .* for over two minutes: /);
  });

  it('not with a clock that is behind, which is said', () => {
    aptThat('update', 1, [
      'E: Release file for file:/srv/packages/InRelease is not valid yet (invalid for another 3h)',
    ]);
    program(
      'apt-get',
      readFileSync(join(root, 'apt-get'), 'utf8').replace('|| exit 0', '|| [ "$order" = simulate ] || exit 0'),
    );
    expect(install().stderr).to.match(/^the clock of the host is behind that of a package repository: /);
  });
});
