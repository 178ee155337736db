import { expect } from 'chai';
import fc from 'fast-check';
import { observeAndPlan } from '../../controller/engine/pass.ts';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { folders, markers } from '../../renderers/lib/markers.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { unserved, violations } from '../../simulation/checkers/health.ts';
import { loseMember, notAnswering } from '../../simulation/scenarios/broken-worlds.ts';
import { fleetOf, plainFleet, plainTenant, type TenantSpec } from '../../simulation/scenarios/fleets.ts';
import { placedFleet, type Sequence, sequence, upgradingSequence } from '../../simulation/scenarios/histories.ts';
import { numRuns, path, seed } from '../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { type Faults, type Simulation, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';
import { withoutFirstMaster } from '../support/without-first-master.ts';

const fleetWith = (tenant: Partial<TenantSpec>, runtime: 'lxc' | 'openvz' = 'lxc') =>
  fleetOf({ ...plainFleet, runtime, redisHosts: 5, tenants: [{ ...plainTenant, ...tenant }] });

const root = `${folders.state}/members/`;

/** Directories of retired members: `redis-1 t1-r1`. */
function retiredIn({ hosts }: World): readonly string[] {
  return Object.entries(hosts).flatMap(([host, { files }]) =>
    Object.keys(files).flatMap((file) =>
      file.startsWith(root) && file.endsWith(`/marks/${markers.retired}`)
        ? [`${host} ${file.slice(root.length).split('/')[0]}`]
        : [],
    ),
  );
}

/** A copy of the world without what members and templates left behind, and without the marks of who was chosen as the first master. */
function withoutHistory(world: World): World {
  const copy = withoutFirstMaster(world);
  for (const { disks, files, templates } of Object.values(copy.hosts)) {
    // The template that vzctl created the container from first.
    for (const file of Object.values(files)) file.text = file.text.replace(/^OSTEMPLATE=.*$/m, '');
    for (const disk of Object.keys(disks)) if (disk.endsWith('/rootfs.former')) delete disks[disk];
    Object.assign(templates, { tarballs: {}, origins: {} });
  }
  for (const [host, name] of retiredIn(copy).map((one) => one.split(' '))) {
    const { files, disks } = copy.hosts[host ?? ''] ?? { files: {}, disks: {} };
    for (const part of [files, disks])
      for (const file of Object.keys(part)) if (file.startsWith(`${root}${name}/`)) delete part[file];
  }
  return copy;
}

/** Members of t1 that serve, by the simulated state. */
function serving({ hosts }: World): number {
  return Object.values(hosts).flatMap(({ containers }) =>
    Object.entries(containers).filter(
      ([name, { redis }]) =>
        name.startsWith('t1-') && redis && !redis.stopped && (redis.of === undefined || redis.linkUp),
    ),
  ).length;
}

interface Applied {
  readonly result: string;
  readonly text: string;
  readonly steps: Simulation['steps'];
  /** The smallest number of members that served after any step. */
  readonly fewest: number;
  /** Steps, other than a switch of the master, after which no proxy let clients in. */
  readonly outages: readonly string[];
}

async function applied(fleet: Fleet, world: World, faults: Faults = {}, prune = false): Promise<Applied> {
  let fewest = serving(world);
  const outages: string[] = [];
  const onStep = () => {
    fewest = Math.min(fewest, serving(world));
    const none = unserved(world, fleet).length === 2;
    const { operation } = { operation: '', ...simulation.steps.at(-1) };
    if (none && operation !== 'master-switch') outages.push(operation);
  };
  const simulation = simulate(world, { ...faults, onStep });
  const pruning = prune ? { maxDeletes: 1, allowEmpty: false } : undefined;
  const { outcome } = await run(fleet, simulation, undefined, pruning);
  runToQuiescence(world);
  return { result: outcome.result, text: findingsText(outcome.left), steps: simulation.steps, fewest, outages };
}

const operations = ({ steps }: Applied) => steps.flatMap((one) => ('operation' in one ? [one.operation] : []));

interface Row {
  readonly name: string;
  readonly from: Partial<TenantSpec>;
  readonly to: Partial<TenantSpec>;
  /** Copies that are kept. */
  readonly left: readonly string[];
}

const rows: readonly Row[] = [
  { name: 'a replica moves', from: {}, to: { on: [1, 2, 4] }, left: ['redis-3 t1-r3'] },
  { name: 'the master moves', from: {}, to: { on: [4, 2, 3] }, left: ['redis-1 t1-r1'] },
  { name: 'two members move', from: {}, to: { on: [4, 5, 3] }, left: ['redis-1 t1-r1', 'redis-2 t1-r2'] },
  {
    name: 'one moves to where another one was',
    from: {},
    to: { on: [2, 4, 3] },
    left: ['redis-1 t1-r1', 'redis-2 t1-r2'],
  },
  { name: 'three members become five', from: {}, to: { members: 5 }, left: [] },
  { name: 'five members become three', from: { members: 5 }, to: {}, left: ['redis-4 t1-r4', 'redis-5 t1-r5'] },
  {
    name: 'two leave, and one moves to where one of them was',
    from: { members: 5 },
    to: { on: [4, 2, 3] },
    left: ['redis-1 t1-r1', 'redis-4 t1-r4', 'redis-5 t1-r5'],
  },
];

