import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually, Trio } from './trio.ts';
import { all, inOrder, killAll, running, size, startAll, told, write } from './trio-checks.ts';

describe('redis-run, the fence, over real Redis and Sentinel', function () {
  this.timeout(120_000);
  this.slow(60_000);
  let trio: Trio;
  afterEach(() => trio.down());

  it('holds without Sentinels, holds without permission, and starts one first master by it', async () => {
    trio = new Trio();
    trio.start('redis', ...all);
    await eventually('all held', () => all.every((name) => trio.fence(name) === 'no-majority'));
    trio.start('sentinel', 'r1');
    await eventually('a Sentinel answers', async () => (await trio.ask('r1', 26379, 'PING')) === 'PONG');
    expect(all.map((name) => trio.fence(name))).to.deep.equal(['no-majority', 'no-majority', 'no-majority']);
    trio.start('sentinel', 'r2', 'r3');
    await eventually('r1 held without data', () => trio.fence('r1') === 'held-empty');
    await eventually(
      'others wait for it',
      () => trio.fence('r2') === 'held-silent' && trio.fence('r3') === 'held-silent',
    );
    expect(await trio.masters()).to.deep.equal([]);
    // A permission given to one who is not named is void.
    trio.permit('r2');
    trio.permit('r1');
    await inOrder(trio, 'r1');
    expect([trio.fence('r1'), trio.fence('r2'), trio.fence('r3')]).to.deep.equal(['master', 'replica', 'replica']);
  });

  it('brings a killed master back as replica of the one promoted, with every acknowledged write', async () => {
    trio = new Trio();
    await running(trio);
    await write(trio, 'r1', 0, 200);
    trio.signalRedis('r1', 'SIGKILL');
    await eventually('r1 held', () => trio.fence('r1') === 'held-named', { state: () => told(trio) });
    const master = await inOrder(trio);
    expect(master).not.to.equal('r1');
    expect(await size(trio, master)).to.equal(200);
    await eventually('r1 has them too', async () => (await size(trio, 'r1')) === 200);
  });

  it('does so without an append-only file, where the killed one comes back empty', async () => {
    trio = new Trio({ appendonly: false, config: { save: '' } });
    await running(trio);
    await write(trio, 'r1', 0, 100);
    trio.signalRedis('r1', 'SIGKILL');
    const master = await inOrder(trio);
    expect(master).not.to.equal('r1');
    expect(await size(trio, master)).to.equal(100);
  });

  it('starts the named one at once when all were killed, whatever replicaof its file holds', async () => {
    trio = new Trio({}, { hold: 60, patience: 90 });
    await running(trio);
    await write(trio, 'r1', 0, 100);
    killAll(trio);
    appendFileSync(join(trio.layout('r1').conf, 'redis.conf'), `replicaof ${trio.member('r2').address} 16379\n`);
    startAll(trio);
    await inOrder(trio, 'r1');
    expect(await size(trio, 'r1')).to.equal(100);
  });

  it('never lets an emptied member lead: the others hold the data, and one of them is promoted', async () => {
    trio = new Trio();
    await running(trio);
    await write(trio, 'r1', 0, 100);
    // One replica has confirmed each of them, which may be the other one.
    await eventually('r3 holds them', async () => (await size(trio, 'r3')) === 100);
    killAll(trio);
    trio.wipe('r1');
    trio.wipe('r2');
    startAll(trio);
    await eventually('r1 held without data', () => trio.fence('r1') === 'held-empty');
    await inOrder(trio, 'r3');
    expect(await size(trio, 'r3')).to.equal(100);
    await eventually('r1 has them again', async () => (await size(trio, 'r1')) === 100);
  });

  it('lets the named one lead after its hold when nobody can be promoted', async () => {
    trio = new Trio();
    await running(trio);
    await write(trio, 'r1', 0, 50);
    // Both replicas run and must not be promoted: the Sentinels would have nobody.
    for (const name of ['r2', 'r3']) await trio.ask(name, 16379, 'CONFIG', 'SET', 'replica-priority', '0');
    await eventually('the Sentinels know', async () => {
      const replies = await Promise.all(all.map((name) => trio.ask(name, 26379, 'SENTINEL', 'REPLICAS', 'acme')));
      return replies.every(
        (reply) =>
          Array.isArray(reply) &&
          reply.every((one) => Array.isArray(one) && one[one.indexOf('slave-priority') + 1] === '0'),
      );
    });
    trio.signalRedis('r1', 'SIGKILL');
    await eventually('r1 held', () => trio.fence('r1') === 'held-named');
    await eventually('r1 leads again', async () => (await trio.role('r1')) === 'master', { seconds: 30 });
    expect(await size(trio, 'r1')).to.equal(50);
  });
});
