import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, info, manual } from '../contract/remedy.ts';
import type { Group, Rule } from '../facts/ec2/vpc-network.ts';
import { ec2Step, partTags } from '../shared/ec2-tags.ts';
import { groupName } from '../shared/vpc-network-facts.ts';
import type { PartContext } from './desired.ts';
import { allows, isManaged, isSameRule, permission, ruleText, tenantOf, wantedRules } from './ingress-rules.ts';
import { ruleInAdoptedGroup } from './messages.ts';
import { presenceFindings } from './presence.ts';

const field = 'security group';

/** The security group, and in it the rules that the hosts, the operator and clients need. */
export function groupFindings(context: PartContext): readonly Finding[] {
  const { desired, state, finding } = context;
  const { cluster } = desired;
  const declared = cluster.network.securityGroup;
  if (!declared) return [];
  if (state.group.state === 'present') return rulesFindings(context, state.group.value, 'adopt' in declared.origin);
  const name = groupName(cluster.name);
  if (state.vpc.state !== 'present')
    return [finding('Missing', field, { have: 'absent', want: name }, dependsOn('network/vpc'))];
  const create = ec2Step(`create security group ${name}`, 'CreateSecurityGroup', {
    GroupName: name,
    Description: `hosts of ${cluster.name}`,
    VpcId: state.vpc.value.id,
    TagSpecifications: partTags('security-group', cluster, 'security-group'),
  });
  return presenceFindings(context, field, name, state.group, [create]);
}

function rulesFindings(context: PartContext, group: Group, adopted: boolean): readonly Finding[] {
  const wanted = wantedRules(context.desired, group.id);
  const missing = wanted.filter((rule) => !group.ingress.some((one) => allows(one, rule)));
  const isHeldUp = (rule: Rule) => context.desired.heldUp.includes(tenantOf(rule) ?? '');
  const stale = group.ingress.filter(
    (one) => isManaged(one) && !isHeldUp(one) && !wanted.some((rule) => isSameRule(one, rule)),
  );
  return [
    ...missing.map((rule) => missingRule(context, group, rule, adopted)),
    ...(adopted ? [] : stale).map((rule) => staleRule(context, group, rule)),
  ];
}

function missingRule({ finding }: PartContext, group: Group, rule: Rule, adopted: boolean): Finding {
  const text = ruleText(rule);
  const allow = ec2Step(`allow ${text} in ${group.id}`, 'AuthorizeSecurityGroupIngress', permission(group, rule));
  const remedy = adopted ? manual(ruleInAdoptedGroup(group.id)) : act([allow]);
  return finding('IngressRuleMissing', `rule ${text}`, { have: 'absent', want: 'present' }, remedy);
}

/** One that a document was narrowed by is revoked like any other setting. One of a Tenant that is no longer declared is pruned with it. */
function staleRule({ desired, finding }: PartContext, group: Group, rule: Rule): Finding {
  const text = ruleText(rule);
  const tenant = tenantOf(rule);
  const revoke = ec2Step(`revoke ${text} in ${group.id}`, 'RevokeSecurityGroupIngress', permission(group, rule));
  const values = { have: 'present', want: 'absent' };
  if (tenant === undefined || desired.tenants.includes(tenant))
    return finding('IngressRuleStale', `rule ${text}`, values, act([revoke]));
  const remedy = info(`tenant ${tenant} is no longer declared`, { of: `tenant ${tenant}`, actions: [revoke] });
  return finding('IngressRuleStale', `rule ${text}`, values, remedy);
}
