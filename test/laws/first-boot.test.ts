import { expect } from 'chai';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { run } from '../../simulation/scenarios/start.ts';
import { bareWorld, unpreparedWorld } from '../../simulation/scenarios/worlds.ts';
import { simulate } from '../../simulation/simulated-transport.ts';

/** Created hosts answer while cloud-init runs, apt's lock is held and the clock is not set: nothing fails, and nothing is tried too early. */
describe('the first boot of created hosts', () => {
  const fleet = fleetOf({ ...plainFleet, adopt: 'create' });
  for (const [name, worldOf] of Object.entries({ 'a bare image': unpreparedWorld, 'a prepared image': bareWorld }))
    it(`${name}: no step fails`, async () => {
      const world = worldOf(fleet);
      const early: string[] = [];
      const simulation = simulate(world, {
        onStep: (when) => {
          const action = simulation.steps.at(-1);
          if (when !== 'after' || !action || !('host' in action)) return;
          if (world.hosts[action.host]?.system.firstBoot.cloudInit) early.push(JSON.stringify(action));
        },
      });
      const { outcome, events } = await run(fleet, simulation);
      expect(outcome.result, JSON.stringify(outcome.left)).to.equal('done');
      expect(events.filter(({ type }) => type === 'step-failed')).to.deep.equal([]);
      expect(early).to.deep.equal([]);
    });
});
