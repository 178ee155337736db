import type { Fleet, Host, VolumeSettings } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { digest, text } from '../../renderers/lib/text.ts';
import { type Finding, type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import { bind } from '../contract/reconciler.ts';
import { act, dependsOn, manual, notObserved } from '../contract/remedy.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Volume } from '../facts/ec2/volumes.ts';
import { type Observation, unknown } from '../facts/observation.ts';
import { createdInstances, lastEnded } from '../shared/created-instances.ts';
import { dataPart, dataVolumeSubject, dataVolumesOf, volumesOf } from '../shared/data-volume.ts';
import { ec2Step, hostTags } from '../shared/ec2-tags.ts';
import { attachmentFindings } from './data-volume-attachment.ts';
import type { DesiredDataVolume } from './desired.ts';
import { lostDataVolume, severalDataVolumes, undeclaredDataVolume } from './messages.ts';
import { volumeInput } from './volumes.ts';

const facts = ({ cluster }: DesiredDataVolume) => ({
  // The requests that found the hosts and their root volumes: they cost no further call.
  volumes: [volumesOf(cluster)],
  instances: [createdInstances(cluster)],
});

/** A subject of its own: the instance is in order without it, and is launched and started meanwhile. */
export const dataVolumes = bind<DesiredDataVolume, ReturnType<typeof facts>>({
  component: 'instance',
  desire: (fleet, inventory) => fleet.cluster.hosts.flatMap((host) => desiredDataVolume(fleet, host, inventory)),
  facts,
  diff: (desired, { volumes: [volumes], instances: [instances] }) => volumeFindings(desired, volumes, instances),
});

function desiredDataVolume(
  { cluster, tenants }: Fleet,
  host: Host,
  inventory: Inventory,
): readonly DesiredDataVolume[] {
  const { name, role, origin } = host;
  if (role !== 'redis' || !('create' in origin)) return [];
  const { dataVolume: settings, subnet } = origin.create;
  const here = tenants.filter((tenant) => tenant.members.some((member) => member.host === name));
  return [
    {
      subject: dataVolumeSubject(name),
      dependsOn: [],
      host,
      cluster,
      settings,
      zone: cluster.network.subnets.find((one) => one.name === subnet)?.zone ?? 'unknown',
      found: inventory.get(name) ?? unknown('EC2 was not asked'),
      impacts: here.map((tenant) => tenant.name),
    },
  ];
}

function volumeFindings(
  desired: DesiredDataVolume,
  volumes: Observation<readonly Volume[]> = unknown('EC2 was not asked'),
  instances: Observation<readonly Instance[]> = unknown('EC2 was not asked'),
): readonly Finding[] {
  const { host, settings, found } = desired;
  const finding = findingsAbout(desired.subject, { impacts: settings ? desired.impacts : [] });
  const want = settings ? `${settings.gibibytes} GiB` : 'none';
  if (volumes.state !== 'present') {
    const values = { have: 'unknown', want };
    return settings ? [finding('NotObserved', 'data volume', values, notObserved(volumes))] : [];
  }
  const own = dataVolumesOf(host.name, volumes.value);
  const ids = own.map(({ id }) => id).join(', ');
  if (!settings) return undeclared(finding, host.name, ids);
  if (own.length > 1) {
    const remedy = manual(severalDataVolumes(ids, host.name));
    return [finding('Duplicate', 'data volume', { have: ids, want: 'one' }, remedy)];
  }
  if (found.state !== 'present') {
    const remedy = dependsOn(`instance/${host.name}`);
    return own.length ? [] : [finding('DependencyNotReady', 'data volume', { have: 'absent', want }, remedy)];
  }
  const [volume] = own;
  if (volume) return attachmentFindings(desired, settings, volume, found.value, instances);
  return missing(desired, settings, found.value, instances, finding);
}

/** It is not detached: what is on it may be all that there is of a tenant's data. */
function undeclared(finding: FindingBuilder, host: string, ids: string): readonly Finding[] {
  if (ids === '') return [];
  const remedy = manual(undeclaredDataVolume(ids, host));
  return [finding('DataVolumeNotDeclared', 'data volume', { have: ids, want: 'none' }, remedy)];
}

/** None is shown. It is created, unless the instance or the one before it had one: that had the members' data. */
function missing(
  { host, cluster, zone }: DesiredDataVolume,
  settings: VolumeSettings,
  instance: Instance,
  instances: Observation<readonly Instance[]>,
  finding: FindingBuilder,
): readonly Finding[] {
  const { name } = host;
  const { instanceId, tags } = instance;
  const want = `${settings.gibibytes} GiB ${settings.type}`;
  if (instances.state !== 'present')
    return [finding('NotObserved', 'data volume', { have: 'unknown', want }, notObserved(instances))];
  const mark = tags[markers.ec2DataVolume] ?? lastEnded(name, instances)?.tags[markers.ec2DataVolume];
  if (mark?.startsWith('vol-')) {
    const remedy = manual(lostDataVolume(mark, instanceId, cluster.name, name, zone));
    return [finding('DataVolumeGone', 'data volume', { have: `${mark} is gone`, want }, remedy)];
  }
  const create = ec2Step(`create data volume of ${name} (${want}) in ${zone}`, 'CreateVolume', {
    AvailabilityZone: zone,
    ...volumeInput(settings, 'Size'),
    TagSpecifications: [hostTags('volume', cluster, name, { [markers.ec2Part]: dataPart })],
    ClientToken: tokenOf(cluster.name, name, instanceId, mark),
  });
  return [finding('Missing', 'data volume', { have: 'absent', want }, act([create]))];
}

/**
 * EC2 answers a token that it knows with the first volume, also while it does not show that yet (EC2 API Reference, "Ensuring idempotency"). It
 * names one life of the volume: the instance for which it is created, and the consent to an empty one after another was lost.
 */
function tokenOf(cluster: string, host: string, instanceId: string, consent: string | undefined): string {
  return digest(text`${cluster}/${host}/${instanceId}/${consent ?? ''}`);
}
