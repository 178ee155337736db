import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { unshare } from '../../../lab/namespace/machine.ts';

describe("lab: the machine's own control groups", () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-machine-'));
  const file = join(folder, 'cgroup.subtree_control');
  after(() => rmSync(folder, { recursive: true }));

  it('share the same controllers as before any lab, after the last one has stopped', () => {
    writeFileSync(file, 'cpu io memory pids\n');
    unshare(folder, ['cpu', 'memory', 'pids']);
    expect(readFileSync(file, 'utf8')).to.equal('-io');
    writeFileSync(file, 'cpu memory\n');
    unshare(folder, ['cpu', 'memory']);
    expect(readFileSync(file, 'utf8')).to.equal('cpu memory\n');
  });
});
