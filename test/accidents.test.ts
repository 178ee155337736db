import { expect } from 'chai';
import { findingsText } from '../controller/report/plan-text.ts';
import type { Fleet, Tenant } from '../crds/fleet.ts';
import { Secret } from '../crds/secret.ts';
import { changeOf } from '../reconcilers/model/changes.ts';
import { loseBox } from '../reconcilers/model/lxc.ts';
import { dropPort } from '../reconcilers/model/ovs.ts';
import { settle } from '../reconcilers/model/tick.ts';
import type { HostWorld, World } from '../reconcilers/model/world.ts';
import { fleetOf, plainFleet } from './support/fleets.ts';
import { illnesses } from './support/health.ts';
import { simulate } from './support/simulated-world.ts';
import { convergedWorld, run } from './support/start.ts';
import { bareWorld } from './support/worlds.ts';

const fleet = fleetOf(plainFleet);

/** Accidents that the laws do not draw: each ends mended, or with a person told what to do. */
describe('accidents in the simulated world', function () {
  this.timeout(60_000);

  it('a disk declared smaller than it is keeps nobody from mending Redis', async () => {
    const world = await convergedWorld(fleet);
    const smaller = edited(fleet, (tenant) => ({
      ...tenant,
      resources: { ...tenant.resources, diskBytes: 2 ** 29 },
    }));
    redisOf(world, 3).stopped = true;
    redisOf(world, 2).settings['maxmemory'] = '1';
    const { outcome } = await applied(smaller, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('operator');
    expect(outcome.left.map(({ subject, field }) => `${subject} ${field}`)).to.deep.equal([
      'container/t1-r1@limits disk',
      'container/t1-r2@limits disk',
      'container/t1-r3@limits disk',
    ]);
    expect(redisOf(world, 3).stopped).to.equal(false);
    expect(redisOf(world, 2).settings['maxmemory']).not.to.equal('1');
  });

  it('a host replaced in one edit: its member is not made anew while the old one may run', async () => {
    const wide = fleetOf({ ...plainFleet, redisHosts: 5 });
    const world = await convergedWorld(wide);
    const { outcome, steps } = await applied(without(wide, 'redis-3', 'redis-4'), world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('operator');
    expect(steps.filter((step) => 'verb' in step && step.verb.startsWith('container-'))).to.deep.equal([]);
    expect(findingsText(outcome.left)).to.contain('port gre-redis-3 on redis-4 leads to a host (10.80.1.12) that left');
    // The person does as told.
    delete hostOf(world, 3).boxes['t1-r3'];
    for (const host of Object.values(world.hosts))
      for (const bridge of host.ovs?.bridges ?? []) dropPort(host, bridge, 'gre-redis-3');
    expect((await applied(without(wide, 'redis-3', 'redis-4'), world)).outcome.result).to.equal('done');
  });

  it('a tenant that lost all its data is begun anew with the member that its Sentinels name', async () => {
    const world = await convergedWorld(fleet);
    redisOf(world, 1).stopped = true;
    settle(world);
    await applied(fleet, world);
    settle(world);
    const master = [1, 2, 3].find((number) => redisOf(world, number).of === undefined) ?? 0;
    expect(master).to.be.oneOf([2, 3]);
    for (const number of [1, 2, 3]) {
      loseBox(hostOf(world, number), `t1-r${number}`);
      for (const disk of Object.values(hostOf(world, number).disks))
        Object.assign(disk, { filled: false, complete: false });
    }
    const lost = await applied(fleet, world);
    expect(lost.outcome.result).to.equal('operator');
    expect(findingsText(lost.outcome.left)).to.contain('lost data');
    // The person decides to begin anew.
    for (const number of [1, 2, 3]) {
      const { files } = hostOf(world, number);
      for (const path of Object.keys(files).filter((one) => one.includes('/marks/'))) delete files[path];
    }
    const anew = await applied(fleet, world);
    expect(anew.outcome.result, findingsText(anew.outcome.left)).to.equal('done');
    expect(redisOf(world, master).of).to.equal(undefined);
  });

  it('a value that Redis does not take: its own words, and done when it is declared right', async () => {
    const config = { 'maxmemory-policy': 'allkeys-lfuu' };
    const wrong = fleetOf({ ...plainFleet, tenants: plainFleet.tenants.map((tenant) => ({ ...tenant, config })) });
    const world = bareWorld(wrong);
    const { outcome, steps } = await applied(wrong, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('operator');
    expect(findingsText(outcome.left)).to.contain("'maxmemory-policy allkeys-lfuu' argument(s) must be one of");
    expect(steps.filter((step) => 'verb' in step && step.verb === 'member-permit').length).to.be.at.most(4);
    const mended = await applied(fleet, world);
    expect(mended.outcome.result, findingsText(mended.outcome.left)).to.equal('done');
  });

  it('more ghosts than a majority can bear: every Sentinel forgets them, and never two at once', async () => {
    const world = await convergedWorld(fleet);
    const ghosts = ['10.101.0.97', '10.101.0.98', '10.101.0.99'];
    const watches = [1, 2, 3].map((number) => hostOf(world, number).boxes[`t1-r${number}`]?.sentinel?.watch);
    for (const watch of watches) watch?.sentinels.push(...ghosts);
    const { outcome, steps } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    const resets = steps.filter((step) => 'verb' in step && step.verb === 'sentinel-reset');
    expect(resets.map((step) => 'endpoint' in step && step.endpoint.member)).to.deep.equal(['r1', 'r2', 'r3']);
    // Between two of them whoever forgot had to find the others: more looks than steps.
    expect(outcome.passes).to.be.greaterThan(resets.length + 1);
    expect(illnesses(world, fleet)).to.deep.equal([]);
  });

  it('two of three members lost with their data: the third leads on, and they join it', async () => {
    const world = await convergedWorld(fleet);
    for (const number of [2, 3]) loseMember(world, number);
    const { outcome } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    settle(world);
    expect(illnesses(world, fleet)).to.deep.equal([]);
    expect(redisOf(world, 1).of).to.equal(undefined);
  });

  it('the same, and the third was killed too: its data are the only ones', async () => {
    const world = await convergedWorld(fleet);
    for (const number of [2, 3]) loseMember(world, number);
    loseBox(hostOf(world, 1), 't1-r1');
    const { outcome } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(redisOf(world, 1).of).to.equal(undefined);
  });

  it('two of three Sentinels lost what they knew, and their members may hold newer data: a person decides', async () => {
    const world = await convergedWorld(fleet);
    for (const number of [2, 3]) {
      delete hostOf(world, number).files[`${members}/t1-r${number}/conf/sentinel.conf`];
      loseBox(hostOf(world, number), `t1-r${number}`);
    }
    const { outcome } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('operator');
    expect(findingsText(outcome.left)).to.contain(
      'those that are left name r1, and another member may hold newer data',
    );
    // The person does as told.
    for (const number of [2, 3]) Object.assign(diskOf(world, number), { filled: false, complete: false });
    const again = await applied(fleet, world);
    expect(again.outcome.result, findingsText(again.outcome.left)).to.equal('done');
    expect(redisOf(world, 1).of).to.equal(undefined);
  });

  it('all Sentinels lost what they knew under members that run on: they are made anew', async () => {
    const world = await convergedWorld(fleet);
    for (const number of [1, 2, 3]) {
      delete hostOf(world, number).files[`${members}/t1-r${number}/conf/sentinel.conf`];
      Object.assign(hostOf(world, number).boxes[`t1-r${number}`] ?? {}, { sentinel: undefined });
    }
    const { outcome } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    settle(world);
    expect(illnesses(world, fleet)).to.deep.equal([]);
  });

  it('another password declared before the first start is over: taken, or the old one asked for', async () => {
    const other = edited(fleet, (tenant) => ({ ...tenant, password: new Secret('env OTHER', 'another-one') }));
    const ends = new Set<string>();
    for (let step = 1, died = true; died; step += 1) {
      const world = bareWorld(fleet);
      const crash = { step, when: 'after' } as const;
      died = await run(fleet, simulate(world, { crash })).then(
        () => false,
        () => true,
      );
      const { outcome } = await applied(other, world);
      const words = findingsText(outcome.left);
      if (outcome.result !== 'done')
        expect(words, `step ${step}`).to.contain('put the old password back into env OTHER');
      ends.add(outcome.result);
    }
    expect([...ends].sort()).to.deep.equal(['done', 'operator']);
  });

  it('two that restart a container for its configuration restart it once', async () => {
    const world = await convergedWorld(fleet);
    const host = hostOf(world, 1);
    const stamp = host.files['/run/ec2-redis-operator/containers/t1-r1'];
    const boot = stamp?.text.trim().split(' ')[1] ?? '';
    const pid = () => host.boxes['t1-r1']?.pid;
    const restart = (part: object) => {
      const action = { verb: 'container-run', host: 'redis-1', name: 't1-r1', order: 'restart', ...part } as const;
      for (const change of changeOf(world, action)) change();
    };
    const before = pid();
    restart({ boot });
    expect(pid()).to.equal(before);
    restart({});
    expect(pid()).not.to.equal(before);
  });
});

const members = '/var/lib/ec2-redis-operator/members';

function loseMember(world: World, number: number): void {
  const host = hostOf(world, number);
  loseBox(host, `t1-r${number}`);
  const own = (path: string) => path.includes(`/t1-r${number}/`);
  host.files = Object.fromEntries(Object.entries(host.files).filter(([path]) => !own(path)));
  host.disks = Object.fromEntries(Object.entries(host.disks).filter(([path]) => !own(path)));
}

function diskOf(world: World, number: number) {
  return hostOf(world, number).disks[`${members}/t1-r${number}/rootfs.img`] ?? {};
}

/** Apply until it ends, and the steps that it took. */
async function applied(fleetNow: Fleet, world: World) {
  const simulation = simulate(world);
  const { outcome } = await run(fleetNow, simulation);
  return { outcome, steps: simulation.steps };
}

/** A host taken out of the documents, and its members put on another, in one edit. */
function without(from: Fleet, gone: string, heir: string): Fleet {
  const hosts = from.cluster.hosts.filter(({ name }) => name !== gone);
  const moved = edited(from, (tenant) => ({
    ...tenant,
    members: tenant.members.map((member) => (member.host === gone ? { ...member, host: heir } : member)),
  }));
  return { ...moved, cluster: { ...from.cluster, hosts } };
}

function edited(from: Fleet, change: (tenant: Tenant) => Tenant): Fleet {
  return { ...from, tenants: from.tenants.map(change) };
}

function hostOf(world: World, number: number): HostWorld {
  const host = world.hosts[`redis-${number}`];
  if (!host) throw new Error(`no redis-${number}`);
  return host;
}

function redisOf(world: World, number: number) {
  const server = hostOf(world, number).boxes[`t1-r${number}`]?.redis;
  if (!server) throw new Error(`no Redis of r${number}`);
  return server;
}
