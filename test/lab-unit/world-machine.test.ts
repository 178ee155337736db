import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { unshare } from '../../lab/world/machine.ts';

describe("lab: the machine's own control groups", () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-machine-'));
  const file = join(folder, 'cgroup.subtree_control');
  after(() => rmSync(folder, { recursive: true }));

  it('share no more than before any lab, once the last one is gone', () => {
    writeFileSync(file, 'cpu io memory pids\n');
    unshare(folder, ['cpu', 'memory', 'pids']);
    expect(readFileSync(file, 'utf8')).to.equal('-io');
    writeFileSync(file, 'cpu memory\n');
    unshare(folder, ['cpu', 'memory']);
    expect(readFileSync(file, 'utf8')).to.equal('cpu memory\n');
  });
});
