import { act, type Drift, notice, operator, wait } from '../drift.ts';
import { ec2Step, partTags } from '../ec2-tags.ts';
import { type GroundSight, groupName } from '../ground.ts';
import type { Group, Rule } from '../questions/ground.ts';
import type { Ec2Input } from '../verbs/verb.ts';
import { type DesiredPart, finding, presenceDrift } from './desired.ts';

/** What the description of a rule of ours begins with, the Tenant behind it: rules of others in our group are theirs. */
const mark = 'ec2-redis-operator';

/** The security group, and in it what the hosts need of each other, of the operator and of clients. */
export function groupDrift(desired: DesiredPart, sight: GroundSight): readonly Drift[] {
  const { cluster } = desired;
  const declared = cluster.network.securityGroup;
  if (!declared) return [];
  if (sight.group.state === 'there') return rulesDrift(desired, sight.group.value, 'adopt' in declared.origin);
  const name = groupName(cluster.name);
  if (sight.vpc.state !== 'there')
    return [finding(desired, 'security group', name, 'none', wait('rests on network/vpc', 'network/vpc'))];
  const make = ec2Step(`create security group ${name}`, 'CreateSecurityGroup', {
    GroupName: name,
    Description: `hosts of ${cluster.name}`,
    VpcId: sight.vpc.value.id,
    TagSpecifications: partTags('security-group', cluster.name, 'security-group'),
  });
  return presenceDrift(desired, 'security group', name, sight.group, [make]);
}

function rulesDrift(desired: DesiredPart, group: Group, adopted: boolean): readonly Drift[] {
  const want = wantedRules(desired, group.id);
  const missing = want.filter((rule) => !group.ingress.some((one) => allows(one, rule)));
  const stale = group.ingress.filter((one) => isOurs(one) && !want.some((rule) => same(one, rule)));
  return [
    ...missing.map((rule) => {
      const remedy = adopted
        ? operator(`the group is not ours to change: allow it in ${group.id}, or declare a group of ours`)
        : act([
            ec2Step(`let in ${words(rule)} to ${group.id}`, 'AuthorizeSecurityGroupIngress', permission(group, rule)),
          ]);
      return finding(desired, `rule ${words(rule)}`, 'let in', 'not let in', remedy);
    }),
    ...(adopted ? [] : stale).map((rule) => {
      const tenant = tenantOf(rule);
      const revoke = ec2Step(
        `let in ${words(rule)} to ${group.id} no more`,
        'RevokeSecurityGroupIngress',
        permission(group, rule),
      );
      // Narrowed by its documents it is a setting like any other; what belongs to a Tenant that left them goes with it.
      const remedy =
        tenant === undefined || desired.tenants.includes(tenant)
          ? act([revoke])
          : notice('nobody declares it any more', { of: `tenant ${tenant}`, actions: [revoke] });
      return finding(desired, `rule ${words(rule)}`, 'not let in', 'let in', remedy);
    }),
  ];
}

/**
 * Among hosts: GRE (47), VRRP (112), and ICMP, without which a path's MTU is never found. From outside: SSH for the operator, the tenants' ports
 * for clients, and the ICMP message that says "fragmentation needed" (type 3, code 4).
 */
function wantedRules({ cluster, ports }: DesiredPart, groupId: string): readonly Rule[] {
  const { sshFrom = [], clientsFrom = [] } = cluster.network.securityGroup ?? {};
  const rule = (
    protocol: string,
    from: number | undefined,
    to: number | undefined,
    source: string,
    tenant?: string,
  ): Rule => ({
    protocol,
    from,
    to,
    source,
    description: tenant === undefined ? mark : `${mark} tenant=${tenant}`,
  });
  const outside = [...new Set([...sshFrom, ...clientsFrom])].sort();
  return [
    rule('47', undefined, undefined, groupId),
    rule('112', undefined, undefined, groupId),
    rule('icmp', undefined, undefined, groupId),
    ...sshFrom.map((source) => rule('tcp', cluster.ssh.port, cluster.ssh.port, source)),
    ...clientsFrom.flatMap((source) => ports.map(({ tenant, port }) => rule('tcp', port, port, source, tenant))),
    ...outside.map((source) => rule('icmp', 3, 4, source)),
  ];
}

function isOurs({ description }: Rule): boolean {
  return description === mark || description.startsWith(`${mark} `);
}

function tenantOf({ description }: Rule): string | undefined {
  return / tenant=(\S+)$/.exec(description)?.[1];
}

/** A rule of anybody's that lets in what is wanted: all protocols, or more ports, do as well. */
function allows(one: Rule, want: Rule): boolean {
  if (one.source !== want.source) return false;
  if (one.protocol === '-1') return true;
  if (one.protocol !== want.protocol) return false;
  if (want.protocol !== 'tcp') return one.from === undefined || same(one, want);
  return (one.from ?? 0) <= (want.from ?? 0) && (want.to ?? 0) <= (one.to ?? 65_535);
}

function same(a: Rule, b: Rule): boolean {
  return a.source === b.source && a.protocol === b.protocol && a.from === b.from && a.to === b.to;
}

function permission({ id }: Group, rule: Rule): Ec2Input {
  const source = rule.source.startsWith('sg-')
    ? { UserIdGroupPairs: [{ GroupId: rule.source, Description: rule.description }] }
    : { IpRanges: [{ CidrIp: rule.source, Description: rule.description }] };
  const whole = rule.protocol === 'icmp' ? { FromPort: -1, ToPort: -1 } : {};
  const ports = rule.from === undefined ? whole : { FromPort: rule.from, ToPort: rule.to ?? rule.from };
  return { GroupId: id, IpPermissions: [{ IpProtocol: rule.protocol, ...ports, ...source }] };
}

const protocolNames: Readonly<Record<string, string>> = { '47': 'GRE', '112': 'VRRP' };

function words({ protocol, from, to, source }: Rule): string {
  const what = protocolNames[protocol] ?? protocol.toUpperCase();
  const ports = from === undefined ? '' : protocol === 'icmp' ? ` ${from}/${to}` : ` ${from}`;
  return `${what}${ports} from ${source.startsWith('sg-') ? 'each other' : source}`;
}
