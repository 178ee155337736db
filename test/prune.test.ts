import { expect } from 'chai';
import fc from 'fast-check';
import { look } from '../controller/pass.ts';
import { findingsText } from '../controller/report/plan-text.ts';
import type { Fleet, Tenant } from '../crds/fleet.ts';
import { reconcilers } from '../reconcilers/index.ts';
import { copyOf } from '../reconcilers/model/copy.ts';
import { settle } from '../reconcilers/model/tick.ts';
import type { World } from '../reconcilers/model/world.ts';
import { newPruning, type PruneOptions } from '../reconcilers/prune.ts';
import { breakWorld } from './support/breakages.ts';
import { fleetOf, fleetSpec } from './support/fleets.ts';
import { illnesses } from './support/health.ts';
import { restOf, thingsOf, without } from './support/left-behind.ts';
import { numRuns, path, seed } from './support/runs.ts';
import { same } from './support/same.ts';
import { type Faults, simulate } from './support/simulated-world.ts';
import { convergedWorld, run } from './support/start.ts';
import { addForeign, type Foreign, foreign } from './support/strangers.ts';

/** A fleet in order, one Tenant of which is taken out of the documents, and other people's things beside it. */
interface Case {
  /** With the Tenant, and without it. */
  readonly all: Fleet;
  readonly left: Fleet;
  readonly gone: Tenant;
  readonly world: World;
  readonly dice: number;
}

const options: PruneOptions = { maxDeletes: 1, allowEmpty: true };

function law(name: string, holds: (one: Case) => Promise<void>): void {
  it(name, async function () {
    this.timeout(numRuns * 2000);
    const some = fleetSpec.filter(({ tenants }) => tenants.length > 0);
    const property = fc.asyncProperty(some, fc.array(foreign, { maxLength: 2 }), fc.nat(1_000_000), async (...drawn) =>
      holds(await caseOf(...drawn)),
    );
    const replay = path === undefined ? {} : { path, endOnFailure: true };
    await fc.assert(property, { numRuns: Math.ceil(numRuns / 5), seed, includeErrorInReport: true, ...replay });
  });
}

async function caseOf(spec: Parameters<typeof fleetOf>[0], strangers: readonly Foreign[], dice: number): Promise<Case> {
  const all = fleetOf(spec);
  const gone = all.tenants[dice % all.tenants.length];
  if (!gone) throw new Error('a fleet without tenants');
  const world = await convergedWorld(all);
  for (const one of strangers) addForeign(world, one);
  settle(world);
  return { all, left: without(all, [gone]), gone, world, dice };
}

/** An apply to its end; what is not in order then is told. */
async function applied(fleet: Fleet, world: World, prune?: PruneOptions) {
  const simulation = simulate(world);
  const { outcome } = await run(fleet, simulation, undefined, prune);
  settle(world);
  if (outcome.result !== 'done') throw new Error(`it ended ${outcome.result}:\n${findingsText(outcome.left)}`);
  return { steps: simulation.steps, left: outcome.left };
}

async function planned(fleet: Fleet, world: World, prune?: PruneOptions, faults?: Faults) {
  const pruning = prune && newPruning(prune, fleet);
  return (await look(fleet, reconcilers, simulate(copyOf(world), faults).senses, pruning)).plan;
}

function wait(world: World, { cluster }: Fleet): void {
  world.now += cluster.prune.retainForMs;
}

