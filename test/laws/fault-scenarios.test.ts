import { expect } from 'chai';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet, Tenant } from '../../crds/fleet.ts';
import { Secret } from '../../crds/secret.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { killContainer } from '../../simulation/lxc.ts';
import { changeOf } from '../../simulation/operations.ts';
import { dropPort } from '../../simulation/ovs.ts';
import { setRequirepass } from '../../simulation/redis.ts';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { bareWorld } from '../../simulation/scenarios/worlds.ts';
import { simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { HostWorld, World } from '../../simulation/world.ts';

const fleet = fleetOf(plainFleet);

/** Faults that the laws do not generate: each is repaired, or ends with a manual finding. */
describe('fault scenarios in the simulated world', function () {
  this.timeout(180_000);

  it('a disk declared smaller than it is does not keep Redis from being repaired', async () => {
    const world = await convergedWorld(fleet);
    const smaller = edited(fleet, (tenant) => ({
      ...tenant,
      resources: { ...tenant.resources, diskBytes: 2 ** 29 },
    }));
    redisOf(world, 3).stopped = true;
    redisOf(world, 2).settings['maxmemory'] = '1';
    const { outcome } = await applied(smaller, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('manual');
    expect(outcome.left.map(({ subject, field }) => `${subject} ${field}`)).to.deep.equal([
      'container/t1-r1@limits disk',
      'container/t1-r2@limits disk',
      'container/t1-r3@limits disk',
    ]);
    expect(redisOf(world, 3).stopped).to.equal(false);
    expect(redisOf(world, 2).settings['maxmemory']).not.to.equal('1');
  });

  it('a host replaced in one edit: its member is not created again while the old one may run', async () => {
    const wide = fleetOf({ ...plainFleet, redisHosts: 5 });
    const world = await convergedWorld(wide);
    const { outcome, steps } = await applied(without(wide, 'redis-3', 'redis-4'), world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('manual');
    expect(steps.filter((step) => 'operation' in step && step.operation.startsWith('container-'))).to.deep.equal([]);
    expect(reasonsOf(outcome.left)).to.include('container/t1-r3 ContainerOnRemovedHost');
    // What its message asks for.
    delete hostOf(world, 3).containers['t1-r3'];
    for (const host of Object.values(world.hosts))
      for (const bridge of host.ovs?.bridges ?? []) dropPort(host, bridge, 'gre-redis-3');
    expect((await applied(without(wide, 'redis-3', 'redis-4'), world)).outcome.result).to.equal('done');
  });

  it('another masterauth on a replica whose link is up is set again before the link needs it', async () => {
    const world = await convergedWorld(fleet);
    redisOf(world, 2).masterauth = 'another';
    runToQuiescence(world);
    expect(redisOf(world, 2).linkUp).to.equal(true);
    const { outcome, steps } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(steps).to.have.lengthOf(1);
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('a replica that has announced another address: its link is renewed, and only then a Sentinel is reset', async () => {
    const world = await convergedWorld(fleet);
    const own = redisOf(world, 2);
    own.settings['replica-announce-ip'] = '10.101.0.96';
    Object.assign(own, { linkUp: false, linkDownSince: world.now });
    runToQuiescence(world);
    const { outcome, steps } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    const operations = steps.map((step) => ('operation' in step ? step.operation : step.action));
    expect(operations).to.deep.equal([
      'redis-config-set',
      'redis-relink',
      'sentinel-reset',
      'sentinel-reset',
      'sentinel-reset',
    ]);
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('another password on the running master ends an apply soon, with a way out; with that, it is in order', async () => {
    const world = await convergedWorld(fleet);
    const declared = redisOf(world, 1).requirepass;
    setRequirepass(redisOf(world, 1), 'another');
    runToQuiescence(world);
    const { outcome, steps } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('manual');
    expect(outcome.passes).to.be.at.most(3);
    expect(steps).to.deep.equal([]);
    expect(reasonsOf(outcome.left)).to.include('redis/t1 PasswordDiffers');
    setRequirepass(redisOf(world, 1), declared);
    expect((await applied(fleet, world)).outcome.result).to.equal('done');
  });

  it('a tenant that lost all its data is bootstrapped again with the member that its Sentinels name', async () => {
    const world = await convergedWorld(fleet);
    redisOf(world, 1).stopped = true;
    runToQuiescence(world);
    await applied(fleet, world);
    runToQuiescence(world);
    const master = [1, 2, 3].find((number) => redisOf(world, number).of === undefined) ?? 0;
    expect(master).to.be.oneOf([2, 3]);
    for (const number of [1, 2, 3]) {
      killContainer(hostOf(world, number), `t1-r${number}`);
      for (const disk of Object.values(hostOf(world, number).disks))
        Object.assign(disk, { filled: false, complete: false });
    }
    const lost = await applied(fleet, world);
    expect(lost.outcome.result).to.equal('manual');
    expect(reasonsOf(lost.outcome.left)).to.include('redis/t1 DataLost');
    // The operator decides to bootstrap it again.
    for (const number of [1, 2, 3]) {
      const { files } = hostOf(world, number);
      for (const path of Object.keys(files).filter((one) => one.includes('/marks/'))) delete files[path];
    }
    const again = await applied(fleet, world);
    expect(again.outcome.result, findingsText(again.outcome.left)).to.equal('done');
    expect(redisOf(world, master).of).to.equal(undefined);
  });

  it('a value that Redis refuses: its error message, and done once a valid value is declared', async () => {
    const config = { activedefrag: 'yes' };
    const wrong = fleetOf({ ...plainFleet, tenants: plainFleet.tenants.map((tenant) => ({ ...tenant, config })) });
    const world = bareWorld(wrong);
    const { outcome, steps } = await applied(wrong, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('manual');
    expect(findingsText(outcome.left)).to.contain("'activedefrag yes' cannot be enabled");
    expect(steps.filter((step) => 'operation' in step && step.operation === 'member-permit').length).to.be.at.most(4);
    const corrected = await applied(fleet, world);
    expect(corrected.outcome.result, findingsText(corrected.outcome.left)).to.equal('done');
  });

  it('more stale entries than a majority allows for: every Sentinel is reset, and never two at once', async () => {
    const world = await convergedWorld(fleet);
    const staleEntries = ['10.101.0.97', '10.101.0.98', '10.101.0.99'];
    const watches = [1, 2, 3].map((number) => hostOf(world, number).containers[`t1-r${number}`]?.sentinel?.watch);
    for (const watch of watches) watch?.sentinels.push(...staleEntries);
    const { outcome, steps } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    const resets = steps.filter((step) => 'operation' in step && step.operation === 'sentinel-reset');
    expect(resets.map((step) => 'endpoint' in step && step.endpoint.member)).to.deep.equal(['r1', 'r2', 'r3']);
    // Between two resets the Sentinel has to discover the others again: more passes than steps.
    expect(outcome.passes).to.be.greaterThan(resets.length + 1);
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('two of three members lost with their data: the third stays master, and they join it', async () => {
    const world = await convergedWorld(fleet);
    for (const number of [2, 3]) loseMember(world, number);
    const { outcome } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    runToQuiescence(world);
    expect(violations(world, fleet)).to.deep.equal([]);
    expect(redisOf(world, 1).of).to.equal(undefined);
  });

  it('the same, and the third was killed too: it has the only data left', async () => {
    const world = await convergedWorld(fleet);
    for (const number of [2, 3]) loseMember(world, number);
    killContainer(hostOf(world, 1), 't1-r1');
    const { outcome } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(redisOf(world, 1).of).to.equal(undefined);
  });

  it('two of three Sentinels lost their configuration, and their members may hold newer data: manual', async () => {
    const world = await convergedWorld(fleet);
    for (const number of [2, 3]) {
      delete hostOf(world, number).files[`${members}/t1-r${number}/conf/sentinel.conf`];
      killContainer(hostOf(world, number), `t1-r${number}`);
    }
    const { outcome } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('manual');
    expect(reasonsOf(outcome.left)).to.include('redis/t1 QuorumLossAmbiguous');
    // What its message asks for.
    for (const number of [2, 3]) Object.assign(diskOf(world, number), { filled: false, complete: false });
    const again = await applied(fleet, world);
    expect(again.outcome.result, findingsText(again.outcome.left)).to.equal('done');
    expect(redisOf(world, 1).of).to.equal(undefined);
  });

  it('all Sentinels lost their configuration while Redis runs on: they are configured again', async () => {
    const world = await convergedWorld(fleet);
    for (const number of [1, 2, 3]) {
      delete hostOf(world, number).files[`${members}/t1-r${number}/conf/sentinel.conf`];
      Object.assign(hostOf(world, number).containers[`t1-r${number}`] ?? {}, { sentinel: undefined });
    }
    const { outcome } = await applied(fleet, world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    runToQuiescence(world);
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('another password declared before the bootstrap is done: used, or the old one required', async () => {
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
      if (outcome.result !== 'done')
        expect(reasonsOf(outcome.left).join(), `step ${step}`).to.contain('PasswordDiffers');
      ends.add(outcome.result);
    }
    expect([...ends].sort()).to.deep.equal(['done', 'manual']);
  });

  it('two steps that restart a container for its configuration restart it once', async () => {
    const world = await convergedWorld(fleet);
    const host = hostOf(world, 1);
    const stamp = host.files['/run/ec2-redis-operator/containers/t1-r1'];
    const boot = stamp?.text.trim().split(' ')[1] ?? '';
    const pid = () => host.containers['t1-r1']?.pid;
    const restart = (part: object) => {
      const action = { operation: 'container-run', host: 'redis-1', name: 't1-r1', order: 'restart', ...part } as const;
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
  killContainer(host, `t1-r${number}`);
  const own = (path: string) => path.includes(`/t1-r${number}/`);
  host.files = Object.fromEntries(Object.entries(host.files).filter(([path]) => !own(path)));
  host.disks = Object.fromEntries(Object.entries(host.disks).filter(([path]) => !own(path)));
}

function diskOf(world: World, number: number) {
  return hostOf(world, number).disks[`${members}/t1-r${number}/rootfs.img`] ?? {};
}

function reasonsOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ subject, reason }) => `${subject} ${reason}`);
}

/** Apply until it ends, and the steps that it took. */
async function applied(fleetNow: Fleet, world: World) {
  const simulation = simulate(world);
  const { outcome } = await run(fleetNow, simulation);
  return { outcome, steps: simulation.steps };
}

/** A host removed from the documents, and its members moved to another, in one edit. */
function without(from: Fleet, removed: string, successor: string): Fleet {
  const hosts = from.cluster.hosts.filter(({ name }) => name !== removed);
  const moved = edited(from, (tenant) => ({
    ...tenant,
    members: tenant.members.map((member) => (member.host === removed ? { ...member, host: successor } : member)),
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
  const server = hostOf(world, number).containers[`t1-r${number}`]?.redis;
  if (!server) throw new Error(`no Redis of r${number}`);
  return server;
}
