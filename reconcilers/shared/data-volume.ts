import type { Cluster, HostName, VolumeSettings } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Subject } from '../contract/subject.ts';
import type { Volume } from '../facts/ec2/volumes.ts';
import type { FactRequestOf } from '../facts/requests.ts';

/** The value of the tag for the part, of a data volume. */
export const dataPart = 'data';

/** The declared data volume of a host; undefined: its members are on its root volume. */
export function declaredDataVolume({ hosts }: Pick<Cluster, 'hosts'>, host: HostName): VolumeSettings | undefined {
  const origin = hosts.find(({ name }) => name === host)?.origin;
  return origin && 'create' in origin ? origin.create.dataVolume : undefined;
}

/** All volumes of a Cluster, in one call. */
export function volumesOf({ name }: Pick<Cluster, 'name'>): FactRequestOf<'volumes'> {
  return { fact: 'volumes', filters: { [`tag:${markers.ec2Cluster}`]: [name] } };
}

/** Whether it is a data volume, which outlives the instance that it is attached to. */
export function isDataVolume({ tags }: Pick<Volume, 'tags'>): boolean {
  return tags[markers.ec2Part] === dataPart;
}

/** The data volumes with the tags of a host: one, if all is well. Those that are being deleted are not counted. */
export function dataVolumesOf(host: HostName, shown: readonly Volume[]): readonly Volume[] {
  return shown.filter(
    (one) => isDataVolume(one) && one.tags[markers.ec2Host] === host && !['deleting', 'deleted'].includes(one.state),
  );
}

/** Its members need their volume: what starts or creates something on it depends on this. */
export function dataReady(cluster: Pick<Cluster, 'hosts'>, host: HostName): readonly Subject[] {
  return declaredDataVolume(cluster, host) ? [dataSubject(host)] : [];
}

export function dataSubject(host: HostName): Subject {
  return `host/${host}@data`;
}

/** The data volume of a host in EC2. */
export function dataVolumeSubject(host: HostName): Subject {
  return `instance/${host}@data-volume`;
}
