import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually, Trio } from './trio.ts';
import { info, inOrder, running, told, write } from './trio-checks.ts';

/** What the disk holds when everything dies is what there is to start from. */
describe('redis-run and what is on disk', function () {
  this.timeout(120_000);
  this.slow(60_000);
  let trio: Trio;
  afterEach(() => trio.down());

  const complete = (member: string) => existsSync(join(trio.layout(member).data, '.complete'));
  const writing = async (member: string) => (await info(trio, member, 'aof_rewrite_in_progress')) === '1';

  it('a replica that was synchronised is whole only when its append-only file is', async () => {
    trio = new Trio();
    await running(trio);
    await write(trio, 'r1', 0, 300);
    expect(complete('r2')).to.equal(true);
    // Six seconds for the append-only file that follows a full synchronisation.
    appendFileSync(join(trio.layout('r2').conf, 'redis.conf'), 'rdb-key-save-delay 20000\n');
    trio.signalRedis('r2', 'SIGKILL');
    const state = () => told(trio);
    await eventually('in sync, not on disk', async () => !complete('r2') && (await writing('r2')), { state });
    expect(await info(trio, 'r2', 'master_link_status')).to.equal('up');
    let early = false;
    while (await writing('r2')) {
      const electable = (await trio.settings('r2', 'replica-priority')) === '100';
      early ||= (electable || complete('r2')) && (await writing('r2'));
    }
    expect(early, 'electable before it was on disk').to.equal(false);
    await inOrder(trio, 'r1');
    expect(complete('r2')).to.equal(true);
  });
});
