import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually, Trio } from '../../support/redis/trio.ts';
import { all, inOrder, killAll, running, size, startAll, stateOf, write } from '../../support/redis/trio-checks.ts';

describe('redis-run, the start guard, with real Redis and Sentinel', function () {
  this.timeout(120_000);
  this.slow(60_000);
  let trio: Trio;
  afterEach(() => trio.down());

  it('does not start Redis without Sentinels or without permission, and starts one initial master with it', async () => {
    trio = new Trio();
    trio.start('redis', ...all);
    await eventually('no Redis is started', () => all.every((name) => trio.startGuard(name) === 'no-majority'));
    trio.start('sentinel', 'r1');
    await eventually('a Sentinel responds', async () => (await trio.ask('r1', 26379, 'PING')) === 'PONG');
    expect(all.map((name) => trio.startGuard(name))).to.deep.equal(['no-majority', 'no-majority', 'no-majority']);
    trio.start('sentinel', 'r2', 'r3');
    await eventually('r1 waits for data', () => trio.startGuard('r1') === 'waiting-for-data');
    await eventually(
      'others wait for it',
      () => trio.startGuard('r2') === 'waiting-for-answers' && trio.startGuard('r3') === 'waiting-for-answers',
    );
    expect(await trio.masters()).to.deep.equal([]);
    // A permission of a member that is not named has no effect.
    trio.permit('r2');
    trio.permit('r1');
    await inOrder(trio, 'r1');
    expect([trio.startGuard('r1'), trio.startGuard('r2'), trio.startGuard('r3')]).to.deep.equal([
      'master',
      'replica',
      'replica',
    ]);
  });

  it('starts a killed master as a replica of the promoted one, with every acknowledged write', async () => {
    trio = new Trio();
    await running(trio);
    await write(trio, 'r1', 0, 200);
    trio.signalRedis('r1', 'SIGKILL');
    // Sentinel may promote another one before it is seen to wait.
    await eventually(
      'r1 does not start as the master that it was',
      () => ['waiting-for-promotion', 'replica'].includes(trio.startGuard('r1')),
      { state: () => stateOf(trio) },
    );
    const master = await inOrder(trio);
    expect(master).not.to.equal('r1');
    expect(await size(trio, master)).to.equal(200);
    await eventually('r1 has them too', async () => (await size(trio, 'r1')) === 200);
  });

  it('does so without an append-only file, when the killed master has lost its data', async () => {
    trio = new Trio({ appendonly: false, config: { save: '' } });
    await running(trio);
    await write(trio, 'r1', 0, 100);
    trio.signalRedis('r1', 'SIGKILL');
    const master = await inOrder(trio);
    expect(master).not.to.equal('r1');
    expect(await size(trio, master)).to.equal(100);
  });

  it('starts the named master at once if all were killed, whatever replicaof its file has', async () => {
    trio = new Trio({}, { hold: 60, grace: 90 });
    await running(trio);
    await write(trio, 'r1', 0, 100);
    killAll(trio);
    appendFileSync(join(trio.layout('r1').conf, 'redis.conf'), `replicaof ${trio.member('r2').address} 16379\n`);
    startAll(trio);
    await inOrder(trio, 'r1');
    expect(await size(trio, 'r1')).to.equal(100);
  });

  it('never starts an empty member as master: the others have the data, and one of them is promoted', async () => {
    trio = new Trio();
    await running(trio);
    await write(trio, 'r1', 0, 100);
    // One replica has acknowledged each write, which may be the other one.
    await eventually('r3 holds them', async () => (await size(trio, 'r3')) === 100);
    killAll(trio);
    trio.wipe('r1');
    trio.wipe('r2');
    startAll(trio);
    await eventually('r1 waits for data', () => trio.startGuard('r1') === 'waiting-for-data');
    await inOrder(trio, 'r3');
    expect(await size(trio, 'r3')).to.equal(100);
    await eventually('r1 has them again', async () => (await size(trio, 'r1')) === 100);
  });

  it('starts the named member as master after its hold if no other can be promoted', async () => {
    trio = new Trio();
    await running(trio);
    await write(trio, 'r1', 0, 50);
    // Both replicas run and cannot be promoted: the Sentinels have no candidate.
    for (const name of ['r2', 'r3']) await trio.ask(name, 16379, 'CONFIG', 'SET', 'replica-priority', '0');
    await eventually('the Sentinels have observed it', async () => {
      const replies = await Promise.all(all.map((name) => trio.ask(name, 26379, 'SENTINEL', 'REPLICAS', 'acme')));
      return replies.every(
        (reply) =>
          Array.isArray(reply) &&
          reply.every((one) => Array.isArray(one) && one[one.indexOf('slave-priority') + 1] === '0'),
      );
    });
    trio.signalRedis('r1', 'SIGKILL');
    await eventually('r1 waits for a promotion', () => trio.startGuard('r1') === 'waiting-for-promotion');
    await eventually('r1 leads again', async () => (await trio.role('r1')) === 'master', { seconds: 30 });
    expect(await size(trio, 'r1')).to.equal(50);
  });
});
