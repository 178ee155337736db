import type { Creation } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Finding } from '../contract/finding.ts';
import { findingsAbout } from '../contract/finding.ts';
import { act, info, manual, notObserved, settling } from '../contract/remedy.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { Observation } from '../facts/observation.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import { placementGroupName } from '../shared/placement-group.ts';
import { hasPublicAddress } from '../shared/way-out.ts';
import { type DesiredInstance, findingOf } from './desired.ts';
import {
  enableEna,
  moveToPlacementGroup,
  otherAddress,
  resize,
  retiredInstance,
  withoutPublicAddress,
} from './messages.ts';

/** A created instance: it runs, has its address, and is set as declared. */
export function settingsFindings(desired: DesiredInstance, creation: Creation, instance: Instance): readonly Finding[] {
  const otherHost = addressFindings(desired, creation, instance);
  if (otherHost.length) return otherHost;
  return [
    ...placementFindings(desired, creation, instance),
    ...stateFindings(desired, creation, instance),
    ...publicAddressFindings(desired, creation, instance),
    ...metadataFindings(desired, instance),
    ...typeFindings(desired, creation, instance),
    ...networkingFindings(desired, creation, instance),
  ];
}

/** What somebody else lifted is restored, and what is declared as off is lifted. It has a subject of its own: a host works either way. */
export function protectionFindings(
  { subject, host }: DesiredInstance,
  { terminationProtection: wanted }: Creation,
  { instanceId, tags }: Instance,
  seen: Observation<boolean> | undefined,
): readonly Finding[] {
  // `delete` lifts it before it destroys what it has retired.
  if (seen === undefined || markers.ec2Retired in tags) return [];
  const finding = findingsAbout(`${subject}@protection`);
  const text = (on: boolean) => (on ? 'enabled' : 'disabled');
  const field = 'termination protection';
  if (seen.state !== 'present')
    return [finding('NotObserved', field, { have: 'unknown', want: text(wanted) }, notObserved(seen))];
  if (seen.value === wanted) return [];
  const change = ec2Step(
    `${wanted ? 'enable' : 'lift'} the termination protection of ${instanceId} of ${host.name}`,
    'ModifyInstanceAttribute',
    {
      InstanceId: instanceId,
      DisableApiTermination: { Value: wanted },
    },
  );
  const values = { have: text(seen.value), want: text(wanted) };
  return [finding('TerminationProtectionDiffers', field, values, act([change]))];
}

/** A primary address is permanent: an instance with another one is not this host, whatever its tag says. */
function addressFindings(desired: DesiredInstance, { address }: Creation, instance: Instance): readonly Finding[] {
  const { instanceId, privateAddress } = instance;
  if (privateAddress === undefined || privateAddress === address) return [];
  const remedy = manual(otherAddress(instanceId, desired.host.name, privateAddress));
  return [findingOf(desired)('AddressDiffers', 'address', { have: privateAddress, want: address }, remedy)];
}

function stateFindings(
  desired: DesiredInstance,
  creation: Creation,
  { instanceId, state, sriov, tags }: Instance,
): readonly Finding[] {
  if (state === 'running') return [];
  const finding = findingOf(desired);
  const values = { have: state, want: 'running' };
  if (state === 'pending' || state === 'stopping')
    return [finding('NotRunning', 'instance state', values, settling(`EC2 reports ${state}`))];
  const { name } = desired.host;
  const retired = tags[markers.ec2Retired];
  if (retired !== undefined)
    return [finding('InstanceRetired', 'instance state', values, manual(retiredInstance(instanceId, retired)))];
  // Before the start: once the instance runs, it would have to be stopped again. One that somebody else stopped is started, and checked first.
  if (creation.enhancedNetworking === 'sriov' && !sriov && markers.ec2Driver in tags) {
    const enable = ec2Step(`enable SR-IOV on ${instanceId} of ${name}`, 'ModifyInstanceAttribute', {
      InstanceId: instanceId,
      SriovNetSupport: { Value: 'simple' },
    });
    return [finding('SriovDisabled', 'SR-IOV', { have: 'disabled', want: 'enabled' }, act([enable]))];
  }
  const start = ec2Step(`start ${instanceId} of ${name}`, 'StartInstances', { InstanceIds: [instanceId] });
  return [finding('NotRunning', 'instance state', values, act([start]))];
}

