import { expect } from 'chai';
import { observeAndPlan } from '../../../controller/engine/pass.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { dataPlaces } from '../../../renderers/data-volume/mount.ts';
import { markers } from '../../../renderers/lib/markers.ts';
import { unmountData } from '../../../simulation/data-volumes.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import { hostOf, type World } from '../../../simulation/world.ts';

const fleet = fleetOf({ ...plainFleet, adopt: 'create', dataVolume: true });

/** What is found on redis-1 after a change of its world, and the operations that would fix it. */
async function found(change: (world: World, host: World['hosts'][string], volume: string) => void, replace?: string) {
  const world = await convergedWorld(fleet);
  const { tags: _, ...one } = world.ec2.volumes.find(
    ({ tags }) => tags[markers.ec2Part] === 'data' && tags[markers.ec2Host] === 'redis-1',
  ) ?? { tags: {}, id: '' };
  change(world, hostOf(world, 'redis-1'), one.id);
  const { reader } = simulate(world);
  const readHost: typeof reader.readHost = async (target, queries) => {
    const results = await reader.readHost(target, queries);
    return results.map((result, index) =>
      result && queries[index]?.request.fact === 'data-disk' && target.name === 'redis-1' && replace !== undefined
        ? { ...result, stdout: result.stdout.replace(/ext4 \d+|blank -/, replace) }
        : result,
    );
  };
  const { plan } = await observeAndPlan(fleet, reconcilers, { ...reader, readHost });
  return plan.findings
    .filter(({ subject }) => /^(host|container)\/(redis-1@data|t1-r1$)/.test(subject))
    .map(({ subject, reason, remedy }) => {
      const what = remedy.by === 'action' ? remedy.actions.map(orderOf).join() : remedy.by;
      return `${subject} ${reason}: ${what}`;
    });
}

const orderOf = (action: { readonly operation: string } & object) =>
  'order' in action ? `${action.operation} ${action.order}` : action.operation;

describe('host: the data volume', () => {
  it('is mounted', async () => {
    expect(await found(() => {})).to.deep.equal([]);
  });

  it('that is blank gets a file system; its members wait', async () => {
    const blank = await found((world, host, id) => {
      unmountData(world, host);
      host.containers = {};
      world.ec2.volumeContents[id] = { fileSystemBytes: undefined, files: {}, disks: {} };
    });
    expect(blank).to.deep.equal([
      'host/redis-1@data FileSystemMissing: data-disk format',
      'container/t1-r1 DependencyNotReady: waiting',
    ]);
  });

  it('that is not mounted is mounted; its members wait, and are neither missed nor created again', async () => {
    const unmounted = await found((world, host) => {
      host.containers = {};
      unmountData(world, host);
    });
    expect(unmounted).to.deep.equal([
      'host/redis-1@data DataVolumeNotMounted: unit restart',
      'container/t1-r1 DependencyNotReady: waiting',
    ]);
  });

  it('is mounted at boot', async () => {
    const disabled = await found((_, host) => {
      host.units[dataPlaces.unit] = { active: 'active', enabled: false, read: undefined };
    });
    expect(disabled[0]).to.equal('host/redis-1@data NotEnabled: unit start');
    const other = await found((_, host) => {
      delete host.files[dataPlaces.script];
    });
    expect(other[0]).to.equal('host/redis-1@data FileDiffers: write-files');
  });

  it('with something else on it is left alone', async () => {
    for (const content of ['xfs -', 'partitions -', 'crypto_LUKS -', 'unknown-data -']) {
      const foreign = await found((world, host) => {
        host.containers = {};
        unmountData(world, host);
      }, content);
      expect(foreign[0]).to.equal('host/redis-1@data DataVolumeForeignContent: manual');
    }
  });

  it('is grown once the volume is larger', async () => {
    const larger = await found(() => {}, `ext4 ${5 * 2 ** 30}`);
    expect(larger).to.deep.equal(['host/redis-1@data-size FileSystemTooSmall: data-disk grow']);
  });

  it('is unknown if the listing is not complete', async () => {
    expect(await found(() => {}, 'ext4')).to.deep.equal(['host/redis-1@data NotObserved: unknown']);
  });
});
