import { expect } from 'chai';
import fc from 'fast-check';
import { observeAndPlan } from '../../controller/engine/pass.ts';
import type { Outcome } from '../../controller/events/events.ts';
import { planJson } from '../../controller/report/plan-json.ts';
import { findingsText, planText } from '../../controller/report/plan-text.ts';
import type { Plan, Step } from '../../reconcilers/contract/plan.ts';
import { ec2Probes, hostProbes, respProbes } from '../../reconcilers/facts/index.ts';
import { type FactRequest, factKey } from '../../reconcilers/facts/requests.ts';
import { reconcilers } from '../../reconcilers/index.ts';
import { actionKey } from '../../reconcilers/operations/actions.ts';
import { laneOf } from '../../reconcilers/operations/index.ts';
import { haproxyPlaces, vipPlaces } from '../../renderers/lib/proxy-paths.ts';
import { canonicalState } from '../../simulation/checkers/canonical-state.ts';
import { expectedFactOf } from '../../simulation/checkers/expected-facts.ts';
import { foreignState } from '../../simulation/checkers/foreign-state.ts';
import { unavailable, violations } from '../../simulation/checkers/health.ts';
import { copyOf } from '../../simulation/copy.ts';
import { isNoReply, renderFact } from '../../simulation/facts.ts';
import { forecast } from '../../simulation/forecast.ts';
import { killContainer } from '../../simulation/lxc.ts';
import { type Conflict, conflict, makeConflict } from '../../simulation/scenarios/conflicts.ts';
import { type AddressingEdit, addressingEdit, edited } from '../../simulation/scenarios/edits.ts';
import { moveMember } from '../../simulation/scenarios/faults.ts';
import { canary, type FleetSpec, fleetOf, fleetSpec } from '../../simulation/scenarios/fleets.ts';
import { numRuns, path, seed } from '../../simulation/scenarios/runs.ts';
import { convergedWorld, type Run, run, type Start, start, worldOf } from '../../simulation/scenarios/start.ts';
import { type Faults, type Simulation, simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';
import { same } from '../support/same.ts';

/** A law over generated worlds. A failing case prints seed and path: FC_SEED=… FC_PATH=… npm test -- -g 'its name' repeats it. */
function law(name: string, holds: (start: Start, randomSeed: number) => Promise<void>): void {
  it(name, async function () {
    this.timeout(120_000 + numRuns * 4000);
    const replay = path === undefined ? {} : { path, endOnFailure: true };
    // The reason is in the message, because mocha's parallel mode drops the cause.
    const options = { numRuns, seed, includeErrorInReport: true, ...replay };
    await fc.assert(fc.asyncProperty(start, fc.nat(1_000_000), holds), options);
  });
}

describe('laws of the simulated world', () => {
  law('it converges from any world, and the fleet is served as declared', async (from) => {
    const { outcome, after, fleet } = await undisturbed(from);
    ended(outcome, 'done');
    expect(violations(after, fleet)).to.deep.equal([]);
  });

  law('a second apply does nothing, and a plan is empty', async (from) => {
    const { fleet, after } = await undisturbed(from);
    const world = copyOf(after);
    const again = simulate(world);
    const { outcome } = await run(fleet, again);
    expect(outcome, JSON.stringify(outcome.left)).to.include({ result: 'done', passes: 1, steps: 0 });
    expect(again.steps).to.deep.equal([]);
    expect(outcome.left.filter(({ remedy }) => remedy.by !== 'info')).to.deep.equal([]);
  });

  law('foreign resources stay unchanged, byte for byte', async (from) => {
    const { fleet, before, after } = await undisturbed(from);
    const ours = await convergedWorld(fleet);
    runToQuiescence(before);
    // Foreign processes end when their host is stopped for a declared change (SR-IOV, another kernel).
    for (const [name, host] of Object.entries(before.hosts))
      if (after.hosts[name]?.system.boot !== host.system.boot)
        for (const container of Object.keys(host.containers)) killContainer(host, container);
    same(foreignState(after, ours), foreignState(before, ours));
  });

  it('a foreign resource with the name of a managed one is not changed, and is reported', async function () {
    this.timeout(120_000 + numRuns * 4000);
    const holds = async (spec: FleetSpec, one: Conflict) => {
      const fleet = fleetOf(spec);
      const world = await convergedWorld(fleet);
      const resource = makeConflict(world, one);
      if (!resource) return;
      runToQuiescence(world);
      const before = copyOf(resource());
      // A short timeout, because the rest cannot resolve.
      const { outcome } = await run(fleet, simulate(world), 4_000);
      runToQuiescence(world);
      expect(outcome.result).to.be.oneOf(['manual', 'timeout']);
      expect(outcome.left.map(({ remedy }) => remedy.by)).to.include('manual');
      same(resource(), before);
    };
    await fc.assert(fc.asyncProperty(fleetSpec, conflict, holds), { numRuns, seed, includeErrorInReport: true });
  });

  law('less knowledge never leads to more changes, and nothing unobserved is changed', async (from, randomSeed) => {
    const { fleet, world } = await worldOf(from);
    const hidden = randomSeed % 4 ? undefined : moveMember(world, randomSeed);
    const faults = hidden
      ? { unreachable: new Set([hidden]) }
      : partialObservation(Object.keys(world.hosts), randomSeed);
    const seeing = await observeAndPlan(fleet, reconcilers, simulate(copyOf(world)).reader);
    const partial = await observeAndPlan(fleet, reconcilers, simulate(copyOf(world), faults).reader);
    const may = new Set(seeing.plan.steps.flatMap((step) => atomicEffects(step.action)));
    const does = partial.plan.steps.flatMap((step) => atomicEffects(step.action));
    const more = does.filter((effect) => !may.has(effect));
    expect(more, more.join('\n')).to.deep.equal([]);
    const lanes = partial.plan.steps.map((step) => step.lane.replace('host ', ''));
    expect(lanes.filter((lane) => faults.unreachable?.has(lane))).to.deep.equal([]);
    if (faults.ec2Silent) expect(partial.plan.steps).to.deep.equal([]);
  });

  it('a change of addressing that nobody accepted is carried out at no layer, and the rest is repaired', async function () {
    this.timeout(120_000 + numRuns * 4000);
    const holds = async (any: Start, edit: AddressingEdit) => {
      // A proxy that has lost its port is not repaired if the declared address is not in the network in force: docs/adr/0036.
      const from: Start = {
        ...any,
        from: 'converged',
        faults: any.faults.filter(({ kind }) => kind !== 'port removed'),
      };
      const { fleet, world } = await worldOf(from);
      if (!fleet.tenants.length) return;
      const { after } = await undisturbed(from);
      const { outcome } = await run(edited(fleet, edit), simulate(world));
      runToQuiescence(world);
      ended(outcome, 'manual');
      expect(violations(world, fleet)).to.deep.equal([]);
      same(canonicalState(world), canonicalState(after));
    };
    const options = { numRuns: Math.ceil(numRuns / 4), seed, includeErrorInReport: true };
    await fc.assert(fc.asyncProperty(start, addressingEdit, holds), options);
  });

  law('a crash before, in the middle of or after any step is forgotten by the next pass', async (from, randomSeed) => {
    const { fleet, after, simulation } = await undisturbed(from);
    const total = simulation.steps.length;
    if (!total) return;
    const when = (['before', 'middle', 'after'] as const)[randomSeed % 3] ?? 'before';
    const crash = { step: 1 + (Math.floor(randomSeed / 3) % total), when };
    const { world } = await worldOf(from);
    const first = simulate(world, { crash });
    const fate = await run(fleet, first).then(
      () => 'alive',
      () => 'dead',
    );
    expect(fate).to.equal('dead');
    const second = simulate(world);
    const { outcome } = await run(fleet, second);
    runToQuiescence(world);
    ended(outcome, 'done');
    expect(violations(world, fleet)).to.deep.equal([]);
    same(canonicalState(world), canonicalState(after));
    // Other lanes may have started a step since.
    const interrupted = first.steps[crash.step - 1];
    const repeated = repeats([...first.steps, ...second.steps], atomicEffects(interrupted).length);
    if (repeated.length > repeats(simulation.steps, 0).length)
      throw new Error(`${when} step ${crash.step}, done again:\n${repeated.join('\n')}`);
  });

  law('a step whose result is lost is observed, and repeated at most once', async (from, randomSeed) => {
    const { fleet, after, simulation } = await undisturbed(from);
    const total = simulation.steps.length;
    if (!total) return;
    const { world } = await worldOf(from);
    const lost = 1 + (randomSeed % total);
    const disturbed = simulate(world, { lost });
    const { outcome } = await run(fleet, disturbed);
    runToQuiescence(world);
    ended(outcome, 'done');
    same(canonicalState(world), canonicalState(after));
    const again = repeats(disturbed.steps, atomicEffects(disturbed.steps[lost - 1]).length);
    if (again.length > repeats(simulation.steps, 0).length) throw new Error(`done again:\n${again.join('\n')}`);
  });

  law('at most one disruption a tenant, after every prefix', async (from) => {
    const { disruptions } = await undisturbed(from);
    if (disruptions.length) throw new Error(disruptions.join('\n'));
  });

  law('the two proxies of a pair are not reloaded in one pass', async (from) => {
    const { fleet, events } = await undisturbed(from);
    const plans = events.flatMap((event) => (event.type === 'planned' ? [event.plan] : []));
    expect(plans.flatMap((plan) => reloadedTogether(plan, fleet))).to.deep.equal([]);
  });

  law('what was printed is what is read', async (from) => {
    const { fleet, world } = await worldOf(from);
    const { items } = await observeAndPlan(fleet, reconcilers, simulate(copyOf(world)).reader);
    const requests = new Map(items.flatMap((item) => item.requests.map((request) => [factKey(request), request])));
    for (const request of requests.values()) {
      // A host that is not created yet does not respond.
      const hosts = 'host' in request ? [request.host] : 'endpoint' in request ? request.endpoint.through : [];
      if (!hosts.every((host) => world.hosts[host])) continue;
      const raw = renderFact(world, request);
      if (isNoReply(raw)) continue;
      const probe = { ...hostProbes, ...ec2Probes, ...respProbes }[request.fact] as unknown as {
        read(raw: unknown, request: FactRequest): unknown;
      };
      same(probe.read(raw, request), expectedFactOf(world, request));
    }
  });

  law(
    'a pass costs one command a host, at most thirteen facts, and at most four EC2 calls, or sixteen where everything is created; an overlay address takes one more',
    async (from) => {
      const { fleet, world } = await worldOf(from);
      const simulation = simulate(world);
      const { items } = await observeAndPlan(fleet, reconcilers, simulation.reader);
      for (const host of fleet.cluster.hosts) expect(simulation.calls.get(host.name) ?? 0).to.be.at.most(1);
      const requests = items.flatMap((item) => item.requests);
      for (const [host, count] of simulation.requests) {
        const own = requests.flatMap((request) =>
          'host' in request && request.host === host ? [factKey(request)] : [],
        );
        expect(count, `${host} has the requests ${[...new Set(own)].join('\n')}`).to.be.at.most(13);
      }
      const routed = fleet.proxyPairs.some(({ overlay }) => overlay) ? 1 : 0;
      const most = (fleet.cluster.network.vpc ? 16 : 4) + routed;
      for (const [whom, count] of simulation.calls) expect(count, whom).to.be.at.most(whom === 'ec2' ? most : 1);
    },
  );

  law('the forecast is what apply does', async (from) => {
    const { fleet, before, events, outcome } = await undisturbed(from);
    const copy = copyOf(before);
    const foreseen = await forecast(fleet, reconcilers, before);
    same(before, copy);
    const done = events.flatMap((event) => (event.type === 'step-begun' ? [event.step] : []));
    same(bySubject(foreseen.steps), bySubject(done));
    same([foreseen.outcome.result, foreseen.outcome.left], [outcome.result, outcome.left]);
  });

  law('no secret is in a script, a plan, an event or an error', async (from, randomSeed) => {
    const calm = await undisturbed(from);
    const { fleet, world } = await worldOf(from);
    const disturbed = simulate(
      world,
      randomSeed % 2 ? { lost: 1 + (randomSeed % 20) } : partialObservation(Object.keys(world.hosts), randomSeed),
    );
    const look1 = await observeAndPlan(fleet, reconcilers, disturbed.reader);
    expect([...calm.simulation.scripts, ...disturbed.scripts].join('\n')).not.to.contain(canary);
    expect(JSON.stringify([calm.events, calm.outcome, look1.plan])).not.to.contain(canary);
    const stats = { sshConnections: {}, sshCommands: {}, channels: 0, ec2Calls: {}, milliseconds: 0 };
    const plans = calm.events.flatMap((event) => (event.type === 'planned' ? [event.plan] : []));
    for (const plan of [...plans, look1.plan]) {
      expect(planText('lawful', plan)).not.to.contain(canary);
      expect(planJson('lawful', plan, stats)).not.to.contain(canary);
    }
  });

  law('the same world gives the same plan, in whatever order it is listed', async (from) => {
    const { fleet, world } = await worldOf(from);
    const other = copyOf(world);
    other.ec2.instances.reverse();
    other.ec2.interfaces.reverse();
    for (const host of Object.values(other.hosts)) {
      host.links.reverse();
      host.ovs?.bridges.reverse();
      host.files = Object.fromEntries(Object.entries(host.files).reverse());
    }
    const planned = async (one: World): Promise<Plan> =>
      (await observeAndPlan(fleet, reconcilers, simulate(one).reader)).plan;
    expect(JSON.stringify(await planned(other))).to.equal(JSON.stringify(await planned(world)));
  });
});

interface Undisturbed extends Run {
  readonly fleet: Awaited<ReturnType<typeof worldOf>>['fleet'];
  /** A copy of the initial world. */
  readonly before: World;
  /** The world when it is quiescent. */
  readonly after: World;
  readonly simulation: Simulation;
  /** Steps that disrupted a member while another one was down. */
  readonly disruptions: readonly string[];
}

const runs = new Map<string, Promise<Undisturbed>>();

/** One apply without injected faults. All laws share it. */
async function undisturbed(from: Start): Promise<Undisturbed> {
  const key = JSON.stringify(from);
  const known = runs.get(key) ?? runUndisturbed(from);
  if (runs.size > 2 * numRuns) runs.clear();
  runs.set(key, known);
  const one = await known;
  return { ...one, before: copyOf(one.before) };
}

async function runUndisturbed(from: Start): Promise<Undisturbed> {
  const { fleet, world } = await worldOf(from);
  const before = copyOf(world);
  const disruptions: string[] = [];
  const away = () => new Map(fleet.tenants.map((tenant) => [tenant.name, unavailable(world, tenant)]));
  let were = away();
  const onStep = (when: 'before' | 'after'): void => {
    const are = away();
    if (when === 'after')
      for (const [tenant, members] of are) {
        const had = were.get(tenant) ?? [];
        const fresh = members.filter((member) => !had.includes(member));
        if (fresh.length + (fresh.length ? had.length : 0) > 1)
          disruptions.push(
            `step ${simulation.steps.length} took ${fresh.join()} of ${tenant} away, and ${had.join()} was: ${JSON.stringify(simulation.steps.at(-1))}`,
          );
      }
    were = are;
  };
  const simulation = simulate(world, { onStep });
  const { outcome, events } = await run(fleet, simulation);
  runToQuiescence(world);
  return { fleet, before, after: world, simulation, outcome, events, disruptions };
}

/** Those that serve tenants: not the mesh's unit, which only sets up links. The distribution's units of the same programs are masked on all hosts at once. */
const ownDaemons = new Set<string>([haproxyPlaces.unit, vipPlaces.unit]);

/** Daemons that a plan reloads or restarts on both proxies of a pair. */
function reloadedTogether({ steps }: Plan, { proxyPairs }: Undisturbed['fleet']): readonly string[] {
  const reloads = (host: string) =>
    steps.flatMap(({ action }) =>
      action.operation === 'unit' && action.host === host && ownDaemons.has(action.unit) && action.order !== 'start'
        ? [action.unit]
        : [],
    );
  return proxyPairs.flatMap(({ hosts: [one, other] }) => reloads(one).filter((unit) => reloads(other).includes(unit)));
}

/** Unreachable hosts, failing facts, or an unreachable EC2, depending on the seed. */
function partialObservation(hosts: readonly string[], randomSeed: number): Faults {
  if (randomSeed % 7 === 0) return { ec2Silent: true };
  const cut = new Set(hosts.filter((_, index) => (randomSeed >> index) % 3 === 0));
  const failing = (request: FactRequest) => (JSON.stringify(request).length + randomSeed) % 4 === 0;
  return randomSeed % 2 ? { unreachable: cut } : { unreachable: new Set([...cut].slice(0, 1)), failing };
}

/** An action split into its smallest effects, so that half an action counts as a part of the whole. */
function atomicEffects(action: Simulation['steps'][number] | undefined): readonly string[] {
  if (!action) return [];
  if (!('operation' in action)) return [JSON.stringify(action)];
  const { operation: name } = action;
  if (name === 'ovs-transaction')
    return action.operations.map((operation) => JSON.stringify([name, action.host, operation]));
  if (name === 'write-files' || name === 'haproxy-config')
    return action.files.map((file) => JSON.stringify([name, action.host, file]));
  return [actionKey(action)];
}

/** The number of failovers during a rolling change depends on the current master, which may differ. */
const handovers = /^\{"operation":"master-switch"/;

/** Effects that were repeated, except for as many as one interrupted step has. */
function repeats(steps: Simulation['steps'], allowed: number): readonly string[] {
  const seen = new Set<string>();
  const again = steps
    .flatMap(atomicEffects)
    .filter((effect) => !handovers.test(effect) && (seen.has(effect) || !seen.add(effect)));
  return again.slice(allowed);
}

function ended({ result, left }: Outcome, want: Outcome['result']): void {
  const findings = left.filter(({ remedy }) => remedy.by !== 'info');
  if (result !== want) throw new Error(`it ended ${result}:\n${findingsText(findings)}`);
}

/** What is done to each subject over each medium, in order. Subjects take turns as their daemons take time. */
function bySubject(steps: readonly Step[]): Readonly<Record<string, readonly string[]>> {
  const all: Record<string, string[]> = {};
  for (const { subject, action } of steps) {
    const key = `${subject} on ${laneOf(action)}`;
    all[key] ??= [];
    all[key]?.push(actionKey(action));
  }
  return all;
}
