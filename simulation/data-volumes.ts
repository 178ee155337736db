import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { membersFolder } from '../renderers/data-volume/device.ts';
import { dataPlaces } from '../renderers/data-volume/mount.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { markers } from '../renderers/lib/markers.ts';
import { succeeded } from './answer.ts';
import { newId, type Specified, tagsFrom, withId } from './ec2-ids.ts';
import { type HostWorld, hostOf, OperationFailed, type World } from './world.ts';

type Volume = World['ec2']['volumes'][number];
const gibibyte = 2 ** 30;

interface NewVolume extends Specified {
  readonly AvailabilityZone: string;
  readonly Size: number;
  readonly VolumeType: string;
  readonly Encrypted: boolean;
  readonly Iops?: number;
  readonly Throughput?: number;
  readonly ClientToken: string;
}

/** A token that is known creates nothing. */
export function createVolume(world: World, input: NewVolume): void {
  const { ec2 } = world;
  if (ec2.volumeTokens.includes(input.ClientToken)) return;
  const gp3 = input.VolumeType === 'gp3';
  const id = newId(world, 'vol');
  ec2.volumeTokens.push(input.ClientToken);
  ec2.volumes.push({
    id,
    tags: tagsFrom(input, 'volume'),
    gibibytes: input.Size,
    type: input.VolumeType,
    encrypted: input.Encrypted,
    iops: input.Iops ?? (gp3 ? 3000 : undefined),
    throughput: input.Throughput ?? (gp3 ? 125 : undefined),
    zone: input.AvailabilityZone,
    state: 'available',
    ...detached,
  });
  ec2.volumeContents[id] = { fileSystemBytes: undefined, files: {}, disks: {} };
}

const detached = { instanceId: undefined, attachment: undefined, device: undefined, deleteOnTermination: false };

interface Attach {
  readonly VolumeId: string;
  readonly InstanceId: string;
  readonly Device: string;
}

/** In the zone of the volume only, and to one instance only. */
export function attachVolume({ ec2 }: World, { VolumeId, InstanceId, Device }: Attach): void {
  const volume = withId(ec2.volumes, VolumeId, 'InvalidVolume');
  const instance = ec2.instances.find(({ instanceId }) => instanceId === InstanceId);
  if (volume.state !== 'available') throw new OperationFailed(`VolumeInUse: ${VolumeId} is already attached`);
  if (!instance || !['running', 'stopped'].includes(instance.state))
    throw new OperationFailed(`IncorrectState: Instance '${InstanceId}' is not 'running'.`);
  if (instance.zone !== volume.zone)
    throw new OperationFailed(`InvalidVolume.ZoneMismatch: The volume '${VolumeId}' is not in the same zone`);
  Object.assign(volume, { instanceId: InstanceId, attachment: 'attached', device: Device, state: 'in-use' });
}

interface Modify {
  readonly VolumeId: string;
  readonly Size?: number;
  readonly VolumeType?: string;
  readonly Iops?: number;
  readonly Throughput?: number;
}

export function modifyVolume({ ec2 }: World, { VolumeId, Size, VolumeType, Iops, Throughput }: Modify): void {
  const volume = withId(ec2.volumes, VolumeId, 'InvalidVolume');
  volume.gibibytes = Math.max(volume.gibibytes, Size ?? 0);
  volume.type = VolumeType ?? volume.type;
  volume.iops = Iops ?? volume.iops;
  volume.throughput = Throughput ?? volume.throughput;
}

export function deleteVolume({ ec2 }: World, { VolumeId }: { readonly VolumeId: string }): void {
  const { state } = withId(ec2.volumes, VolumeId, 'InvalidVolume');
  if (state !== 'available') throw new OperationFailed(`VolumeInUse: Volume ${VolumeId} is currently attached`);
  ec2.volumes = ec2.volumes.filter(({ id }) => id !== VolumeId);
  delete ec2.volumeContents[VolumeId];
}

/** What happens to the volumes of an instance that ends: those that are not deleted with it are detached. */
export function endVolumes(world: World, instanceId: string, host: HostWorld | undefined): void {
  if (host) unmountData(world, host);
  world.ec2.volumes = world.ec2.volumes.filter((one) => one.instanceId !== instanceId || !one.deleteOnTermination);
  for (const one of world.ec2.volumes)
    if (one.instanceId === instanceId) Object.assign(one, { ...detached, state: 'available' });
}

