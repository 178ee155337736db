import { PROFILES } from '../topology.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import type { Tag } from './filters.ts';
import { type Image, imageOf } from './images.ts';
import { typeOf } from './instance-types.ts';
import { profileArn } from './instances.ts';
import { type LaunchInterface, launchInterface } from './launch-interface.ts';
import { metadataAsked } from './metadata-options.ts';
import { placementAsked } from './placement-groups.ts';
import { flag, type Parameters, required, structures } from './query.ts';
import type { Ec2State, MetadataOptions, Volume } from './state.ts';
import { specifiedTags } from './tag-specifications.ts';
import { volumeSettings } from './volume-settings.ts';

/** The parsed and validated parameters of RunInstances. */
export interface LaunchRequest {
  readonly image: Image;
  readonly type: string;
  readonly wire: LaunchInterface;
  readonly keyName: string | undefined;
  readonly profile: string | undefined;
  readonly metadata: MetadataOptions;
  readonly volume: Pick<Volume, 'device' | 'size' | 'type' | 'encrypted' | 'kmsKey' | 'iops' | 'throughput'>;
  readonly terminationProtected: boolean;
  readonly placementGroup: string | undefined;
  readonly tags: { readonly instance: readonly Tag[]; readonly nic: readonly Tag[]; readonly volume: readonly Tag[] };
}

export function launchRequest(state: Ec2State, parameters: Parameters): LaunchRequest {
  checkSupported(parameters);
  const image = imageOf(required(parameters, 'ImageId'));
  const type = typeAsked(parameters, image);
  const wire = launchInterface(state, parameters);
  if (typeOf(type)?.lacking?.includes(wire.subnet.zone))
    throw new Ec2Error(
      'Unsupported',
      `Your requested instance type (${type}) is not supported in your requested Availability Zone (${wire.subnet.zone}).`,
    );
  const keyName = parameters.get('KeyName');
  if (keyName !== undefined && !state.keyPairs.some((one) => one.name === keyName))
    throw new Ec2Error('InvalidKeyPair.NotFound', `The key pair '${keyName}' does not exist`);
  const kinds = ['instance', 'network-interface', 'volume'];
  return {
    image,
    type,
    wire,
    keyName,
    profile: profileAsked(parameters),
    metadata: metadataAsked(parameters, 'MetadataOptions.', {
      tokens: image.tokensRequired ? 'required' : 'optional',
      endpoint: 'enabled',
      hopLimit: image.tokensRequired ? 2 : 1,
    }),
    volume: rootVolume(parameters, image),
    placementGroup: placementAsked(state, parameters, wire.subnet.zone),
    terminationProtected: flag(parameters, 'DisableApiTermination'),
    tags: {
      instance: specifiedTags(parameters, 'instance', kinds),
      nic: specifiedTags(parameters, 'network-interface', kinds),
      volume: specifiedTags(parameters, 'volume', kinds),
    },
  };
}

/** The supported parameters of RunInstances; any other is refused rather than ignored. */
const SUPPORTED =
  /^(Action|Version|DryRun|ClientToken|ImageId|InstanceType|MinCount|MaxCount|KeyName|SubnetId|PrivateIpAddress|DisableApiTermination|InstanceInitiatedShutdownBehavior|SecurityGroupId\.\d+|IamInstanceProfile\.(Name|Arn)|BlockDeviceMapping\.\d+\..*|MetadataOptions\..*|NetworkInterface\.1\.(DeviceIndex|NetworkInterfaceId|SubnetId|PrivateIpAddress|SecurityGroupId\.\d+|AssociatePublicIpAddress|DeleteOnTermination|Description)|TagSpecification\.\d+\..*|Placement\.AvailabilityZone|Placement\.GroupName|Placement\.Tenancy|Monitoring\.Enabled|EbsOptimized)$/;

function checkSupported(parameters: Parameters): void {
  const unsupported = [...parameters.keys()].find((name) => !SUPPORTED.test(name));
  if (unsupported !== undefined)
    throw new Ec2Error('Unsupported', `This lab does not support the parameter ${unsupported} of RunInstances.`);
  for (const name of ['MinCount', 'MaxCount'])
    if (required(parameters, name) !== '1')
      throw new Ec2Error('Unsupported', `This lab starts one instance per call: ${name} must be 1.`);
  for (const name of ['Monitoring.Enabled', 'EbsOptimized'])
    if (flag(parameters, name)) throw new Ec2Error('Unsupported', `This lab does not support ${name}.`);
  if ((parameters.get('InstanceInitiatedShutdownBehavior') ?? 'stop') !== 'stop')
    throw new Ec2Error('Unsupported', 'This lab stops an instance that shuts itself down; it does not terminate it.');
}

function typeAsked(parameters: Parameters, image: Image): string {
  const name = parameters.get('InstanceType') ?? 'm1.small';
  const type = typeOf(name);
  if (type === undefined) throw invalidValue(`Invalid value '${name}' for InstanceType.`);
  if (type.architecture !== 'x86_64')
    throw invalidValue(
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture 'x86_64' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  if (type.ena === 'required' && !image.ena)
    throw new Ec2Error(
      'InvalidParameterCombination',
      `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${name}' instance type. Ensure that you are using an AMI that is enabled for ENA.`,
    );
  return name;
}

function profileAsked(parameters: Parameters): string | undefined {
  const name = parameters.get('IamInstanceProfile.Name');
  const arn = parameters.get('IamInstanceProfile.Arn');
  if (name === undefined && arn === undefined) return undefined;
  const found = PROFILES.find((one) => one === name || profileArn(one) === arn);
  if (found !== undefined) return found;
  throw name === undefined
    ? invalidValue(`Value (${arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`)
    : invalidValue(
        `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
      );
}

function rootVolume(parameters: Parameters, image: Image): LaunchRequest['volume'] {
  const plain = { encrypted: false, kmsKey: undefined, iops: undefined, throughput: undefined };
  const root = { device: image.rootDevice, size: image.rootSize, type: 'gp3', ...plain };
  const [mapping, ...more] = structures(parameters, 'BlockDeviceMapping');
  if (mapping === undefined) return root;
  if (more.length > 0 || mapping.get('DeviceName') !== image.rootDevice)
    throw new Ec2Error('Unsupported', `This lab supports only a root volume, ${image.rootDevice} of ${image.id}.`);
  if (mapping.get('Ebs.DeleteOnTermination') === 'false')
    throw new Ec2Error('Unsupported', "This lab's root volumes are deleted with their instance.");
  const size = Number(mapping.get('Ebs.VolumeSize') ?? image.rootSize);
  if (!(size >= image.rootSize))
    throw new Ec2Error(
      'InvalidBlockDeviceMapping',
      `Volume of size ${size}GB is smaller than snapshot '${image.id.replace('ami-', 'snap-')}', expect size >= ${image.rootSize}GB`,
    );
  if (size > 100) throw new Ec2Error('Unsupported', 'This lab supports root volumes of up to 100 GiB.');
  return { ...root, size, ...volumeSettings(mapping) };
}