describe('members that join, move and leave', function () {
  this.timeout(60_000 + numRuns * 4000);

  for (const runtime of ['lxc', 'openvz'] as const)
    for (const { name, from, to, left } of rows)
      it(`${runtime}: ${name}`, async () => {
        const world = await convergedWorld(fleetWith(from, runtime));
        const fleet = fleetWith(to, runtime);
        const first = await applied(fleet, world);
        expect(first.result, first.text).to.equal('done');
        expect(violations(world, fleet)).to.deep.equal([]);
        expect(first.fewest, 'members that served at any time').to.be.at.least(2);
        expect(first.outages, 'steps that no client was served after').to.deep.equal([]);
        expect(retiredIn(world)).to.have.members([...left]);
        expect((await applied(fleet, world)).steps).to.deep.equal([]);
        same(canonicalState(withoutHistory(world)), canonicalState(withoutHistory(await convergedWorld(fleet))));
      });

  const seven = (...names: readonly string[]): Fleet => {
    const fleet = fleetOf({ ...plainFleet, redisHosts: 7, tenants: [{ ...plainTenant, members: 7 }] });
    const tenants = fleet.tenants.map((tenant) => {
      const members = tenant.members.filter(({ name }) => !names.length || names.includes(name));
      const quorum = Math.floor(members.length / 2) + 1;
      return { ...tenant, members, sentinel: { ...tenant.sentinel, quorum } };
    });
    return { ...fleet, tenants };
  };
  const changes: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['three members become seven', ['r1', 'r2', 'r3'], []],
    ['all members are replaced by others', ['r1', 'r2', 'r3'], ['r5', 'r6', 'r7']],
  ];
  for (const [name, from, to] of changes)
    it(`${name}: one joins after the other, and clients are served all the time`, async () => {
      const world = await convergedWorld(seven(...from));
      const first = await applied(seven(...to), world);
      expect(first.result, first.text).to.equal('done');
      expect(first.outages).to.deep.equal([]);
      expect(first.fewest).to.be.at.least(2);
      expect(violations(world, seven(...to))).to.deep.equal([]);
      expect((await applied(seven(...to), world)).steps).to.deep.equal([]);
    });

  it('five members become three, and the host of the master cannot be observed: it is served as before', async () => {
    const world = await convergedWorld(fleetWith({ members: 5 }));
    await run(fleetWith({ members: 5 }), simulate(world));
    const five = fleetWith({ members: 5 });
    const asked = five.tenants.map((tenant) => ({ ...tenant, requested: { masterAmong: ['r4'] } }));
    await run({ ...five, tenants: asked }, simulate(world));
    runToQuiescence(world);
    expect(world.hosts['redis-4']?.containers['t1-r4']?.redis?.of).to.equal(undefined);
    const before = JSON.stringify(['proxy-1', 'proxy-2'].map((host) => world.hosts[host]?.haproxy?.loaded));
    const some = await applied(fleetWith({}), world, { unreachable: new Set(['redis-4']) });
    expect(some.result, some.text).to.equal('unknown');
    expect(some.outages).to.deep.equal([]);
    expect(JSON.stringify(['proxy-1', 'proxy-2'].map((host) => world.hosts[host]?.haproxy?.loaded))).to.equal(before);
    expect(operations(some)).to.not.include.members(['sentinel-reset']).and.not.include('member-retire');
    const then = await applied(fleetWith({}), world);
    expect(then.result, then.text).to.equal('done');
    expect(violations(world, fleetWith({}))).to.deep.equal([]);
  });

  it('one that moves back has the files of now, whatever changed meanwhile', async () => {
    const world = await convergedWorld(fleetWith({}));
    await applied(fleetWith({ on: [4, 2, 3] }), world);
    const other = fleetWith({ profile: 'fast', config: { 'tcp-keepalive': '60' } });
    const back = await applied(other, world);
    expect(back.result, back.text).to.equal('done');
    expect(back.steps.filter((one) => 'operation' in one && one.operation === 'member-restore')).to.have.lengthOf(1);
    expect(violations(world, other)).to.deep.equal([]);
    expect((await applied(other, world)).steps).to.deep.equal([]);
  });

  it('a copy on the host to which its member moves back is not destroyed', async () => {
    const world = await convergedWorld(fleetWith({}));
    await applied(fleetWith({ on: [4, 2, 3] }), world);
    world.now += fleetWith({}).cluster.prune.retainForMs;
    runToQuiescence(world);
    const back = await applied(fleetWith({}), world, {}, true);
    expect(operations(back)).to.include('member-restore').and.not.include('member-destroy');
    expect(back.result, back.text).to.equal('done');
  });

  it('one that runs and does not answer does not leave: it may serve', async () => {
    const world = await convergedWorld(fleetWith({ members: 5 }));
    const some = await applied(fleetWith({}), world, notAnswering('redis r4'));
    expect(some.result, some.text).to.equal('unknown');
    expect(some.steps.filter((one) => 'name' in one && one.operation === 'member-retire' && one.name === 't1-r4')).to.be
      .empty;
    expect(some.outages).to.deep.equal([]);
  });

  it('one that has lost its container still counts, while HAProxy was observed nowhere', async () => {
    const fleet = fleetWith({});
    const world = await convergedWorld(fleet);
    loseMember(world, 3);
    const proxy = world.hosts['proxy-2'];
    if (proxy) proxy.haproxy = undefined;
    const seen = simulate(world, { unreachable: new Set(['proxy-1']) });
    const { inForce } = await observeAndPlan(fleet, reconcilers, seen.reader);
    expect(inForce.tenants.flatMap(({ members }) => members.map(({ name }) => name))).to.deep.equal(['r1', 'r2', 'r3']);
  });

  it('one whose directory is lost can move', async () => {
    const world = await convergedWorld(fleetWith({}));
    const host = world.hosts['redis-3'];
    if (host) {
      delete host.containers['t1-r3'];
      for (const part of [host.files, host.disks])
        for (const file of Object.keys(part)) if (file.startsWith(`${root}t1-r3/`)) delete part[file];
    }
    runToQuiescence(world);
    const moved = await applied(fleetWith({ on: [1, 2, 4] }), world);
    expect(moved.result, moved.text).to.equal('done');
    expect(violations(world, fleetWith({ on: [1, 2, 4] }))).to.deep.equal([]);
  });

  it('one that moves back gets its former directory again', async () => {
    const world = await convergedWorld(fleetWith({}));
    await applied(fleetWith({ on: [4, 2, 3] }), world);
    const back = await applied(fleetWith({}), world);
    expect(back.result, back.text).to.equal('done');
    expect(operations(back)).to.include('member-restore').and.not.include('container-create');
    expect(violations(world, fleetWith({}))).to.deep.equal([]);
    expect(retiredIn(world)).to.deep.equal(['redis-4 t1-r1']);
  });

  it('two members that change places have to be moved by way of a third host', async () => {
    const world = await convergedWorld(fleetWith({}));
    const swap = await applied(fleetWith({ on: [2, 1, 3] }), world);
    expect(swap.result).to.equal('manual');
    expect(swap.text).to.match(/move one of them to a third host first/);
    expect(swap.steps).to.deep.equal([]);
  });

  it('a copy is destroyed on request, once it was kept for long enough, and not before', async () => {
    const world = await convergedWorld(fleetWith({}));
    const fleet = fleetWith({ on: [4, 2, 3] });
    const first = await applied(fleet, world, {}, true);
    expect(operations(first)).to.not.include('member-destroy');
    world.now += fleet.cluster.prune.retainForMs;
    runToQuiescence(world);
    expect((await applied(fleet, world)).steps).to.deep.equal([]);
    expect(operations(await applied(fleet, world, {}, true))).to.deep.equal(['member-destroy']);
    expect(retiredIn(world)).to.deep.equal([]);
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('a copy is kept while the tenant is not in order without it', async () => {
    const world = await convergedWorld(fleetWith({}));
    const fleet = fleetWith({ on: [4, 2, 3] });
    await applied(fleet, world);
    world.now += fleet.cluster.prune.retainForMs;
    runToQuiescence(world);
    const unreachable = new Set(['redis-2']);
    const partial = await applied(fleet, world, { unreachable }, true);
    expect(operations(partial)).to.deep.equal([]);
    expect(retiredIn(world)).to.deep.equal(['redis-1 t1-r1']);
  });

  it('none leaves while another member is not in order', async () => {
    const world = await convergedWorld(fleetWith({}));
    const some = await applied(fleetWith({ on: [4, 2, 3] }), world, { unreachable: new Set(['redis-3']) });
    expect(operations(some)).to.not.include('member-retire');
  });

  it('whatever is declared one after the other, and wherever an apply dies, the last documents give one state', async () => {
    const holds = async ({ on, first, later }: Sequence) => {
      const world = await convergedWorld(placedFleet(on, first));
      const last = placedFleet(on, later.at(-1)?.placed ?? first);
      let fewest = serving(world);
      for (const { placed, diesAfter } of later) {
        const onStep = () => {
          fewest = Math.min(fewest, serving(world));
        };
        const simulation = simulate(world, { crash: { step: diesAfter, when: 'after' }, onStep });
        await run(placedFleet(on, placed), simulation).catch(() => {});
      }
      const end = await applied(last, world);
      expect(end.result, end.text).to.equal('done');
      expect(Math.min(fewest, end.fewest), 'members that served at any time').to.be.at.least(2);
      expect(violations(world, last)).to.deep.equal([]);
      same(canonicalState(withoutHistory(world)), canonicalState(withoutHistory(await convergedWorld(last))));
    };
    const replay = path === undefined ? {} : { path, endOnFailure: true };
    for (const [sequences, part] of [
      [sequence, 3],
      [upgradingSequence, 5],
    ] as const) {
      const property = fc.asyncProperty(sequences, holds);
      await fc.assert(property, { numRuns: Math.ceil(numRuns / part), seed, includeErrorInReport: true, ...replay });
    }
  });
});
