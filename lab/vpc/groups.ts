import type { Ec2State, GroupRule, NetworkInterface, SecurityGroup } from '../ec2/state.ts';
import { METADATA_ADDRESS } from '../topology.ts';
import { set } from './nft.ts';

/**
 * Security groups as an nftables table of the VPC's router, which forwards all packets of the hosts. Packets of an established connection
 * pass. A new connection needs an egress rule of its sender and an ingress rule of its receiver. Groups apply to the hosts' interfaces only:
 * not to the operator's machine, the router itself, or the metadata service, which an EC2 instance can always reach.
 */
export function groupRuleset(state: Ec2State): string {
  const endpoints = { ...state, interfaces: state.interfaces.filter((one) => one.managed === 'vpc_endpoint') };
  const used = state.groups.filter((group) => state.interfaces.some((one) => one.groups.includes(group.id)));
  return [
    'table ip groups',
    'delete table ip groups',
    'table ip groups {',
    ...state.groups.flatMap((group) => set(`set ${memberSet(group.id)}`, 'ipv4_addr', members(state, group))),
    ...used.flatMap((group) => [...groupChain(group, false), ...groupChain(group, true)]),
    ...state.interfaces.flatMap((one) => [...interfaceChain(one, false), ...interfaceChain(one, true)]),
    ...hook('foreign', 'forward', -10, between(state)),
    ...hook('out', 'forward', 0, [ANSWERS, ...verdicts('saddr', state, true)]),
    ...hook('in', 'forward', 10, [ANSWERS, ...verdicts('daddr', state, false), ...routedVerdicts(state)]),
    ...hook('services', 'input', 0, [
      ANSWERS,
      `ip daddr ${METADATA_ADDRESS} accept`,
      ...verdicts('saddr', state, true),
    ]),
    ...hook('endpoints', 'input', 10, [ANSWERS, ...verdicts('daddr', endpoints, false)]),
    '}',
    '',
  ].join('\n');
}

const ANSWERS = 'ct state established,related accept';

/** Isolates VPCs from each other, although they share one router. */
function between(state: Ec2State): string[] {
  const blocks = state.vpcs.flatMap((vpc) => {
    const bridges = state.subnets.filter((one) => one.vpcId === vpc.id).map((one) => `"${one.bridge}"`);
    return bridges.length === 0 ? [] : [bridges.join(', ')];
  });
  return blocks.flatMap((own) =>
    blocks.filter((other) => other !== own).map((other) => `iifname { ${own} } oifname { ${other} } drop`),
  );
}

function hook(name: string, where: string, priority: number, rules: readonly string[]): string[] {
  const lines = rules.map((rule) => `    ${rule}`);
  return [`  chain ${name} {`, `    type filter hook ${where} priority ${priority}; policy accept;`, ...lines, '  }'];
}

function verdicts(field: 'saddr' | 'daddr', state: Ec2State, egress: boolean): string[] {
  const elements = state.interfaces.flatMap((one) =>
    one.addresses.map((address) => `${address} : goto ${chainOf(one.host.interfaceId, egress)}`),
  );
  return elements.length === 0 ? [] : [`ip ${field} vmap { ${elements.join(', ')} }`];
}

/** What a route leads to an interface, whose address it does not have: the router's next hop says to which one. */
function routedVerdicts(state: Ec2State): string[] {
  const cidrs = state.routeTables.flatMap(({ routes }) =>
    routes.filter(({ target }) => target.startsWith('eni-')).map(({ cidr }) => cidr),
  );
  const hops = state.interfaces.map(({ host }) => `${host.address} : goto ${chainOf(host.interfaceId, false)}`);
  return [...new Set(cidrs)].map((cidr) => `ip daddr ${cidr} rt ip nexthop vmap { ${hops.join(', ')} }`);
}

function interfaceChain(nic: NetworkInterface, egress: boolean): string[] {
  const jumps = nic.groups.map((id) => `    jump ${chainOf(id, egress)}`);
  return [`  chain ${chainOf(nic.host.interfaceId, egress)} {`, ...jumps, '    drop', '  }'];
}

function groupChain(group: SecurityGroup, egress: boolean): string[] {
  const rules = group.rules.filter((rule) => rule.egress === egress).map((rule) => `    ${match(rule)} accept`);
  return [`  chain ${chainOf(group.id, egress)} {`, ...rules, '  }'];
}

function match(rule: GroupRule): string {
  const end = rule.egress ? 'daddr' : 'saddr';
  const peer = rule.groupId === undefined ? `ip ${end} ${rule.cidr}` : `ip ${end} @${memberSet(rule.groupId)}`;
  return [peer, ...traffic(rule)].join(' ');
}

function traffic({ protocol, from, to }: GroupRule): string[] {
  if (protocol === '-1') return [];
  if (protocol === 'tcp' || protocol === 'udp') return [`${protocol} dport ${from}-${to}`];
  if (protocol !== 'icmp') return [`ip protocol ${protocol}`];
  const any = (value: number | undefined) => value === undefined || value === -1;
  return [
    'ip protocol icmp',
    ...(any(from) ? [] : [`icmp type ${from}`]),
    ...(any(from) || any(to) ? [] : [`icmp code ${to}`]),
  ];
}

/** All addresses of the group's members, including secondary ones. */
function members(state: Ec2State, group: SecurityGroup): readonly string[] {
  return state.interfaces.filter((one) => one.groups.includes(group.id)).flatMap((one) => one.addresses);
}

function memberSet(groupId: string): string {
  return `m_${groupId.replace('-', '_')}`;
}

function chainOf(id: string, egress: boolean): string {
  return `${egress ? 'out' : 'in'}_${id.replace('-', '_')}`;
}
