import { METADATA_ADDRESS, macOf, OPERATOR, REGION, ZONES } from '../topology.ts';
import { addressText, type Cidr, cidrText, covers, knownCidr, overlap, parseCidr } from './cidr.ts';
import { subnetXml } from './describe-subnets.ts';
import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import { type Change, find, replaced, without } from './find.ts';
import { newId } from './ids.ts';
import { flag, type Parameters, required } from './query.ts';
import { type Ec2State, type VpcSubnet, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';

export function createSubnet(state: Ec2State, parameters: Parameters): Change {
  const vpc = find.vpc(state, required(parameters, 'VpcId'));
  const asked = required(parameters, 'CidrBlock');
  const cidr = parseCidr(asked);
  if (cidr === undefined)
    throw invalidValue(`Value (${asked}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  const inVpc = covers(knownCidr(vpc.cidr), cidr);
  if (cidr.bits < 16 || cidr.bits > 28 || !inVpc)
    throw new Ec2Error('InvalidSubnet.Range', `The CIDR '${asked}' is invalid.`);
  checkFree(state, vpc.id, cidr, asked);
  const subnet = subnetAt(vpc.id, cidr, zoneAsked(parameters));
  const tagged = withTags(
    { ...state, subnets: [...state.subnets, subnet] },
    subnet.id,
    specifiedTags(parameters, 'subnet'),
  );
  return { state: tagged, answer: { subnet: subnetXml(tagged, subnet) } };
}

export function deleteSubnet(state: Ec2State, parameters: Parameters): Change {
  const { id } = find.subnet(state, required(parameters, 'SubnetId'));
  if (state.interfaces.some((one) => one.host.subnet.id === id))
    throw new Ec2Error('DependencyViolation', `The subnet '${id}' has dependencies and cannot be deleted.`);
  const routeTables = state.routeTables.map((table) => ({
    ...table,
    associations: table.associations.filter((one) => one.subnetId !== id),
  }));
  const next = { ...state, routeTables, subnets: without(state.subnets, id) };
  return { state: withoutTags(next, [id]), answer: { return: true } };
}

/** ModifySubnetAttribute: only MapPublicIpOnLaunch. */
export function modifySubnetAttribute(state: Ec2State, parameters: Parameters): Change {
  const subnet = find.subnet(state, required(parameters, 'SubnetId'));
  if (!parameters.has('MapPublicIpOnLaunch.Value')) throw missingParameter('MapPublicIpOnLaunch');
  const next = { ...subnet, mapPublicIp: flag(parameters, 'MapPublicIpOnLaunch.Value') };
  return { state: { ...state, subnets: replaced(state.subnets, next) }, answer: { return: true } };
}

function subnetAt(vpcId: string, cidr: Cidr, zone: string): VpcSubnet {
  const id = newId('subnet');
  const gateway = addressText(cidr.first + 1);
  return {
    id,
    vpcId,
    zone,
    cidr: cidrText(cidr),
    prefix: cidr.bits,
    gateway,
    gatewayMac: macOf(gateway),
    bridge: `vpc-${id.slice(-10)}`,
    mapPublicIp: false,
  };
}

function zoneAsked(parameters: Parameters): string {
  const asked = parameters.get('AvailabilityZone');
  const found = ZONES.find((zone) => zone.name === asked || zone.id === parameters.get('AvailabilityZoneId'));
  if (found !== undefined) return found.name;
  if (asked === undefined && !parameters.has('AvailabilityZoneId')) return `${REGION}a`;
  const names = ZONES.map((zone) => zone.name).join(', ');
  throw invalidValue(
    `Value (${asked ?? parameters.get('AvailabilityZoneId')}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${names}.`,
  );
}

function checkFree(state: Ec2State, vpcId: string, cidr: Cidr, asked: string): void {
  const conflict = state.subnets.find((one) => overlap(knownCidr(one.cidr), cidr));
  if (conflict?.vpcId === vpcId)
    throw new Ec2Error('InvalidSubnet.Conflict', `The CIDR '${asked}' conflicts with another subnet`);
  if (conflict !== undefined)
    throw unsupported(
      `${conflict.cidr} is ${conflict.id} of ${conflict.vpcId}, and all VPCs of a lab share one router.`,
    );
  const operator = knownCidr(`${OPERATOR.address}/${OPERATOR.prefix}`);
  if (overlap(operator, cidr))
    throw unsupported(`${cidrText(operator)} is used by the operator's machine and the EC2 API.`);
  const reserved = ['0.0.0.0/8', '127.0.0.0/8', `${METADATA_ADDRESS}/16`, '224.0.0.0/3'].map(knownCidr);
  if (reserved.some((one) => overlap(one, cidr)))
    throw new Ec2Error('InvalidSubnet.Range', `The CIDR '${asked}' is invalid.`);
}

function unsupported(why: string): Ec2Error {
  return new Ec2Error('Unsupported', `This lab does not support the subnet: ${why} Use another block.`);
}
