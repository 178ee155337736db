import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import type { Fleet } from '../../../crds/fleet.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { violations } from '../../../simulation/checkers/health.ts';
import { copyOf } from '../../../simulation/copy.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../../simulation/step.ts';
import type { World } from '../../../simulation/world.ts';
import { runCommand } from '../../support/command.ts';

const fleet = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });

const mastersOn = ({ hosts }: World, host: string) =>
  Object.entries(hosts[host]?.containers ?? {}).flatMap(([name, { redis }]) =>
    redis && redis.of === undefined ? [name] : [],
  );
const vipOn = ({ hosts }: World) =>
  ['proxy-1', 'proxy-2'].filter((host) => hosts[host]?.links.some((link) => link.addresses.includes('10.80.1.100/32')));
const drain = (words: string, world: World, of: Fleet = fleet) => runCommand(`${words} -f x`, world, of);
const planned = async (world: World) => {
  const { plan } = await observeAndPlan(fleet, reconcilers, simulate(copyOf(world)).reader, {});
  return plan.findings.map(({ reason, subject, remedy }) => `${subject} ${reason} ${remedy.by}`);
};

describe('drain and uncordon', function () {
  this.timeout(60_000);

  it('a Redis host: the masters of all its tenants are handed over, and nothing else is done', async () => {
    const world = await convergedWorld(fleet);
    expect(mastersOn(world, 'redis-1')).to.deep.equal(['t1-r1', 't2-r1']);
    const { code, out, done } = await drain('drain redis-1', world);
    expect([code, done], out).to.deep.equal([0, ['host-drain', 'master-switch', 'master-switch']]);
    expect(mastersOn(world, 'redis-1')).to.deep.equal([]);
    runToQuiescence(world);
    expect(violations(world, fleet)).to.deep.equal([]);
    expect(await planned(world)).to.deep.equal(['maintenance/redis-1@drain Drained info']);
  });

  it('a proxy: the virtual IP moves to the other one', async () => {
    const world = await convergedWorld(fleet);
    const [owner = ''] = vipOn(world);
    const { code, out, done } = await drain(`drain ${owner} --for 30m --reason kernel`, world);
    expect([code, done], out).to.deep.equal([0, ['host-drain', 'unit']]);
    runToQuiescence(world);
    expect(vipOn(world)).to.have.lengthOf(1).and.not.include(owner);
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('a master that comes back there is handed over by the next apply, until the drain is over', async () => {
    const world = await convergedWorld(fleet);
    await drain('drain redis-2 --for 1h', world);
    for (const one of await Promise.all([run(fleet, simulate(world))])) expect(one.outcome.result).to.equal('done');
    const { code, out, done } = await runCommand('failover t1 -f x', world, fleet);
    expect([code, done], out).to.deep.equal([0, ['master-switch']]);
    expect(mastersOn(world, 'redis-2'), 'not to the drained host').to.deep.equal([]);
    const refused = await runCommand('failover t1 --to r2 -f x', world, fleet);
    expect([refused.code, refused.done]).to.deep.equal([2, []]);
    expect(refused.out).to.contain('r2 is on redis-2, which is drained');
    world.now += 3_700_000;
    runToQuiescence(world);
    expect(await planned(world)).to.deep.equal([]);
    const after = await runCommand('failover t1 --to r2 -f x', world, fleet);
    expect(after.code, after.out).to.equal(0);
  });

  it('uncordon ends it, and moves nothing back', async () => {
    const world = await convergedWorld(fleet);
    await drain('drain redis-1', world);
    const { code, out, done } = await drain('uncordon redis-1', world);
    expect([code, done], out).to.deep.equal([0, ['host-drain']]);
    expect(await planned(world)).to.deep.equal([]);
    expect(mastersOn(world, 'redis-1')).to.deep.equal([]);
    expect((await drain('uncordon redis-1', world)).done).to.deep.equal([]);
  });

  it('drained again, it has the later time; the same twice does nothing', async () => {
    const world = await convergedWorld(fleet);
    await drain('drain redis-1 --for 1h', world);
    const again = await drain('drain redis-1 --for 2h', world);
    expect([again.code, again.done]).to.deep.equal([0, ['host-drain']]);
  });

  it('killed at any step, the next apply finishes the drain', async () => {
    for (const when of ['before', 'after'] as const)
      for (const step of [1, 2, 3]) {
        const world = await convergedWorld(fleet);
        await runCommand('drain redis-1 -f x', world, fleet, { crash: { step, when } });
        const { outcome } = await run(fleet, simulate(world));
        expect(outcome.result, `${when} ${step}`).to.equal('done');
        const isMarked = step > 1 || when === 'after';
        expect(mastersOn(world, 'redis-1').length, `${when} ${step}`).to.equal(isMarked ? 0 : 2);
      }
  });

  it('--dry-run shows the mark and the switches, and does nothing', async () => {
    const world = await convergedWorld(fleet);
    const { code, out, done } = await drain('drain redis-1 --dry-run', world);
    expect([code, done]).to.deep.equal([1, []]);
    expect(out).to.contain('mark redis-1 as drained until').and.contain('switch the master of t1 from t1-r1 to t1-r2');
  });

  it('waits for what impacts a tenant there, and says so', async () => {
    const world = await convergedWorld(fleet);
    const stopped = world.hosts['redis-2']?.containers['t1-r2']?.redis;
    if (stopped) stopped.stopped = true;
    const { code, out, done } = await drain('drain redis-1 --timeout 1m', world);
    expect([code, done], out).to.deep.equal([2, ['host-drain', 'master-switch']]);
    expect(out).to.contain('this has to be in order first: reconcile apply does it');
  });

  const refusals: readonly (readonly [string, string])[] = [
    ['drain redis-9', 'these documents declare no host redis-9; did you mean redis-1?'],
    ['drain redis-1 --for 5s', 'expected a time from 1m to 168h'],
    ['drain redis-1 --for 8d', 'expected a'],
    ['drain redis-1 --reason a\nb', 'expected one line'],
  ];
  for (const [words, message] of refusals)
    it(`${JSON.stringify(words)} is refused, and nothing is done`, async () => {
      const world = await convergedWorld(fleet);
      const { code, out, done } = await drain(words, world);
      expect([code, done], out).to.deep.equal([2, []]);
      expect(out).to.contain(message);
    });

  it('a master that is declared elsewhere, and has not moved yet, is handed over', async () => {
    const five = (on: readonly number[]) =>
      fleetOf({ ...plainFleet, redisHosts: 5, tenants: [{ ...plainTenant, on }] });
    const world = await convergedWorld(five([1, 2, 3]));
    const { code, out, done } = await drain('drain redis-1', world, five([4, 2, 3]));
    expect([code, done], out).to.deep.equal([0, ['host-drain', 'master-switch']]);
    expect(mastersOn(world, 'redis-1')).to.deep.equal([]);
  });

  it('uncordon ends it under a pause too', async () => {
    const world = await convergedWorld(fleet);
    await drain('drain redis-1', world);
    const paused = { until: world.now + 3_600_000, reason: 'moving racks' };
    const held = { ...fleet, cluster: { ...fleet.cluster, paused } };
    expect((await drain('drain redis-2', world, held)).out).to.contain('nothing was done');
    const { code, done } = await drain('uncordon redis-1', world, held);
    expect([code, done]).to.deep.equal([0, ['host-drain']]);
  });

  it('a restart whose master has nowhere to go says why, and ends', async () => {
    const world = await convergedWorld(fleet);
    await drain('drain redis-2', world);
    await drain('drain redis-3', world);
    const { code, out } = await runCommand('restart t1 -f x --timeout 5m', world, fleet);
    expect(code).to.equal(2);
    expect(out).to.contain('the other members are on hosts that are drained (redis-2, redis-3)');
  });

  it('the other host of a pair is not drained as well', async () => {
    const world = await convergedWorld(fleet);
    await drain('drain proxy-1', world);
    const { code, out, done } = await drain('drain proxy-2', world);
    expect([code, done]).to.deep.equal([2, []]);
    expect(out).to.contain('proxy-1 is drained');
  });
});
