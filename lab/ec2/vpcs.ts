import { ACCOUNT_ID } from '../topology.ts';
import { cidrText, knownCidr, parseCidr } from './cidr.ts';
import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import { type Change, find, replaced, without } from './find.ts';
import { anywhere } from './group-rules.ts';
import { newId } from './ids.ts';
import { type Answer, described, type Listing, tagSet } from './listing.ts';
import { flag, type Parameters, required } from './query.ts';
import { type Ec2State, type Vpc, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';
import type { Xml } from './xml.ts';

const VPCS: Listing<Vpc> = {
  set: 'vpcSet',
  ids: 'VpcId',
  prefix: 'vpc',
  id: (row) => row.id,
  rows: (state) => state.vpcs,
  fields: () => ({
    'vpc-id': (row) => [row.id],
    cidr: (row) => [row.cidr],
    'cidr-block': (row) => [row.cidr],
    'cidr-block-association.cidr-block': (row) => [row.cidr],
    'owner-id': () => [ACCOUNT_ID],
    'is-default': () => ['false'],
    isDefault: () => ['false'],
    state: () => ['available'],
  }),
  xml: vpcXml,
};

export const describeVpcs = described(VPCS);

/** CreateVpc: also creates its main route table and its group `default`. Conflicting blocks are refused for subnets only. */
export function createVpc(state: Ec2State, parameters: Parameters): Change {
  const vpc: Vpc = { id: newId('vpc'), cidr: vpcBlock(parameters), dnsSupport: true, dnsHostnames: false };
  const groupId = newId('sg');
  const next: Ec2State = {
    ...state,
    vpcs: [...state.vpcs, vpc],
    routeTables: [
      ...state.routeTables,
      { id: newId('rtb'), vpcId: vpc.id, associations: [{ id: newId('rtbassoc'), subnetId: undefined }], routes: [] },
    ],
    groups: [
      ...state.groups,
      {
        id: groupId,
        name: 'default',
        description: 'default VPC security group',
        vpcId: vpc.id,
        rules: [{ ...anywhere(newId('sgr'), false), cidr: undefined, groupId }, anywhere(newId('sgr'), true)],
      },
    ],
  };
  const tagged = withTags(next, vpc.id, specifiedTags(parameters, 'vpc'));
  return { state: tagged, answer: { vpc: vpcXml(tagged, vpc) } };
}

/** DeleteVpc: its main route table and default group are deleted with it; anything else in it prevents that. */
export function deleteVpc(state: Ec2State, parameters: Parameters): Change {
  const { id } = find.vpc(state, required(parameters, 'VpcId'));
  const tables = state.routeTables.filter((one) => one.vpcId === id);
  const groups = state.groups.filter((one) => one.vpcId === id);
  const hasDependents =
    state.subnets.some((one) => one.vpcId === id) ||
    state.gateways.some((one) => one.vpcId === id) ||
    state.endpoints.some((one) => one.vpcId === id) ||
    tables.some((one) => !one.associations.some((association) => association.subnetId === undefined)) ||
    groups.some((one) => one.name !== 'default');
  if (hasDependents)
    throw new Ec2Error('DependencyViolation', `The vpc '${id}' has dependencies and cannot be deleted.`);
  const next = {
    ...state,
    vpcs: without(state.vpcs, id),
    routeTables: state.routeTables.filter((one) => one.vpcId !== id),
    groups: state.groups.filter((one) => one.vpcId !== id),
  };
  const removed = [id, ...tables.map((one) => one.id), ...groups.map((one) => one.id)];
  return { state: withoutTags(next, removed), answer: { return: true } };
}

/** ModifyVpcAttribute: one attribute per call. */
export function modifyVpcAttribute(state: Ec2State, parameters: Parameters): Change {
  const vpc = find.vpc(state, required(parameters, 'VpcId'));
  const support = parameters.has('EnableDnsSupport.Value');
  const hostnames = parameters.has('EnableDnsHostnames.Value');
  if (support && hostnames)
    throw new Ec2Error(
      'InvalidParameterCombination',
      'Fields for multiple attribute types specified: enableDnsSupport, enableDnsHostnames',
    );
  if (!support && !hostnames) throw missingParameter('enableDnsSupport');
  const next = support
    ? { ...vpc, dnsSupport: flag(parameters, 'EnableDnsSupport.Value') }
    : { ...vpc, dnsHostnames: flag(parameters, 'EnableDnsHostnames.Value') };
  return { state: { ...state, vpcs: replaced(state.vpcs, next) }, answer: { return: true } };
}

export function describeVpcAttribute(state: Ec2State, parameters: Parameters): Answer {
  const vpc = find.vpc(state, required(parameters, 'VpcId'));
  const attribute = required(parameters, 'Attribute');
  if (attribute === 'enableDnsSupport') return { vpcId: vpc.id, enableDnsSupport: { value: vpc.dnsSupport } };
  if (attribute === 'enableDnsHostnames') return { vpcId: vpc.id, enableDnsHostnames: { value: vpc.dnsHostnames } };
  throw invalidValue(`Value (${attribute}) for parameter attribute is invalid. Unknown attribute.`);
}

function vpcBlock(parameters: Parameters): string {
  const asked = required(parameters, 'CidrBlock');
  const cidr = parseCidr(asked);
  if (cidr === undefined)
    throw invalidValue(`Value (${asked}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  if (cidr.bits < 16 || cidr.bits > 28) throw new Ec2Error('InvalidVpc.Range', `The CIDR '${asked}' is invalid.`);
  return cidrText(knownCidr(asked));
}

function vpcXml(state: Ec2State, vpc: Vpc): Xml {
  return {
    vpcId: vpc.id,
    ownerId: ACCOUNT_ID,
    state: 'available',
    cidrBlock: vpc.cidr,
    cidrBlockAssociationSet: [
      {
        associationId: vpc.id.replace('vpc-', 'vpc-cidr-assoc-'),
        cidrBlock: vpc.cidr,
        cidrBlockState: { state: 'associated' },
      },
    ],
    dhcpOptionsId: 'default',
    instanceTenancy: 'default',
    isDefault: false,
    tagSet: tagSet(state, vpc.id),
  };
}
