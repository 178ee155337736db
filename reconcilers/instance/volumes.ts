import type { Creation, VolumeSettings } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { findingsAbout } from '../contract/finding.ts';
import { info, notObserved } from '../contract/remedy.ts';
import type { Volume } from '../facts/ec2/volumes.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import type { Ec2Input } from '../operations/operation.ts';
import { isDataVolume } from '../shared/data-volume.ts';
import { declaredTagFindings } from '../shared/ec2-tags.ts';
import type { DesiredInstance } from './desired.ts';

/**
 * The root volume of a created instance. It was created with the instance, and is left as it is: what differs is shown. EC2 could change size,
 * type, IOPS and throughput of a volume that is in use, but never its encryption (EC2 API Reference, ModifyVolume).
 */
export function rootVolumeFindings(
  { cluster, subject }: DesiredInstance,
  { rootVolume }: Creation,
  instanceId: string,
  shown: Observation<readonly Volume[]> = unknown('EC2 was not asked'),
): readonly Finding[] {
  // A subject of its own: a host works without it.
  const finding = findingsAbout(`${subject}@volumes`);
  if (shown.state !== 'present') {
    const values = { have: 'unknown', want: `${rootVolume.gibibytes} GiB` };
    return [finding('NotObserved', 'root volume', values, notObserved(shown))];
  }
  const own = shown.value.filter((one) => one.instanceId === instanceId && !isDataVolume(one));
  const root = own.find(({ deleteOnTermination }) => deleteOnTermination);
  const { gibibytes, type, encrypted, iops, throughput } = rootVolume;
  const differs = (name: string, have: string | undefined, want: string | undefined): readonly Finding[] => {
    if (want === undefined || have === want || !root) return [];
    const kept = info('a new instance would have it as declared; the volume of this one is left as it is');
    return [finding('VolumeDiffers', `${name} of ${root.id}`, { have: have ?? 'unknown', want }, kept)];
  };
  return [
    ...differs('size', root && `${root.gibibytes} GiB`, `${gibibytes} GiB`),
    ...differs('volume type', root?.type, type),
    ...differs('encryption', encryptionText(root?.encrypted), encryptionText(encrypted)),
    ...differs('IOPS', root?.iops?.toString(), iops?.toString()),
    ...differs('throughput', root?.throughput?.toString(), throughput?.toString()),
    ...own.flatMap(({ id, tags }) => declaredTagFindings(cluster, subject, id, tags)),
  ];
}

/** The settings of a new volume, as EC2 takes them. `size`: the name of that field, which differs by the call. */
export function volumeInput(
  { gibibytes, type, encrypted, kmsKey, iops, throughput }: VolumeSettings,
  size: 'VolumeSize' | 'Size',
): Ec2Input {
  return {
    [size]: gibibytes,
    VolumeType: type,
    Encrypted: encrypted,
    ...(kmsKey === undefined ? {} : { KmsKeyId: kmsKey }),
    ...(iops === undefined ? {} : { Iops: iops }),
    ...(throughput === undefined ? {} : { Throughput: throughput }),
  };
}

export function encryptionText(encrypted: boolean | undefined): string {
  return encrypted ? 'encrypted' : 'not encrypted';
}
