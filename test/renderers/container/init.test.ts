import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { memberInit } from '../../../renderers/container/init.ts';
import { reveal } from '../../../renderers/lib/text.ts';

/** The real script in the real shell, with another directory. Each service logs a line with its PID when it starts, and one at TERM. */
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
    // Its own process group, so that no process can be left behind.
    init = spawn('/bin/sh', [join(folder, 'init')], { stdio: 'ignore', detached: true });
  };

  it('runs the services that exist, and those added later', async () => {
    service('redis');
    start();
    await until(() => pids('redis').length === 1);
    service('sentinel');
    await until(() => pids('sentinel').length === 1);
    expect(pids('redis')).to.have.length(1);
  });

  it('restarts a service that died, and leaves the other alone', async () => {
    service('redis');
    service('sentinel');
    start();
    await until(() => pids('redis').length === 1 && pids('sentinel').length === 1);
    process.kill(pids('redis')[0] ?? Number.NaN, 'SIGKILL');
    await until(() => pids('redis').length === 2);
    expect(pids('sentinel')).to.have.length(1);
  });

  describe('counts the exits of Redis', () => {
    const exits = () => {
      try {
        return readFileSync(join(folder, 'redis-exits'), 'utf8');
      } catch {
        // It is removed for a moment before it is written again.
        return '';
      }
    };
    const leaving = (state: string) =>
      writeFileSync(
        join(folder, 'redis-run'),
        `echo redis start $$ >>${folder}/events\necho ${state} words >${folder}/start-guard\n`,
      );

    it('in a row, and not while the start guard delays the start', async () => {
      leaving('replica');
      start();
      await until(() => exits() === '2\n');
      leaving('waiting-for-answers');
      const before = pids('redis').length;
      await until(() => pids('redis').length > before + 2);
      expect(exits()).to.match(/^[23]\n$/);
    });

    it('from zero after it ran long enough', async () => {
      leaving('replica');
      start();
      await until(() => exits() === '1\n');
      writeFileSync(
        join(folder, 'redis-run'),
        `echo redis start $$ >>${folder}/events\ntouch -d '-2 minutes' ${folder}/start-guard\n`,
      );
      await until(() => exits() === '');
    });

    it('from zero when the container starts, and writes through no link', async () => {
      writeFileSync(join(folder, 'other'), 'theirs');
      symlinkSync(join(folder, 'other'), join(folder, 'redis-exits'));
      leaving('master');
      start();
      await until(() => exits() === '1\n');
      expect(readFileSync(join(folder, 'other'), 'utf8')).to.equal('theirs');
    });
  });

  it('stops Redis, then Sentinel, on SIGTERM', async () => {
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
