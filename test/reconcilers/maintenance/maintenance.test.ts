import { expect } from 'chai';
import { wordsFor } from '../../../controller/perform.ts';
import { findingsText } from '../../../controller/report/plan-text.ts';
import { settle } from '../../../reconcilers/model/tick.ts';
import type { World } from '../../../reconcilers/model/world.ts';
import type { Action } from '../../../reconcilers/verbs/index.ts';
import { fleetOf, plainFleet, plainTenant } from '../../support/fleets.ts';
import { illnesses } from '../../support/health.ts';
import { simulate } from '../../support/simulated-world.ts';
import { convergedWorld, run } from '../../support/start.ts';

const spec = { ...plainFleet, adopt: 'create' as const, tenants: [plainTenant, plainTenant] };
const before = fleetOf(spec);
const after = fleetOf({ ...spec, sriov: true });

/** SR-IOV needs another type: the instances have been of it all along. */
async function worldBefore(): Promise<World> {
  const world = await convergedWorld(before);
  for (const one of world.ec2.instances) one.type = 'c4.large';
  return world;
}

describe('SR-IOV switched on in a running cluster', () => {
  it('stops every host once, one at a time, and never one that has a master or the virtual address', async () => {
    const world = await worldBefore();
    const faults: string[] = [];
    const look = () => {
      const away = world.ec2.instances.filter(({ state }) => state !== 'running');
      if (away.length > 1) faults.push(`away at the same time: ${away.map(({ tags }) => tags['Name']).join(', ')}`);
    };
    const simulation = simulate(world, { witness: look });
    const { outcome, events } = await run(after, simulation);
    settle(world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(illnesses(world, after)).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
    const done = events.flatMap((event) => (event.type === 'step-done' ? [event.step.action] : []));
    const calls = (name: string) => done.filter((action) => action.verb === 'ec2-call' && action.call.action === name);
    for (const name of ['StopInstances', 'ModifyInstanceAttribute', 'StartInstances'])
      expect(calls(name), name).to.have.lengthOf(5);
    expect(handedOver(done)).to.deep.equal([]);
    expect((await run(after, simulate(world))).outcome).to.include({ result: 'done', steps: 0 });
  });

  it('hands a master over only while its writes are held back', async () => {
    const { events } = await run(after, simulate(await worldBefore()));
    const done = events.flatMap((event) => (event.type === 'step-done' ? [event.step.action] : []));
    const failovers = done.flatMap((action, index) => (action.verb === 'sentinel-failover' ? [index] : []));
    expect(failovers.length).to.be.greaterThan(1);
    for (const index of failovers) {
      const pause = done[index - 1];
      expect(pause?.verb).to.equal('redis-pause');
      if (pause?.verb === 'redis-pause') expect(wordsFor(pause)).to.match(/^hold back writes to t\d-r\d for 6 s$/);
    }
  });

  it('stops nobody while a replica is away', async () => {
    const world = await worldBefore();
    const [box] = Object.values(world.hosts).flatMap((host) => Object.values(host.boxes));
    const stay = new Set<string>();
    const simulation = simulate(world, {
      unreachable: new Set(['redis-3']),
      witness: () => {
        for (const one of world.ec2.instances) if (one.state !== 'running') stay.add(one.tags['Name'] ?? '');
      },
    });
    expect(box).not.to.equal(undefined);
    const { outcome } = await run(after, simulation, 60_000);
    expect(outcome.result).to.equal('blind');
    expect([...stay]).to.deep.equal([]);
  });
});

/** Stops of a host that had a master: a failover away from it must have come since it last got one. */
function handedOver(done: readonly Action[]): readonly string[] {
  const words = done.map(wordsFor);
  return words.filter(
    (line, index) =>
      /^stop .* of redis-1,/.test(line) && !words.slice(0, index).some((one) => /hand t\d over from t\d-r1/.test(one)),
  );
}
