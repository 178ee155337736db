import { randomBytes } from 'node:crypto';
import { Ec2Error } from './errors.ts';

/** What EC2 calls a kind of thing when it does not find one: error code and message for an id, and the code for what is no id of it. */
interface Kind {
  readonly notFound: string;
  readonly malformed: string;
  readonly says: (id: string) => string;
}

/** Kinds by the prefix of their ids; codes and words as the EC2 API has them. */
const KINDS = {
  ami: kind('InvalidAMIID', (id) => `The image id '[${id}]' does not exist`),
  eni: kind(
    'InvalidNetworkInterfaceID',
    (id) => `The networkInterface ID '${id}' does not exist`,
    'InvalidNetworkInterfaceId',
  ),
  i: kind('InvalidInstanceID', (id) => `The instance ID '${id}' does not exist`),
  igw: kind(
    'InvalidInternetGatewayID',
    (id) => `The internetGateway ID '${id}' does not exist`,
    'InvalidInternetGatewayId',
  ),
  key: kind('InvalidKeyPair', (id) => `The key pair ID '${id}' does not exist`),
  rtb: kind('InvalidRouteTableID', (id) => `The routeTable ID '${id}' does not exist`, 'InvalidRouteTableId'),
  rtbassoc: kind('InvalidAssociationID', (id) => `The association ID '${id}' does not exist`),
  sg: kind('InvalidGroup', (id) => `The security group '${id}' does not exist`, 'InvalidGroupId'),
  sgr: kind('InvalidSecurityGroupRuleId', (id) => `The security group rule ID '${id}' does not exist`),
  subnet: kind('InvalidSubnetID', (id) => `The subnet ID '${id}' does not exist`, 'InvalidSubnetId'),
  vol: kind('InvalidVolume', (id) => `The volume '${id}' does not exist.`, 'InvalidVolumeID'),
  vpc: kind('InvalidVpcID', (id) => `The vpc ID '${id}' does not exist`, 'InvalidVpcId'),
} as const;

export type Prefix = keyof typeof KINDS;

/** A fresh identifier, as EC2 makes them: a prefix and 17 hexadecimal digits. */
export function newId(prefix: Prefix | 'r' | 'eni-attach' | 'snap'): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
}

/** EC2's own error for an id of kind `prefix` that names nothing, or that is none. */
export function unknownId(prefix: Prefix, id: string): Ec2Error {
  const { notFound, malformed, says } = KINDS[prefix];
  if (isId(prefix, id)) return new Ec2Error(notFound, says(id));
  return new Ec2Error(malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

/** The same for several at once; instances have a message of their own for that. */
export function unknownIds(prefix: Prefix, ids: readonly string[]): Ec2Error {
  const malformed = ids.find((id) => !isId(prefix, id));
  if (prefix === 'i' && malformed === undefined && ids.length > 1)
    return new Ec2Error(KINDS.i.notFound, `The instance IDs '${ids.join(', ')}' do not exist`);
  return unknownId(prefix, malformed ?? ids[0] ?? '');
}

/** The kind of thing an id names, by its prefix; undefined when EC2 would not call it an id. */
export function prefixOf(id: string): Prefix | undefined {
  const prefix = id.slice(0, id.lastIndexOf('-'));
  return Object.hasOwn(KINDS, prefix) && isId(prefix as Prefix, id) ? (prefix as Prefix) : undefined;
}

function isId(prefix: Prefix, id: string): boolean {
  return new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id);
}

function kind(stem: string, says: (id: string) => string, malformedStem = stem): Kind {
  return { notFound: `${stem}.NotFound`, malformed: `${malformedStem}.Malformed`, says };
}
