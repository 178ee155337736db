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
  const names = (world: World, n: number, address: string) =>
    editConf(world, n, (text) => text.replace(/(sentinel monitor t1) \S+/, `$1 ${address}`));

  it('starts with the member that most Sentinels name', async () => {
    const world = await stoppedWorld();
    for (const n of [2, 3]) names(world, n, '10.101.0.12');
    const { result, text, masters } = await applied(fleet, world);
    expect(result, text).to.equal('done');
    expect(masters).to.deep.equal(['r2', 'r2', 'r2']);
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('does not take the word of one member alone, whatever it writes into its file', async () => {
    const world = await stoppedWorld();
    names(world, 3, '10.101.0.13');
    editConf(world, 3, (text) => text.replace(/(sentinel config-epoch t1) \d+/, '$1 999999999'));
    editConf(world, 2, (text) => text.replace(/(sentinel config-epoch t1) \d+/, '$1 x'));
    const { result, text, masters } = await applied(fleet, world);
    expect(result, text).to.equal('done');
    expect(masters).to.deep.equal(['r1', 'r1', 'r1']);
  });

  it('starts with the member that was marked before, also if that one is not registered yet', async () => {
    const world = await stoppedWorld();
    const folder = `${folders.state}/members/t1-r3`;
    const { files } = hostOf(world, 'redis-3');
    files[`${folder}/marks/bootstrap`] = { mode: '600', owner: 'root:root', text: 'r2\n' };
    for (const file of ['marks/bootstrapped', 'marks/retired', 'conf/redis.conf', 'conf/sentinel.conf', 'conf/auth'])
      delete files[`${folder}/${file}`];
    const { result, text, masters } = await applied(fleet, world);
    expect(result, text).to.equal('done');
    expect(masters).to.deep.equal(['r2', 'r2']);
  });

  it('stays stopped, with its files, if the last master is not declared any more', async () => {
    const five = fleetOf({ ...plainFleet, redisHosts: 5, tenants: [{ ...plainTenant, members: 5 }] });
    const world = await convergedWorld(five);
    await applied(edited(five, 'VLAN and network'), world, { crash: { step: 4, when: 'after' } }).catch(() => {});
    const [tenant] = edited(five, 'VLAN and network').tenants;
    if (!tenant) throw new Error('no tenant');
    const three = { ...five, tenants: [{ ...tenant, members: tenant.members.slice(1, 4) }] };
    const { result, text, masters } = await applied(three, world);
    expect([result, masters]).to.deep.equal(['manual', []]);
    expect(text).to.contain('the last master, at 10.101.0.11, is not among the members that are declared and here');
    const then = await applied(edited(five, 'VLAN and network'), world);
    expect(then.result, then.text).to.equal('done');
  });

  it('is started again although a host is not observed that none of its members is on', async () => {
    const more = (of: Fleet): Fleet => {
      const { cluster } = fleetOf({ ...plainFleet, redisHosts: 5, tenants: [plainTenant] });
      return { ...of, cluster };
    };
    const world = await convergedWorld(more(before));
    await applied(more(fleet), world, { crash: { step: 2, when: 'after' } }).catch(() => {});
    await applied(more(fleet), world, { unreachable: new Set(['redis-5']) });
    expect(Object.values(world.hosts).flatMap(({ containers }) => Object.keys(containers))).to.have.length(3);
    const then = await applied(more(fleet), world);
    expect(then.result, then.text).to.equal('done');
    expect(violations(world, more(fleet))).to.deep.equal([]);
  });

  it('is started again although most of its members had moved, and their former copies are still there', async () => {
    const on = (hosts: readonly number[]) =>
      fleetOf({ ...plainFleet, redisHosts: 5, tenants: [{ ...plainTenant, on: hosts }] });
    const world = await convergedWorld(on([1, 2, 3]));
    expect((await applied(on([4, 5, 3]), world)).result).to.equal('done');
    const { result, text } = await applied(edited(on([4, 5, 3]), 'vlan'), world);
    expect(result, text).to.equal('done');
    expect(violations(world, edited(on([4, 5, 3]), 'vlan'))).to.deep.equal([]);
  });

  it('is kept down by a pause, which is said, and not called done', async () => {
    const world = await stoppedWorld();
    const pause = { until: Date.parse('2999-01-01'), reason: 'moving racks' };
    const paused = { ...fleet, tenants: fleet.tenants.map((one) => ({ ...one, paused: pause })) };
    const { result, text } = await applied(paused, world);
    expect(result).to.equal('manual');
    expect(text).to.contain(
      'all members of the tenant are stopped for their new addressing, and the pause keeps them so',
    );
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

  it('does not get its new addressing while a member may run with the former one, whose containers are not listed', async () => {
    const world = await convergedWorld(before);
    await applied(fleet, world, { crash: { step: 1, when: 'after' } }).catch(() => {});
    const failing: Faults['failing'] = (request) => request.fact === 'containers' && request.host === 'redis-3';
    const { masters } = await applied(fleet, world, { failing });
    expect(masters).to.deep.equal([]);
    const then = await applied(fleet, world);
    expect(then.result, then.text).to.equal('done');
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('is not stopped for a VLAN that another tenant still has', async () => {
    const two = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });
    const [t1, t2] = two.tenants;
    if (!t1 || !t2) throw new Error('two tenants');
    const swapped = {
      ...two,
      tenants: [
        { ...t1, vlan: t2.vlan },
        { ...t2, vlan: t1.vlan },
      ],
    };
    const taken = { ...two, tenants: [{ ...t1, vlan: t2.vlan }] };
    for (const [of, word] of [
      [swapped, 'change that one first'],
      [taken, 'retire that one first'],
    ] as const) {
      const { result, text, steps } = await applied(of, await convergedWorld(two));
      expect([result, steps]).to.deep.equal(['manual', 0]);
      expect(text).to.contain(word);
    }
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
