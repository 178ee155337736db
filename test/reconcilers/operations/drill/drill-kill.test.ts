import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { reveal } from '../../../../renderers/lib/text.ts';
import { hostScript } from '../../../support/host-script.ts';

describe('the kill of a drill', () => {
  for (const program of ['redis-server', 'valkey-server'])
    it(`kills ${program} of the member`, async () => {
      const root = mkdtempSync(join(tmpdir(), 'drill-'));
      // /etc/redis of the process is the member's conf directory, as in its container.
      const folder = join(root, 'acme-r1');
      const fake = join(root, program);
      mkdirSync(folder);
      copyFileSync('/bin/sleep', fake);
      const server = spawn('unshare', [
        '-m',
        'sh',
        '-c',
        `mkdir -p /etc/redis; mkdir -p ${folder}/conf; mount --bind ${folder}/conf /etc/redis; exec ${fake} 60`,
      ]);
      try {
        const ended = once(server, 'exit');
        const kill = hostScript({ operation: 'drill-kill', host: 'h', kill: { redis: folder } });
        const run = () => spawnSync('sh', ['-euc', `mkdir -p ${folder}/conf; ${reveal(kill)}`], { encoding: 'utf8' });
        let { status, stderr } = run();
        for (let tries = 0; status !== 0 && tries < 100; tries += 1) ({ status, stderr } = run());
        expect(status, stderr).to.equal(0);
        expect((await ended)[1]).to.equal('SIGKILL');
      } finally {
        server.kill('SIGKILL');
        rmSync(root, { recursive: true });
      }
    });
});
