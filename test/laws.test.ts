import { expect } from 'chai';
import fc from 'fast-check';
import type { Outcome } from '../controller/events.ts';
import { forecast } from '../controller/forecast.ts';
import { look } from '../controller/pass.ts';
import { laneOf } from '../controller/perform.ts';
import { planJson } from '../controller/report/plan-json.ts';
import { findingsText, planText } from '../controller/report/plan-text.ts';
import { reconcilers } from '../reconcilers/index.ts';
import { copyOf } from '../reconcilers/model/copy.ts';
import { loseBox } from '../reconcilers/model/lxc.ts';
import { isSilence, printOf } from '../reconcilers/model/prints.ts';
import { settle } from '../reconcilers/model/tick.ts';
import type { World } from '../reconcilers/model/world.ts';
import type { Plan, Step } from '../reconcilers/plan.ts';
import { type Ask, keyOf, senses } from '../reconcilers/questions/index.ts';
import { keyOfAction } from '../reconcilers/verbs/index.ts';
import { moveMember } from './support/breakages.ts';
import { type Conflict, conflict, makeConflict } from './support/conflicts.ts';
import { essence } from './support/essence.ts';
import { canary, type FleetSpec, fleetOf, fleetSpec } from './support/fleets.ts';
import { illnesses, impaired } from './support/health.ts';
import { remainder } from './support/remainder.ts';
import { numRuns, path, seed } from './support/runs.ts';
import { same } from './support/same.ts';
import { type Faults, type Simulation, simulate } from './support/simulated-world.ts';
import { convergedWorld, type Run, run, type Start, start, worldOf } from './support/start.ts';
import { truthOf } from './support/truths.ts';

/** A law over generated worlds. A failing case prints seed and path: FC_SEED=… FC_PATH=… npm test -- -g 'its name' plays it again. */
function law(name: string, holds: (start: Start, dice: number) => Promise<void>): void {
  it(name, async function () {
    this.timeout(120_000 + numRuns * 4000);
    const replay = path === undefined ? {} : { path, endOnFailure: true };
    // The reason stands in the message: a runner in parallel hands on no cause.
    const options = { numRuns, seed, includeErrorInReport: true, ...replay };
    await fc.assert(fc.asyncProperty(start, fc.nat(1_000_000), holds), options);
  });
}

