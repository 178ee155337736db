import { cidr, contains, ipv4 } from '../../crds/schema/address.ts';
import type { Group, Rule } from '../facts/ec2/vpc-network.ts';
import type { Ec2Input } from '../operations/operation.ts';
import type { DesiredPart } from './desired.ts';

/** The description of a rule that is managed here starts with it. Rules with other descriptions are left alone. */
const marker = 'ec2-redis-operator';

/**
 * Between hosts: GRE (47), VRRP (112), ICMP, without which path MTU discovery fails, and the tenants' ports: the proxy without the virtual
 * address tries them as a client does; and SSH, if the operator reaches the others through one of them. From outside: SSH for the operator, the tenants' ports for clients, and the ICMP message
 * "fragmentation needed" (type 3, code 4).
 */
export function wantedRules({ cluster, ports }: DesiredPart, groupId: string): readonly Rule[] {
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
    description: tenant === undefined ? marker : `${marker} tenant=${tenant}`,
  });
  const sshPorts = [...new Set(cluster.hosts.map(({ login }) => login.port))].sort((a, b) => a - b);
  const outside = [...new Set([...sshFrom, ...clientsFrom])].sort();
  return [
    rule('47', undefined, undefined, groupId),
    rule('112', undefined, undefined, groupId),
    rule('icmp', undefined, undefined, groupId),
    ...(areClients(cluster, clientsFrom)
      ? []
      : ports.map(({ tenant, port }) => rule('tcp', port, port, groupId, tenant))),
    ...endpointRules(cluster),
    ...(isJumpHostOurs(cluster) ? sshPorts.map((port) => rule('tcp', port, port, groupId)) : []),
    ...sshFrom.flatMap((source) => sshPorts.map((port) => rule('tcp', port, port, source))),
    ...clientsFrom.flatMap((source) => ports.map(({ tenant, port }) => rule('tcp', port, port, source, tenant))),
    ...outside.map((source) => rule('icmp', 3, 4, source)),
  ];
}

/**
 * HTTPS to an interface endpoint, which is created in the same group. With private DNS it takes the name of the EC2 API in the whole VPC, so that
 * it lets in the whole VPC: also the operator's machine, and proxies that are adopted.
 */
export function endpointRules({ network }: DesiredPart['cluster']): readonly Rule[] {
  const { egress, vpcCidr } = network;
  if (!egress?.endpoints.ec2 || 'adopt' in egress.endpoints.ec2) return [];
  return [{ protocol: 'tcp', from: 443, to: 443, source: vpcCidr, description: marker }];
}

/** The operator's connections then come from a host in the same group. */
function isJumpHostOurs({ ssh: { reach } }: DesiredPart['cluster']): boolean {
  return 'through' in reach && 'host' in reach.through;
}

/** Whether the proxies are let in as clients are. The number of rules of a security group is limited. */
function areClients({ hosts }: DesiredPart['cluster'], clientsFrom: readonly string[]): boolean {
  const ranges = clientsFrom.flatMap((source) => cidr(source) ?? []);
  return hosts.every(({ role, origin }) => {
    if (role !== 'proxy' || !('create' in origin)) return true;
    const address = ipv4(origin.create.address);
    return address !== undefined && ranges.some((range) => contains(range, address));
  });
}

export function isManaged({ description }: Rule): boolean {
  return description === marker || description.startsWith(`${marker} `);
}

/** The Tenant for whose port a rule is. */
export function tenantOf({ description }: Rule): string | undefined {
  return / tenant=(\S+)$/.exec(description)?.[1];
}

/** Whether a rule, whoever made it, allows what is wanted: all protocols, or more ports, do too. */
export function allows(one: Rule, want: Rule): boolean {
  if (one.source !== want.source) return false;
  if (one.protocol === '-1') return true;
  if (one.protocol !== want.protocol) return false;
  if (want.protocol !== 'tcp') return one.from === undefined || isSameRule(one, want);
  return (one.from ?? 0) <= (want.from ?? 0) && (want.to ?? 0) <= (one.to ?? 65_535);
}

export function isSameRule(a: Rule, b: Rule): boolean {
  return a.source === b.source && a.protocol === b.protocol && a.from === b.from && a.to === b.to;
}

/** The rule as AuthorizeSecurityGroupIngress and RevokeSecurityGroupIngress take it. */
export function permission({ id }: Group, rule: Rule): Ec2Input {
  const source = rule.source.startsWith('sg-')
    ? { UserIdGroupPairs: [{ GroupId: rule.source, Description: rule.description }] }
    : { IpRanges: [{ CidrIp: rule.source, Description: rule.description }] };
  const allPorts = rule.protocol === 'icmp' ? { FromPort: -1, ToPort: -1 } : {};
  const ports = rule.from === undefined ? allPorts : { FromPort: rule.from, ToPort: rule.to ?? rule.from };
  return { GroupId: id, IpPermissions: [{ IpProtocol: rule.protocol, ...ports, ...source }] };
}

const protocolNames: Readonly<Record<string, string>> = { '47': 'GRE', '112': 'VRRP' };

/** `TCP 6379 from 10.0.0.0/8`, `GRE from the same group`. */
export function ruleText({ protocol, from, to, source }: Rule): string {
  const name = protocolNames[protocol] ?? protocol.toUpperCase();
  const ports = from === undefined ? '' : protocol === 'icmp' ? ` ${from}/${to}` : ` ${from}`;
  return `${name}${ports} from ${source.startsWith('sg-') ? 'the same group' : source}`;
}
