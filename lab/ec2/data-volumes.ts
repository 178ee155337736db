import { ZONES } from '../topology.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import { type Change, find, type Later, replaced, without } from './find.ts';
import { newId } from './ids.ts';
import { tagSet } from './listing.ts';
import { type Parameters, required } from './query.ts';
import { type Ec2State, type Volume, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';
import { volumeSettings } from './volume-settings.ts';
import { attachmentXml, volumeXml } from './volumes.ts';

/** How long EC2 takes to create, attach or detach a volume: seconds. */
const takesMs = 1000;
/** EC2 accepts one modification of a volume in six hours. */
const betweenModificationsMs = 6 * 3600_000;

/** CreateVolume: blank, and `creating` for a moment. A client token that was used returns the volume of that time. */
export function createVolume(state: Ec2State, parameters: Parameters): Change {
  const clientToken = parameters.get('ClientToken') ?? '';
  const again = state.volumes.find((one) => one.clientToken === clientToken && clientToken !== '');
  if (again) return { state, answer: shown(state, again) };
  if (parameters.has('SnapshotId')) throw new Ec2Error('Unsupported', 'This lab has no snapshots.');
  const zone = required(parameters, 'AvailabilityZone');
  if (!ZONES.some(({ name }) => name === zone)) throw invalidZone(zone);
  const size = sizeOf(parameters);
  const settings = volumeSettings(new Map([...parameters].map(([name, value]) => [`Ebs.${name}`, value] as const)));
  const volume: Volume = {
    id: newId('vol'),
    size,
    ...settings,
    ...detached,
    zone,
    state: 'creating',
    created: new Date(),
    clientToken,
    modified: undefined,
  };
  const tags = specifiedTags(parameters, 'volume');
  const next = withTags({ ...state, volumes: [...state.volumes, volume] }, volume.id, tags);
  return { state: next, answer: shown(next, volume), later: [becomes(volume.id, { state: 'available' })] };
}

/** What a volume has while no instance has it. */
export const detached = {
  host: undefined,
  device: undefined,
  attachment: undefined,
  deleteOnTermination: false,
} as const;

/** AttachVolume: to one instance of the same zone, as a device that this has not got yet. It stays when the instance goes. */
export function attachVolume(state: Ec2State, parameters: Parameters): Change {
  const volume = find.volume(state, required(parameters, 'VolumeId'));
  const instance = find.instance(state, required(parameters, 'InstanceId'));
  const device = required(parameters, 'Device');
  const { instanceId, subnet } = instance.host;
  if (volume.host) throw new Ec2Error('VolumeInUse', `${volume.id} is already attached to an instance`);
  if (volume.state !== 'available') throw new Ec2Error('IncorrectState', `Volume '${volume.id}' is not 'available'.`);
  if (!['running', 'stopped'].includes(instance.state))
    throw new Ec2Error('IncorrectState', `Instance '${instanceId}' is not 'running'.`);
  if (subnet.zone !== volume.zone)
    throw new Ec2Error(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volume.id}' is not in the same availability zone as instance '${instanceId}'`,
    );
  if (!/^\/dev\/(sd|xvd)[f-p]$/.test(device)) throw invalidValue(`Value (${device}) for parameter device is invalid.`);
  if (state.volumes.some((one) => one.host === instance.host && one.device === device))
    throw invalidValue(`Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`);
  const attaching = { ...volume, host: instance.host, device, state: 'in-use', attachment: 'attaching' } as const;
  const next = { ...state, volumes: replaced(state.volumes, attaching) };
  return { state: next, answer: attachmentXml(attaching), later: [becomes(volume.id, { attachment: 'attached' })] };
}

/** DetachVolume: of a volume that is attached, and not the root volume of an instance that is not stopped. */
export function detachVolume(state: Ec2State, parameters: Parameters): Change {
  const volume = find.volume(state, required(parameters, 'VolumeId'));
  const { host } = volume;
  if (!host || volume.attachment !== 'attached')
    throw new Ec2Error('IncorrectState', `Volume '${volume.id}' is in the '${volume.state}' state.`);
  if (isRoot(volume) && find.instance(state, host.instanceId).state !== 'stopped')
    throw new Ec2Error(
      'OperationNotPermitted',
      `Unable to detach root volume '${volume.id}' from instance '${host.instanceId}'`,
    );
  const detaching = { ...volume, attachment: 'detaching' } as const;
  const next = { ...state, volumes: replaced(state.volumes, detaching) };
  return {
    state: next,
    answer: attachmentXml(detaching),
    later: [becomes(volume.id, { ...detached, state: 'available' })],
  };
}

