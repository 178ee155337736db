import { fixed } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

/** A chain of the host's packet filter, of nftables or of iptables. */
export interface FirewallChain {
  /** `inet filter`, as nft names it; `iptables filter`, if its rules are those of iptables-save. */
  readonly table: string;
  readonly name: string;
  /** Where packets enter it: `input`, `output`, `prerouting`, `ingress`. Undefined: from other chains only. */
  readonly hook: string | undefined;
  /** What happens to a packet at its end: `accept`, `drop`, or `return` to the chain that it came from. */
  readonly policy: string;
  /** Rules with a verdict, in order, without counters. One that was too long ends with ` ...`. Those of ingress begin with that of its devices. */
  readonly rules: readonly string[];
}

/** Lines of output that a chain may bring, with those that it leads to; a longer one is left out. */
const mostLines = 200;
const mostCharacters = 300;

/**
 * The chains that may drop IPv4 packets of the host itself: those where packets enter, and to which these lead. None without a firewall, or
 * without nft and iptables. nft does not show what the older programs of iptables have loaded, whose tables the kernel lists.
 */
export const firewall: HostProbe<object, readonly FirewallChain[]> = {
  via: 'host',
  script: () =>
    fixed(`rules='' more='' save=iptables-save
if command -v nft >/dev/null 2>&1; then
  rules=$(nft list ruleset) || exit 1
  save=iptables-legacy-save
  [ -s /proc/net/ip_tables_names ] || save=''
fi
if [ -n "$save" ] && command -v "$save" >/dev/null 2>&1; then more=$("$save") || exit 1; fi
[ -n "$rules$more" ] || exit 0
printf '%s\\n' "$rules" "$more" | awk '${program}'`),
  read: (raw) => whole(raw, chainsOf),
};

/** Without intervals in patterns and without functions of gawk, for mawk and busybox. */
const program = `
function begin(name, at, then) {
  key = table " " name; of[key] = table; policy[key] = then; count[key] = 0
  enter(at)
}
function enter(at) {
  hook[key] = "-"
  if (at ~ /^(input|output|prerouting|ingress)$/) { hook[key] = at; base[++bases] = key }
}
function add(text) {
  if (length(text) > ${mostCharacters}) text = substr(text, 1, ${mostCharacters}) " ..."
  rule[key, ++count[key]] = text
}
function reach(from, i, j, n, word) {
  if (!(from in policy) || from in reached) return
  reached[from] = 1; order[++size] = from; lines += count[from] + 1
  if (policy[from] == "drop") drops = 1
  for (i = 1; i <= count[from]; i++) {
    if (rule[from, i] ~ /(^| )(drop|reject|DROP|REJECT)| [.][.][.]$/) drops = 1
    n = split(rule[from, i], word, /[ ,]+/)
    for (j = 1; j < n; j++) if (word[j] ~ /^(jump|goto|-j|-g)$/) reach(of[from] " " word[j + 1])
  }
}
function show(chain, i) {
  if (chain in shown) return
  shown[chain] = 1
  print chain " " hook[chain] ": policy " policy[chain]
  for (i = 1; i <= count[chain]; i++) print chain " " hook[chain] ": " rule[chain, i]
}
$1 == "table" { table = $2 " " $3; ours = $2 ~ /^(ip|inet|netdev)$/; next }
$1 == "chain" { inside = ours; if (inside) begin($2, "-", "return"); next }
$1 == "flags" && /dormant/ { ours = 0 }
$1 == "}" { inside = 0; next }
inside && $1 == "type" {
  for (i = 2; i < NF; i++) if ($i == "hook") enter($(i + 1))
  policy[key] = /policy drop/ ? "drop" : "accept"
  if (sub(/.* hook ingress devices? (= )?/, "") && sub(/ priority .*/, "")) add("iifname != " $0 " accept")
  next
}
inside && /accept|drop|reject|queue|return|jump|goto|vmap/ {
  gsub(/^[ \\t]+|counter packets [0-9]+ bytes [0-9]+ /, ""); add($0); next
}
/^[*]/ { table = "iptables " substr($1, 2); next }
/^:/ { begin(substr($1, 2), $2 == "-" ? "-" : tolower(substr($1, 2)), $2 == "-" ? "return" : tolower($2)); next }
/^-A .* -[jg] / { key = table " " $2; gsub(/^-A [^ ]+ | +$/, ""); add($0) }
END {
  for (b = 1; b <= bases; b++) {
    split("", reached); size = lines = drops = 0
    reach(base[b])
    if (drops && lines <= ${mostLines}) for (o = 1; o <= size; o++) show(order[o])
  }
}`;

function chainsOf(stdout: string): readonly FirewallChain[] {
  const all: (FirewallChain & { rules: string[] })[] = [];
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [, table = '', name = '', hook, rule] = /^(\S+ \S+) (\S+) (\S+): (.+)$/.exec(line) ?? [];
    if (rule === undefined) throw new Error(`not a rule of a chain: ${line.slice(0, 100)}`);
    const policy = /^policy (accept|drop|return)$/.exec(rule)?.[1];
    const last = all.at(-1);
    if (policy) all.push({ table, name, hook: hook === '-' ? undefined : hook, policy, rules: [] });
    else if (last?.table === table && last.name === name) last.rules.push(rule);
    else throw new Error(`a rule before its chain: ${line.slice(0, 100)}`);
  }
  return all;
}
