import type { Creation } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, manual, notObserved, settling } from '../contract/remedy.ts';
import type { NetworkInterface } from '../facts/ec2/network-interfaces.ts';
import { unknown } from '../facts/observation.ts';
import type { Ec2Input } from '../operations/operation.ts';
import { ec2Step, hostTags } from '../shared/ec2-tags.ts';
import type { VpcNetworkState } from '../shared/vpc-network.ts';
import { type DesiredInstance, findingOf, type InstanceObserved } from './desired.ts';
import { interfaceFindings } from './interface.ts';
import { launchAttempt } from './launch-attempt.ts';
import { launchInputFindings, missingPart } from './launch-inputs.ts';
import { addressTaken, endedInstance, instanceTagsMissing } from './messages.ts';
import { settingsFindings } from './settings.ts';

/**
 * A created host. Its network interface comes first: EC2 gives an address to one interface of a subnet only, so that neither it nor the
 * instance on it is ever created twice. The instance's client token follows from the interface and from the instances that ended on it.
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
    return [...settingsFindings(desired, creation, found.value), ...interfaceFindings(desired, network, nic)];
  const part = missingPart(creation, network);
  if (part)
    return [finding('DependencyNotReady', 'instance', { have: 'absent', want: creation.type }, dependsOn(part))];
  const missing = launchInputFindings(desired, creation, observed);
  if (missing.length) return missing;
  return nic ? [onInterface(desired, creation, nic, observed)] : [withoutInterface(desired, creation, network)];
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

function withoutInterface(desired: DesiredInstance, { address, subnet }: Creation, network: VpcNetworkState): Finding {
  const { cluster, host } = desired;
  const [place, group] = [network.subnet(subnet), network.group];
  const create = ec2Step(
    `create network interface ${address} of ${host.name} in subnet ${subnet}`,
    'CreateNetworkInterface',
    {
      SubnetId: place.state === 'present' ? place.value.id : '',
      PrivateIpAddress: address,
      Groups: group.state === 'present' ? [group.value.id] : [],
      Description: `${cluster.name} ${host.name}`,
      TagSpecifications: [hostTags('network-interface', cluster.name, host.name)],
    },
  );
  return findingOf(desired)('Missing', 'network interface', { have: 'absent', want: address }, act([create]));
}

/** The network interface exists, and no instance with the tags of this host is shown. */
function onInterface(
  desired: DesiredInstance,
  creation: Creation,
  nic: NetworkInterface,
  observed: InstanceObserved,
): Finding {
  const { cluster, host } = desired;
  const { address, type, image } = creation;
  const { networkInterfaceId: id, instanceId, status, tags } = nic;
  const finding = findingOf(desired);
  if (tags[markers.ec2Host] !== host.name || tags[markers.ec2Cluster] !== cluster.name) {
    const values = { have: `on ${id}`, want: `on ${host.name}` };
    return finding(
      'AddressTaken',
      `address ${address}`,
      values,
      manual(addressTaken(id, instanceId, cluster.name, host.name)),
    );
  }
  // EC2 may not show an instance yet that was started a moment ago, so that lost tags look the same.
  if (status !== 'available') {
    const lasting =
      instanceId === undefined ? '' : `. If this persists: ${instanceTagsMissing(instanceId, cluster.name, host.name)}`;
    const remedy = settling(`EC2 reports ${id} as ${status}: its instance is starting or ending${lasting}`);
    return finding('InstanceNotShownYet', 'instance', { have: `${id} ${status}`, want: type }, remedy);
  }
  const images = observed.images[0];
  const ami = images?.state === 'present' ? images.value.find((one) => one.id === image) : undefined;
  const { clientToken, ended } = launchAttempt(cluster.name, host.name, id, observed);
  const run = ec2Step(`run instance of ${host.name} (${type}, ${image}) on ${id}`, 'RunInstances', {
    ...launch(creation, ami?.rootDevice ?? '/dev/xvda'),
    NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: id }],
    ClientToken: clientToken,
    TagSpecifications: ['instance', 'volume'].map((resource) => hostTags(resource, cluster.name, host.name)),
  });
  const have = ended ? endedInstance(ended) : 'absent';
  return finding('Missing', 'instance', { have, want: `${type} on ${id}` }, act([run]));
}

function launch(creation: Creation, rootDevice: string): Ec2Input {
  const { type, image, keyName, instanceProfile, rootVolume } = creation;
  return {
    ImageId: image,
    InstanceType: type,
    MinCount: 1,
    MaxCount: 1,
    ...(keyName === undefined ? {} : { KeyName: keyName }),
    ...(instanceProfile === undefined ? {} : { IamInstanceProfile: { Name: instanceProfile } }),
    BlockDeviceMappings: [
      {
        DeviceName: rootDevice,
        Ebs: { VolumeSize: rootVolume.gibibytes, VolumeType: rootVolume.type, DeleteOnTermination: true },
      },
    ],
    MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
  };
}
