import { expect } from 'chai';
import fc from 'fast-check';
import { TransportError } from '../../../controller/transport/errors.ts';
import type { Fleet } from '../../../crds/fleet.ts';
import { copyOf } from '../../../simulation/copy.ts';
import { killContainer } from '../../../simulation/lxc.ts';
import { dropPort } from '../../../simulation/ovs.ts';
import { fault, injectFault } from '../../../simulation/scenarios/faults.ts';
import { fleetOf, plainFleet, plainTenant } from '../../../simulation/scenarios/fleets.ts';
import { seed } from '../../../simulation/scenarios/runs.ts';
import { convergedWorld, run } from '../../../simulation/scenarios/start.ts';
import { bareWorld } from '../../../simulation/scenarios/worlds.ts';
import { type Faults, simulate } from '../../../simulation/simulated-transport.ts';
import { OperationFailed, type World } from '../../../simulation/world.ts';
import { type Watching, watching } from '../../support/watching.ts';

const fleet = fleetOf(plainFleet);
const minute = 60_000;

/** The faults of a running watch, changed as the test goes. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

async function calm(faults: Mutable<Faults> = {}, declared: Fleet = fleet): Promise<Watching> {
  const one = watching(declared, await convergedWorld(declared), faults);
  await one.clock.until(() => one.saw('in-order'), minute);
  one.reported.length = 0;
  return one;
}

async function ended(one: Watching): Promise<void> {
  one.terminate();
  await one.clock.until(() => one.code() !== undefined, minute);
  expect(one.code()).to.equal(0);
  expect(one.worlds.closed).to.equal(one.worlds.opened);
}

function losePort(world: World): void {
  const host = world.hosts['redis-1'];
  const bridge = host?.ovs?.bridges[0];
  if (!host || !bridge) throw new Error('no bridge');
  dropPort(host, bridge, 'gre-redis-2');
}

const types = (one: Watching) => one.reported.map(({ type }) => type);

describe('watch', function () {
  this.timeout(120_000);

  it('builds everything from bare hosts, and then reports nothing and does nothing', async () => {
    const one = watching(fleet, bareWorld(fleet));
    await one.clock.until(() => one.saw('in-order'), 20 * minute);
    const before = one.reported.length;
    const steps = one.simulation.steps.length;
    await one.clock.pass(20 * minute);
    expect(one.reported.slice(before)).to.deep.equal([]);
    expect(one.simulation.steps.length).to.equal(steps);
    await ended(one);
    expect(one.reported.at(-1)).to.deep.include({ type: 'stopped', left: [] });
    expect(one.worlds.opened).to.equal(1);
  });

  it('passes on its interval, a tenth more or less, and reads each host once a pass', async () => {
    const one = await calm();
    const before = one.simulation.calls.get('redis-1') ?? 0;
    await one.clock.pass(10 * minute);
    expect((one.simulation.calls.get('redis-1') ?? 0) - before).to.be.within(18, 22);
    await ended(one);
  });

  it('reports drift, what was done, and that it is in order again: once each', async () => {
    const one = await calm();
    losePort(one.simulation.world);
    await one.clock.until(() => one.saw('in-order'), 5 * minute);
    expect(
      one.reported.filter(({ subject }) => subject === 'mesh/redis-1>redis-2').map(({ type }) => type),
    ).to.deep.equal(['drift', 'step-done', 'fixed']);
    await ended(one);
  });

  it('ends in the same state as apply, whatever broke', async () => {
    for (const one of fc.sample(fault, { seed, numRuns: 24 })) {
      const broken = await convergedWorld(fleet);
      injectFault(broken, one, 1);
      const { outcome } = await run(fleet, simulate(copyOf(broken)));
      const still = await calm();
      injectFault(still.simulation.world, one, 1);
      if (outcome.result === 'done') {
        await still.clock.pass(minute);
        await still.clock
          .until(() => !types(still).length || still.saw('in-order'), 15 * minute)
          .catch((error: unknown) => {
            throw new Error(`${JSON.stringify(one)}: ${JSON.stringify(still.reported)}`, { cause: error });
          });
      }
      await ended(still);
    }
  });
});

describe('watch: what does not work', function () {
  this.timeout(60_000);

  /** A watch with a step that fails until it is repaired, and the times at which the step was tried. */
  async function failing(error: () => Error) {
    const faults: Mutable<Faults> = {};
    const one = await calm(faults);
    const tries: number[] = [];
    let fails = true;
    faults.onStep = (when) => {
      if (when !== 'before') return;
      tries.push(one.clock.now());
      if (fails) throw error();
    };
    losePort(one.simulation.world);
    return {
      one,
      tries,
      repair: () => {
        fails = false;
      },
    };
  }

  it('is tried again after 2 s, 4 s and so on up to five minutes, reported once, and done when it works', async () => {
    const { one, tries, repair } = await failing(() => new OperationFailed('no such luck'));
    await one.clock.pass(25 * minute);
    const delays = tries.slice(1).map((at, index) => Math.round((at - (tries[index] ?? 0)) / 1000));
    for (const [index, wanted] of [2, 4, 8, 16, 32, 64, 128, 256, 300].entries())
      expect(delays[index], delays.join()).to.be.within(wanted, wanted + 3);
    expect(types(one)).to.deep.equal(['drift', 'step-failed', 'waiting']);
    expect(one.reported[2]).to.have.property('remedy').that.includes({ by: 'waiting', cause: 'retry' });
    expect(one.reported[2]?.remedy?.message).to.match(/^failed once: exit 1: no such luck; retrying in \d+ s$/);
    repair();
    await one.clock.until(() => one.saw('in-order'), 6 * minute);
    expect(types(one).slice(3)).to.deep.equal(['step-done', 'fixed', 'in-order']);
    await ended(one);
  });

  it('becomes manual at once when it was refused, and is tried every five minutes', async () => {
    const { one, tries, repair } = await failing(() => new TransportError('refused', 'UnauthorizedOperation'));
    await one.clock.pass(21 * minute);
    expect(tries.length).to.equal(5);
    expect(types(one)).to.deep.equal(['drift', 'step-failed', 'manual']);
    repair();
    one.declare([fleet]);
    await one.clock.until(() => one.saw('in-order'), 5000);
    await ended(one);
  });

  it('does not delay other steps', async () => {
    const { one } = await failing(() => new OperationFailed('no'));
    await one.clock.pass(10 * minute);
    one.simulation.world.hosts['redis-3']?.ovs?.bridges[0]?.ports.forEach((port) => {
      if (port.type === 'gre') port.protected = false;
    });
    await one.clock.until(() => one.saw('step-failed', 'redis-3'), 2 * minute);
    await ended(one);
  });

  it('slows down when its effect is reverted again and again', async () => {
    const one = await calm();
    for (let round = 0; round < 100; round += 1) {
      losePort(one.simulation.world);
      await one.clock.pass(10_000);
    }
    expect(one.simulation.steps.length).to.be.below(40);
    expect(one.saw('manual', 'reverted each time')).to.equal(true);
    await ended(one);
  });
});