describe('laws of prune', () => {
  law('without it a Tenant that left the documents is not touched', async ({ left, world }) => {
    const before = copyOf(world.hosts);
    const { steps, left: told } = await applied(left, world);
    expect(steps).to.deep.equal([]);
    expect(told.map(({ remedy }) => remedy.by)).to.include('notice');
    same(
      Object.values(world.hosts).map(({ files, disks, ovs, links }) => [files, disks, ovs, links]),
      Object.values(before).map(({ files, disks, ovs, links }) => [files, disks, ovs, links]),
    );
  });

  law('it takes the Tenant out of service, keeps its data, and leaves all else as it is', async (one) => {
    const { left, gone, world } = one;
    const [rest, { data }] = [restOf(world, gone), thingsOf(world, gone)];
    await applied(left, world, options);
    expect(thingsOf(world, gone).parts).to.deep.equal([]);
    same(thingsOf(world, gone).data, data);
    same(restOf(world, gone), rest);
    expect(illnesses(world, left)).to.deep.equal([]);
    for (const prune of [undefined, options])
      expect((await planned(left, world, prune)).findings.filter(({ remedy }) => remedy.by !== 'notice')).to.deep.equal(
        [],
      );
  });

  law('a boot of any host does not bring a retired member back', async ({ left, gone, world }) => {
    await applied(left, world, options);
    for (const host of Object.keys(world.hosts).keys())
      breakWorld(world, { kind: 'host rebooted', dice: [host, 0, 0] }, left.tenants.length);
    settle(world);
    expect(thingsOf(world, gone).parts).to.deep.equal([]);
  });

  law('a crash before, in the middle of or after any step is forgotten', async ({ left, gone, world, dice }) => {
    const whole = copyOf(world);
    const steps = (await applied(left, whole, options)).steps.length;
    const later = copyOf(whole);
    wait(later, left);
    const destroyed = copyOf(later);
    const more = (await applied(left, destroyed, options)).steps.length;
    for (const [begin, count, end] of [
      [world, steps, whole],
      [later, more, destroyed],
    ] as const) {
      const when = (['before', 'middle', 'after'] as const)[dice % 3] ?? 'before';
      const crashed = copyOf(begin);
      const crash = { step: 1 + (Math.floor(dice / 3) % count), when };
      const fate = await run(left, simulate(crashed, { crash }), undefined, options).catch(() => 'dead');
      expect(fate).to.equal('dead');
      await applied(left, crashed, options);
      expect(thingsOf(crashed, gone)).to.deep.equal(thingsOf(end, gone));
      same(restOf(crashed, gone), restOf(end, gone));
    }
  });

  law('asked again after retainFor, it destroys exactly that Tenant; before, it does nothing', async (one) => {
    const { left, gone, world } = one;
    await applied(left, world, options);
    const [rest, { data }] = [restOf(world, gone), thingsOf(world, gone)];
    expect((await applied(left, world, options)).steps).to.deep.equal([]);
    same(thingsOf(world, gone).data, data);
    wait(world, left);
    expect((await applied(left, world)).steps).to.deep.equal([]);
    await applied(left, world, options);
    expect(JSON.stringify(thingsOf(world, gone).data)).not.to.contain('/members/');
    same(restOf(world, gone), rest);
    expect((await planned(left, world, options)).findings).to.deep.equal([]);
  });

  law('declared again, the Tenant comes back with its data, and is not retired any more', async (one) => {
    const { all, left, gone, world, dice } = one;
    const crash = { step: 1 + (dice % 8), when: 'after' } as const;
    if (dice % 2) await applied(left, world, options);
    else await run(left, simulate(world, { crash }), undefined, options).catch(() => {});
    const keys = keysOf(world, gone);
    await applied(all, world);
    expect(illnesses(world, all)).to.deep.equal([]);
    expect(keysOf(world, gone)).to.deep.equal(keys);
    expect(JSON.stringify(world.hosts)).not.to.contain('marks/retired');
    wait(world, left);
    const { steps } = await planned(left, world, options);
    expect(steps.map(({ action }) => action.verb)).not.to.include('member-destroy');
  });

  law('what one run retired it does not destroy, however short retainFor is', async ({ left, gone, world }) => {
    const { cluster } = left;
    const hasty = { ...left, cluster: { ...cluster, prune: { retainForMs: 0 } } };
    const { data } = thingsOf(world, gone);
    await applied(hasty, world, options);
    same(thingsOf(world, gone).data, data);
    await applied(hasty, world, options);
    expect(JSON.stringify(thingsOf(world, gone).data)).not.to.contain('/members/');
  });

  law('while something could not be seen it removes nothing, and says what it waits for', async (one) => {
    const { left, world, dice } = one;
    const hosts = Object.keys(world.hosts);
    const hidden = hosts[dice % hosts.length] ?? '';
    const stopped = copyOf(world);
    for (const instance of stopped.ec2.instances) if (instance.tags['Name'] === hidden) instance.state = 'stopped';
    for (const [seen, faults] of [
      [world, { unreachable: new Set([hidden]) }],
      [stopped, {}],
    ] as const) {
      const plan = await planned(left, seen, options, faults);
      expect(plan.steps.filter(({ removes }) => removes)).to.deep.equal([]);
      expect(JSON.stringify(plan.findings)).to.contain('nothing is removed while ');
    }
  });

  law('more Tenants to remove than allowed, or all of them: nothing is removed', async ({ all, world }) => {
    const gone = all.tenants.slice(0, 2);
    const left = without(all, gone);
    const names = gone.map(({ name }) => `tenant ${name}`).join(', ');
    const plan = await planned(left, world, { maxDeletes: gone.length - 1, allowEmpty: true });
    expect(plan.steps).to.deep.equal([]);
    expect(JSON.stringify(plan.findings)).to.contain(
      `${gone.length} to remove: ${names}; --max-deletes is ${gone.length - 1}: give --max-deletes ${gone.length}, or put their documents back`,
    );
    const strict = await planned(left, world, { maxDeletes: 9, allowEmpty: false });
    expect(strict.steps.length > 0).to.equal(left.tenants.length > 0);
    await applied(left, world, { maxDeletes: gone.length, allowEmpty: true });
    expect(gone.flatMap((tenant) => thingsOf(world, tenant).parts)).to.deep.equal([]);
  });
});

function keysOf(world: World, tenant: Tenant): readonly unknown[] {
  return Object.values(world.hosts).flatMap(({ disks }) =>
    Object.entries(disks)
      .filter(([image]) => image.includes(`/members/${tenant.name}-`))
      .map(([image, { filled, complete, imageBytes }]) => [image, filled, complete, imageBytes]),
  );
}
