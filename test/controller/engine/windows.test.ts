import { expect } from 'chai';
import { outcomeText } from '../../../controller/report/outcome-text.ts';
import type { Fleet, Maintenance } from '../../../crds/fleet.ts';
import { killContainer } from '../../../simulation/lxc.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import type { World } from '../../../simulation/world.ts';
import { watching } from '../../support/watching.ts';

const plain = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });
const minute = 60_000;

/** Another number of databases, for which all members of t1 are restarted; a window opens in so many minutes, for one hour. */
function changed(world: World, opensInMinutes: number): Fleet {
  const start = new Date(simulate(world).clock.now() + opensInMinutes * minute);
  const startMinutes = start.getUTCHours() * 60 + start.getUTCMinutes();
  const days = [0, 1, 2, 3, 4, 5, 6];
  const maintenance: Maintenance = { timezone: 'UTC', windows: [{ days, startMinutes, durationMs: 60 * minute }] };
  const tenants = plain.tenants.map((one) =>
    one.name === 't1' ? { ...one, redis: { ...one.redis, config: { ...one.redis.config, databases: '32' } } } : one,
  );
  return { ...plain, cluster: { ...plain.cluster, maintenance }, tenants };
}

const operations = (steps: readonly object[]) => steps.map((step) => ('operation' in step ? step.operation : 'EC2'));

describe('a maintenance window', function () {
  this.timeout(120_000);

  it('apply does everything else, ends at once with 0, and says what waits and until when', async () => {
    const world = await convergedWorld(plain);
    const host = world.hosts['redis-2'];
    if (host) killContainer(host, 't2-r2');
    const simulation = simulate(world);
    const { outcome } = await run(changed(world, 600), simulation);
    expect(outcome.result, JSON.stringify(outcome.left)).to.equal('done');
    expect(operations(simulation.steps)).to.not.include('member-restart');
    expect(operations(simulation.steps)).to.not.include('master-switch');
    expect(operations(simulation.steps)).to.include('container-run');
    const waiting = outcome.left.flatMap(({ remedy }) => (remedy.by === 'waiting' ? [remedy] : []));
    expect(waiting.map(({ cause }) => cause)).to.have.members(['window', 'dependency', 'dependency']);
    expect(outcomeText('lawful', outcome)).to.match(
      /^lawful: in order, but for what waits for a maintenance window \(.*[\s\S]*which opens .* UTC: .*restart/,
    );
  });

  it('apply does it within the window, and with --ignore-windows', async () => {
    for (const [opensIn, ignoreWindows] of [
      [-1, false],
      [600, true],
    ] as const) {
      const world = await convergedWorld(plain);
      const simulation = simulate(world);
      const { outcome } = await run(changed(world, opensIn), simulation, 600_000, undefined, [], ignoreWindows);
      expect(outcome.left, JSON.stringify(outcome.left)).to.deep.equal([]);
      expect(operations(simulation.steps).filter((one) => one === 'member-restart')).to.have.lengthOf(3);
    }
  });

  it('what impacts the tenant is repaired outside of it', async () => {
    const world = await convergedWorld(plain);
    const host = world.hosts['redis-2'];
    if (host) killContainer(host, 't1-r2');
    const simulation = simulate(world);
    const { outcome } = await run(changed(world, 600), simulation);
    expect(outcome.result).to.equal('done');
    expect(operations(simulation.steps)).to.include('container-run');
  });

  it('a watch wakes when it opens, and goes on until all is done', async () => {
    const world = await convergedWorld(plain);
    const one = watching(changed(world, 60), world, {}, 240 * minute);
    await one.clock.pass(58 * minute);
    expect(one.saw('waiting', 'maintenance window'), JSON.stringify(one.reported)).to.equal(true);
    const restarts = () => operations(one.simulation.steps).filter((name) => name === 'member-restart').length;
    expect(restarts()).to.equal(0);
    await one.clock.pass(12 * minute);
    expect(restarts()).to.equal(3);
    one.terminate();
    await one.clock.until(() => one.code() !== undefined, minute);
  });
});
