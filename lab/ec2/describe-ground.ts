import { ACCOUNT_ID, REGION, SECURITY_GROUP, SUBNETS, type Subnet, VPC } from '../topology.ts';
import { tagSet } from './describe.ts';
import { Ec2Error } from './errors.ts';
import { type FilterTable, filtered, type Tag } from './filters.ts';
import { filters, list, type Parameters, page } from './query.ts';
import type { Ec2State } from './state.ts';
import type { Xml } from './xml.ts';

type Answer = { readonly [field: string]: Xml };

export function describeSubnets(_state: Ec2State, parameters: Parameters): Answer {
  const shown = page(
    filtered(named(SUBNETS, list(parameters, 'SubnetId')), filters(parameters), SUBNET_FILTERS),
    parameters,
  );
  return { subnetSet: shown.items.map(subnetXml), nextToken: shown.nextToken };
}

export function describeVpcs(_state: Ec2State, parameters: Parameters): Answer {
  const shown = page(filtered([VPC], filters(parameters), VPC_FILTERS), parameters);
  return {
    vpcSet: shown.items.map((vpc) => ({
      vpcId: vpc.id,
      ownerId: ACCOUNT_ID,
      state: 'available',
      cidrBlock: vpc.cidr,
      instanceTenancy: 'default',
      isDefault: false,
      tagSet: tagSet(nameTag(vpc.name)),
    })),
    nextToken: shown.nextToken,
  };
}

/** DescribeSecurityGroups: the one group of the lab, which lets its members reach each other by every protocol. */
export function describeSecurityGroups(_state: Ec2State, parameters: Parameters): Answer {
  const missing = list(parameters, 'GroupId').find((id) => id !== SECURITY_GROUP.id);
  if (missing !== undefined)
    throw new Ec2Error('InvalidGroup.NotFound', `The security group '${missing}' does not exist`);
  const shown = page(filtered([SECURITY_GROUP], filters(parameters), GROUP_FILTERS), parameters);
  const everything = (to: { readonly [field: string]: Xml }): Xml => [
    { ipProtocol: '-1', groups: [], ipRanges: [], ...to },
  ];
  return {
    securityGroupInfo: shown.items.map((group) => ({
      ownerId: ACCOUNT_ID,
      groupId: group.id,
      groupName: group.name,
      groupDescription: 'every host of the lab',
      vpcId: VPC.id,
      ipPermissions: everything({
        groups: [{ userId: ACCOUNT_ID, groupId: group.id }],
        ipRanges: [{ cidrIp: VPC.cidr }],
      }),
      ipPermissionsEgress: everything({ ipRanges: [{ cidrIp: '0.0.0.0/0' }] }),
      tagSet: tagSet(nameTag(group.name)),
    })),
    nextToken: shown.nextToken,
  };
}

const GROUP_FILTERS: FilterTable<typeof SECURITY_GROUP> = {
  tags: (row) => nameTag(row.name),
  fields: { 'group-id': (row) => [row.id], 'group-name': (row) => [row.name], 'vpc-id': () => [VPC.id] },
};

const SUBNET_FILTERS: FilterTable<Subnet> = {
  tags: (row) => nameTag(row.name),
  fields: {
    'availability-zone': (row) => [row.zone],
    'cidr-block': (row) => [row.cidr],
    state: () => ['available'],
    'subnet-id': (row) => [row.id],
    'vpc-id': () => [VPC.id],
  },
};

const VPC_FILTERS: FilterTable<typeof VPC> = {
  tags: (row) => nameTag(row.name),
  fields: { 'vpc-id': (row) => [row.id], cidr: (row) => [row.cidr], state: () => ['available'] },
};

function named(subnets: readonly Subnet[], ids: readonly string[]): readonly Subnet[] {
  const missing = ids.find((id) => subnets.every((subnet) => subnet.id !== id));
  if (missing !== undefined)
    throw new Ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${missing}' does not exist`);
  return subnets.filter((subnet) => ids.length === 0 || ids.includes(subnet.id));
}

function subnetXml(row: Subnet): Xml {
  return {
    subnetId: row.id,
    subnetArn: `arn:aws:ec2:${REGION}:${ACCOUNT_ID}:subnet/${row.id}`,
    state: 'available',
    ownerId: ACCOUNT_ID,
    vpcId: VPC.id,
    cidrBlock: row.cidr,
    availabilityZone: row.zone,
    tagSet: tagSet(nameTag(row.name)),
  };
}

function nameTag(name: string): readonly Tag[] {
  return [{ key: 'Name', value: name }];
}