/** What the kernel of a host shows beside its root volume. */
export function attachedTo(world: World, host: HostWorld): readonly Volume[] {
  const [name] = Object.entries(world.hosts).find(([, one]) => one === host) ?? [];
  const { ec2 } = world;
  const instances = ec2.instances.filter(({ tags, state }) => tags[markers.ec2Host] === name && state === 'running');
  return ec2.volumes.filter(
    ({ id, instanceId }) => id in ec2.volumeContents && instances.some((one) => one.instanceId === instanceId),
  );
}

/** The number of its block device. */
export function deviceNumber(id: string): string {
  return `259:${Number.parseInt(id.slice('vol-'.length), 16)}`;
}

/** Whether the kernel can mount it: parses the rendered script, since the simulation applies the file and not the intent. */
export function mountData(world: World, host: HostWorld): boolean {
  const script = host.files[dataPlaces.script]?.text;
  const id = /^volume='(vol-[0-9a-f]+)'/m.exec(script ?? '')?.[1];
  if (!script?.startsWith('#!') || id === undefined || !attachedTo(world, host).some((one) => one.id === id))
    return false;
  if (host.dataVolume !== undefined) return host.dataVolume === id;
  const content = world.ec2.volumeContents[id];
  if (!content?.fileSystemBytes || onRootVolume(host)) return false;
  Object.assign(host.files, content.files);
  Object.assign(host.disks, content.disks);
  Object.assign(content, { files: {}, disks: {} });
  host.dataVolume = id;
  const bytes = content.fileSystemBytes;
  const inodes = { freeInodes: 2 ** 20, inodes: 2 ** 21 };
  const figures = { writable: true, freeBytes: bytes / 2, totalBytes: bytes };
  host.fileSystems.push({ mount: membersFolder, ...figures, ...inodes });
  return true;
}

/** Everything that is in it goes with it. */
export function unmountData({ ec2 }: World, host: HostWorld): void {
  const content = ec2.volumeContents[host.dataVolume ?? ''];
  host.dataVolume = undefined;
  host.fileSystems = host.fileSystems.filter(({ mount }) => mount !== membersFolder);
  if (!content) return;
  for (const kind of ['files', 'disks'] as const) {
    const inside = Object.entries(host[kind]).filter(([path]) => path.startsWith(`${membersFolder}/`));
    Object.assign(content, { [kind]: Object.fromEntries(inside) });
    for (const [path] of inside) delete host[kind][path];
  }
}

/** Members' directories are there, and not on a data volume. */
export function onRootVolume(host: HostWorld): boolean {
  const paths = [...Object.keys(host.files), ...Object.keys(host.disks)];
  return host.dataVolume === undefined && paths.some((path) => path.startsWith(`${membersFolder}/`));
}

/** The output of the fact `data-disk`. */
export function renderDataDisk(world: World, name: string): ScriptResult {
  const host = hostOf(world, name);
  const lines = [
    ...attachedTo(world, host).map(({ id, gibibytes }) => {
      const size = world.ec2.volumeContents[id]?.fileSystemBytes;
      const path = `/dev/nvme${id.slice(-2)}n1`;
      const content = size === undefined ? 'blank -' : `ext4 ${size}`;
      return `device ${id.replace('-', '')} ${path} ${deviceNumber(id)} ${gibibytes * gibibyte} ${content}`;
    }),
    ...(host.dataVolume === undefined ? [] : [`mounted ${deviceNumber(host.dataVolume)}`]),
    ...(onRootVolume(host) ? ['occupied'] : []),
    'end',
  ];
  return succeeded(`${lines.join('\n')}\n`);
}

/** mkfs.ext4 on a blank device, or resize2fs. */
export function changeDataDisk(world: World, { host, volume, order }: ActionOf<'data-disk'>): void {
  const device = attachedTo(world, hostOf(world, host)).find(({ id }) => id === volume);
  const content = world.ec2.volumeContents[volume];
  if (!device || !content) throw new OperationFailed(`${volume} has no block device on this host`);
  if (order === 'grow' && content.fileSystemBytes === undefined)
    throw new OperationFailed(`${volume} has no ext4 file system (blank)`);
  if (order === 'format' && content.fileSystemBytes !== undefined) return;
  content.fileSystemBytes = device.gibibytes * gibibyte;
}
