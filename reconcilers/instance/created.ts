import type { Creation } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved, settling } from '../contract/remedy.ts';
import type { Instance } from '../facts/ec2/instance.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import { unknown } from '../facts/observation.ts';
import type { Ec2Input } from '../operations/operation.ts';
import { lastEnded } from '../shared/created-instances.ts';
import { declaredTagFindings, ec2Step, hostTags } from '../shared/ec2-tags.ts';
import { placementGroupName } from '../shared/placement-group.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';
import { hasPublicAddress, needsWayOut, withoutWayOut } from '../shared/way-out.ts';
import { type DesiredInstance, findingOf, type InstanceObserved } from './desired.ts';
import { interfaceFindings } from './interface.ts';
import { launchInputFindings, missingGroup, missingPart } from './launch-inputs.ts';
import { addressTaken, endedInstance, fullSubnet, instanceTagsMissing, noWayOut } from './messages.ts';
import { protectionFindings, settingsFindings } from './settings.ts';
import { rootVolumeFindings, volumeInput } from './volumes.ts';

/**
 * A created host. EC2 gives an address of a subnet to one network interface only and creates the instance together with its own, so that a
 * host is never created twice: if the answer to a call was lost, EC2 refuses the next one, and the next pass sees the instance.
 */
export function createdFindings(
  desired: DesiredInstance,
  creation: Creation,
  network: VpcNetworkState,
  observed: InstanceObserved,
): readonly Finding[] {
  const { found } = desired;
  const finding = findingOf(desired);
  const want = `${creation.type} with ${creation.address}`;
  if (found.state === 'unknown')
    return [finding('NotObserved', 'instance', { have: 'unknown', want }, notObserved(found))];
  const interfaces = observed.interfaces[0] ?? unknown('EC2 was not asked');
  if (interfaces.state !== 'present') {
    const values = { have: 'unknown', want: creation.address };
    return [finding('NotObserved', 'network interface', values, notObserved(interfaces))];
  }
  const nic = interfaceOf(desired, creation, network, interfaces.value);
  if (found.state === 'present')
    return [
      ...settingsFindings(desired, creation, found.value),
      ...protectionFindings(desired, creation, found.value, observed.protection[0]),
      ...interfaceFindings(desired, network, nic),
      ...declaredTagFindings(desired.cluster, desired.subject, found.value.instanceId, found.value.tags),
      ...rootVolumeFindings(desired, creation, found.value.instanceId, observed.volumes[0]),
      ...(nic ? declaredTagFindings(desired.cluster, desired.subject, nic.networkInterfaceId, nic.tags) : []),
    ];
  // Before the network too: what needs manual action is reported by the first plan.
  const missing = launchInputFindings(desired, creation, observed);
  if (missing.length) return missing;
  const shut = needsWayOut(desired.cluster, desired.host) && withoutWayOut(desired.cluster, network, creation.subnet);
  if (typeof shut === 'object')
    return [finding('NotObserved', 'way out', { have: 'unknown', want: 'declared' }, notObserved(shut))];
  if (shut)
    return [
      finding('NoWayOut', 'way out', { have: shut, want: 'declared' }, manual(noWayOut(creation.subnet, desired.host))),
    ];
  const part = missingPart(desired.cluster, creation, network) ?? missingGroup(desired, creation, observed);
  if (part)
    return [finding('DependencyNotReady', 'instance', { have: 'absent', want: creation.type }, dependsOn(part))];
  if (nic) return [addressInUse(desired, creation, nic)];
  return [fullSubnetFinding(desired, creation, network) ?? launchFinding(desired, creation, network, observed)];
}

/** Each host that is missing needs an address of its subnet. */
function fullSubnetFinding(
  desired: DesiredInstance,
  { subnet }: Creation,
  network: VpcNetworkState,
): Finding | undefined {
  const place = network.subnet(subnet);
  const needed = desired.missing.filter((one) => one.subnet === subnet).length;
  if (place.state !== 'present' || place.value.freeAddresses >= needed) return undefined;
  const values = { have: `${place.value.freeAddresses} free`, want: `at least ${needed} free` };
  const remedy = manual(fullSubnet(place.value.id, subnet));
  return findingOf(desired)('SubnetFull', `addresses of subnet ${subnet}`, values, remedy);
}

