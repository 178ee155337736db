import type { HostName } from '../../crds/fleet.ts';
import type { FirewallChain } from '../facts/host/firewall.ts';
import type { Observation } from '../facts/observation.ts';
import type { Verdict } from './firewall-rule.ts';
import { rulesOf } from './firewall-syntax.ts';
import { matches, type Traffic } from './firewall-traffic.ts';

/** What drops packets on a host. */
export interface Drop {
  /** As the host shows it, or `policy drop`. */
  readonly rule: string;
  /** The chain of the rule: `inet filter input`, `filter INPUT`. */
  readonly chain: string;
  /** The chain where such packets enter. */
  readonly base: FirewallChain;
}

/**
 * What drops all packets of this kind. Undefined if nothing does for certain: as soon as a rule may accept them, nothing after it counts, and
 * a rule that drops some of them is passed over.
 */
export function droppedBy(seen: Observation<readonly FirewallChain[]> | undefined, traffic: Traffic): Drop | undefined {
  if (seen?.state !== 'present') return undefined;
  const hooks = traffic.direction === 'in' ? ['ingress', 'prerouting', 'input'] : ['output'];
  for (const base of seen.value) {
    if (base.hook === undefined || !hooks.includes(base.hook)) continue;
    const fate = fateIn(base, { chains: seen.value, traffic });
    if (typeof fate === 'object') return { ...fate, base };
    if (fate === 'passed' && base.policy === 'drop') return { rule: 'policy drop', chain: nameOf(base), base };
  }
  return undefined;
}

/** `RULE in chain X of HOST drops it`, in words; `what`: what it drops. */
export function dropText({ rule, chain }: Drop, host: HostName, what = 'it'): string {
  const why = rule === 'policy drop' ? `, as no rule accepts ${what}` : '';
  return `\`${rule}\` in chain ${chain} of ${host} drops ${what}${why}`;
}

/** A command that lets a protocol pass the chain that drops it. */
export function acceptCommand({ base }: Drop, protocol: number): string {
  if (base.table.startsWith('iptables ')) {
    return `iptables -t ${base.table.slice('iptables '.length)} -I ${base.name} -p ${protocol} -j ACCEPT`;
  }
  return `nft insert rule ${base.table} ${base.name} meta l4proto ${protocol} accept`;
}

/** `passed`: no rule decides. `unclear`: a rule may accept them. */
type Fate = 'accepted' | 'passed' | 'unclear' | Pick<Drop, 'rule' | 'chain'>;

interface Filter {
  readonly chains: readonly FirewallChain[];
  readonly traffic: Traffic;
}

/** The kernel allows chains to be nested to a depth of 16. */
function fateIn(chain: FirewallChain, filter: Filter, depth = 16): Fate {
  for (const [text, rule] of rulesOf(chain)) {
    const match = matches(rule, filter.traffic);
    if (match === false) continue;
    const fate = fateBy(rule.verdict, chain, filter, depth) ?? { rule: text, chain: nameOf(chain) };
    if (match === undefined && fate !== 'next' && typeof fate === 'string') return 'unclear';
    if (match && fate !== 'next') return fate;
  }
  return 'passed';
}

/** What a verdict does to a packet; `next`: the next rule decides. Undefined: it is dropped. */
function fateBy(verdict: Verdict, chain: FirewallChain, filter: Filter, depth: number): Fate | 'next' | undefined {
  switch (verdict.to) {
    case 'drop':
      return undefined;
    case 'accept':
      return 'accepted';
    case 'return':
      return 'passed';
    case 'continue':
      return 'next';
    case 'unclear':
      return 'unclear';
    default: {
      const target = filter.chains.find(({ table, name }) => table === chain.table && name === verdict.chain);
      const fate = target && depth > 0 ? fateIn(target, filter, depth - 1) : 'unclear';
      return fate === 'passed' && verdict.to === 'jump' ? 'next' : fate;
    }
  }
}

function nameOf({ table, name }: FirewallChain): string {
  return `${table.replace(/^iptables /, '')} ${name}`;
}
