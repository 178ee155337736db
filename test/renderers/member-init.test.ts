import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { memberInit } from '../../renderers/member-init.ts';
import { reveal } from '../../renderers/text.ts';

/** The real script under the real shell, its folder moved. Each service writes a line with its PID when it starts, and one at TERM. */
describe('PID 1 of a member', () => {
  let folder = '';
  let init: ChildProcess | undefined;

  const events = () => readFileSync(join(folder, 'events'), 'utf8').split('\n').filter(Boolean);
  const pids = (service: string) =>
    events().flatMap((line) => (line.startsWith(`${service} start `) ? [Number(line.split(' ')[2])] : []));
  const until = async (condition: () => boolean) => {
    for (let tries = 0; tries < 400 && !condition(); tries += 1) await pause(25);
    expect(condition(), `not reached; events: ${events().join(', ')}`).to.equal(true);
  };
  const service = (name: string) => {
    const lines = [
      `trap 'echo ${name} stop >>${folder}/events; exit 0' TERM`,
      `echo ${name} start $$ >>${folder}/events`,
      'sleep 1000 & child=$!',
      `trap 'echo ${name} stop >>${folder}/events; kill $child; exit 0' TERM`,
      'wait',
      '',
    ];
    writeFileSync(join(folder, `${name}-run`), lines.join('\n'));
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'member-init-'));
    writeFileSync(join(folder, 'events'), '');
    writeFileSync(join(folder, 'init'), reveal(memberInit()).replaceAll('/etc/redis', folder));
  });

  afterEach(() => {
    if (init?.pid) process.kill(-init.pid, 'SIGKILL');
    init = undefined;
    rmSync(folder, { recursive: true });
  });

  const start = () => {
    // A group of its own, so that nothing of it can stay behind.
    init = spawn('/bin/sh', [join(folder, 'init')], { stdio: 'ignore', detached: true });
  };

  it('runs what is there, and what comes later', async () => {
    service('redis');
    start();
    await until(() => pids('redis').length === 1);
    service('sentinel');
    await until(() => pids('sentinel').length === 1);
    expect(pids('redis')).to.have.length(1);
  });

  it('starts what died again, and leaves the other alone', async () => {
    service('redis');
    service('sentinel');
    start();
    await until(() => pids('redis').length === 1 && pids('sentinel').length === 1);
    process.kill(pids('redis')[0] ?? Number.NaN, 'SIGKILL');
    await until(() => pids('redis').length === 2);
    expect(pids('sentinel')).to.have.length(1);
  });

  it('stops Redis, then Sentinel, when told to', async () => {
    service('redis');
    service('sentinel');
    start();
    await until(() => pids('redis').length === 1 && pids('sentinel').length === 1);
    const ended = new Promise((resolve) => init?.once('exit', resolve));
    init?.kill('SIGTERM');
    expect(await ended).to.equal(0);
    expect(events().slice(-2)).to.deep.equal(['redis stop', 'sentinel stop']);
  });
});
