import { expect } from 'chai';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';

const before = fleetOf(plainFleet);
const after = fleetOf({ ...plainFleet, mtu: 9001 });

describe('containers that have to be restarted', () => {
  it('replicas first, one at a time; the master hands over before it is restarted', async () => {
    const world = await convergedWorld(before);
    const { outcome, events } = await run(after, simulate(world));
    expect(outcome.result).to.equal('done');
    const done = events.flatMap((event) =>
      event.type === 'step-done' && event.step.disrupts.length ? [event.step.description] : [],
    );
    expect(done).to.deep.equal([
      'redis-2: restart container t1-r2',
      'redis-3: restart container t1-r3',
      'switch the master of t1 from t1-r1 to t1-r2 (pause writes, SENTINEL FAILOVER)',
      'redis-1: restart container t1-r1',
    ]);
  });

  it('also while a change of the addressing is declared, and refused', async () => {
    const world = await convergedWorld(before);
    const tenants = after.tenants.map((tenant) => ({ ...tenant, vlan: 151, redis: { ...tenant.redis, port: 7379 } }));
    const { events } = await run({ ...after, tenants }, simulate(world));
    const done = events.flatMap((event) => (event.type === 'step-done' ? [event.step.description] : []));
    const restarted = done.indexOf('redis-1: restart container t1-r1');
    const handedOver = done.findIndex((one) => one.startsWith('switch the master of t1 from t1-r1'));
    expect(handedOver, done.join('\n')).to.be.within(0, restarted);
  });
});