function interfaceOf(
  { found }: DesiredInstance,
  { address, subnet }: Creation,
  network: VpcNetworkState,
  interfaces: readonly NetworkInterface[],
): NetworkInterface | undefined {
  const place = network.subnet(subnet);
  const own = found.state === 'present' ? found.value.networkInterfaceId : undefined;
  const has = (one: NetworkInterface) => one.addresses.some((each) => each.address === address);
  return (
    interfaces.find((one) => own !== undefined && one.networkInterfaceId === own) ??
    interfaces.find((one) => place.state === 'present' && one.subnetId === place.value.id && has(one))
  );
}

/** Nothing has the address: the instance is created with its network interface, in one call. */
function launchFinding(
  desired: DesiredInstance,
  creation: Creation,
  network: VpcNetworkState,
  observed: InstanceObserved,
): Finding {
  const { cluster, host } = desired;
  const { address, type, image, subnet } = creation;
  const [place, group, images] = [network.subnet(subnet), network.group, observed.images[0]];
  const ami = images?.state === 'present' ? images.value.find((one) => one.id === image) : undefined;
  const ended = lastEnded(host.name, observed.instances[0]);
  const run = ec2Step(`run instance of ${host.name} (${type}, ${image}) with ${address}`, 'RunInstances', {
    ...launch(creation, ami?.rootDevice ?? '/dev/xvda'),
    ...(creation.spread ? { Placement: { GroupName: placementGroupName(cluster) } } : {}),
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: place.state === 'present' ? place.value.id : '',
        PrivateIpAddress: address,
        Groups: group.state === 'present' ? [group.value.id] : [],
        DeleteOnTermination: true,
        // If nothing is declared, the subnet decides.
        ...(cluster.network.egress ? { AssociatePublicIpAddress: hasPublicAddress(cluster, creation) } : {}),
        Description: `${cluster.name} ${host.name}`,
      },
    ],
    TagSpecifications: ['instance', 'network-interface', 'volume'].map((one) =>
      hostTags(one, cluster, host.name, one === 'instance' ? dataVolumeMark(creation, ended) : {}),
    ),
  });
  const have = ended ? endedInstance(ended) : 'absent';
  return findingOf(desired)('Missing', 'instance', { have, want: `${type} with ${address}` }, act([run]));
}

/** EC2 shows an instance that has ended for about an hour only: what it knew of its data volume is kept by its successor. */
function dataVolumeMark(creation: Creation, ended: Instance | undefined): Readonly<Record<string, string>> {
  const mark = ended?.tags[markers.ec2DataVolume];
  return creation.dataVolume && mark !== undefined ? { [markers.ec2DataVolume]: mark } : {};
}

/** A network interface has the address, and no instance with the tags of this host is shown. */
function addressInUse(desired: DesiredInstance, { address, type }: Creation, nic: NetworkInterface): Finding {
  const { cluster, host } = desired;
  const { networkInterfaceId: id, instanceId, status, tags } = nic;
  const finding = findingOf(desired);
  if (tags[markers.ec2Host] !== host.name || tags[markers.ec2Cluster] !== cluster.name) {
    const values = { have: `on ${id}`, want: `on ${host.name}` };
    const message = addressTaken(id, instanceId, cluster.name, host.name);
    return finding('AddressTaken', `address ${address}`, values, manual(message));
  }
  // EC2 may not show an instance yet that was started a moment ago, so that lost tags look the same.
  if (status !== 'available') {
    const lasting =
      instanceId === undefined ? '' : `. If this persists: ${instanceTagsMissing(instanceId, cluster.name, host.name)}`;
    const remedy = settling(`EC2 reports ${id} as ${status}: its instance is starting or ending${lasting}`);
    return finding('InstanceNotShownYet', 'instance', { have: `${id} ${status}`, want: type }, remedy);
  }
  const free = ec2Step(
    `delete network interface ${id} of ${host.name}, which no instance uses`,
    'DeleteNetworkInterface',
    {
      NetworkInterfaceId: id,
    },
  );
  const values = { have: `on ${id}, which no instance uses`, want: 'free' };
  return finding('InterfaceLeftBehind', `address ${address}`, values, act([free]));
}

function launch(creation: Creation, rootDevice: string): Ec2Input {
  const { type, image, keyName, instanceProfile, rootVolume, terminationProtection } = creation;
  return {
    ImageId: image,
    InstanceType: type,
    MinCount: 1,
    MaxCount: 1,
    ...(keyName === undefined ? {} : { KeyName: keyName }),
    ...(instanceProfile === undefined ? {} : { IamInstanceProfile: { Name: instanceProfile } }),
    BlockDeviceMappings: [
      { DeviceName: rootDevice, Ebs: { ...volumeInput(rootVolume, 'VolumeSize'), DeleteOnTermination: true } },
    ],
    DisableApiTermination: terminationProtection,
    MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
  };
}
