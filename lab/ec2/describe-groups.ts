import { ACCOUNT_ID } from '../topology.ts';
import { Ec2Error } from './errors.ts';
import { type Answer, described, type Listing, tagSet } from './listing.ts';
import { list, type Parameters } from './query.ts';
import type { Ec2State, GroupRule, SecurityGroup } from './state.ts';
import type { Xml } from './xml.ts';

/** A rule with the id of its group. */
export interface OwnedRule extends GroupRule {
  readonly groupOf: string;
}

const GROUPS: Listing<SecurityGroup> = {
  set: 'securityGroupInfo',
  ids: 'GroupId',
  prefix: 'sg',
  id: (row) => row.id,
  rows: (state) => state.groups,
  fields: () => ({
    'group-id': (row) => [row.id],
    'group-name': (row) => [row.name],
    description: (row) => [row.description],
    'owner-id': () => [ACCOUNT_ID],
    'vpc-id': (row) => [row.vpcId],
    ...permissionFields('ip-permission', false),
    ...permissionFields('egress.ip-permission', true),
  }),
  xml: groupXml,
};

const RULES: Listing<OwnedRule> = {
  set: 'securityGroupRuleSet',
  ids: 'SecurityGroupRuleId',
  prefix: 'sgr',
  id: (row) => row.id,
  rows: (state) => state.groups.flatMap((group) => group.rules.map((rule) => ({ ...rule, groupOf: group.id }))),
  fields: () => ({ 'group-id': (row) => [row.groupOf], 'security-group-rule-id': (row) => [row.id] }),
  xml: ruleXml,
};

export const describeSecurityGroupRules = described(RULES);

/** DescribeSecurityGroups: by id. Names work only for a default VPC, which a lab does not have. */
export function describeSecurityGroups(state: Ec2State, parameters: Parameters): Answer {
  const [name] = list(parameters, 'GroupName');
  if (name !== undefined)
    throw new Ec2Error('InvalidGroup.NotFound', `The security group '${name}' does not exist in default VPC`);
  return described(GROUPS)(state, parameters);
}

/** A rule as DescribeSecurityGroupRules and the Authorize calls show it; ports are -1 if there are none. */
export function ruleXml(state: Ec2State, rule: OwnedRule): Xml {
  return {
    securityGroupRuleId: rule.id,
    groupId: rule.groupOf,
    groupOwnerId: ACCOUNT_ID,
    isEgress: rule.egress,
    ipProtocol: rule.protocol,
    fromPort: rule.from ?? -1,
    toPort: rule.to ?? -1,
    cidrIpv4: rule.cidr,
    referencedGroupInfo: rule.groupId === undefined ? undefined : { groupId: rule.groupId, userId: ACCOUNT_ID },
    description: rule.description,
    tagSet: tagSet(state, rule.id),
  };
}

function groupXml(state: Ec2State, group: SecurityGroup): Xml {
  return {
    ownerId: ACCOUNT_ID,
    groupId: group.id,
    groupName: group.name,
    groupDescription: group.description,
    vpcId: group.vpcId,
    ipPermissions: permissions(group.rules.filter((rule) => !rule.egress)),
    ipPermissionsEgress: permissions(group.rules.filter((rule) => rule.egress)),
    tagSet: tagSet(state, group.id),
  };
}

/** EC2 shows one permission for all peers of the same traffic. */
function permissions(rules: readonly GroupRule[]): Xml {
  const traffic = new Map<string, GroupRule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.from} ${rule.to}`;
    traffic.set(key, [...(traffic.get(key) ?? []), rule]);
  }
  return [...traffic.values()].map((alike) => ({
    ipProtocol: alike[0]?.protocol,
    fromPort: alike[0]?.from,
    toPort: alike[0]?.to,
    groups: alike.flatMap(({ groupId, description }) =>
      groupId === undefined ? [] : [{ userId: ACCOUNT_ID, groupId, description }],
    ),
    ipRanges: alike.flatMap(({ cidr, description }) => (cidr === undefined ? [] : [{ cidrIp: cidr, description }])),
    ipv6Ranges: [],
    prefixListIds: [],
  }));
}

function permissionFields(stem: string, egress: boolean): ReturnType<Listing<SecurityGroup>['fields']> {
  const of = (read: (rule: GroupRule) => string | number | undefined) => (group: SecurityGroup) =>
    group.rules.flatMap((rule) => {
      const value = rule.egress === egress ? read(rule) : undefined;
      return value === undefined ? [] : [String(value)];
    });
  return {
    [`${stem}.cidr`]: of((rule) => rule.cidr),
    [`${stem}.from-port`]: of((rule) => rule.from),
    [`${stem}.to-port`]: of((rule) => rule.to),
    [`${stem}.protocol`]: of((rule) => rule.protocol),
    [`${stem}.group-id`]: of((rule) => rule.groupId),
  };
}
