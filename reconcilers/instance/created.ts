import { createHash } from 'node:crypto';
import type { Creation } from '../../crds/fleet.ts';
import { act, blind, type Drift, operator, type Subject, wait } from '../drift.ts';
import { ec2Step, hostTags } from '../ec2-tags.ts';
import type { GroundSight } from '../ground.ts';
import { marks } from '../marks.ts';
import type { Observation } from '../observation.ts';
import type { AddressOwner } from '../questions/address-owner.ts';
import { reasonOf } from '../service.ts';
import type { Ec2Input } from '../verbs/verb.ts';
import { type DesiredInstance, finding, type InstanceAnswers } from './desired.ts';
import { interfaceDrift } from './interface.ts';
import { settingsDrift } from './settings.ts';

/**
 * A host of our making. Its network interface comes first: EC2 gives an address to one interface of a subnet only, so that neither it nor the
 * instance on it is ever made twice; and the instance's token follows from the interface, which goes with the instance: a host made anew has
 * a new one.
 */
export function createdDrift(
  desired: DesiredInstance,
  creation: Creation,
  ground: GroundSight,
  seen: InstanceAnswers,
): readonly Drift[] {
  const { found } = desired;
  const want = `${creation.type} with ${creation.address}`;
  if (found.state === 'unknown') return [finding(desired, 'instance', want, 'could not be seen', blind(found.reason))];
  const [interfaces] = seen.interfaces;
  if (interfaces?.state !== 'present') {
    const reason = interfaces ? reasonOf(interfaces) : 'EC2 was not asked';
    return [finding(desired, 'network interface', creation.address, 'could not be seen', blind(reason))];
  }
  const card = cardOf(desired, creation, ground, interfaces.value);
  if (found.state === 'present')
    return [...settingsDrift(desired, creation, found.value), ...interfaceDrift(desired, ground, card)];
  const obstacle = obstacles(desired, creation, ground, seen);
  if (obstacle.length) return obstacle;
  return card ? [onCard(desired, creation, card, seen)] : [withoutCard(desired, creation, ground)];
}

function cardOf(
  { found }: DesiredInstance,
  { address, subnet }: Creation,
  ground: GroundSight,
  interfaces: readonly AddressOwner[],
): AddressOwner | undefined {
  const place = ground.subnet(subnet);
  const own = found.state === 'present' ? found.value.networkInterfaceId : undefined;
  const has = (one: AddressOwner) => one.addresses.some((each) => each.address === address);
  return (
    interfaces.find((one) => own !== undefined && one.networkInterfaceId === own) ??
    interfaces.find((one) => place.state === 'there' && one.subnetId === place.value.id && has(one))
  );
}

/** What the instance cannot be made without. Each thing once, in words; what is still being made is waited for. */
function obstacles(
  desired: DesiredInstance,
  creation: Creation,
  ground: GroundSight,
  { images, types, keyPairs }: InstanceAnswers,
): readonly Drift[] {
  const rest = restsOn(creation, ground);
  if (rest) return [finding(desired, 'instance', creation.type, 'none', wait(`rests on ${rest}`, rest))];
  const lacks = <T>(
    what: string,
    answer: Observation<readonly T[]> | undefined,
    has: (one: T) => boolean,
    todo: string,
  ) => {
    if (answer === undefined) return [];
    if (answer.state !== 'present')
      return [finding(desired, what, 'exists', 'could not be seen', blind(reasonOf(answer)))];
    return answer.value.some(has) ? [] : [finding(desired, what, 'exists', 'none in this region', operator(todo))];
  };
  const { image, type, keyName } = creation;
  return [
    ...lacks(
      `AMI ${image}`,
      images[0],
      (one) => one.id === image && one.state === 'available',
      `no AMI ${image} is available to this account in ${desired.cluster.aws.region} (AMI ids differ by region): correct \`image\` of host ${desired.host.name}`,
    ),
    ...lacks(
      `instance type ${type}`,
      types[0],
      (one) => one.name === type,
      `EC2 has no type ${type} in ${desired.cluster.aws.region}: correct \`type\` of host ${desired.host.name}`,
    ),
    ...(keyName === undefined
      ? []
      : lacks(
          `key pair ${keyName}`,
          keyPairs[0],
          (one) => one === keyName,
          `import it (aws ec2 import-key-pair --key-name ${keyName} --public-key-material fileb://KEY.pub), or correct \`keyName\``,
        )),
    ...(creation.enhancedNetworking === 'ena'
      ? lacks(
          `ENA of ${type}`,
          types[0],
          (one) => one.name === type && one.ena !== 'unsupported',
          `${type} has no ENA: use another type, or \`enhancedNetworking: none\``,
        )
      : []),
  ];
}