/** EC2 gives one to a network interface when it creates it, and later only as an Elastic IP. Source: EC2 User Guide, "Public IPv4 addresses". */
function publicAddressFindings(
  desired: DesiredInstance,
  creation: Creation,
  { instanceId, state, publicAddress, networkInterfaceId = '' }: Instance,
): readonly Finding[] {
  const { cluster, host } = desired;
  if (!hasPublicAddress(cluster, creation) || state !== 'running' || publicAddress !== undefined) return [];
  const remedy = manual(withoutPublicAddress(instanceId, networkInterfaceId, host.name));
  return [findingOf(desired)('PublicAddressMissing', 'public address', { have: 'none', want: 'present' }, remedy, [])];
}

/** EC2 moves a stopped instance only, and so it is left to the user. */
function placementFindings(
  { cluster, host, subject }: DesiredInstance,
  { spread }: Creation,
  { instanceId, placementGroup, state }: Instance,
): readonly Finding[] {
  const want = placementGroupName(cluster);
  if (!spread || placementGroup === want || state === 'pending') return [];
  const values = { have: placementGroup ?? 'none', want };
  const remedy = info(moveToPlacementGroup(instanceId, want, host.name));
  return [findingsAbout(subject)('PlacementGroupDiffers', 'placement group', values, remedy)];
}

function metadataFindings(desired: DesiredInstance, { instanceId, imdsv2 }: Instance): readonly Finding[] {
  if (imdsv2) return [];
  const require = ec2Step(`require IMDSv2 of ${instanceId} of ${desired.host.name}`, 'ModifyInstanceMetadataOptions', {
    InstanceId: instanceId,
    HttpTokens: 'required',
    HttpEndpoint: 'enabled',
  });
  const values = { have: 'IMDSv1 allowed', want: 'IMDSv2 required' };
  return [findingOf(desired)('Imdsv1Allowed', 'instance metadata', values, act([require]), [])];
}

/** What only a stop or a new instance would change is reported, and left as it is. */
function typeFindings(
  desired: DesiredInstance,
  creation: Creation,
  { instanceId, type, imageId }: Instance,
): readonly Finding[] {
  const finding = findingOf(desired);
  const kept = 'a new instance would be created from the declared AMI; this one is left as it is';
  return [
    ...(type === undefined || type === creation.type
      ? []
      : [
          finding(
            'InstanceTypeDiffers',
            'instance type',
            { have: type, want: creation.type },
            manual(resize(instanceId, desired.host.name, creation.type)),
            [],
          ),
        ]),
    ...(imageId === undefined || imageId === creation.image
      ? []
      : [finding('AmiDiffers', 'AMI', { have: imageId, want: creation.image }, info(kept), [])]),
  ];
}

function networkingFindings(
  desired: DesiredInstance,
  { enhancedNetworking }: Creation,
  { instanceId, ena, sriov, state }: Instance,
): readonly Finding[] {
  const finding = findingOf(desired);
  if (enhancedNetworking === 'ena' && !ena)
    return [finding('EnaDisabled', 'ENA', { have: 'disabled', want: 'enabled' }, manual(enableEna(instanceId)), [])];
  if (enhancedNetworking !== 'none' || !sriov || state !== 'running') return [];
  const harmless = info('it cannot be disabled again, and does no harm');
  return [finding('SriovNotDeclared', 'SR-IOV', { have: 'enabled', want: 'disabled' }, harmless, [])];
}
