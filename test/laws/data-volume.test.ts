import { expect } from 'chai';
import { apply } from '../../controller/engine/apply.ts';
import { findingsText } from '../../controller/report/plan-text.ts';
import type { Fleet } from '../../crds/fleet.ts';
import { teardownReconcilers } from '../../reconcilers/teardown/index.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { violations } from '../../simulation/checkers/health.ts';
import { applyEc2Command } from '../../simulation/ec2.ts';
import { fleetOf, plainFleet } from '../../simulation/scenarios/fleets.ts';
import { convergedWorld, run } from '../../simulation/scenarios/start.ts';
import { simulate } from '../../simulation/simulated-transport.ts';
import { runToQuiescence } from '../../simulation/step.ts';
import type { World } from '../../simulation/world.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create', dataVolume: true, spread: true });
const folder = '/var/lib/ec2-redis-operator/members/t1-r2';
const disk = `${folder}/rootfs.img`;

const dataOf = ({ ec2 }: World) => ec2.volumes.filter(({ tags }) => tags[markers.ec2Part] === 'data');
const volumeOf = (world: World, host: string) => dataOf(world).find(({ tags }) => tags[markers.ec2Host] === host);

/** Terminates the instance of a host, as somebody does by hand; its protection was lifted before. */
function terminate(world: World, host: string): void {
  const { instanceId = '' } =
    world.ec2.instances.find(({ tags, state }) => tags[markers.ec2Host] === host && state === 'running') ?? {};
  world.ec2.terminationProtected = [];
  applyEc2Command(world, { action: 'TerminateInstances', input: { InstanceIds: [instanceId] } });
  runToQuiescence(world);
}

async function settled(world: World, of: Fleet = fleet) {
  const simulation = simulate(world);
  const { outcome } = await run(of, simulation);
  runToQuiescence(world);
  return { outcome, steps: simulation.steps };
}

async function runDelete(world: World, atOnce: boolean) {
  const { reader, executor, clock, steps } = simulate(world);
  const options = { timeoutMs: 600_000, signal: new AbortController().signal, listen: () => {} };
  const all = teardownReconcilers({ now: world.now, atOnce });
  const outcome = await apply(fleet, all, { reader, executor, clock }, options);
  runToQuiescence(world);
  return { outcome, steps };
}

