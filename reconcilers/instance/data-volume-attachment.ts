import type { VolumeSettings } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { act, dependsOn, manual, type Remedy, settling } from '../contract/remedy.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Volume } from '../facts/ec2/volumes.ts';
import type { Observation } from '../facts/observation.ts';
import { hasEnded } from '../shared/created-instances.ts';
import { declaredTagFindings, ec2Step } from '../shared/ec2-tags.ts';
import { dataVolumeSettings } from './data-volume-settings.ts';
import type { DesiredDataVolume } from './desired.ts';
import { dataVolumeElsewhere, dataVolumeFailed, otherZone, retiredDataVolume } from './messages.ts';

/** The device that a data volume is attached as. On Xen the host sees it as xvdf; on Nitro it is found by its serial number. */
export const dataDevice = '/dev/sdf';

/** The one data volume of a host, and its instance: it is attached, and stays when the instance goes. */
export function attachmentFindings(
  desired: DesiredDataVolume,
  settings: VolumeSettings,
  volume: Volume,
  instance: Instance,
  instances: Observation<readonly Instance[]>,
): readonly Finding[] {
  const { cluster, subject, impacts } = desired;
  const { id, instanceId } = volume;
  const finding = findingsAbout(subject, { impacts });
  const others = [
    ...dataVolumeSettings(desired, settings, volume),
    ...declaredTagFindings(cluster, subject, id, volume.tags),
  ];
  const unusable = unusableFinding(desired, volume);
  if (unusable) return [unusable, ...others];
  if (instanceId === instance.instanceId && volume.attachment === 'attached')
    return [...attachedFindings(desired, volume, instance), ...others];
  const want = `attached to ${instance.instanceId}`;
  const have = instanceId === undefined ? volume.state : `${volume.attachment} (${instanceId})`;
  const [reason, remedy] = attachment(desired, volume, instance, instances);
  return [finding(reason, `data volume ${id}`, { have, want }, remedy), ...others];
}

/** What keeps it from being attached at all. */
function unusableFinding({ host, zone, subject, impacts }: DesiredDataVolume, volume: Volume): Finding | undefined {
  const { id, tags, state } = volume;
  const finding = findingsAbout(subject, { impacts });
  const retired = tags[markers.ec2Retired];
  if (volume.zone !== zone) {
    const values = { have: volume.zone ?? 'unknown', want: zone };
    return finding('DataVolumeInOtherZone', `zone of ${id}`, values, manual(otherZone(id, host.name, zone)));
  }
  if (retired !== undefined) {
    const values = { have: `retired ${retired}`, want: 'in use' };
    return finding('DataVolumeRetired', `data volume ${id}`, values, manual(retiredDataVolume(id, retired)));
  }
  if (state !== 'error') return undefined;
  return finding('NotAvailableYet', `data volume ${id}`, { have: state, want: 'in-use' }, manual(dataVolumeFailed(id)));
}

/** The mark goes first: from then on, an empty volume is not created any more. */
function attachment(
  { host }: DesiredDataVolume,
  { id, instanceId, state }: Volume,
  instance: Instance,
  instances: Observation<readonly Instance[]>,
): readonly ['NotAvailableYet' | 'DataVolumeAttachedElsewhere' | 'DataVolumeNotAttached', Remedy] {
  const { name } = host;
  if (instanceId === instance.instanceId) return ['NotAvailableYet', settling('EC2 is attaching or detaching it')];
  if (state === 'creating') return ['NotAvailableYet', settling('EC2 is creating it')];
  const ending =
    instances.state === 'present' && instances.value.some((one) => one.instanceId === instanceId && hasEnded(one));
  if (ending) return ['DataVolumeNotAttached', settling(`EC2 detaches it from ${instanceId}, which has ended`)];
  if (instanceId !== undefined)
    return ['DataVolumeAttachedElsewhere', manual(dataVolumeElsewhere(id, instanceId, name))];
  if (instance.state !== 'running' || markers.ec2Retired in instance.tags)
    return ['DataVolumeNotAttached', dependsOn(`instance/${name}`)];
  const attach = ec2Step(`attach data volume ${id} to ${instance.instanceId} of ${name}`, 'AttachVolume', {
    VolumeId: id,
    InstanceId: instance.instanceId,
    Device: dataDevice,
  });
  return ['DataVolumeNotAttached', act([...marking(name, id, instance), attach])];
}

function attachedFindings(
  { host, subject, impacts }: DesiredDataVolume,
  { id, device, deleteOnTermination }: Volume,
  instance: Instance,
): readonly Finding[] {
  const finding = findingsAbout(subject, { impacts });
  const mark = marking(host.name, id, instance);
  const keep = ec2Step(`keep data volume ${id} when ${instance.instanceId} ends`, 'ModifyInstanceAttribute', {
    InstanceId: instance.instanceId,
    BlockDeviceMappings: [{ DeviceName: device ?? dataDevice, Ebs: { DeleteOnTermination: false } }],
  });
  return [
    ...(mark.length
      ? [
          finding(
            'ClusterTagMissing',
            `tag ${markers.ec2DataVolume} of ${instance.instanceId}`,
            { have: instance.tags[markers.ec2DataVolume] ?? 'absent', want: id },
            act(mark),
            [],
          ),
        ]
      : []),
    ...(deleteOnTermination
      ? [
          finding(
            'DeletedWithInstance',
            `data volume ${id}`,
            { have: 'deleted with its instance', want: 'kept' },
            act([keep]),
            [],
          ),
        ]
      : []),
  ];
}

function marking(host: string, id: string, { instanceId, tags }: Instance) {
  if (tags[markers.ec2DataVolume] === id) return [];
  return [
    ec2Step(`note on ${instanceId} of ${host} that its data is on ${id}`, 'CreateTags', {
      Resources: [instanceId],
      Tags: [{ Key: markers.ec2DataVolume, Value: id }],
    }),
  ];
}
