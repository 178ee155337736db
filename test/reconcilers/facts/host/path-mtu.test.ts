import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pathMtu } from '../../../../reconcilers/facts/host/path-mtu.ts';
import { reveal } from '../../../../renderers/lib/text.ts';

/** A ping(8) whose packets reach 10.0.0.1, 10.0.0.2 up to 1500 bytes, and nobody else. */
const ping = `#!/bin/sh
for last; do :; done
while [ "$1" != -s ]; do shift; done
case "$last" in
  10.0.0.1) exit 0 ;;
  10.0.0.2) [ "$2" -le 1472 ] ;;
  *) exit 1 ;;
esac
`;

describe('the fact path-mtu', () => {
  const request = { mtu: 9001, peers: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] };
  const read = (stdout: string) => pathMtu.read({ exit: 0, stdout, stderr: '', truncated: false }, request);

  it('tries the full size, then smaller ones, and leaves out who does not answer at all', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ping-'));
    try {
      writeFileSync(join(folder, 'ping'), ping);
      chmodSync(join(folder, 'ping'), 0o755);
      const env = { PATH: `${folder}:${process.env['PATH']}` };
      const { stdout, stderr } = spawnSync('sh', [], { input: reveal(pathMtu.script(request)), encoding: 'utf8', env });
      const seen = read(stdout);
      if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
      expect(
        [...seen.value].sort((a, b) => (a.address < b.address ? -1 : 1)),
        `${stdout}${stderr}`,
      ).to.deep.equal([
        { address: '10.0.0.1', carries: 9001 },
        { address: '10.0.0.2', carries: 1500 },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes the largest size of a peer; other output is unknown', () => {
    expect(read('10.0.0.2 1500\n10.0.0.2 576\n10.0.0.2 1280\n')).to.deep.include({
      value: [{ address: '10.0.0.2', carries: 1500 }],
    });
    expect(read('ping: unknown host\n')).to.deep.include({ state: 'unknown' });
  });
});
