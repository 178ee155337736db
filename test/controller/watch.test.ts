import { expect } from 'chai';
import fc from 'fast-check';
import { MediumError } from '../../controller/ports.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { copyOf } from '../../reconcilers/model/copy.ts';
import { loseBox } from '../../reconcilers/model/lxc.ts';
import { dropPort } from '../../reconcilers/model/ovs.ts';
import { VerbFailed, type World } from '../../reconcilers/model/world.ts';
import { breakage, breakWorld } from '../support/breakages.ts';
import { fleetOf, plainFleet, plainTenant } from '../support/fleets.ts';
import { seed } from '../support/runs.ts';
import { type Faults, simulate } from '../support/simulated-world.ts';
import { convergedWorld, run } from '../support/start.ts';
import { type Watching, watching } from '../support/watching.ts';
import { bareWorld } from '../support/worlds.ts';

const fleet = fleetOf(plainFleet);
const minute = 60_000;

/** The faults of a running watch, changed as the test goes. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

async function calm(faults: Mutable<Faults> = {}, declared: Fleet = fleet): Promise<Watching> {
  const one = watching(declared, await convergedWorld(declared), faults);
  await one.clock.until(() => one.saw('in-order'), minute);
  one.told.length = 0;
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

const types = (one: Watching) => one.told.map(({ type }) => type);

describe('watch', function () {
  this.timeout(120_000);

  it('builds everything from bare hosts, and then says nothing and does nothing', async () => {
    const one = watching(fleet, bareWorld(fleet));
    await one.clock.until(() => one.saw('in-order'), 20 * minute);
    const told = one.told.length;
    const steps = one.simulation.steps.length;
    await one.clock.pass(20 * minute);
    expect(one.told.slice(told)).to.deep.equal([]);
    expect(one.simulation.steps.length).to.equal(steps);
    await ended(one);
    expect(one.told.at(-1)).to.deep.include({ type: 'stopped', left: [] });
    expect(one.worlds.opened).to.equal(1);
  });

  it('passes on its interval, a tenth more or less, and asks each host once a pass', async () => {
    const one = await calm();
    const before = one.simulation.calls.get('redis-1') ?? 0;
    await one.clock.pass(10 * minute);
    expect((one.simulation.calls.get('redis-1') ?? 0) - before).to.be.within(18, 22);
    await ended(one);
  });

  it('tells drift, what was done, and that it is in order again: once each', async () => {
    const one = await calm();
    losePort(one.simulation.world);
    await one.clock.until(() => one.saw('in-order'), 5 * minute);
    expect(one.told.filter(({ subject }) => subject === 'mesh/redis-1>redis-2').map(({ type }) => type)).to.deep.equal([
      'drift',
      'step-done',
      'mended',
    ]);
    await ended(one);
  });

  it('comes to where apply comes, whatever broke, without being asked', async () => {
    for (const one of fc.sample(breakage, { seed, numRuns: 24 })) {
      const broken = await convergedWorld(fleet);
      breakWorld(broken, one, 1);
      const { outcome } = await run(fleet, simulate(copyOf(broken)));
      const still = await calm();
      breakWorld(still.simulation.world, one, 1);
      if (outcome.result === 'done') {
        await still.clock.pass(minute);
        await still.clock
          .until(() => !types(still).length || still.saw('in-order'), 15 * minute)
          .catch((error: unknown) => {
            throw new Error(`${JSON.stringify(one)}: ${JSON.stringify(still.told)}`, { cause: error });
          });
      }
      await ended(still);
    }
  });
});

describe('watch: what does not work', function () {
  this.timeout(60_000);

  /** Minutes and times at which a step was tried that fails until told otherwise. */
  async function failing(error: () => Error) {
    const faults: Mutable<Faults> = {};
    const one = await calm(faults);
    const tries: number[] = [];
    let fails = true;
    faults.witness = (when) => {
      if (when !== 'before') return;
      tries.push(one.clock.now());
      if (fails) throw error();
    };
    losePort(one.simulation.world);
    return {
      one,
      tries,
      mend: () => {
        fails = false;
      },
    };
  }

  it('is tried again after 2 s, 4 s and so on up to five minutes, told once, and done when it works', async () => {
    const { one, tries, mend } = await failing(() => new VerbFailed('no such luck'));
    await one.clock.pass(25 * minute);
    const rests = tries.slice(1).map((at, index) => Math.round((at - (tries[index] ?? 0)) / 1000));
    for (const [index, wanted] of [2, 4, 8, 16, 32, 64, 128, 256, 300].entries())
      expect(rests[index], rests.join()).to.be.within(wanted, wanted + 3);
    expect(types(one)).to.deep.equal(['drift', 'step-failed', 'waiting']);
    expect(one.told[2]?.reason).to.match(/^failed once: exit 1: no such luck; tried again in \d+ s$/);
    mend();
    await one.clock.until(() => one.saw('in-order'), 6 * minute);
    expect(types(one).slice(3)).to.deep.equal(['step-done', 'mended', 'in-order']);
    await ended(one);
  });

  it('is a person’s matter at once when it was refused, and tried every five minutes', async () => {
    const { one, tries, mend } = await failing(() => new MediumError('refused', 'UnauthorizedOperation'));
    await one.clock.pass(21 * minute);
    expect(tries.length).to.equal(5);
    expect(types(one)).to.deep.equal(['drift', 'step-failed', 'operator']);
    mend();
    one.declare([fleet]);
    await one.clock.until(() => one.saw('in-order'), 5000);
    await ended(one);
  });

  it('holds nobody else up', async () => {
    const { one } = await failing(() => new VerbFailed('no'));
    await one.clock.pass(10 * minute);
    one.simulation.world.hosts['redis-3']?.ovs?.bridges[0]?.ports.forEach((port) => {
      if (port.type === 'gre') port.protected = false;
    });
    await one.clock.until(() => one.saw('step-failed', 'redis-3'), 2 * minute);
    await ended(one);
  });

  it('is not done in haste for ever when somebody undoes it again and again', async () => {
    const one = await calm();
    const faults = one.simulation.steps;
    for (let round = 0; round < 100; round += 1) {
      losePort(one.simulation.world);
      await one.clock.pass(10_000);
    }
    expect(faults.length).to.be.below(40);
    expect(one.saw('operator', 'undone again')).to.equal(true);
    await ended(one);
  });
});

