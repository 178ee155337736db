import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import { TransportError } from '../../../controller/transport/errors.ts';
import type { FactReader, HostTarget } from '../../../controller/transport/io.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { run } from '../../../simulation/scenarios/start.ts';
import { bareWorld } from '../../../simulation/scenarios/worlds.ts';
import { type Simulation, simulate } from '../../../simulation/simulated-transport.ts';

const created = fleetOf({ ...plainFleet, adopt: 'create' });

/** A reader of which one host is not known yet for so many milliseconds after its instance was started. */
function withLateKeys(
  simulation: Simulation,
  name: string,
  milliseconds: number,
  targets: HostTarget[] = [],
): FactReader {
  const { reader, clock } = simulation;
  const readHost: FactReader['readHost'] = async (target, queries) => {
    targets.push(target);
    if (target.name === name && clock.now() - (target.made?.launched ?? 0) < milliseconds)
      throw new TransportError('early', `EC2 does not show the SSH host keys of ${name} yet`);
    return reader.readHost(target, queries);
  };
  return { ...reader, readHost };
}

describe('a host whose keys do not show yet', () => {
  it('is waited for, for as long as it takes, and then built', async () => {
    const simulation = simulate(bareWorld(created));
    const { outcome } = await run(created, { ...simulation, reader: withLateKeys(simulation, 'redis-1', 300_000) });
    expect(outcome.result).to.equal('done');
  });

  it('is waited for, its state unknown, and no step is planned for it meanwhile', async () => {
    const simulation = simulate(bareWorld(created));
    const reader = withLateKeys(simulation, 'redis-1', 3_600_000);
    const { outcome } = await run(created, { ...simulation, reader }, 120_000);
    expect(outcome.result).to.equal('timeout');
    const { plan } = await observeAndPlan(created, reconcilers, reader);
    const own = plan.findings.filter(({ subject }) => subject === 'host/redis-1');
    const message = 'EC2 does not show the SSH host keys of redis-1 yet';
    expect(own.map(({ remedy }) => remedy)).to.deep.equal([
      { by: 'waiting', cause: 'settling', message, unknown: true },
    ]);
    expect(plan.steps.filter(({ action }) => 'host' in action && action.host === 'redis-1')).to.deep.equal([]);
  });

  it('is reached with the id of its instance where it was created here, and without where it is adopted', async () => {
    for (const [fleet, made] of [
      [created, true],
      [fleetOf(plainFleet), false],
    ] as const) {
      const simulation = simulate(bareWorld(fleet));
      const targets: HostTarget[] = [];
      await run(fleet, { ...simulation, reader: withLateKeys(simulation, '', 0, targets) });
      const shown = (name: string) =>
        simulation.world.ec2.instances.find(({ tags }) => Object.values(tags).includes(name));
      const last = targets.at(-1);
      if (made) expect(last?.made?.instanceId).to.equal(shown(last?.name ?? '')?.instanceId);
      expect(new Set(targets.map((target) => target.made !== undefined))).to.deep.equal(new Set([made]));
    }
  });
});