describe('watch: unreachable', function () {
  this.timeout(60_000);

  it('a host unreachable for a while: reported once when it goes and once when it is back, and repaired then', async () => {
    const away = new Set<string>();
    const one = await calm({ unreachable: away });
    away.add('redis-2');
    await one.clock.pass(15 * minute);
    expect(types(one)).to.deep.equal(['unknown']);
    expect(one.reported[0]?.message).to.contain('redis-2');
    killContainer(one.simulation.world.hosts['redis-2'] ?? never(), 't1-r2');
    away.delete('redis-2');
    await one.clock.until(() => one.saw('in-order'), 10 * minute);
    expect(one.saw('known', 'redis-2')).to.equal(true);
    expect(one.saw('step-done', 't1-r2')).to.equal(true);
    await ended(one);
  });

  it('EC2 silent for a while: reported once, nothing is done, and it goes on by itself', async () => {
    const faults: Mutable<Faults> = {};
    const one = await calm(faults);
    faults.ec2Silent = true;
    losePort(one.simulation.world);
    await one.clock.pass(15 * minute);
    expect(types(one)).to.deep.equal(['unknown']);
    faults.ec2Silent = false;
    await one.clock.until(() => one.saw('in-order'), 2 * minute);
    expect(types(one)).to.include.members(['known', 'drift', 'fixed']);
    await ended(one);
  });

  it('EC2 that refuses the credentials: it goes on as soon as they are renewed', async () => {
    const faults: Mutable<Faults> = {};
    const one = await calm(faults);
    faults.ec2Refuses = true;
    losePort(one.simulation.world);
    await one.clock.pass(12 * minute);
    // Of the instances, and of the virtual address.
    expect(types(one)).to.deep.equal(['unknown', 'unknown']);
    faults.ec2Refuses = false;
    await one.clock.until(() => one.saw('in-order'), minute);
    await ended(one);
  });

  it('all hosts powered off: they are not contacted, and it goes on when they are back', async () => {
    const one = await calm();
    const before = one.simulation.calls.get('redis-1') ?? 0;
    for (const instance of one.simulation.world.ec2.instances) Object.assign(instance, { state: 'stopped' });
    await one.clock.pass(10 * minute);
    expect((one.simulation.calls.get('redis-1') ?? 0) - before).to.be.at.most(1);
    for (const instance of one.simulation.world.ec2.instances) Object.assign(instance, { state: 'running' });
    await one.clock.until(() => one.saw('in-order'), 5 * minute);
    await ended(one);
  });
});

