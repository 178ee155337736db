import { randomBytes } from 'node:crypto';
import { Ec2Error } from './errors.ts';

/** EC2's errors for a kind of resource: code and message for an unknown id, and the code for a malformed one. */
interface Kind {
  readonly notFound: string;
  readonly malformed: string;
  readonly description: (id: string) => string;
}

/** Kinds by the prefix of their ids; codes and messages are those of the EC2 API. */
const KINDS = {
  ami: kind('InvalidAMIID', (id) => `The image id '[${id}]' does not exist`),
  eipalloc: kind('InvalidAllocationID', (id) => `The allocation ID '${id}' does not exist`, 'InvalidElasticIpID'),
  eipassoc: kind('InvalidAssociationID', (id) => `The association ID '${id}' does not exist`),
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
  nat: {
    notFound: 'NatGatewayNotFound',
    malformed: 'NatGatewayMalformed',
    description: (id: string) => `NAT gateway ${id} was not found`,
  },
  pg: kind('InvalidPlacementGroupId', (id) => `The placement group ID '${id}' does not exist`),
  rtb: kind('InvalidRouteTableID', (id) => `The routeTable ID '${id}' does not exist`, 'InvalidRouteTableId'),
  rtbassoc: kind('InvalidAssociationID', (id) => `The association ID '${id}' does not exist`),
  sg: kind('InvalidGroup', (id) => `The security group '${id}' does not exist`, 'InvalidGroupId'),
  sgr: kind('InvalidSecurityGroupRuleId', (id) => `The security group rule ID '${id}' does not exist`),
  subnet: kind('InvalidSubnetID', (id) => `The subnet ID '${id}' does not exist`, 'InvalidSubnetId'),
  vol: kind('InvalidVolume', (id) => `The volume '${id}' does not exist.`, 'InvalidVolumeID'),
  vpce: kind('InvalidVpcEndpointId', (id) => `The Vpc Endpoint Id '${id}' does not exist`),
  vpc: kind('InvalidVpcID', (id) => `The vpc ID '${id}' does not exist`, 'InvalidVpcId'),
} as const;

export type Prefix = keyof typeof KINDS;

/** A new identifier in EC2's format: a prefix and 17 hexadecimal digits. */
export function newId(prefix: Prefix | 'r' | 'eni-attach' | 'snap'): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
}

/** EC2's error for an id of kind `prefix` that is unknown or malformed. */
export function unknownId(prefix: Prefix, id: string): Ec2Error {
  const { notFound, malformed, description } = KINDS[prefix];
  if (isId(prefix, id)) return new Ec2Error(notFound, description(id));
  return new Ec2Error(malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

/** The same for several ids at once, for which instances have a separate message. */
export function unknownIds(prefix: Prefix, ids: readonly string[]): Ec2Error {
  const malformed = ids.find((id) => !isId(prefix, id));
  if (prefix === 'i' && malformed === undefined && ids.length > 1)
    return new Ec2Error(KINDS.i.notFound, `The instance IDs '${ids.join(', ')}' do not exist`);
  return unknownId(prefix, malformed ?? ids[0] ?? '');
}

/** The kind of resource of an id, by its prefix; undefined if EC2 would not accept it as an id. */
export function prefixOf(id: string): Prefix | undefined {
  const prefix = id.slice(0, id.lastIndexOf('-'));
  return Object.hasOwn(KINDS, prefix) && isId(prefix as Prefix, id) ? (prefix as Prefix) : undefined;
}

function isId(prefix: Prefix, id: string): boolean {
  return new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id);
}

function kind(stem: string, description: (id: string) => string, malformedStem = stem): Kind {
  return { notFound: `${stem}.NotFound`, malformed: `${malformedStem}.Malformed`, description };
}
