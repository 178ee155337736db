import { raise, raiseStorage, vcpuQuota } from './quotas.ts';
import type { About, Row } from './row.ts';
import { similarTypes } from './similar-types.ts';

/** What a launch needs: capacity, quota, image, type. The first codes are also those of an instance that ended. Source: EC2 API Reference, "Error codes for the Amazon EC2 API". */
export const launch: readonly Row[] = [
  {
    codes: /^(Server\.)?Insufficient(Instance|Host|ReservedInstances?|Volume)Capacity$/,
    kind: 'unreachable',
    means: 'EC2 has too few of this instance type in this zone now; no quota is involved',
    todo: (about) =>
      `try again later, or declare another type${typesInstead(about)}, or a subnet in another zone${zonesInstead(about)}`,
  },
  {
    codes: /^InsufficientFreeAddressesInSubnet$/,
    kind: 'refused',
    means: 'The subnet has no free address; stopped instances keep theirs, and AWS keeps five',
    todo: 'delete network interfaces in it that nothing uses, or declare a larger subnet',
  },
  {
    codes: /^(VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded)$/,
    kind: 'refused',
    means:
      'The account may run no more vCPUs of this family in this region; another type of the family counts against the same quota',
    todo: ({ type, region }) => raise(vcpuQuota(type), region),
  },
  {
    codes: /^(Client\.)?VolumeLimitExceeded$/,
    kind: 'refused',
    means: 'The account may have no more storage of this type of volume in this region',
    todo: ({ volumeType, region }) => raiseStorage(volumeType, region),
  },
  {
    codes: /^OptInRequired$/,
    says: /marketplace|terms|subscri/i,
    kind: 'refused',
    means: 'The image is a product of AWS Marketplace, and this account has not accepted its terms',
    todo: ({ said }) =>
      `sign in to this account, open ${/https?:\/\/\S+/.exec(said)?.[0] ?? 'the page of the product in AWS Marketplace'}, subscribe, accept the terms, and run again in some minutes; or declare another image`,
  },
  {
    codes: /^OptInRequired$/,
    kind: 'refused',
    means: 'The account has not enabled this service or region, or AWS has not activated the account yet',
    todo: 'enable the region in the account (aws account enable-region), or finish the registration: a new account waits for its payment method',
  },
  {
    codes: /^InvalidAMIID\.Unavailable$/,
    kind: 'refused',
    means: 'The image was deregistered, or is not ready',
    todo: ({ image }) => `declare another \`image\`${imagesOf(image)}`,
  },
  {
    codes: /^InvalidAMIID\.(NotFound|Malformed)$/,
    kind: 'refused',
    means: 'EC2 has no such image here: every region has its own ids',
    todo: ({ image, region }) =>
      `correct \`image\`${region === undefined ? '' : `: it must be an AMI of ${region}`}${imagesOf(image)}`,
  },
  {
    codes: /^(InvalidParameterValue|InvalidParameterCombination|UnsupportedOperation|Unsupported)$/,
    says: /architecture/i,
    kind: 'refused',
    means: 'The image is made for another processor than the instance type has',
    todo: ({ image = 'the AMI', type = 'its type' }) =>
      `declare an \`image\` of the architecture of ${type}, or a \`type\` of that of ${image} (graviton types, such as m7g and t4g, are arm64; the others x86_64)`,
  },
  {
    codes: /^(Unsupported|UnsupportedOperation|InvalidParameterValue|InvalidParameterCombination)$/,
    says: /not supported in your requested Availability Zone|instance type .* not (supported|available)|not offered/i,
    kind: 'refused',
    means: 'EC2 does not offer this instance type in this zone at all',
    todo: (about) =>
      `declare another type${typesInstead(about)}, or a subnet in another zone${zonesInstead(about)} (aws ec2 describe-instance-type-offerings --location-type availability-zone --filters Name=instance-type,Values=${about.type ?? 'TYPE'})`,
  },
];

function typesInstead({ type }: About): string {
  const others = type === undefined ? [] : similarTypes(type);
  return others.length ? ` (of the same size: ${others.join(', ')})` : '';
}

/** EC2 names the zone that it means first, in parentheses. */
function zonesInstead({ zones = [], said }: About): string {
  const full = /\(([a-z]{2}[\w-]*-\d[a-z])\)/.exec(said)?.[1];
  const others = [...new Set(zones)].filter((zone) => zone !== full);
  return full !== undefined && others.length ? ` (this Cluster has subnets in ${others.join(', ')})` : '';
}

function imagesOf(image: string | undefined): string {
  return image === undefined ? '' : ` (aws ec2 describe-images --include-deprecated --image-ids ${image})`;
}
