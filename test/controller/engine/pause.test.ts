import { expect } from 'chai';
import fc from 'fast-check';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import type { Fleet, Pause } from '../../../crds/fleet.ts';
import type { Plan } from '../../../reconcilers/contract/plan.ts';
import { newPruning } from '../../../reconcilers/contract/prune.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { violations } from '../../../simulation/checkers/health.ts';
import { copyOf } from '../../../simulation/copy.ts';
import { killContainer } from '../../../simulation/lxc.ts';
import { fault, injectFault } from '../../../simulation/scenarios/faults.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { seed } from '../../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { type Simulation, simulate } from '../../../simulation/simulated-transport.ts';
import type { World } from '../../../simulation/world.ts';
import { watching } from '../../support/watching.ts';

const fleet = fleetOf({ ...plainFleet, tenants: [plainTenant, plainTenant] });
const minute = 60_000;

/** The Tenants with these pauses, and perhaps the Cluster or the pair. */
function paused(tenants: Readonly<Record<string, Pause>>, cluster?: Pause, pair?: Pause): Fleet {
  return {
    cluster: { ...fleet.cluster, ...(cluster ? { paused: cluster } : {}) },
    proxyPairs: fleet.proxyPairs.map((one) => ({ ...one, ...(pair ? { paused: pair } : {}) })),
    tenants: fleet.tenants.map((one) => ({ ...one, ...(tenants[one.name] ? { paused: tenants[one.name] } : {}) })),
  };
}

const pauseFor = (world: World, ms: number): Pause => ({
  until: simulate(world).clock.now() + ms,
  reason: 'moving racks',
});

/** It is on the host of the same number. */
function kill(world: World, name: string): void {
  const host = world.hosts[`redis-${name.at(-1)}`];
  if (!host) throw new Error(`no host of ${name}`);
  killContainer(host, name);
}

const runs = (world: World, name: string) =>
  Object.values(world.hosts).some(({ containers }) => containers[name] !== undefined);

const done = (simulation: Simulation) =>
  simulation.steps.map((step) => JSON.stringify(step)).filter((step) => step.includes('container-run'));

const of = ({ findings }: Plan, subject: string) => findings.filter((finding) => finding.subject === subject);

