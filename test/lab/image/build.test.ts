import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runBuild } from '../../../lab/image/image.ts';
import { until } from '../../e2e/support/lab.ts';

describe('lab: the image build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-build-'));
  const script = join(folder, 'build.sh');
  after(() => rmSync(folder, { recursive: true }));

  /** Processes in any namespace that have the folder in their arguments. */
  const builders = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && argumentsOf(pid).includes(folder));

  it('is killed with all its processes when its parent dies', async () => {
    writeFileSync(script, 'setsid sh -c "sleep 300; :" "$1" & touch "$1/begun"; sleep 300\n');
    const code = `const { runBuild } = await import(${JSON.stringify(new URL('../../../lab/image/image.ts', import.meta.url).href)}); await runBuild(...process.argv.slice(1));`;
    const words = ['--import', 'tsx', '--input-type=module', '-e', code, script, folder];
    const parent = spawn(process.execPath, words, { stdio: 'inherit' });
    await until(
      'the build to begin',
      async () => existsSync(join(folder, 'begun')),
      (begun) => begun,
    );
    expect(builders()).to.have.length.greaterThan(2);
    parent.kill('SIGKILL');
    await until(
      'the build to end',
      async () => builders().length,
      (left) => left === 0,
      10,
    );
  });

  it('fails if its script fails', async () => {
    writeFileSync(script, 'echo no room >&2; exit 3\n');
    const error = await runBuild(script, folder).catch((reason: Error) => reason);
    expect(String(error)).to.match(/exit 3\): no room/);
  });
});

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