describe('watch: who is not there', function () {
  this.timeout(60_000);

  it('a host unreachable for a while: told once when it goes and once when it is back, and mended then', async () => {
    const away = new Set<string>();
    const one = await calm({ unreachable: away });
    away.add('redis-2');
    await one.clock.pass(15 * minute);
    expect(types(one)).to.deep.equal(['unseen']);
    expect(one.told[0]?.reason).to.contain('redis-2');
    loseBox(one.simulation.world.hosts['redis-2'] ?? never(), 't1-r2');
    away.delete('redis-2');
    await one.clock.until(() => one.saw('in-order'), 10 * minute);
    expect(one.saw('seen', 'redis-2')).to.equal(true);
    expect(one.saw('step-done', 't1-r2')).to.equal(true);
    await ended(one);
  });

  it('EC2 silent for a while: told once, nothing is done, and it goes on by itself', async () => {
    const faults: Mutable<Faults> = {};
    const one = await calm(faults);
    faults.ec2Silent = true;
    losePort(one.simulation.world);
    await one.clock.pass(15 * minute);
    expect(types(one)).to.deep.equal(['unseen']);
    faults.ec2Silent = false;
    await one.clock.until(() => one.saw('in-order'), 2 * minute);
    expect(types(one)).to.include.members(['seen', 'drift', 'mended']);
    await ended(one);
  });

  it('all hosts powered off: they are not asked, and it goes on when they are back', async () => {
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

  it('not valid: told once, the last valid ones stay in force; then mended', async () => {
    const one = await calm();
    one.declare('x.yaml: there is no such file or folder');
    await one.clock.pass(10 * minute);
    expect(one.told).to.have.length(1);
    expect(one.told[0]).to.deep.include({ type: 'documents', state: 'invalid' });
    losePort(one.simulation.world);
    await one.clock.until(() => one.saw('in-order'), 2 * minute);
    one.told.length = 0;
    one.declare([wider]);
    await one.clock.until(() => one.saw('drift', 't2'), 5000);
    expect(one.told.slice(0, 2).map(({ state }) => state)).to.deep.equal(['valid', 'changed']);
    await ended(one);
  });

  it('with other ways to connect: connections are opened anew; a Cluster that is gone is let go', async () => {
    const one = await calm();
    one.declare([{ ...fleet, cluster: { ...fleet.cluster, ssh: { ...fleet.cluster.ssh, user: 'admin' } } }]);
    await one.clock.until(() => one.worlds.opened === 2 && one.saw('in-order'), 10_000);
    expect(one.worlds.closed).to.equal(1);
    one.declare([{ ...fleet, cluster: { ...fleet.cluster, name: 'other' } }]);
    await one.clock.until(() => one.saw('documents', 'released') && one.saw('started', 'other'), 10_000);
    expect(one.told.filter(({ state }) => state === 'released').map(({ cluster }) => cluster)).to.deep.equal([
      'lawful',
    ]);
    await ended(one);
  });
});

describe('watch: SIGTERM', function () {
  this.timeout(60_000);

  it('in the middle of a wave: ends after the step under way, and says what is left', async () => {
    const faults: Mutable<Faults> = {};
    const one = watching(fleet, bareWorld(fleet), faults);
    faults.witness = (when) => {
      if (when === 'before' && one.simulation.steps.length === 7) one.terminate();
    };
    await one.clock.until(() => one.code() !== undefined, minute);
    expect(one.code()).to.equal(0);
    expect(one.simulation.steps.length).to.be.within(7, 12);
    const stopped = one.told.at(-1);
    expect(stopped?.type).to.equal('stopped');
    expect(stopped?.left?.length).to.be.above(0);
    expect(one.worlds).to.deep.equal({ opened: 1, closed: 1 });
  });

  it('while a look hangs: ends at once', async () => {
    const one = await calm();
    one.simulation.senses.askHost = () => new Promise(() => {});
    await one.clock.pass(minute);
    await ended(one);
  });
});

function never(): never {
  throw new Error('no such host');
}
