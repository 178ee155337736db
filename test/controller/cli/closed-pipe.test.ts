import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '../../..');

describe('output that nobody reads to its end', () => {
  it('ends quietly, with the exit code of the command', () => {
    const command = (words: string) => `"${process.execPath}" --import tsx controller/main.ts ${words}`;
    // `true` has closed the pipe before anything is written.
    const script = `set -o pipefail; ${command('--help')} | true; echo "$?"; ${command('validate -f nowhere')} 2>&1 | true; echo "$?"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });
    expect(stderr).to.equal('');
    expect(stdout).to.equal('0\n2\n');
  });
});
