import { expect } from 'chai';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { cutTunnels } from '../../simulation/checkers/tunnels.ts';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';

const before = fleetOf(plainFleet);
const withKey = (greKey: number) => fleetOf({ ...plainFleet, greKey });

/** An apply. `cut`: tunnels that some step has cut. */
async function applied(fleet: Fleet, world: World, faults: Faults = {}) {
  const cut = new Set<string>();
  const onStep = () => cutTunnels(world, fleet).forEach((one) => void cut.add(one));
  const simulation = simulate(world, { ...faults, onStep });
  const outcome = await run(fleet, simulation).then(
    (one) => one.outcome,
    () => undefined,
  );
  runToQuiescence(world);
  onStep();
  return { result: outcome?.result, left: outcome?.left ?? [], steps: simulation.steps, cut: [...cut] };
}

async function becomes(fleet: Fleet, world: World, where: string): Promise<void> {
  const { result, left, cut } = await applied(fleet, world);
  expect(result, `${where}\n${findingsText(left)}`).to.equal('done');
  expect(cut, where).to.deep.equal([]);
  expect(violations(world, fleet), where).to.deep.equal([]);
  same(canonicalState(world), canonicalState(await convergedWorld(fleet)));
}

describe('another GRE key', function () {
  this.timeout(120_000);
  const whens = ['before', 'middle', 'after'] as const;

  it('is live: no tunnel is cut, and nothing else is done', async () => {
    const world = await convergedWorld(before);
    const { result, left, steps, cut } = await applied(withKey(7), world);
    expect(result, findingsText(left)).to.equal('done');
    expect(cut).to.deep.equal([]);
    expect(new Set(steps.map((one) => 'operation' in one && one.operation))).to.deep.equal(
      new Set(['ovs-transaction']),
    );
    expect(steps).to.have.lengthOf(15);
    same(canonicalState(world), canonicalState(await convergedWorld(withKey(7))));
    expect((await applied(withKey(7), world)).steps).to.deep.equal([]);
  });

  it('cuts no tunnel wherever the operator dies, and whether the next run has this key, the former one or a third', async () => {
    for (let step = 1; step <= 15; step += 1)
      for (const [index, when] of whens.entries()) {
        const world = await convergedWorld(before);
        const where = `died ${when} step ${step}`;
        expect((await applied(withKey(7), world, { crash: { step, when } })).cut, where).to.deep.equal([]);
        const next = [withKey(7), before, withKey(8)][(step + index) % 3] ?? before;
        await becomes(next, world, `${where}, then ${next.cluster.mesh.greKey}`);
      }
  });

  it('waits at the tunnels of a host that does not answer, from whatever step on', async () => {
    for (const dies of [0, 3, 7, 12]) {
      const world = await convergedWorld(before);
      if (dies) await applied(withKey(7), world, { crash: { step: dies, when: 'after' } });
      const partial = await applied(withKey(7), world, { unreachable: new Set(['redis-2']) });
      expect(partial.result).to.equal('unknown');
      expect(partial.cut).to.deep.equal([]);
      await becomes(dies === 7 ? before : withKey(7), world, `after step ${dies}`);
    }
  });

  it('of one end alone is repaired at once', async () => {
    const world = await convergedWorld(before);
    const port = world.hosts['redis-1']?.ovs?.bridges
      .flatMap(({ ports }) => ports)
      .find(({ name }) => name === 'gre-redis-2');
    if (port) Object.assign(port.options, { key: '9' });
    expect(cutTunnels(world, before)).to.deep.equal(['redis-1 and redis-2']);
    expect((await applied(before, world)).steps).to.have.lengthOf(1);
    await becomes(before, world, 'repaired');
  });
});