function restsOn({ subnet }: Creation, ground: GroundSight): Subject | undefined {
  if (ground.vpc.state !== 'there') return 'network/vpc';
  if (ground.subnet(subnet).state !== 'there') return `network/subnet-${subnet}`;
  return ground.group.state === 'there' ? undefined : 'network/security-group';
}

function withoutCard(desired: DesiredInstance, { address, subnet }: Creation, ground: GroundSight): Drift {
  const { cluster, host } = desired;
  const [place, group] = [ground.subnet(subnet), ground.group];
  const make = ec2Step(
    `create network interface ${address} of ${host.name} in subnet ${subnet}`,
    'CreateNetworkInterface',
    {
      SubnetId: place.state === 'there' ? place.value.id : '',
      PrivateIpAddress: address,
      Groups: group.state === 'there' ? [group.value.id] : [],
      Description: `${cluster.name} ${host.name}`,
      TagSpecifications: [hostTags('network-interface', cluster.name, host.name)],
    },
  );
  return finding(desired, 'network interface', address, 'none', act([make]));
}

/** The interface is there, and no instance of ours shows. */
function onCard(desired: DesiredInstance, creation: Creation, card: AddressOwner, seen: InstanceAnswers): Drift {
  const { cluster, host } = desired;
  const { address } = creation;
  const id = card.networkInterfaceId;
  if (card.tags[marks.ec2Host] !== host.name || card.tags[marks.ec2Cluster] !== cluster.name) {
    const words = `${id} (${card.instanceId ?? 'attached to nothing'}) has it and is not tagged as this host: if that is host ${host.name}, put the tags ${marks.ec2Cluster}=${cluster.name} and ${marks.ec2Host}=${host.name} on both, or adopt the instance; if not, declare another address`;
    return finding(desired, `address ${address}`, `that of ${host.name}`, `taken by ${id}`, operator(words));
  }
  if (card.status !== 'available') {
    const lost = `${card.instanceId} has the network interface of host ${host.name}, but not its tag`;
    const words = `an instance on ${id} comes or goes. If this lasts: ${lost}: put it back (aws ec2 create-tags --resources ${card.instanceId} --tags Key=${marks.ec2Cluster},Value=${cluster.name} Key=${marks.ec2Host},Value=${host.name})`;
    return finding(desired, 'instance', creation.type, `${id} is ${card.status}`, wait(words));
  }
  const images = seen.images[0];
  const image = images?.state === 'present' ? images.value.find((one) => one.id === creation.image) : undefined;
  const make = ec2Step(`run instance of ${host.name} (${creation.type}, ${creation.image}) on ${id}`, 'RunInstances', {
    ...launch(creation, image?.rootDevice ?? '/dev/xvda'),
    NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: id }],
    ClientToken: tokenFor(cluster.name, host.name, id),
    TagSpecifications: ['instance', 'volume'].map((resource) => hostTags(resource, cluster.name, host.name)),
  });
  return finding(desired, 'instance', `${creation.type} on ${id}`, 'none', act([make]));
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

/** At most 64 ASCII characters (EC2 API Reference, "Ensuring idempotency"). */
function tokenFor(...of: readonly string[]): string {
  return createHash('sha256').update(of.join('\n')).digest('hex');
}
