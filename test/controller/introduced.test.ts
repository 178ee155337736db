import { expect } from 'chai';
import { look } from '../../controller/pass.ts';
import { type HostTarget, MediumError, type Senses } from '../../controller/ports.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { fleetOf, plainFleet } from '../support/fleets.ts';
import { type Simulation, simulate } from '../support/simulated-world.ts';
import { run } from '../support/start.ts';
import { bareWorld } from '../support/worlds.ts';

const created = fleetOf({ ...plainFleet, adopt: 'create' });

/** A host that is not known yet for so many milliseconds after its instance was started: what an adapter says of it. */
function shy(simulation: Simulation, name: string, milliseconds: number, targets: HostTarget[] = []): Senses {
  const { senses, clock } = simulation;
  const askHost: Senses['askHost'] = async (target, questions) => {
    targets.push(target);
    if (target.name === name && clock.now() - (target.made?.launched ?? 0) < milliseconds)
      throw new MediumError('early', `EC2 does not show the SSH host keys of ${name} yet`);
    return senses.askHost(target, questions);
  };
  return { ...senses, askHost };
}

describe('a host whose keys do not show yet', () => {
  it('is waited for, for as long as it takes, and everything comes to be', async () => {
    const simulation = simulate(bareWorld(created));
    const { outcome } = await run(created, { ...simulation, senses: shy(simulation, 'redis-1', 300_000) });
    expect(outcome.result).to.equal('done');
  });

  it('is waited for in words, and what rests on it is done nothing to', async () => {
    const simulation = simulate(bareWorld(created));
    const senses = shy(simulation, 'redis-1', 3_600_000);
    const { outcome } = await run(created, { ...simulation, senses }, 120_000);
    expect(outcome.result).to.equal('timeout');
    const { plan } = await look(created, reconcilers, senses);
    const own = plan.findings.filter(({ subject }) => subject === 'host/redis-1');
    const reason = 'EC2 does not show the SSH host keys of redis-1 yet';
    expect(own.map(({ remedy }) => remedy)).to.deep.equal([{ by: 'waiting', reason, unseen: true }]);
    expect(plan.steps.filter(({ action }) => 'host' in action && action.host === 'redis-1')).to.deep.equal([]);
  });

  it('is named with its instance where it is of our making, and without where it is adopted', async () => {
    for (const [fleet, made] of [
      [created, true],
      [fleetOf(plainFleet), false],
    ] as const) {
      const simulation = simulate(bareWorld(fleet));
      const targets: HostTarget[] = [];
      await run(fleet, { ...simulation, senses: shy(simulation, '', 0, targets) });
      const shown = (name: string) =>
        simulation.world.ec2.instances.find(({ tags }) => Object.values(tags).includes(name));
      const last = targets.at(-1);
      if (made) expect(last?.made?.instanceId).to.equal(shown(last?.name ?? '')?.instanceId);
      expect(new Set(targets.map((target) => target.made !== undefined))).to.deep.equal(new Set([made]));
    }
  });
});
