import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

const unit = readFileSync(resolve(import.meta.dirname, '../examples/watch/ec2-redis-operator.service'), 'utf8');

/** systemd tells what it does not know, and exits 0. */
function verify(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  const path = join(folder, 'ec2-redis-operator.service');
  // That it finds the program is this machine's matter.
  writeFileSync(path, text.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
  const { status, stdout, stderr, error } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  if (error) throw error;
  return `${status} ${stdout}${stderr}`.trim();
}

describe('examples: the unit that runs a watch', () => {
  it('is one that systemd takes, every line of it', () => {
    expect(verify(unit)).to.equal('0');
    expect(verify(unit.replace('ProtectClock=', 'ProtectClocks='))).to.contain("Unknown key 'ProtectClocks'");
  });

  it('starts a watch as this version has it', () => {
    expect(unit).to.match(/^ExecStart=.* watch -f \S+ --interval 30s --log-level warn$/m);
    expect(unit).to.match(/^Restart=always$/m);
  });
});
