/** A rule of a packet filter, as far as it is understood. */
export interface FirewallRule {
  /** All of them must match. */
  readonly conditions: readonly Condition[];
  /** It has conditions that are not understood. */
  readonly unclear: boolean;
  readonly verdict: Verdict;
}

export interface Condition {
  readonly field: Field;
  /** One of them must match: `47`, `gre`, `80-90`, `10.0.0.0/8`, `established`. */
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** `kind`: that of the destination, such as `local`. `in`, `out`: network devices. `status`: whether NAT changed it. */
export type Field = 'family' | 'protocol' | 'port' | 'from' | 'to' | 'kind' | 'in' | 'out' | 'state' | 'status';

/** What happens to a packet that matches. `unclear`: it may be accepted or not. */
export type Verdict =
  | { readonly to: 'accept' | 'drop' | 'return' | 'continue' | 'unclear' }
  | { readonly to: 'jump' | 'goto'; readonly chain: string };

/** What a part of a rule adds to it. */
export type Part = Partial<FirewallRule>;

/** How a part of a rule is written, at the start of what is left of it, and what it means. */
export type Pattern = readonly [RegExp, (...groups: readonly string[]) => Part];

/** A rule, read part by part. Every word that fits no pattern is a condition that is not understood. */
export function ruleIn(text: string, patterns: readonly Pattern[]): FirewallRule {
  let rule: FirewallRule = { conditions: [], unclear: false, verdict: { to: 'continue' } };
  let rest = text.trim();
  while (rest !== '') {
    const [length, part] = firstPart(rest, patterns);
    const conditions = [...rule.conditions, ...(part.conditions ?? [])];
    rule = { conditions, unclear: rule.unclear || part.unclear === true, verdict: part.verdict ?? rule.verdict };
    rest = rest.slice(length).trimStart();
  }
  return rule;
}

/** The condition that a field has one of these values: `{ 22, 80-90 }`, `"lo"`, `RELATED,ESTABLISHED`. */
export function condition(field: Field, not: string | undefined, values: string): Condition {
  const list = values.replace(/^\{|\}$/g, '').split(',');
  const plain = list.map((one) => one.trim().replace(/^"|"$/g, '').toLowerCase());
  return { field, values: plain, negated: /!/.test(not ?? '') };
}

function firstPart(rest: string, patterns: readonly Pattern[]): readonly [number, Part] {
  for (const [pattern, meaning] of patterns) {
    const [whole, ...groups] = pattern.exec(rest) ?? [];
    if (whole) return [whole.length, meaning(...groups)];
  }
  const [word] = /^(?:"(?:[^"\\]|\\.)*"|\{[^}]*\}|\S+)/.exec(rest) ?? [rest];
  return [word.length, { unclear: true }];
}
