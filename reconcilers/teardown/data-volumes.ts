import type { Cluster, HostName } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { type BoundReconciler, bind, type Desired } from '../contract/reconciler.ts';
import { act, dependsOn, info, manual, notObserved, type Remedy, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Volume } from '../facts/ec2/volumes.ts';
import { dataVolumeSubject, isDataVolume, volumesOf } from '../shared/data-volume.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import { retiredAt } from '../shared/retired-host.ts';
import type { TeardownOptions } from './options.ts';

interface VolumesToDelete extends Desired {
  readonly cluster: Cluster;
  /** Created hosts that still exist, or whose state is unknown. */
  readonly hosts: readonly HostName[];
}

const facts = ({ cluster }: VolumesToDelete) => ({ volumes: volumesOf(cluster) });

/**
 * Data volumes, also those of hosts that are not declared any more: marked by the run that stops the hosts, kept as long as those, and deleted
 * once the host is gone. A volume never goes before its host.
 */
export function dataVolumes(options: TeardownOptions): BoundReconciler {
  return bind<VolumesToDelete, ReturnType<typeof facts>>({
    component: 'instance',
    desire: ({ cluster }, inventory) => {
      const created = cluster.hosts.filter(({ origin }) => 'create' in origin);
      if (!created.length) return [];
      const hosts = created.flatMap(({ name }) => (inventory.get(name)?.state === 'absent' ? [] : [name]));
      return [{ subject: `instance/${cluster.name}@data-volumes` as const, dependsOn: [], cluster, hosts }];
    },
    facts,
    diff: (desired, { volumes }) => {
      const values = { have: 'unknown', want: 'absent' };
      if (volumes.state !== 'present')
        return [findingsAbout(desired.subject)('NotObserved', 'data volumes', values, notObserved(volumes))];
      const there = volumes.value.filter((one) => isDataVolume(one) && !['deleting', 'deleted'].includes(one.state));
      return there.map((one) => volumeFinding(desired, one, options));
    },
  });
}

function volumeFinding({ cluster, hosts }: VolumesToDelete, volume: Volume, options: TeardownOptions): Finding {
  const host = volume.tags[markers.ec2Host] ?? 'unknown';
  const finding = findingsAbout(dataVolumeSubject(host));
  const [reason, remedy] = deletion(cluster, volume, hosts.includes(host) ? `instance/${host}` : undefined, options);
  return finding(reason, `data volume ${volume.id} of ${host}`, { have: volume.state, want: 'absent' }, remedy);
}

/** `on`: its host, while that exists. */
function deletion(
  { prune }: Cluster,
  { id, tags, instanceId, state }: Volume,
  on: Subject | undefined,
  { now, atOnce }: TeardownOptions,
): readonly [Reason, Remedy] {
  const retired = retiredAt({ tags });
  if (retired === undefined) {
    const mark = ec2Step(`mark data volume ${id} as retired`, 'CreateTags', {
      Resources: [id],
      Tags: [{ Key: markers.ec2Retired, Value: new Date(now).toISOString() }],
    });
    return ['VolumeToBeRetired', act([mark])];
  }
  const due = retired + prune.retainForMs;
  if (!atOnce && now < due) {
    const until = new Date(due).toISOString();
    return ['HostRetained', info(`kept with its data until ${until}; the next delete after that deletes it`)];
  }
  if (on) return ['DependencyNotReady', dependsOn(on, 'its host is destroyed first')];
  if (state === 'creating') return ['ToBeDeleted', settling('EC2 is creating it')];
  if (instanceId !== undefined)
    return ['DataVolumeAttachedElsewhere', settling(`EC2 detaches it from ${instanceId}, which is ending`)];
  if (state === 'available' || state === 'error') {
    const away = ec2Step(`delete data volume ${id}, with its data`, 'DeleteVolume', { VolumeId: id });
    return ['ToBeDeleted', act([away])];
  }
  return ['ToBeDeleted', manual(`EC2 reports ${id} as ${state}: see what uses it`)];
}
