import type { Cluster, Creation } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { manual, notObserved } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { Image, InstanceType, TypeOffering } from '../facts/ec2/launch-inputs.ts';
import type { PlacementGroup } from '../facts/ec2/placement-groups.ts';
import type { Observation } from '../facts/observation.ts';
import { isOwnedBy } from '../shared/ec2-tags.ts';
import { placementGroupName, placementGroupSubject } from '../shared/placement-group.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';
import { missingWayOut } from '../shared/way-out.ts';
import { type DesiredInstance, findingOf, type InstanceObserved } from './desired.ts';
import {
  amiNotFound,
  enaUnsupported,
  keyPairNotFound,
  otherArchitecture,
  typeNotFound,
  typeNotOffered,
} from './messages.ts';

/** The part of the VPC network that an instance is created in and that is not present, or without which it would reach nothing; undefined when all are. */
export function missingPart(cluster: Cluster, { subnet }: Creation, network: VpcNetworkState): Subject | undefined {
  if (network.vpc.state !== 'present') return 'network/vpc';
  if (network.subnet(subnet).state !== 'present') return `network/subnet-${subnet}`;
  if (network.group.state !== 'present') return 'network/security-group';
  return missingWayOut(cluster, network, subnet);
}

/** The placement group, if the host is launched in one that is not available yet. */
export function missingGroup(
  { cluster }: DesiredInstance,
  { spread }: Creation,
  { placementGroups: [groups] }: InstanceObserved,
): Subject | undefined {
  if (!spread) return undefined;
  const name = placementGroupName(cluster);
  const usable = (one: PlacementGroup) =>
    one.name === name && one.state === 'available' && one.strategy === 'spread' && isOwnedBy(one, cluster.name);
  return groups?.state === 'present' && groups.value.some(usable) ? undefined : placementGroupSubject(cluster);
}

/** What an instance cannot be created without: AMI, instance type, key pair. All that is missing at once. */
export function launchInputFindings(
  desired: DesiredInstance,
  { image, type, keyName, enhancedNetworking, subnet }: Creation,
  { images, types, keyPairs, offerings }: InstanceObserved,
): readonly Finding[] {
  const { region } = desired.cluster.aws;
  const { name } = desired.host;
  const finding = findingOf(desired);
  const missing = <T>(
    reason: Reason,
    field: string,
    shown: Observation<readonly T[]> | undefined,
    matches: (one: T) => boolean,
    message: string,
  ): readonly Finding[] => {
    if (shown === undefined) return [];
    if (shown.state !== 'present')
      return [finding('NotObserved', field, { have: 'unknown', want: 'present' }, notObserved(shown))];
    if (shown.value.some(matches)) return [];
    return [finding(reason, field, { have: 'absent', want: 'present' }, manual(message))];
  };
  return [
    ...missing(
      'AmiNotFound',
      `AMI ${image}`,
      images[0],
      (one) => one.id === image && one.state === 'available',
      amiNotFound(image, region, name),
    ),
    ...missing(
      'InstanceTypeNotFound',
      `instance type ${type}`,
      types[0],
      (one) => one.name === type,
      typeNotFound(type, region, name),
    ),
    ...architectureFindings(desired, image, type, images[0], types[0]),
    ...offeringFindings(desired, type, subnet, types[0], offerings[0]),
    ...(keyName === undefined
      ? []
      : missing(
          'KeyPairNotFound',
          `key pair ${keyName}`,
          keyPairs[0],
          (one) => one === keyName,
          keyPairNotFound(keyName),
        )),
    ...(enhancedNetworking === 'ena'
      ? missing(
          'EnaUnsupported',
          `ENA of ${type}`,
          types[0],
          (one) => one.name === type && one.ena !== 'unsupported',
          enaUnsupported(type),
        )
      : []),
  ];
}

/** An AMI boots on instance types of its architecture only. */
function architectureFindings(
  desired: DesiredInstance,
  image: string,
  type: string,
  images: Observation<readonly Image[]> | undefined,
  types: Observation<readonly InstanceType[]> | undefined,
): readonly Finding[] {
  if (images?.state !== 'present' || types?.state !== 'present') return [];
  const { architecture } = images.value.find(({ id }) => id === image) ?? {};
  const { architectures } = types.value.find(({ name }) => name === type) ?? {};
  if (architecture === undefined || architectures === undefined || architectures.includes(architecture)) return [];
  const values = { have: architecture, want: architectures.join(' or ') };
  const remedy = manual(otherArchitecture(image, type, values.want, desired.host.name));
  return [findingOf(desired)('ArchitectureDiffers', `architecture of ${image}`, values, remedy)];
}

/** Nothing is said of a type that does not exist at all. */
function offeringFindings(
  desired: DesiredInstance,
  type: string,
  subnet: string,
  types: Observation<readonly InstanceType[]> | undefined,
  offerings: Observation<readonly TypeOffering[]> | undefined,
): readonly Finding[] {
  const zone = desired.cluster.network.subnets.find(({ name }) => name === subnet)?.zone;
  if (types?.state !== 'present' || !types.value.some(({ name }) => name === type)) return [];
  if (zone === undefined || offerings === undefined) return [];
  const field = `instance type ${type} in ${zone}`;
  const finding = findingOf(desired);
  if (offerings.state !== 'present')
    return [finding('NotObserved', field, { have: 'unknown', want: 'offered' }, notObserved(offerings))];
  const zones = offerings.value.filter((one) => one.type === type).map((one) => one.zone);
  if (zones.includes(zone)) return [];
  const remedy = manual(typeNotOffered(type, zone, zones.sort(), desired.host.name));
  return [finding('InstanceTypeNotOffered', field, { have: 'not offered', want: 'offered' }, remedy)];
}
