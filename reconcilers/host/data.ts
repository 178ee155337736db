import type { Cluster, Fleet, HostName, TenantName } from '../../crds/fleet.ts';
import { dataMount, dataPlaces, dataUnit } from '../../renderers/data-volume/mount.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { act, dependsOn, manual, notObserved, settling } from '../contract/remedy.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Volume } from '../facts/ec2/volumes.ts';
import type { BlockDevice, DataDisk } from '../facts/host/data-disk.ts';
import type { FileFacts } from '../facts/host/files.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { bootFacts, unitPath } from '../shared/boot-files.ts';
import { dataSubject, dataVolumeSubject, dataVolumesOf, declaredDataVolume, volumesOf } from '../shared/data-volume.ts';
import { bootServiceFindings, staleFiles } from '../shared/files-and-units.ts';
import { hostReady } from '../shared/host-readiness.ts';
import { deviceNotShown, foreignContent, membersOnRootVolume, otherMount } from './messages.ts';

/** A Redis host with a data volume, which is mounted over the members' directories. */
interface DesiredData extends Desired {
  readonly host: HostName;
  readonly cluster: Cluster;
  readonly found: Observation<Instance>;
  readonly tenants: readonly TenantName[];
}

interface Seen {
  readonly files: Observation<readonly FileFacts[]>;
  readonly units: Observation<readonly UnitFacts[]>;
}

const facts = ({ host, cluster }: DesiredData) => ({
  disk: { fact: 'data-disk', host } as const,
  volumes: volumesOf(cluster),
  ...bootFacts(cluster, host),
});

export const data = bind<DesiredData, ReturnType<typeof facts>>({
  component: 'host',
  desire: desiredData,
  facts,
  diff: (desired, { disk, volumes, ...seen }) => {
    const { host, found, subject, tenants } = desired;
    const finding = findingsAbout(subject, { impacts: tenants });
    const own = volumes.state === 'present' ? dataVolumesOf(host, volumes.value) : [];
    const instanceId = found.state === 'present' ? found.value.instanceId : undefined;
    const volume = own.find((one) => one.instanceId === instanceId && one.attachment === 'attached');
    if (!volume || own.length > 1) {
      const remedy = dependsOn(dataVolumeSubject(host));
      return [finding('DependencyNotReady', 'data volume', { have: 'not attached', want: 'mounted' }, remedy)];
    }
    if (disk.state !== 'present')
      return [finding('NotObserved', 'data volume', { have: 'unknown', want: 'mounted' }, notObserved(disk))];
    return diskFindings(desired, volume, disk.value, seen);
  },
});

function desiredData({ cluster, tenants }: Fleet, inventory: Inventory): readonly DesiredData[] {
  return cluster.hosts.flatMap(({ name }) => {
    if (!declaredDataVolume(cluster, name)) return [];
    const here = tenants.filter(({ members }) => members.some((one) => one.host === name));
    return [
      {
        subject: dataSubject(name),
        dependsOn: [...hostReady(name), dataVolumeSubject(name)],
        host: name,
        cluster,
        found: inventory.get(name) ?? unknown('EC2 was not asked'),
        tenants: here.map((tenant) => tenant.name),
      },
    ];
  });
}

function diskFindings(desired: DesiredData, volume: Volume, disk: DataDisk, seen: Seen): readonly Finding[] {
  const { subject, host, tenants } = desired;
  const { id } = volume;
  const finding = findingsAbout(subject, { impacts: tenants });
  const field = `data volume ${id}`;
  const device = deviceFor(id, disk.devices);
  if (!device) {
    const values = { have: 'no block device', want: 'shown by the kernel' };
    return [finding('BlockDeviceMissing', field, values, settling(deviceNotShown(id, host)))];
  }
  if (disk.mounted === device.number) return [...bootFindings(desired, id, seen), ...sizeFindings(desired, id, device)];
  const want = `${device.path} mounted`;
  if (disk.mounted !== undefined) {
    const remedy = manual(otherMount(id, device.path, host));
    return [finding('DataVolumeNotMounted', field, { have: `device ${disk.mounted} mounted`, want }, remedy)];
  }
  if (disk.occupied) return [onRootVolume(desired, id)];
  if (device.content === 'blank') {
    const format = act([{ operation: 'data-disk', host, volume: id, order: 'format' }]);
    return [finding('FileSystemMissing', field, { have: 'blank', want: 'ext4' }, format)];
  }
  if (device.content !== 'ext4') {
    const values = { have: device.content, want: 'ext4' };
    return [finding('DataVolumeForeignContent', field, values, manual(foreignContent(id, device.path, host)))];
  }
  const { files } = seen;
  if (files.state !== 'present' || staleFiles(filesFor(id), files.value).length) return bootFindings(desired, id, seen);
  const mount = act([{ operation: 'unit', host, unit: dataPlaces.unit, order: 'restart' }]);
  return [finding('DataVolumeNotMounted', field, { have: 'not mounted', want }, mount)];
}

/** By its serial number. On Xen there is none, and one device name. */
function deviceFor(id: string, devices: readonly BlockDevice[]): BlockDevice | undefined {
  const serial = id.replace('-', '');
  return devices.find((one) => one.serial === serial) ?? devices.find((one) => one.serial === undefined);
}

/** A subject of its own: members that are on the root volume run on there, and are repaired. */
function onRootVolume({ host, tenants, subject }: DesiredData, id: string): Finding {
  const finding = findingsAbout(`${subject}-move`);
  const values = { have: 'on the root volume', want: `on ${id}` };
  return finding('DataOnRootVolume', 'members', values, manual(membersOnRootVolume(host, tenants.join(', '))));
}

function bootFindings({ subject, host }: DesiredData, id: string, { files, units }: Seen): readonly Finding[] {
  const service = { subject, host, unit: dataPlaces.unit, order: 'start', files: filesFor(id) } as const;
  return bootServiceFindings(service, files, units);
}

function filesFor(id: string): readonly DesiredFile[] {
  const { script, unit } = dataPlaces;
  return [
    { path: script, mode: '0755', owner: 'root:root', content: dataMount(id) },
    { path: unitPath(unit), mode: '0644', owner: 'root:root', content: dataUnit() },
  ];
}

/** What mke2fs and resize2fs may leave unused at the end of a device. */
const slack = 64 * 2 ** 20;

function sizeFindings({ subject, host }: DesiredData, id: string, device: BlockDevice): readonly Finding[] {
  const { bytes, fileSystemBytes } = device;
  if (fileSystemBytes === undefined || bytes - fileSystemBytes <= slack) return [];
  const gibibytes = (value: number) => `${Math.floor(value / 2 ** 30)} GiB`;
  const grow = act([{ operation: 'data-disk', host, volume: id, order: 'grow' }]);
  const values = { have: gibibytes(fileSystemBytes), want: gibibytes(bytes) };
  return [findingsAbout(`${subject}-size`)('FileSystemTooSmall', `file system of ${id}`, values, grow)];
}
