import type { FirewallChain } from '../facts/host/firewall.ts';
import {
  condition,
  type Field,
  type FirewallRule,
  type Part,
  type Pattern,
  ruleIn,
  type Verdict,
} from './firewall-rule.ts';

type ShownRule = readonly [text: string, rule: FirewallRule];

/** Many tunnels are looked up in the same chains. */
const read = new WeakMap<FirewallChain, readonly ShownRule[]>();

/** The rules of a chain, as packets meet them, each with its text. */
export function rulesOf(chain: FirewallChain): readonly ShownRule[] {
  const rules = read.get(chain) ?? chain.rules.flatMap((text) => rulesIn(text, chain.table));
  read.set(chain, rules);
  return rules;
}

function rulesIn(text: string, table: string): readonly ShownRule[] {
  if (table.startsWith('iptables ')) return [[text, ruleIn(text, iptables)]];
  return withoutMap(text).map((one) => [text, nftRule(one)]);
}

/** Fields that are compared together, `ip saddr . tcp dport`, are not understood. */
function nftRule(text: string): FirewallRule {
  const rule = ruleIn(text, nftables);
  return / \. /.test(text.replace(/"[^"]*"/g, '')) ? { ...rule, conditions: [], unclear: true } : rule;
}

/** `ct state vmap { established : accept, invalid : drop }` as one rule for each verdict. */
function withoutMap(rule: string): readonly string[] {
  const [, before, entries, after = ''] = /^(.*) vmap \{ ([^}]*) \}(.*)$/.exec(rule) ?? [];
  if (entries === undefined) return [rule];
  return entries.split(', ').map((entry) => `${before} ${entry.replace(' : ', ' ')}${after}`);
}

const value = String.raw`(!= |== )?(\{[^}]*\}|"[^"]*"|\S+)`;
const end = String.raw`(?=\s|$)`;

/** The cut end of a rule that was too long. */
const cut: Pattern = [/^\.\.\.$/, () => ({ unclear: true, verdict: { to: 'unclear' } })];
const nothing = (): Part => ({});
const to = (verdict: Verdict) => (): Part => ({ verdict });
const when =
  (field: Field) =>
  (not = '', values = ''): Part => ({ conditions: [condition(field, not, values)] });

function protocolIs(protocol = '') {
  return condition('protocol', undefined, protocol);
}

const nftables: readonly Pattern[] = [
  cut,
  [new RegExp(`^(?:ip protocol|meta l4proto) ${value}`), when('protocol')],
  [
    new RegExp(`^(tcp|udp|udplite|sctp|dccp) dport ${value}`),
    (protocol, not, ports = '') => ({ conditions: [protocolIs(protocol), condition('port', not, ports)] }),
  ],
  [new RegExp(`^th dport ${value}`), when('port')],
  [
    new RegExp(`^(tcp|udp|udplite|sctp|dccp|icmp|igmp|gre|esp|ah|comp) (?!dport)\\w+ ${value}`),
    (protocol) => ({ conditions: [protocolIs(protocol)], unclear: true }),
  ],
  [new RegExp(`^ip saddr ${value}`), when('from')],
  [new RegExp(`^ip daddr ${value}`), when('to')],
  [/^(?:ip6|icmpv6) (?=\w)/, () => ({ conditions: [condition('family', undefined, 'ipv6')], unclear: true })],
  [new RegExp(`^meta nfproto ${value}`), when('family')],
  [new RegExp(`^fib daddr type ${value}`), when('kind')],
  [new RegExp(`^(?:meta )?iif(?:name)? ${value}`), when('in')],
  [new RegExp(`^(?:meta )?oif(?:name)? ${value}`), when('out')],
  [new RegExp(`^ct state ${value}`), when('state')],
  [new RegExp(`^ct status ${value}`), when('status')],
  [/^counter(?: packets \d+ bytes \d+| name \S+)?/, nothing],
  [/^comment "[^"]*"/, nothing],
  [/^log(?: (?:prefix|level|flags|group|snaplen|queue-threshold) (?:"[^"]*"|\S+))*/, nothing],
  [new RegExp(`^accept${end}`), to({ to: 'accept' })],
  [new RegExp(`^drop${end}`), to({ to: 'drop' })],
  [/^reject(?: with \w+(?: type)? [\w-]+)?/, to({ to: 'drop' })],
  [new RegExp(`^return${end}`), to({ to: 'return' })],
  [new RegExp(`^continue${end}`), nothing],
  [/^queue.*/, to({ to: 'unclear' })],
  [/^jump (\S+)/, (chain = '') => ({ verdict: { to: 'jump', chain } })],
  [/^goto (\S+)/, (chain = '') => ({ verdict: { to: 'goto', chain } })],
];

const option = (names: string) => new RegExp(`^(! )?(?:${names}) (\\S+)`);

const iptables: readonly Pattern[] = [
  cut,
  [option('-p'), when('protocol')],
  [option('--dports?|--destination-ports?'), (not, ports = '') => when('port')(not, ports.replaceAll(':', '-'))],
  [option('-s'), when('from')],
  [option('-d'), when('to')],
  [option('-i'), when('in')],
  [option('-o'), when('out')],
  [option('--state|--ctstate'), when('state')],
  [option('--dst-type'), when('kind')],
  [/^-m \S+/, nothing],
  [/^--comment (?:"(?:[^"\\]|\\.)*"|\S+)/, nothing],
  [new RegExp(`^-j ACCEPT${end}`), to({ to: 'accept' })],
  [new RegExp(`^-j DROP${end}`), to({ to: 'drop' })],
  [/^-j REJECT.*/, to({ to: 'drop' })],
  [new RegExp(`^-j RETURN${end}`), to({ to: 'return' })],
  // They let the packet go on to the next rule.
  [/^-j (?:LOG|NFLOG|ULOG|AUDIT|TRACE|MARK|CONNMARK|SECMARK|CONNSECMARK|TCPMSS)(?: .*|$)/, nothing],
  [/^-j (\S+).*/, (chain = '') => ({ verdict: { to: 'jump', chain } })],
  [/^-g (\S+).*/, (chain = '') => ({ verdict: { to: 'goto', chain } })],
];