describe('data volumes', () => {
  it('of a host that was terminated go to its successor, with everything that is on them', async () => {
    const world = await convergedWorld(fleet);
    const before = volumeOf(world, 'redis-2');
    const kept = { disk: world.hosts['redis-2']?.disks[disk], id: before?.id };
    expect(kept.disk).to.include({ filled: true });
    const identity = world.hosts['redis-2']?.files[`${folder}/identity`];
    terminate(world, 'redis-2');
    expect(volumeOf(world, 'redis-2')).to.include({ state: 'available', instanceId: undefined });
    const { outcome, steps } = await settled(world);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(volumeOf(world, 'redis-2')).to.include({ id: kept.id, state: 'in-use' });
    expect(world.hosts['redis-2']?.disks[disk]).to.include({ filled: true });
    expect(world.hosts['redis-2']?.files[`${folder}/identity`]).to.deep.equal(identity);
    const names = steps.map((step) => ('operation' in step ? step.operation : step.action));
    expect(names).to.not.include.members(['container-create']);
    expect(names).to.not.include.members(['data-disk']);
    expect(violations(world, fleet)).to.deep.equal([]);
    expect((await settled(world)).steps).to.deep.equal([]);
  });

  it('that are gone are never replaced by an empty one, also once EC2 has forgotten the instance', async () => {
    const world = await convergedWorld(fleet);
    const { id = '' } = volumeOf(world, 'redis-2') ?? {};
    terminate(world, 'redis-2');
    applyEc2Command(world, { action: 'DeleteVolume', input: { VolumeId: id } });
    const first = await settled(world);
    const gone = first.outcome.left.find(({ reason }) => reason === 'DataVolumeGone');
    expect(gone).to.include({ subject: 'instance/redis-2@data-volume', have: `${id} is gone` });
    world.ec2.instances = world.ec2.instances.filter(({ state }) => state !== 'terminated');
    const second = await settled(world);
    expect(second.outcome.left.some(({ reason }) => reason === 'DataVolumeGone')).to.equal(true);
    expect(dataOf(world)).to.have.lengthOf(2);
    const { instanceId = '' } = world.ec2.instances.find(({ tags }) => tags[markers.ec2Host] === 'redis-2') ?? {};
    const consent = [{ Key: markers.ec2DataVolume, Value: `without-${id}` }];
    applyEc2Command(world, { action: 'CreateTags', input: { Resources: [instanceId], Tags: consent } });
    const third = await settled(world);
    expect(third.outcome.result, findingsText(third.outcome.left)).to.equal('done');
    expect(violations(world, fleet)).to.deep.equal([]);
  });

  it('come back by a reboot, before the containers', async () => {
    const world = await convergedWorld(fleet);
    const { instanceId = '' } = volumeOf(world, 'redis-2') ?? {};
    applyEc2Command(world, { action: 'StopInstances', input: { InstanceIds: [instanceId] } });
    runToQuiescence(world);
    applyEc2Command(world, { action: 'StartInstances', input: { InstanceIds: [instanceId] } });
    runToQuiescence(world);
    expect(world.hosts['redis-2']?.dataVolume).to.equal(volumeOf(world, 'redis-2')?.id);
    expect(Object.keys(world.hosts['redis-2']?.containers ?? {})).to.deep.equal(['t1-r2']);
    expect((await settled(world)).outcome.result).to.equal('done');
  });

  it('grow with their declaration, and so do their file systems', async () => {
    const world = await convergedWorld(fleet);
    const larger = (size: number): Fleet => {
      const hosts = fleet.cluster.hosts.map(({ origin, ...host }) =>
        'create' in origin && origin.create.dataVolume
          ? {
              ...host,
              origin: { create: { ...origin.create, dataVolume: { ...origin.create.dataVolume, gibibytes: size } } },
            }
          : { ...host, origin },
      );
      return { ...fleet, cluster: { ...fleet.cluster, hosts } };
    };
    const { outcome } = await settled(world, larger(20));
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(dataOf(world).map(({ gibibytes }) => gibibytes)).to.deep.equal([20, 20, 20]);
    expect(Object.values(world.ec2.volumeContents).map(({ fileSystemBytes }) => fileSystemBytes)).to.deep.equal(
      Array.from({ length: 3 }, () => 20 * 2 ** 30),
    );
    const smaller = await settled(world, larger(10));
    expect(smaller.outcome.left.map(({ reason, remedy }) => `${reason} ${remedy.by}`)).to.deep.equal(
      Array.from({ length: 3 }, () => 'VolumeDiffers manual'),
    );
  });

  it('are not mounted over members that were there before them, which run on', async () => {
    const without = fleetOf({ ...plainFleet, adopt: 'create', spread: true });
    const world = await convergedWorld(without);
    const { outcome } = await settled(world, fleet);
    expect(outcome.left.map(({ subject, reason }) => `${subject} ${reason}`)).to.deep.equal([
      'host/redis-1@data-move DataOnRootVolume',
      'host/redis-2@data-move DataOnRootVolume',
      'host/redis-3@data-move DataOnRootVolume',
    ]);
    expect(Object.keys(world.hosts['redis-1']?.containers ?? {})).to.deep.equal(['t1-r1']);
    terminate(world, 'redis-1');
    const { outcome: moved } = await settled(world, fleet);
    expect(moved.left.map(({ subject }) => subject)).to.deep.equal([
      'host/redis-2@data-move',
      'host/redis-3@data-move',
    ]);
    expect(world.hosts['redis-1']?.dataVolume).to.equal(volumeOf(world, 'redis-1')?.id);
  });

  it('are deleted with their Cluster, and not before: two steps, as for the hosts', async () => {
    const world = await convergedWorld(fleet);
    await runDelete(world, false);
    expect(dataOf(world).filter(({ tags }) => markers.ec2Retired in tags)).to.have.lengthOf(3);
    const kept = await runDelete(world, false);
    expect(kept.steps).to.deep.equal([]);
    expect(dataOf(world)).to.have.lengthOf(3);
    const { outcome } = await runDelete(world, true);
    expect(outcome.result, findingsText(outcome.left)).to.equal('done');
    expect(world.ec2.volumes).to.deep.equal([]);
    expect([...world.ec2.placementGroups, ...world.ec2.vpcs]).to.deep.equal([]);
  });

  it('of hosts that were terminated by hand are also marked first, and kept', async () => {
    const world = await convergedWorld(fleet);
    for (const host of ['redis-1', 'redis-2', 'redis-3']) terminate(world, host);
    await runDelete(world, false);
    expect(dataOf(world)).to.have.lengthOf(3);
    await runDelete(world, true);
    expect(dataOf(world)).to.deep.equal([]);
  });
});
