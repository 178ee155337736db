import { cidrText, parseCidr } from './cidr.ts';
import { Ec2Error, invalidValue, missingParameter } from './errors.ts';
import { find } from './find.ts';
import { newId } from './ids.ts';
import { list, type Parameters, required, structures } from './query.ts';
import type { Ec2State, GroupRule } from './state.ts';

/** A rule that allows all traffic from or to anywhere. */
export function anywhere(id: string, egress: boolean): GroupRule {
  return {
    id,
    egress,
    protocol: '-1',
    from: undefined,
    to: undefined,
    cidr: '0.0.0.0/0',
    groupId: undefined,
    description: undefined,
  };
}

/** The rules in a call: `IpPermissions.N`, each with its peers, or a single rule in top-level parameters. */
export function rulesAsked(state: Ec2State, parameters: Parameters, egress: boolean): readonly GroupRule[] {
  const permissions = structures(parameters, 'IpPermissions');
  const rules =
    permissions.length > 0 ? permissions.flatMap((one) => ofPermission(state, one, egress)) : flat(parameters, egress);
  if (rules.length === 0) throw missingParameter('ipPermissions');
  return rules;
}

/** Whether two rules allow the same traffic, ignoring ids and descriptions. */
export function sameRule(a: GroupRule, b: GroupRule): boolean {
  return ruleKey(a) === ruleKey(b);
}

/** A rule as EC2 writes it in error messages. */
export function ruleWords({ protocol, from, to, cidr, groupId }: GroupRule): string {
  const name = protocol === '-1' ? 'ALL' : protocol.toUpperCase();
  const ports = from === undefined ? [] : [`from port: ${from}`, `to port: ${to}`];
  return [`peer: ${cidr ?? groupId}`, name, ...ports, 'ALLOW'].join(', ');
}

function ruleKey({ egress, protocol, from, to, cidr, groupId }: GroupRule): string {
  return JSON.stringify([egress, protocol, from, to, cidr, groupId]);
}

function ofPermission(state: Ec2State, permission: Parameters, egress: boolean): readonly GroupRule[] {
  if (structures(permission, 'Ipv6Ranges').length > 0)
    throw new Ec2Error('Unsupported', 'This lab does not support IPv6.');
  if (list(permission, 'PrefixListIds').length > 0 || structures(permission, 'PrefixListIds').length > 0)
    throw new Ec2Error('Unsupported', 'This lab does not support prefix lists.');
  const match = traffic(permission);
  const rule = { id: '', egress, ...match, cidr: undefined, groupId: undefined, description: undefined };
  const blocks = structures(permission, 'IpRanges').map((range) => ({
    ...rule,
    id: newId('sgr'),
    cidr: block(required(range, 'CidrIp')),
    description: range.get('Description'),
  }));
  const groups = structures(permission, 'Groups').map((peer) => ({
    ...rule,
    id: newId('sgr'),
    groupId: find.group(state, required(peer, 'GroupId')).id,
    description: peer.get('Description'),
  }));
  return [...blocks, ...groups];
}

function flat(parameters: Parameters, egress: boolean): readonly GroupRule[] {
  const cidr = parameters.get('CidrIp');
  if (cidr === undefined) return [];
  const rule = { id: newId('sgr'), egress, groupId: undefined, description: undefined };
  return [{ ...rule, ...traffic(parameters), cidr: block(cidr) }];
}

function traffic(permission: Parameters): Pick<GroupRule, 'protocol' | 'from' | 'to'> {
  const protocol = protocolName(required(permission, 'IpProtocol'));
  const from = number(permission, 'FromPort');
  const to = number(permission, 'ToPort');
  if (protocol === 'tcp' || protocol === 'udp') {
    if (from === undefined || to === undefined)
      throw invalidValue(`Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`);
    if (from < 0 || to > 65535 || from > to) throw invalidValue(`Invalid TCP/UDP port range (${from}:${to})`);
    return { protocol, from, to };
  }
  if (protocol === 'icmp') return { protocol, from: from ?? -1, to: to ?? -1 };
  return { protocol, from: undefined, to: undefined };
}

const NAMES: { readonly [word: string]: string } = { '6': 'tcp', '17': 'udp', '1': 'icmp', all: '-1' };

function protocolName(asked: string): string {
  const name = NAMES[asked.toLowerCase()] ?? asked.toLowerCase();
  const isNumber = /^\d{1,3}$/.test(name) && Number(name) <= 255;
  if (['tcp', 'udp', 'icmp', '-1'].includes(name) || isNumber) return name;
  throw invalidValue(`Invalid value '${asked}' for IP protocol. Unknown protocol.`);
}

function number(permission: Parameters, name: string): number | undefined {
  const value = permission.get(name);
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value)) throw invalidValue(`Invalid value '${value}' for portRange. Must be a number.`);
  return Number(value);
}

function block(text: string): string {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw invalidValue(`CIDR block ${text} is malformed`);
  return cidrText(cidr);
}