/** ModifyVolume: never smaller, and once in six hours. */
export function modifyVolume(state: Ec2State, parameters: Parameters): Change {
  const volume = find.volume(state, required(parameters, 'VolumeId'));
  const { id, size, type, modified } = volume;
  const asked = { ...volume, ...changedSettings(volume, parameters), modified: new Date() };
  if (!['in-use', 'available'].includes(volume.state))
    throw new Ec2Error('IncorrectModificationState', `Volume ${id} is in state ${volume.state}.`);
  if (asked.size < size) throw invalidValue(`New size cannot be smaller than existing size`);
  if (modified && Date.now() - modified.getTime() < betweenModificationsMs)
    throw new Ec2Error(
      'VolumeModificationRateExceeded',
      `You've reached the maximum modification rate per volume limit. Wait at least 6 hours between modifications per EBS volume.`,
    );
  return {
    state: { ...state, volumes: replaced(state.volumes, asked) },
    answer: {
      volumeModification: {
        volumeId: id,
        modificationState: 'modifying',
        originalSize: size,
        targetSize: asked.size,
        originalVolumeType: type,
        targetVolumeType: asked.type,
      },
    },
  };
}

/** DeleteVolume: of one that no instance has. */
export function deleteVolume(state: Ec2State, parameters: Parameters): Change {
  const volume = find.volume(state, required(parameters, 'VolumeId'));
  const { id, host } = volume;
  if (host) throw new Ec2Error('VolumeInUse', `Volume ${id} is currently attached to ${host.instanceId}`);
  if (volume.state !== 'available')
    throw new Ec2Error('IncorrectState', `Volume '${id}' is in the '${volume.state}' state.`);
  const deleting = { ...volume, state: 'deleting' } as const;
  return {
    state: { ...state, volumes: replaced(state.volumes, deleting) },
    answer: { return: true },
    later: [{ afterMs: takesMs, next: (now) => withoutTags({ ...now, volumes: without(now.volumes, id) }, [id]) }],
  };
}

/** A volume that was created with its instance. */
export function isRoot({ device }: Pick<Volume, 'device'>): boolean {
  return device !== undefined && !/^\/dev\/(sd|xvd)[f-p]$/.test(device);
}

/** After a moment, unless the volume is gone, or its instance. */
function becomes(id: string, change: Partial<Volume>): Later {
  return {
    afterMs: takesMs,
    next: (now) => {
      const volume = now.volumes.find((one) => one.id === id);
      if (!volume || ('attachment' in change && change.attachment === 'attached' && !volume.host)) return now;
      return { ...now, volumes: replaced(now.volumes, { ...volume, ...change }) };
    },
  };
}

function shown(state: Ec2State, volume: Volume): Change['answer'] {
  return { ...volumeXml(volume), tagSet: tagSet(state, volume.id) };
}

function changedSettings(volume: Volume, parameters: Parameters): Partial<Volume> {
  const type = parameters.get('VolumeType') ?? volume.type;
  const given = [...parameters].filter(([name]) => ['Iops', 'Throughput'].includes(name));
  const kept = type === volume.type ? { iops: volume.iops, throughput: volume.throughput } : {};
  const all = Object.entries({ ...kept, VolumeType: type, Encrypted: volume.encrypted }).flatMap(
    ([name, value]): [string, string][] =>
      value === undefined ? [] : [[`Ebs.${name.charAt(0).toUpperCase()}${name.slice(1)}`, String(value)]],
  );
  const settings = volumeSettings(new Map([...all, ...given.map(([name, value]) => [`Ebs.${name}`, value] as const)]));
  const size = parameters.has('Size') ? sizeOf(parameters) : volume.size;
  return { ...settings, kmsKey: volume.kmsKey, size };
}

function sizeOf(parameters: Parameters): number {
  const size = Number(required(parameters, 'Size'));
  if (!Number.isInteger(size) || size < 1) throw invalidValue(`Invalid value '${size}' for volumeSize.`);
  if (size > 100) throw new Ec2Error('Unsupported', 'This lab supports volumes of up to 100 GiB.');
  return size;
}

function invalidZone(zone: string): Ec2Error {
  return new Ec2Error('InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
}
