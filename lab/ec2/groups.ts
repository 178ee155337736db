import { ruleXml } from './describe-groups.ts';
import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import { type Change, find, replaced, without } from './find.ts';
import { anywhere, rulesAsked, ruleWords, sameRule } from './group-rules.ts';
import { newId, unknownId } from './ids.ts';
import { tagSet } from './listing.ts';
import { list, type Parameters, required } from './query.ts';
import { type Ec2State, type GroupRule, type SecurityGroup, withoutTags } from './state.ts';
import { specifiedTags, withTags } from './tag-specifications.ts';

/** CreateSecurityGroup: no ingress is allowed, all egress is. */
export function createSecurityGroup(state: Ec2State, parameters: Parameters): Change {
  const name = required(parameters, 'GroupName');
  const description = required(parameters, 'GroupDescription');
  const vpcId = parameters.get('VpcId');
  if (vpcId === undefined) throw new Ec2Error('VPCIdNotSpecified', 'No default VPC for this user.');
  const vpc = find.vpc(state, vpcId);
  checkName(name, description);
  if (name === 'default') throw new Ec2Error('InvalidGroup.Reserved', `The security group 'default' is reserved`);
  if (state.groups.some((one) => one.vpcId === vpc.id && one.name === name))
    throw new Ec2Error('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`);
  const group = { id: newId('sg'), name, description, vpcId: vpc.id, rules: [anywhere(newId('sgr'), true)] };
  const next = withTags(
    { ...state, groups: [...state.groups, group] },
    group.id,
    specifiedTags(parameters, 'security-group'),
  );
  return { state: next, answer: { return: true, groupId: group.id, tagSet: tagSet(next, group.id) } };
}

export function deleteSecurityGroup(state: Ec2State, parameters: Parameters): Change {
  const { id, name, rules } = groupAsked(state, parameters);
  if (name === 'default')
    throw new Ec2Error('CannotDelete', `the specified group: "${id}" name: "default" cannot be deleted by a user`);
  const inUse = state.interfaces.some((one) => one.groups.includes(id));
  const referenced = state.groups.some((one) => one.id !== id && one.rules.some((rule) => rule.groupId === id));
  if (inUse || referenced) throw new Ec2Error('DependencyViolation', `resource ${id} has a dependent object`);
  const next = { ...state, groups: without(state.groups, id) };
  return { state: withoutTags(next, [id, ...rules.map((rule) => rule.id)]), answer: { return: true } };
}

/** AuthorizeSecurityGroupIngress and …Egress: all rules of a call or none. */
export function authorize(egress: boolean): (state: Ec2State, parameters: Parameters) => Change {
  return (state, parameters) => {
    const group = groupAsked(state, parameters);
    const added = rulesAsked(state, parameters, egress);
    const duplicate = added.find((one, index) =>
      [...group.rules, ...added.slice(0, index)].some((rule) => sameRule(rule, one)),
    );
    if (duplicate !== undefined)
      throw new Ec2Error('InvalidPermission.Duplicate', `the specified rule "${ruleWords(duplicate)}" already exists`);
    for (const { groupId } of added)
      if (groupId !== undefined && find.group(state, groupId).vpcId !== group.vpcId)
        throw new Ec2Error(
          'InvalidGroup.NotFound',
          `You have specified two resources that belong to different networks.`,
        );
    const groups = replaced(state.groups, { ...group, rules: [...group.rules, ...added] });
    const tags = specifiedTags(parameters, 'security-group-rule');
    const next = added.reduce((result, rule) => withTags(result, rule.id, tags), { ...state, groups });
    return {
      state: next,
      answer: {
        return: true,
        securityGroupRuleSet: added.map((rule) => ruleXml(next, { ...rule, groupOf: group.id })),
      },
    };
  };
}

/** RevokeSecurityGroupIngress and …Egress: by the rules' ids, or by the traffic they allow; all or none. */
export function revoke(egress: boolean): (state: Ec2State, parameters: Parameters) => Change {
  return (state, parameters) => {
    const group = groupAsked(state, parameters);
    const ids = list(parameters, 'SecurityGroupRuleId');
    const removed = ids.length > 0 ? byId(group, ids, egress) : alike(group, rulesAsked(state, parameters, egress));
    const groups = replaced(state.groups, { ...group, rules: group.rules.filter((rule) => !removed.includes(rule)) });
    return {
      state: withoutTags(
        { ...state, groups },
        removed.map((rule) => rule.id),
      ),
      answer: { return: true },
    };
  };
}

function byId(group: SecurityGroup, ids: readonly string[], egress: boolean): readonly GroupRule[] {
  return ids.map((id) => {
    const found = group.rules.find((rule) => rule.id === id && rule.egress === egress);
    if (found === undefined) throw unknownId('sgr', id);
    return found;
  });
}

function alike(group: SecurityGroup, asked: readonly GroupRule[]): readonly GroupRule[] {
  return asked.map((one) => {
    const found = group.rules.find((rule) => sameRule(rule, one));
    if (found === undefined)
      throw new Ec2Error('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    return found;
  });
}

function groupAsked(state: Ec2State, parameters: Parameters): SecurityGroup {
  const id = parameters.get('GroupId');
  if (id === undefined) throw missingParameter('groupId');
  return find.group(state, id);
}

function checkName(name: string, description: string): void {
  const allowed = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
  if (name.startsWith('sg-'))
    throw invalidValue(
      `Value (${name}) for parameter groupName is invalid. Group names may not be in the format sg-*.`,
    );
  for (const [parameter, value] of [
    ['groupName', name],
    ['GroupDescription', description],
  ] as const)
    if (!allowed.test(value))
      throw invalidValue(
        `Value (${value}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
      );
}