describe('a pause', function () {
  this.timeout(120_000);

  it('apply repairs another tenant, leaves the paused one, and converges', async () => {
    const world = await convergedWorld(fleet);
    for (const name of ['t1-r2', 't2-r2']) kill(world, name);
    const simulation = simulate(world);
    const { outcome } = await run(paused({ t1: pauseFor(world, 24 * 60 * minute) }), simulation);
    expect(outcome.result, JSON.stringify(outcome.left)).to.equal('done');
    expect([runs(world, 't1-r2'), runs(world, 't2-r2')]).to.deep.equal([false, true]);
    expect(done(simulation)).to.have.lengthOf(1);
    const left = outcome.left.filter(({ subject }) => subject === 'container/t1-r2');
    expect(left.map(({ reason, remedy }) => [reason, remedy.by])).to.deep.equal([['NotRunning', 'info']]);
    expect(JSON.stringify(left)).to.match(/paused until .* UTC \(moving racks\): apply would do this: redis-2: start/);
    expect(outcome.left.filter(({ reason }) => reason === 'Paused').map(({ subject }) => subject)).to.deep.equal([
      'redis/t1',
    ]);
  });

  it('over, an apply repairs it, and says that it may be taken out of the document', async () => {
    const world = await convergedWorld(fleet);
    kill(world, 't1-r2');
    const { outcome } = await run(paused({ t1: pauseFor(world, -minute) }), simulate(world));
    expect(outcome.result).to.equal('done');
    expect(violations(world, fleet)).to.deep.equal([]);
    expect(outcome.left.map(({ subject, reason, remedy }) => [subject, reason, remedy.by])).to.deep.equal([
      ['redis/t1', 'PauseOver', 'info'],
    ]);
  });

  it('lapses within an apply that goes on', async () => {
    const world = await convergedWorld(fleet);
    for (const name of ['t1-r2', 't2-r2']) kill(world, name);
    // The other tenant is repaired meanwhile, which takes longer than this.
    const { outcome } = await run(paused({ t1: pauseFor(world, 1500) }), simulate(world));
    expect(outcome.result).to.equal('done');
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('lapses within a watch, at its time, which reports its begin and end once', async () => {
    const world = await convergedWorld(fleet);
    const declared = paused({ t1: pauseFor(world, 60 * minute) });
    const one = watching(declared, world, {}, 10 * minute);
    await one.clock.until(() => one.saw('info', 'is paused until'), minute);
    for (const name of ['t1-r2', 't2-r2']) kill(world, name);
    await one.clock.pass(50 * minute);
    expect([runs(world, 't1-r2'), runs(world, 't2-r2')]).to.deep.equal([false, true]);
    await one.clock.pass(12 * minute);
    expect(runs(world, 't1-r2')).to.equal(true);
    const about = one.reported.filter(({ subject, field }) => subject === 'redis/t1' && field === 'pause');
    expect(about.map(({ type, reason }) => [type, reason])).to.deep.equal([
      ['info', 'Paused'],
      ['info', 'PauseOver'],
    ]);
    const began = Date.parse(about[1]?.time ?? '') - (declared.tenants[0]?.paused?.until ?? 0);
    expect(began, 'milliseconds after its end').to.be.within(0, minute);
    one.declare([fleet]);
    await one.clock.until(() => one.saw('fixed', '"field":"pause"'), minute);
    one.terminate();
    await one.clock.until(() => one.code() !== undefined, minute);
  });

  it('of the Cluster holds everything, pruning included', async () => {
    const world = await convergedWorld(fleet);
    for (const name of ['t1-r2', 't2-r2']) kill(world, name);
    const declared = paused({}, pauseFor(world, minute));
    const fewer = { ...declared, tenants: declared.tenants.filter(({ name }) => name === 't1') };
    const simulation = simulate(world);
    const { plan } = await observeAndPlan(fewer, reconcilers, simulation.reader, {
      now: simulation.clock.now(),
      pruning: newPruning({ maxDeletes: 9, allowEmpty: true }, fewer),
    });
    expect(plan.steps).to.deep.equal([]);
    expect(plan.findings.filter(({ remedy }) => remedy.by !== 'info')).to.deep.equal([]);
    expect(JSON.stringify(of(plan, 'container/t2-r1'))).to.contain('apply would do this: redis-1: retire');
    expect(of(plan, 'instance/lawful@pause').map(({ reason }) => reason)).to.deep.equal(['Paused']);
  });

  it('of a ProxyPair holds HAProxy and keepalived on its hosts, and nothing of tenants', async () => {
    const world = await convergedWorld(fleet);
    kill(world, 't1-r2');
    for (const unit of ['ec2-redis-haproxy.service', 'ec2-redis-keepalived.service']) {
      const seen = world.hosts['proxy-2']?.units[unit];
      if (seen) Object.assign(seen, { enabled: false });
    }
    const pair = fleet.proxyPairs[0]?.name;
    const simulation = simulate(world);
    const { outcome } = await run(paused({}, undefined, pauseFor(world, 24 * 60 * minute)), simulation);
    expect(outcome.result, JSON.stringify(outcome.left)).to.equal('done');
    expect(runs(world, 't1-r2')).to.equal(true);
    const held = outcome.left.filter(({ reason }) => reason !== 'Paused').map(({ subject }) => subject);
    expect([...new Set(held)]).to.deep.equal(['haproxy/proxy-2', `vip/${pair}@proxy-2`]);
    for (const { remedy } of outcome.left) expect(remedy.by).to.equal('info');
  });

  it('of a Tenant holds what disrupts it on the hosts, and nothing else there', async () => {
    const changed = (declared: Fleet): Fleet => ({
      ...declared,
      cluster: {
        ...declared.cluster,
        preparation: { ...declared.cluster.preparation, sysctls: { 'net.core.somaxconn': '8192' } },
      },
      proxyPairs: declared.proxyPairs.map((one) => ({ ...one, vrrp: { ...one.vrrp, routerId: 99 } })),
    });
    const world = await convergedWorld(fleet);
    const simulation = simulate(world);
    const { outcome, events } = await run(changed(paused({ t1: pauseFor(world, 24 * 60 * minute) })), simulation);
    expect(outcome.result, JSON.stringify(outcome.left)).to.equal('done');
    const steps = events.flatMap((event) => (event.type === 'step-done' ? [event.step] : []));
    expect(steps.filter(({ disrupts }) => disrupts.includes('t1'))).to.deep.equal([]);
    expect(steps.map(({ action }) => action.operation)).to.include.members(['kernel-setting']);
    const held = outcome.left.filter(({ reason }) => reason !== 'Paused');
    expect(held.map(({ remedy }) => remedy.by)).to.include('info');
    expect([...new Set(held.map(({ subject }) => subject))]).to.deep.equal(['vip/front@proxy-1', 'vip/front@proxy-2']);
    expect(JSON.stringify(held)).to.contain('apply would do this: proxy-2: stop ec2-redis-keepalived.service');
    const after = await run(changed(fleet), simulate(world));
    expect(after.outcome).to.deep.include({ result: 'done', left: [] });
    expect(violations(world, changed(fleet))).to.deep.equal([]);
  });

  it('whatever breaks, no apply touches what is paused, nor waits for it', async () => {
    for (const one of fc.sample(fault, { seed, numRuns: 40 })) {
      const broken = await convergedWorld(fleet);
      injectFault(broken, one, 2);
      const pause = pauseFor(broken, 24 * 60 * minute);
      for (const declared of [paused({ t1: pause }), paused({}, pause), paused({}, undefined, pause)]) {
        const { outcome, events } = await run(declared, simulate(copyOf(broken)));
        const what = `${JSON.stringify(one)}: ${JSON.stringify(outcome.left)}`;
        expect(outcome.result, what).not.to.equal('timeout');
        const steps = events.flatMap((event) => (event.type === 'step-begun' ? [event.step] : []));
        if (declared.cluster.paused) expect(steps, what).to.deep.equal([]);
        for (const { subject, disrupts } of steps)
          if (declared.proxyPairs[0]?.paused) expect(subject, what).not.to.match(/^(vip|haproxy)/);
          else expect([subject, disrupts.includes('t1')], what).to.satisfy(notOfFirst);
      }
    }
  });
});

function notOfFirst([subject, disrupted]: readonly [string, boolean]): boolean {
  return !disrupted && !/^(container|redis|sentinel)\/t1\b/.test(subject);
}
