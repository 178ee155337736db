import { expect } from 'chai';
import { violations } from '../../../simulation/checkers/health.ts';
import { killContainer } from '../../../simulation/lxc.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../../simulation/simulated-transport.ts';
import type { World } from '../../../simulation/world.ts';
import { runCommand } from '../../support/command.ts';

const fleet = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });

const reconcile = (words: string, world: World, faults: Faults = {}, declared = fleet) =>
  runCommand(words, world, declared, faults);

const redisOf = ({ hosts }: World, name: string) =>
  Object.values(hosts).flatMap((host) => host.containers[name]?.redis ?? [])[0];
/** It is on the host of the same number. */
const kill = (world: World, name: string) => {
  const host = world.hosts[`redis-${name.at(-1)}`];
  if (host) killContainer(host, name);
};
const pids = (world: World, tenant: string) => [1, 2, 3].map((number) => redisOf(world, `${tenant}-r${number}`)?.pid);

describe('a command about one tenant', () => {
  it('failover: another member is master, and nothing else is touched', async () => {
    const world = await convergedWorld(fleet);
    kill(world, 't2-r1');
    const { code, out, done } = await reconcile('failover t1 -f x', world);
    expect([code, done], out).to.deep.equal([0, ['master-switch']]);
    expect(redisOf(world, 't1-r1')?.of).to.equal('10.101.0.12');
  });

  it('outside of a maintenance window: what is asked for is done, and what else would interrupt the tenant is not', async () => {
    const start = new Date(simulate(await convergedWorld(fleet)).clock.now() + 12 * 3_600_000);
    const days = [0, 1, 2, 3, 4, 5, 6];
    const windows = [{ days, startMinutes: start.getUTCHours() * 60, durationMs: 600_000 }];
    const cluster = { ...fleet.cluster, maintenance: { timezone: 'UTC', windows } };
    const tenants = fleet.tenants.map((one) => ({ ...one, redis: { ...one.redis, config: { databases: '32' } } }));
    const closed = { ...fleet, cluster, tenants };
    const failover = await reconcile('failover t1 --to r2 -f x', await convergedWorld(fleet), {}, closed);
    expect([failover.code, failover.done.filter((one) => one === 'master-switch')], failover.out).to.deep.equal([
      0,
      ['master-switch'],
    ]);
    expect(failover.done).to.not.include('member-restart');
    expect(failover.out).to.match(/in order, but for what waits for a maintenance window/);
    const restart = await reconcile('restart t1 -f x', await convergedWorld(fleet), {}, closed);
    expect([restart.code, restart.done.filter((one) => one === 'member-restart').length], restart.out).to.deep.equal([
      0, 3,
    ]);
    const world = await convergedWorld(fleet);
    expect((await reconcile('apply -f x', world, {}, closed)).done).to.not.include('member-restart');
    expect((await reconcile('apply --ignore-windows -f x', world, {}, closed)).done).to.include('member-restart');
  });

  it('failover --to: that member', async () => {
    const world = await convergedWorld(fleet);
    const { code, out } = await reconcile('failover t1 --to r3 -f x', world);
    expect(code, out).to.equal(0);
    expect(redisOf(world, 't1-r3')?.of).to.equal(undefined);
    const again = await reconcile('failover t1 --to r3 -f x', world);
    expect([again.code, again.done]).to.deep.equal([0, []]);
  });

  it('--dry-run shows the step and changes nothing', async () => {
    const world = await convergedWorld(fleet);
    for (const [command, step] of [
      ['failover t1 -f x --dry-run', 'switch the master of t1 from t1-r1 to t1-r2'],
      ['restart t1 -f x --dry-run', 'redis-2: restart Redis of t1-r2  (disrupts t1)'],
    ] as const) {
      const { code, out, done } = await reconcile(command, world);
      expect(out).to.contain(step);
      expect([code, done]).to.deep.equal([1, []]);
    }
  });

  it('restart: each member once, the master handed over and last', async () => {
    const world = await convergedWorld(fleet);
    const [before, others] = [pids(world, 't1'), pids(world, 't2')];
    const { code, out, done } = await reconcile('restart t1 -f x', world);
    expect(code, out).to.equal(0);
    expect(done).to.deep.equal(['member-restart', 'member-restart', 'master-switch', 'member-restart']);
    pids(world, 't1').forEach((pid, index) => {
      expect(pid).not.to.equal(before[index]);
    });
    expect(pids(world, 't2')).to.deep.equal(others);
  });

  it('killed at any step, the next apply leaves everything in order', async () => {
    for (let step = 1; step <= 4; step += 1)
      for (const when of ['before', 'middle', 'after'] as const) {
        const world = await convergedWorld(fleet);
        await reconcile('restart t1 -f x', world, { crash: { step, when } });
        const { code, out } = await reconcile('apply -f x', world);
        expect(code, `${when} ${step}: ${out}`).to.equal(0);
        expect(violations(world, fleet), `${when} ${step}`).to.deep.equal([]);
      }
  });

  it('is not carried out while something else impacts the tenant, which is not repaired by it either', async () => {
    const world = await convergedWorld(fleet);
    kill(world, 't1-r3');
    for (const command of ['failover t1 -f x', 'restart t1 -f x']) {
      const { code, out, done } = await reconcile(command, world);
      expect([code, done], out).to.deep.equal([2, []]);
      expect(out).to.contain('What was asked for is not remembered');
      expect(out).to.contain('container/t1-r3').and.contain('this has to be in order first: reconcile apply does it');
    }
  });

  it('is not carried out, and does not wait, while another change would disrupt the tenant', async () => {
    const larger = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant], mtu: 9001 });
    const world = await convergedWorld(fleet);
    const { outcome } = await run(larger, simulate(world, { crash: { step: 10, when: 'after' } })).catch(() => ({
      outcome: undefined,
    }));
    expect(outcome).to.equal(undefined);
    const { code, out, done } = await reconcile('restart t1 -f x', world, {}, larger);
    expect([code, done], out).to.deep.equal([2, []]);
    expect(out).to.contain('this has to be in order first: reconcile apply does it').and.not.to.contain('timed out');
  });

  it('without an agreed master there is nothing to hand over', async () => {
    const world = await convergedWorld(fleet);
    for (const name of ['t1-r1', 't1-r2', 't1-r3']) kill(world, name);
    const { code, out, done } = await reconcile('failover t1 -f x', world);
    expect([code, done]).to.deep.equal([2, []]);
    expect(out).to.contain('t1 has no master that a majority of its Sentinels agrees on');
  });

  for (const [command, words] of [
    ['failover t9 -f x', /^these documents declare no Tenant t9; did you mean t1\?; nothing was done$/],
    ['failover t1 --to r8 -f x', /^t1 has no member r8; did you mean r1\?; nothing was done$/],
    ['restart -f x', /missing required argument 'tenant'/],
  ] as const)
    it(command, async () => {
      const { code, out, done } = await reconcile(command, await convergedWorld(fleet));
      expect([code, done]).to.deep.equal([2, []]);
      expect(out.trim()).to.match(words);
    });
});
