import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import { findingsText } from '../../../controller/report/plan-text.ts';
import type { Fleet } from '../../../crds/fleet.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { folders } from '../../../renderers/lib/markers.ts';
import { violations } from '../../../simulation/checkers/health.ts';
import { edited } from '../../../simulation/scenarios/edits.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../../simulation/step.ts';
import { hostOf, type World } from '../../../simulation/world.ts';

const before = fleetOf({ ...plainFleet, tenants: [plainTenant] });
const fleet = edited(before, 'VLAN and network');
const confOf = (n: number) => `${folders.state}/members/t1-r${n}/conf/sentinel.conf`;

async function applied(of: Fleet, world: World, faults: Faults = {}) {
  const simulation = simulate(world, faults);
  const { outcome } = await run(of, simulation, undefined, undefined, [{ kind: 'downtime', tenant: 't1' }]);
  runToQuiescence(world);
  const masters = simulation.steps.flatMap((one) => ('initialMaster' in one ? [one.initialMaster] : []));
  return { result: outcome.result, text: findingsText(outcome.left), steps: simulation.steps.length, masters };
}

/** All members were stopped, and the run died. */
async function stoppedWorld(): Promise<World> {
  const world = await convergedWorld(before);
  await applied(fleet, world, { crash: { step: 2, when: 'after' } }).catch(() => {});
  return world;
}

function editConf(world: World, n: number, change: (text: string) => string): void {
  const file = hostOf(world, `redis-${n}`).files[confOf(n)];
  if (!file) throw new Error(`r${n} has no sentinel.conf`);
  file.text = change(file.text);
}

describe('a tenant whose members were stopped for another addressing', () => {
  it('starts with the member that a Sentinel names at the newest epoch, whatever the others say', async () => {
    const world = await stoppedWorld();
    editConf(world, 3, (text) =>
      text
        .replace(/(sentinel monitor t1) \S+/, '$1 10.101.0.12')
        .replace(/sentinel config-epoch t1 \d+/, 'sentinel config-epoch t1 7'),
    );
    const { result, text, masters } = await applied(fleet, world);
    expect(result, text).to.equal('done');
    expect(masters).to.deep.equal(['r2', 'r2', 'r2']);
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('stays stopped while nothing tells who was master, until somebody says it', async () => {
    const world = await stoppedWorld();
    for (const n of [1, 2, 3]) editConf(world, n, () => '# lost\n');
    const { result, text, masters } = await applied(fleet, world);
    expect([result, masters]).to.deep.equal(['manual', []]);
    expect(text).to.contain('does not tell which of r1, r2, r3 was master last');
    const marks = `${folders.state}/members/t1-r2/marks`;
    const host = hostOf(world, 'redis-2');
    host.files[`${marks}/bootstrap`] = { mode: '600', owner: 'root:root', text: 'r2\n' };
    delete host.files[`${marks}/bootstrapped`];
    const then = await applied(fleet, world);
    expect(then.result, then.text).to.equal('done');
    expect(then.masters).to.deep.equal(['r2', 'r2', 'r2']);
  });

  it('waits until the hosts of all members are observed', async () => {
    const world = await stoppedWorld();
    const { result, masters } = await applied(fleet, world, { unreachable: new Set(['redis-2']) });
    expect([result, masters]).to.deep.equal(['unknown', []]);
    const then = await applied(fleet, world);
    expect(then.result, then.text).to.equal('done');
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('is not stopped without an append-only file', async () => {
    const own = (of: Fleet): Fleet => ({
      ...of,
      tenants: of.tenants.map((one) => ({ ...one, redis: { ...one.redis, appendonly: false } })),
    });
    const world = await convergedWorld(own(before));
    const { result, text, steps } = await applied(own(fleet), world);
    expect([result, steps]).to.deep.equal(['manual', 0]);
    expect(text).to.contain('r1, r2, r3 would lose what was written since the last save');
  });

  it('is not stopped if it is not exposed, since its Redis cannot be asked', async () => {
    const own = (of: Fleet): Fleet => ({ ...of, tenants: of.tenants.map((one) => ({ ...one, expose: undefined })) });
    const { plan } = await observeAndPlan(own(fleet), reconcilers, simulate(await convergedWorld(before)).reader);
    expect(plan.findings.map(({ reason }) => reason)).to.include('AddressingChangeRefused');
    expect(plan.steps.filter(({ action }) => action.operation === 'member-retire')).to.deep.equal([]);
  });
});

describe('another runtime under members', () => {
  for (const [from, to] of [
    ['lxc', 'openvz'],
    ['openvz', 'lxc'],
  ] as const)
    it(`${to} instead of ${from}: nothing is done, not even the template is prepared`, async () => {
      const world = await convergedWorld(fleetOf({ ...plainFleet, runtime: from, tenants: [plainTenant] }));
      const { plan } = await observeAndPlan(
        fleetOf({ ...plainFleet, runtime: to, tenants: [plainTenant] }),
        reconcilers,
        simulate(world).reader,
      );
      const onRedisHosts = plan.steps.filter(({ lane }) => lane.includes('redis-'));
      expect(onRedisHosts.map(({ description }) => description)).to.deep.equal([]);
    });
});
