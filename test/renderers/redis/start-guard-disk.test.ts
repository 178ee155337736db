import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually, Trio } from '../../support/redis/trio.ts';
import {
  all,
  info,
  inOrder,
  killAll,
  running,
  size,
  startAll,
  stateOf,
  write,
} from '../../support/redis/trio-checks.ts';

/** After everything was killed, Redis can only start from what the disk has. */
describe('redis-run and what is on disk', function () {
  this.timeout(120_000);
  this.slow(60_000);
  let trio: Trio;
  afterEach(() => trio.down());

  const complete = (member: string) => existsSync(join(trio.layout(member).data, '.complete'));
  const held = (keys: number) =>
    eventually(`all hold ${keys} keys`, async () => {
      const sizes = await Promise.all(all.map((name) => size(trio, name)));
      return sizes.every((one) => one === keys);
    });
  const writing = async (member: string) => (await info(trio, member, 'aof_rewrite_in_progress')) === '1';

  it('a synchronized replica is complete only when its append-only file is', async () => {
    trio = new Trio();
    await running(trio);
    await write(trio, 'r1', 0, 300);
    expect(complete('r2')).to.equal(true);
    // Six seconds for the append-only file that follows a full synchronization.
    appendFileSync(join(trio.layout('r2').conf, 'redis.conf'), 'rdb-key-save-delay 20000\n');
    const { data } = trio.layout('r2');
    const cutOff = ['temp-4711.rdb', 'temp-rewriteaof-bg-4711.aof', 'temp-rewriteaof-4711.aof'];
    for (const file of cutOff) writeFileSync(join(data, file), 'what a loss of power left');
    trio.signalRedis('r2', 'SIGKILL');
    const state = () => stateOf(trio);
    await eventually('in sync, not on disk', async () => !complete('r2') && (await writing('r2')), { state });
    expect(await info(trio, 'r2', 'master_link_status')).to.equal('up');
    const left = readdirSync(data).filter((file) => cutOff.includes(file));
    expect(left, 'files of saves that were cut off').to.deep.equal([]);
    let early = false;
    while (await writing('r2')) {
      const electable = (await trio.settings('r2', 'replica-priority')) === '100';
      early ||= (electable || complete('r2')) && (await writing('r2'));
    }
    expect(early, 'electable before it was on disk').to.equal(false);
    await inOrder(trio, 'r1');
    expect(complete('r2')).to.equal(true);
  });

  it('replicas of a master that never comes up are electable after their grace period', async () => {
    trio = new Trio({}, { hold: 4, grace: 5 });
    await running(trio);
    await write(trio, 'r1', 0, 300);
    await held(300);
    killAll(trio);
    // r1 loads for three seconds, and ends at a truncated append-only file.
    const { conf, data } = trio.layout('r1');
    const parts = readdirSync(join(data, 'appendonlydir')).filter((file) => file.endsWith('.incr.aof'));
    appendFileSync(join(data, 'appendonlydir', parts.at(-1) ?? ''), 'torn\r\n*3\r\n');
    appendFileSync(join(conf, 'redis.conf'), 'key-load-delay 10000\n');
    startAll(trio);
    const state = () => stateOf(trio);
    const joined = () => ['r2', 'r3'].every((name) => trio.startGuard(name) === 'replica');
    await eventually('r2 and r3 join it', joined, { seconds: 30, state });
    await eventually('one of them leads', async () => (await trio.masters()).length === 1, { seconds: 60, state });
    const [master = ''] = await trio.masters();
    expect(master).not.to.equal('r1');
    expect(await size(trio, master)).to.equal(300);
  });

  it('no change of appendonly, while Redis runs or not, starts it from less than the disk has', async () => {
    trio = new Trio({ appendonly: false });
    const state = () => stateOf(trio);
    const mark = (member: string) => existsSync(join(trio.layout(member).data, '.aof-off'));
    const restart = async (appendonly: 'yes' | 'no', keys: number) => {
      killAll(trio);
      for (const name of all) declare(trio, name, appendonly);
      startAll(trio);
      await inOrder(trio);
      await held(keys);
    };
    const switchTo = async (appendonly: 'yes' | 'no') => {
      for (const name of all) await trio.ask(name, trio.tenant.redis.port, 'CONFIG', 'SET', 'appendonly', appendonly);
      const noted = () => all.every((name) => mark(name) === (appendonly === 'no'));
      await eventually(`the start guards have noted that appendonly is ${appendonly}`, noted, { state });
    };
    const add = async (from: number, to: number) => {
      const [master = ''] = await trio.masters();
      await write(trio, master, from, to);
      await held(to);
    };
    await running(trio);
    await add(0, 100);
    for (const name of all) await trio.ask(name, trio.tenant.redis.port, 'SAVE');
    // There is only an RDB.
    await restart('yes', 100);
    expect(await trio.settings('r1', 'appendonly')).to.equal('no');
    await switchTo('yes');
    await add(100, 200);
    // The RDB is the older one.
    await restart('no', 200);
    expect(await trio.settings('r1', 'appendonly')).to.equal('yes');
    await switchTo('no');
    await add(200, 300);
    for (const name of all) await trio.ask(name, trio.tenant.redis.port, 'SAVE');
    // The remaining append-only file is the older one.
    await restart('yes', 300);
  });

  it('reports that it cannot write the answers, and starts Redis when it can again', async () => {
    trio = new Trio();
    await running(trio);
    const { scratch } = trio.layout('r3');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'none', scratch]);
    try {
      spawnSync('sh', ['-c', 'head -c 262144 /dev/zero >"$0/full"', scratch]);
      trio.signalRedis('r3', 'SIGKILL');
      const state = () => stateOf(trio);
      await eventually('r3 reports no-room', () => trio.startGuard('r3') === 'no-room', { state });
      rmSync(join(scratch, 'full'));
      await eventually('r3 is started', () => trio.startGuard('r3') === 'replica', { state });
    } finally {
      execFileSync('umount', ['-l', scratch]);
    }
  });
});

/** What member-conf and write-files do after a change of the document while nothing runs. */
function declare(trio: Trio, member: string, appendonly: 'yes' | 'no'): void {
  const { conf } = trio.layout(member);
  const edit = (file: string, line: RegExp, by: string) =>
    writeFileSync(join(conf, file), readFileSync(join(conf, file), 'utf8').replace(line, by));
  edit('redis.conf', /^appendonly .*$/m, `appendonly ${appendonly}`);
  edit('redis-run', /^durable='.*'$/m, `durable='${appendonly}'`);
}
