import type { VolumeSettings } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { act, info, manual } from '../contract/remedy.ts';
import type { Volume } from '../facts/ec2/volumes.ts';
import type { Ec2Input } from '../operations/operation.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import type { DesiredDataVolume } from './desired.ts';
import { smallerVolume } from './messages.ts';
import { encryptionText } from './volumes.ts';

/**
 * The settings of a data volume that exists. EC2 changes size, type, IOPS and throughput of a volume that is in use, in one call, which it
 * refuses for six hours after the last one; it never shrinks one, and never changes its encryption (EC2 API Reference, ModifyVolume).
 */
export function dataVolumeSettings(
  { host, subject }: DesiredDataVolume,
  { gibibytes, type, encrypted, iops, throughput }: VolumeSettings,
  volume: Volume,
): readonly Finding[] {
  const { id } = volume;
  // A subject of its own: members run on it as it is.
  const finding = findingsAbout(`${subject}-settings`);
  const changes = [
    ...change('size', volume.gibibytes < gibibytes, `${volume.gibibytes} GiB`, `${gibibytes} GiB`, { Size: gibibytes }),
    ...change('type', volume.type !== type, volume.type, type, { VolumeType: type }),
    ...(iops === undefined
      ? []
      : change('IOPS', volume.iops !== iops, String(volume.iops), String(iops), { Iops: iops })),
    ...(throughput === undefined
      ? []
      : change('throughput', volume.throughput !== throughput, String(volume.throughput), String(throughput), {
          Throughput: throughput,
        })),
  ];
  const input = Object.assign({}, ...changes.map((one) => one.input)) as Ec2Input;
  const modify = act([ec2Step(`modify data volume ${id} of ${host.name}`, 'ModifyVolume', { VolumeId: id, ...input })]);
  const size = { have: `${volume.gibibytes} GiB`, want: `${gibibytes} GiB` };
  const kept = info('a volume keeps its encryption');
  return [
    ...changes.map(({ name, have, want }) => finding('VolumeDiffers', `${name} of ${id}`, { have, want }, modify)),
    ...(volume.gibibytes > gibibytes
      ? [finding('VolumeDiffers', `size of ${id}`, size, manual(smallerVolume(id, volume.gibibytes)))]
      : []),
    ...(volume.encrypted === encrypted
      ? []
      : [
          finding(
            'VolumeDiffers',
            `encryption of ${id}`,
            { have: encryptionText(volume.encrypted), want: encryptionText(encrypted) },
            kept,
          ),
        ]),
  ];
}

interface Change {
  readonly name: string;
  readonly have: string;
  readonly want: string;
  readonly input: Ec2Input;
}

function change(name: string, differs: boolean, have: string, want: string, input: Ec2Input): readonly Change[] {
  return differs ? [{ name, have, want, input }] : [];
}