describe('laws of the simulated world', () => {
  law('it converges from any world, and the fleet is served as declared', async (from) => {
    const { outcome, after, fleet } = await undisturbed(from);
    ended(outcome, 'done');
    expect(illnesses(after, fleet)).to.deep.equal([]);
  });

  law('a second apply does nothing, and a plan is empty', async (from) => {
    const { fleet, after } = await undisturbed(from);
    const world = copyOf(after);
    const again = simulate(world);
    const { outcome } = await run(fleet, again);
    expect(outcome, JSON.stringify(outcome.left)).to.include({ result: 'done', passes: 1, steps: 0 });
    expect(again.steps).to.deep.equal([]);
    expect(outcome.left.filter(({ remedy }) => remedy.by !== 'notice')).to.deep.equal([]);
  });

  law('foreign things stay as they are, byte for byte', async (from) => {
    const { fleet, before, after } = await undisturbed(from);
    const ours = await convergedWorld(fleet);
    settle(before);
    // What somebody runs on a host ends when that is stopped for what the documents ask of it (SR-IOV, another kernel).
    for (const [name, host] of Object.entries(before.hosts))
      if (after.hosts[name]?.system.boot !== host.system.boot)
        for (const box of Object.keys(host.boxes)) loseBox(host, box);
    same(remainder(after, ours), remainder(before, ours));
  });

  it('what is another’s under one of our names is left as it is, and a person is told', async function () {
    this.timeout(120_000 + numRuns * 4000);
    const holds = async (spec: FleetSpec, one: Conflict) => {
      const fleet = fleetOf(spec);
      const world = await convergedWorld(fleet);
      const thing = makeConflict(world, one);
      if (!thing) return;
      settle(world);
      const before = copyOf(thing());
      // It would wait a while for the rest to come right, which it cannot.
      const { outcome } = await run(fleet, simulate(world), 4_000);
      settle(world);
      expect(outcome.result).to.be.oneOf(['operator', 'timeout']);
      expect(outcome.left.map(({ remedy }) => remedy.by)).to.include('operator');
      same(thing(), before);
    };
    await fc.assert(fc.asyncProperty(fleetSpec, conflict, holds), { numRuns, seed, includeErrorInReport: true });
  });

  law('knowing less never does more, and what is not seen is left alone', async (from, dice) => {
    const { fleet, world } = await worldOf(from);
    const hidden = dice % 4 ? undefined : moveMember(world, dice);
    const faults = hidden ? { unreachable: new Set([hidden]) } : blindness(Object.keys(world.hosts), dice);
    const seeing = await look(fleet, reconcilers, simulate(copyOf(world)).senses);
    const blind = await look(fleet, reconcilers, simulate(copyOf(world), faults).senses);
    const may = new Set(seeing.plan.steps.flatMap((step) => deeds(step.action)));
    const does = blind.plan.steps.flatMap((step) => deeds(step.action));
    expect(does.filter((deed) => !may.has(deed))).to.deep.equal([]);
    const lanes = blind.plan.steps.map((step) => laneOf(step.action).replace('host ', ''));
    expect(lanes.filter((lane) => faults.unreachable?.has(lane))).to.deep.equal([]);
    if (faults.ec2Silent) expect(blind.plan.steps).to.deep.equal([]);
  });

  law('a crash before, in the middle of or after any step is forgotten by the next pass', async (from, dice) => {
    const { fleet, after, simulation } = await undisturbed(from);
    const total = simulation.steps.length;
    if (!total) return;
    const when = (['before', 'middle', 'after'] as const)[dice % 3] ?? 'before';
    const crash = { step: 1 + (Math.floor(dice / 3) % total), when };
    const { world } = await worldOf(from);
    const first = simulate(world, { crash });
    const fate = await run(fleet, first).then(
      () => 'alive',
      () => 'dead',
    );
    expect(fate).to.equal('dead');
    const second = simulate(world);
    const { outcome } = await run(fleet, second);
    settle(world);
    ended(outcome, 'done');
    expect(illnesses(world, fleet)).to.deep.equal([]);
    same(essence(world, fleet), essence(after, fleet));
    // Other lanes may have begun a step since.
    const interrupted = first.steps[crash.step - 1];
    const repeated = repeats([...first.steps, ...second.steps], deeds(interrupted).length);
    if (repeated.length > repeats(simulation.steps, 0).length)
      throw new Error(`${when} step ${crash.step}, done again:\n${repeated.join('\n')}`);
  });

  law('a step whose answer is lost is looked for, and done no more than once again', async (from, dice) => {
    const { fleet, after, simulation } = await undisturbed(from);
    const total = simulation.steps.length;
    if (!total) return;
    const { world } = await worldOf(from);
    const lost = 1 + (dice % total);
    const disturbed = simulate(world, { lost });
    const { outcome } = await run(fleet, disturbed);
    settle(world);
    ended(outcome, 'done');
    same(essence(world, fleet), essence(after, fleet));
    const again = repeats(disturbed.steps, deeds(disturbed.steps[lost - 1]).length);
    if (again.length > repeats(simulation.steps, 0).length) throw new Error(`done again:\n${again.join('\n')}`);
  });

  law('at most one disruption a tenant, after every prefix', async (from) => {
    const { disruptions } = await undisturbed(from);
    if (disruptions.length) throw new Error(disruptions.join('\n'));
  });

  law('what was printed is what is read', async (from) => {
    const { fleet, world } = await worldOf(from);
    const { items } = await look(fleet, reconcilers, simulate(copyOf(world)).senses);
    const asks = new Map(items.flatMap((item) => item.asks.map((ask) => [keyOf(ask), ask])));
    for (const ask of asks.values()) {
      // A host that is still to be created answers nothing.
      const hosts = 'host' in ask ? [ask.host] : 'endpoint' in ask ? ask.endpoint.through : [];
      if (!hosts.every((host) => world.hosts[host])) continue;
      const raw = printOf(world, ask);
      if (isSilence(raw)) continue;
      const sense = senses[ask.what] as unknown as { read(raw: unknown, ask: Ask): unknown };
      same(sense.read(raw, ask), truthOf(world, ask));
    }
  });

  law(
    'a pass costs one command a host, ten questions at most, and no more than four EC2 calls, or eleven where the ground is ours',
    async (from) => {
      const { fleet, world } = await worldOf(from);
      const simulation = simulate(world);
      const { items } = await look(fleet, reconcilers, simulation.senses);
      for (const host of fleet.cluster.hosts) expect(simulation.calls.get(host.name) ?? 0).to.be.at.most(1);
      const asks = items.flatMap((item) => item.asks);
      for (const [host, count] of simulation.asked) {
        const own = asks.flatMap((ask) => ('host' in ask && ask.host === host ? [keyOf(ask)] : []));
        expect(count, `${host} is asked ${[...new Set(own)].join('\n')}`).to.be.at.most(10);
      }
      for (const [whom, count] of simulation.calls)
        expect(count, whom).to.be.at.most(whom === 'ec2' ? (fleet.cluster.network.vpc ? 11 : 4) : 1);
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

  law('no secret is in a question, a plan, an event or an error', async (from, dice) => {
    const calm = await undisturbed(from);
    const { fleet, world } = await worldOf(from);
    const disturbed = simulate(world, dice % 2 ? { lost: 1 + (dice % 20) } : blindness(Object.keys(world.hosts), dice));
    const look1 = await look(fleet, reconcilers, disturbed.senses);
    expect([...calm.simulation.questions, ...disturbed.questions].join('\n')).not.to.contain(canary);
    expect(JSON.stringify([calm.events, calm.outcome, look1.plan])).not.to.contain(canary);
    const effort = { sshConnections: {}, sshCommands: {}, channels: 0, ec2Calls: {}, milliseconds: 0 };
    const plans = calm.events.flatMap((event) => (event.type === 'planned' ? [event.plan] : []));
    for (const plan of [...plans, look1.plan]) {
      expect(planText('lawful', plan)).not.to.contain(canary);
      expect(planJson('lawful', plan, effort)).not.to.contain(canary);
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
    const planned = async (one: World): Promise<Plan> => (await look(fleet, reconcilers, simulate(one).senses)).plan;
    expect(JSON.stringify(await planned(other))).to.equal(JSON.stringify(await planned(world)));
  });
});

interface Undisturbed extends Run {
  readonly fleet: Awaited<ReturnType<typeof worldOf>>['fleet'];
  /** The world as it was found: a copy. */
  readonly before: World;
  /** When it has come to rest. */
  readonly after: World;
  readonly simulation: Simulation;
  /** Steps that took a member away while another one was. */
  readonly disruptions: readonly string[];
}

const runs = new Map<string, Promise<Undisturbed>>();

/** One apply over a start with nothing in its way. All laws share it. */
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
  const away = () => new Map(fleet.tenants.map((tenant) => [tenant.name, impaired(world, tenant)]));
  let were = away();
  const witness = (when: 'before' | 'after'): void => {
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
  const simulation = simulate(world, { witness });
  const { outcome, events } = await run(fleet, simulation);
  settle(world);
  return { fleet, before, after: world, simulation, outcome, events, disruptions };
}

/** Hosts cut off, questions that fail, or EC2 silent, as the dice fall. */
function blindness(hosts: readonly string[], dice: number): Faults {
  if (dice % 7 === 0) return { ec2Silent: true };
  const cut = new Set(hosts.filter((_, index) => (dice >> index) % 3 === 0));
  const deaf = (ask: Ask) => (JSON.stringify(ask).length + dice) % 4 === 0;
  return dice % 2 ? { unreachable: cut } : { unreachable: new Set([...cut].slice(0, 1)), deaf };
}

/** An action taken apart into the least that it does, so that half an action is seen to be part of the whole. */
function deeds(action: Simulation['steps'][number] | undefined): readonly string[] {
  if (!action) return [];
  if (!('verb' in action)) return [JSON.stringify(action)];
  const { verb } = action;
  if (verb === 'ovs-transaction')
    return action.operations.map((operation) => JSON.stringify([verb, action.host, operation]));
  if (verb === 'write-files' || verb === 'haproxy-config')
    return action.files.map((file) => JSON.stringify([verb, action.host, file]));
  return [keyOfAction(action)];
}

/** How often a tenant changes hands before its hosts have had their turn follows from who is master, which may differ by right. */
const handovers = /^\{"verb":"(redis-pause|sentinel-failover)"/;

/** What was done more than once; of that, as much as an interrupted step does is not counted. */
function repeats(steps: Simulation['steps'], allowed: number): readonly string[] {
  const seen = new Set<string>();
  const again = steps.flatMap(deeds).filter((deed) => !handovers.test(deed) && (seen.has(deed) || !seen.add(deed)));
  return again.slice(allowed);
}

function ended({ result, left }: Outcome, want: Outcome['result']): void {
  const findings = left.filter(({ remedy }) => remedy.by !== 'notice');
  if (result !== want) throw new Error(`it ended ${result}:\n${findingsText(findings)}`);
}

/** What is done to each subject over each medium, in order. Subjects take turns as their daemons take time. */
function bySubject(steps: readonly Step[]): Readonly<Record<string, readonly string[]>> {
  const all: Record<string, string[]> = {};
  for (const { subject, action } of steps) {
    const key = `${subject} on ${laneOf(action)}`;
    all[key] ??= [];
    all[key]?.push(keyOfAction(action));
  }
  return all;
}
