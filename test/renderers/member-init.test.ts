import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  describe('counts a Redis that does not last', () => {
    const exits = () =>
      existsSync(join(folder, 'redis-exits')) ? readFileSync(join(folder, 'redis-exits'), 'utf8') : '';
    const leaving = (state: string) =>
      writeFileSync(
        join(folder, 'redis-run'),
        `echo redis start $$ >>${folder}/events\necho ${state} words >${folder}/fence\n`,
      );

    it('as often as it was started in a row, and not when the fence let it not', async () => {
      leaving('replica');
      start();
      await until(() => exits() === '2\n');
      leaving('held-silent');
      const before = pids('redis').length;
      await until(() => pids('redis').length > before + 2);
      expect(exits()).to.match(/^[23]\n$/);
    });

    it('anew after it lasted', async () => {
      leaving('replica');
      start();
      await until(() => exits() === '1\n');
      writeFileSync(
        join(folder, 'redis-run'),
        `echo redis start $$ >>${folder}/events\ntouch -d '-2 minutes' ${folder}/fence\n`,
      );
      await until(() => exits() === '');
    });

    it('from nought when the container starts, and through no link', async () => {
      writeFileSync(join(folder, 'other'), 'theirs');
      symlinkSync(join(folder, 'other'), join(folder, 'redis-exits'));
      leaving('master');
      start();
      await until(() => exits() === '1\n');
      expect(readFileSync(join(folder, 'other'), 'utf8')).to.equal('theirs');
    });
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
