import { expect } from 'chai';
import fc from 'fast-check';
import { observeAndPlan } from '../../controller/engine/pass.ts';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet, Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import { newPruning, type PruneOptions } from '../../reconcilers/contract/prune.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { copyOf } from '../../simulation/copy.ts';
import { injectFault } from '../../simulation/scenarios/faults.ts';
import { fleetOf, fleetSpec } from '../../simulation/scenarios/fleets.ts';
import { addForeign, type Foreign, foreign } from '../../simulation/scenarios/foreign-things.ts';
import { restOf, thingsOf, without } from '../../simulation/scenarios/left-behind.ts';
import { numRuns, path, seed } from '../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { type Faults, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';

/** A converged fleet, one Tenant of which is removed from the documents, plus foreign resources. */
interface Case {
  /** With the Tenant, and without it. */
  readonly all: Fleet;
  readonly left: Fleet;
  readonly gone: Tenant;
  readonly world: World;
  readonly randomSeed: number;
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

async function caseOf(
  spec: Parameters<typeof fleetOf>[0],
  foreign: readonly Foreign[],
  randomSeed: number,
): Promise<Case> {
  const all = fleetOf(spec);
  const gone = all.tenants[randomSeed % all.tenants.length];
  if (!gone) throw new Error('a fleet without tenants');
  const world = await convergedWorld(all);
  for (const one of foreign) addForeign(world, one);
  runToQuiescence(world);
  return { all, left: without(all, [gone]), gone, world, randomSeed };
}

/** Applies until done; returns the steps, and the findings that are left. */
async function applied(fleet: Fleet, world: World, prune?: PruneOptions) {
  const simulation = simulate(world);
  const { outcome } = await run(fleet, simulation, undefined, prune);
  runToQuiescence(world);
  if (outcome.result !== 'done') throw new Error(`it ended ${outcome.result}:\n${findingsText(outcome.left)}`);
  return { steps: simulation.steps, left: outcome.left };
}

async function planned(fleet: Fleet, world: World, prune?: PruneOptions, faults?: Faults) {
  const pruning = prune && newPruning(prune, fleet);
  return (await observeAndPlan(fleet, reconcilers, simulate(copyOf(world), faults).reader, { pruning })).plan;
}

function wait(world: World, { cluster }: Fleet): void {
  world.now += cluster.prune.retainForMs;
}

describe('laws of prune', () => {
  law('without --prune, a Tenant that is no longer declared is not changed', async ({ left, world }) => {
    const before = copyOf(world.hosts);
    const { steps, left: findings } = await applied(left, world);
    expect(steps).to.deep.equal([]);
    expect(findings.map(({ remedy }) => remedy.by)).to.include('info');
    expect(findings.map(({ reason }) => reason)).to.include('Unmanaged');
    same(
      Object.values(world.hosts).map(({ files, disks, ovs, links }) => [files, disks, ovs, links]),
      Object.values(before).map(({ files, disks, ovs, links }) => [files, disks, ovs, links]),
    );
  });

  law('it takes the Tenant out of service, keeps its data, and changes nothing else', async (one) => {
    const { left, gone, world } = one;
    const [rest, { data }] = [restOf(world, gone), thingsOf(world, gone)];
    await applied(left, world, options);
    expect(thingsOf(world, gone).parts).to.deep.equal([]);
    same(thingsOf(world, gone).data, data);
    same(restOf(world, gone), rest);
    expect(violations(world, left)).to.deep.equal([]);
    for (const prune of [undefined, options])
      expect((await planned(left, world, prune)).findings.filter(({ remedy }) => remedy.by !== 'info')).to.deep.equal(
        [],
      );
  });

  law('a boot of any host does not restore a retired member', async ({ left, gone, world }) => {
    await applied(left, world, options);
    for (const host of Object.keys(world.hosts).keys())
      injectFault(world, { kind: 'host rebooted', seed: [host, 0, 0] }, left.tenants.length);
    runToQuiescence(world);
    expect(thingsOf(world, gone).parts).to.deep.equal([]);
  });

  law(
    'a crash before, during or after any step does not change the result',
    async ({ left, gone, world, randomSeed }) => {
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
        const when = (['before', 'middle', 'after'] as const)[randomSeed % 3] ?? 'before';
        const crashed = copyOf(begin);
        const crash = { step: 1 + (Math.floor(randomSeed / 3) % count), when };
        const fate = await run(left, simulate(crashed, { crash }), undefined, options).catch(() => 'dead');
        expect(fate).to.equal('dead');
        await applied(left, crashed, options);
        expect(thingsOf(crashed, gone)).to.deep.equal(thingsOf(end, gone));
        same(restOf(crashed, gone), restOf(end, gone));
      }
    },
  );

  law('requested again after retainFor, it destroys exactly that Tenant; before that, it does nothing', async (one) => {
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

  law('declared again, the Tenant is restored with its data, and is no longer retired', async (one) => {
    const { all, left, gone, world, randomSeed } = one;
    const crash = { step: 1 + (randomSeed % 8), when: 'after' } as const;
    if (randomSeed % 2) await applied(left, world, options);
    else await run(left, simulate(world, { crash }), undefined, options).catch(() => {});
    const keys = keysOf(world, gone);
    await applied(all, world);
    expect(violations(world, all)).to.deep.equal([]);
    expect(keysOf(world, gone)).to.deep.equal(keys);
    expect(JSON.stringify(world.hosts)).not.to.contain('marks/retired');
    wait(world, left);
    const { steps } = await planned(left, world, options);
    expect(steps.map(({ action }) => action.operation)).not.to.include('member-destroy');
  });

  law('one run does not destroy what it retired, however short retainFor is', async ({ left, gone, world }) => {
    const { cluster } = left;
    const hasty = { ...left, cluster: { ...cluster, prune: { retainForMs: 0 } } };
    const { data } = thingsOf(world, gone);
    await applied(hasty, world, options);
    same(thingsOf(world, gone).data, data);
    await applied(hasty, world, options);
    expect(JSON.stringify(thingsOf(world, gone).data)).not.to.contain('/members/');
  });

  law('while any state is unknown it removes nothing, and names what it depends on', async (one) => {
    const { left, world, randomSeed } = one;
    const hosts = Object.keys(world.hosts);
    const unreachable = hosts[randomSeed % hosts.length] ?? '';
    const stopped = copyOf(world);
    for (const instance of stopped.ec2.instances) if (instance.tags['Name'] === unreachable) instance.state = 'stopped';
    for (const [seen, faults] of [
      [world, { unreachable: new Set([unreachable]) }],
      [stopped, {}],
    ] as const) {
      const plan = await planned(left, seen, options, faults);
      expect(plan.steps.filter(({ removes }) => removes)).to.deep.equal([]);
      const removable = (await planned(left, seen, undefined, faults)).findings.filter(isRemovable);
      expect(removable).not.to.deep.equal([]);
      for (const { subject, field } of removable) {
        const finding = plan.findings.find((one) => one.subject === subject && one.field === field);
        expect(finding?.remedy).to.deep.include({ by: 'waiting', cause: 'dependency' });
      }
    }
  });

  law('with more Tenants to remove than allowed, or all of them, nothing is removed', async ({ all, world }) => {
    const gone = all.tenants.slice(0, 2);
    const left = without(all, gone);
    const names = gone.map(({ name }) => `tenant ${name}`).join(', ');
    const plan = await planned(left, world, { maxDeletes: gone.length - 1, allowEmpty: true });
    expect(plan.steps).to.deep.equal([]);
    const refusals = plan.findings.flatMap(({ remedy }) => (remedy.by === 'manual' ? [remedy.message] : []));
    expect(refusals).not.to.deep.equal([]);
    for (const refusal of refusals)
      expect(refusal).to.contain(`${gone.length} to remove: ${names}`).and.to.contain(`--max-deletes ${gone.length}`);
    const strict = await planned(left, world, { maxDeletes: 9, allowEmpty: false });
    expect(strict.steps.length > 0).to.equal(left.tenants.length > 0);
    await applied(left, world, { maxDeletes: gone.length, allowEmpty: true });
    expect(gone.flatMap((tenant) => thingsOf(world, tenant).parts)).to.deep.equal([]);
  });
});

/** A finding about something that --prune would remove. */
function isRemovable({ remedy }: Finding): boolean {
  return remedy.by === 'info' && remedy.prune !== undefined;
}

function keysOf(world: World, tenant: Tenant): readonly unknown[] {
  return Object.values(world.hosts).flatMap(({ disks }) =>
    Object.entries(disks)
      .filter(([image]) => image.includes(`/members/${tenant.name}-`))
      .map(([image, { filled, complete, imageBytes }]) => [image, filled, complete, imageBytes]),
  );
}