describe('watch: documents', function () {
  this.timeout(60_000);
  const wider = fleetOf({
    redisHosts: 3,
    datapath: 'netdev',
    runtime: 'lxc',
    adopt: 'tag',
    mtu: 9001,
    tenants: [plainTenant, plainTenant],
  });

  it('changed: the new ones are in force within seconds', async () => {
    const one = await calm();
    one.declare([wider]);
    await one.clock.until(() => one.saw('drift', 't2'), 5000);
    expect(types(one)[0]).to.equal('documents');
    await one.clock.until(() => one.saw('in-order'), 20 * minute);
    await ended(one);
    expect(one.worlds.opened).to.equal(1);
  });

  it('not valid: reported once, the last valid ones stay in force; then corrected', async () => {
    const one = await calm();
    one.declare('x.yaml: there is no such file or folder');
    await one.clock.pass(10 * minute);
    expect(one.reported).to.have.length(1);
    expect(one.reported[0]).to.deep.include({ type: 'documents', state: 'invalid' });
    losePort(one.simulation.world);
    await one.clock.until(() => one.saw('in-order'), 2 * minute);
    one.reported.length = 0;
    one.declare([wider]);
    await one.clock.until(() => one.saw('drift', 't2'), 5000);
    expect(one.reported.slice(0, 2).map(({ state }) => state)).to.deep.equal(['valid', 'changed']);
    await ended(one);
  });

  it('with other connection settings: connections are opened again; a Cluster that is gone is released', async () => {
    const one = await calm();
    one.declare([{ ...fleet, cluster: { ...fleet.cluster, ssh: { ...fleet.cluster.ssh, user: 'admin' } } }]);
    await one.clock.until(() => one.worlds.opened === 2 && one.saw('in-order'), 10_000);
    expect(one.worlds.closed).to.equal(1);
    one.declare([{ ...fleet, cluster: { ...fleet.cluster, name: 'other' } }]);
    await one.clock.until(() => one.saw('documents', 'released') && one.saw('started', 'other'), 10_000);
    expect(one.reported.filter(({ state }) => state === 'released').map(({ cluster }) => cluster)).to.deep.equal([
      'lawful',
    ]);
    await ended(one);
  });
});

describe('watch: SIGTERM', function () {
  this.timeout(60_000);

  it('amid many steps: ends after those in progress, with what is left', async () => {
    const faults: Mutable<Faults> = {};
    const one = watching(fleet, bareWorld(fleet), faults);
    faults.onStep = (when) => {
      if (when === 'before' && one.simulation.steps.length === 7) one.terminate();
    };
    await one.clock.until(() => one.code() !== undefined, minute);
    expect(one.code()).to.equal(0);
    expect(one.simulation.steps.length).to.be.within(7, 12);
    const stopped = one.reported.at(-1);
    expect(stopped?.type).to.equal('stopped');
    expect(stopped?.left?.length).to.be.above(0);
    expect(one.worlds).to.deep.equal({ opened: 1, closed: 1 });
  });

  it('while a pass hangs: ends at once', async () => {
    const one = await calm();
    one.simulation.reader.readHost = () => new Promise(() => {});
    await one.clock.pass(minute);
    await ended(one);
  });
});

function never(): never {
  throw new Error('no such host');
}
