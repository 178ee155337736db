import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FirewallChain, firewall } from '../../reconcilers/facts/host/firewall.ts';
import type { Observation } from '../../reconcilers/facts/observation.ts';
import { reveal } from '../../renderers/lib/text.ts';

/** What `nft list ruleset`, `iptables-save` or `iptables-legacy-save` prints on a host; a program that is left out is not installed. */
export type Programs = Readonly<Partial<Record<'nft' | 'iptables-save' | 'iptables-legacy-save', string>>>;

/** The fact firewall of a host, read by its real script. */
export function firewallOf(programs: Programs): Observation<readonly FirewallChain[]> {
  const { status, stdout, stderr } = runFirewall(programs);
  return firewall.read({ exit: status ?? 1, stdout, stderr, truncated: false }, {});
}

/** Runs the script with no other programs than these and awk. */
export function runFirewall(programs: Programs) {
  const folder = mkdtempSync(join(tmpdir(), 'firewall-'));
  try {
    for (const [name, listing] of Object.entries(programs)) {
      const file = join(folder, `${name}.txt`);
      writeFileSync(file, listing);
      writeFileSync(join(folder, name), `#!/bin/sh\nexec /bin/cat ${file}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    symlinkSync('/usr/bin/awk', join(folder, 'awk'));
    return spawnSync('/bin/sh', [], { input: reveal(firewall.script({})), encoding: 'utf8', env: { PATH: folder } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A table of nft with one base chain. */
export function nftChain(hook: 'input' | 'output', rules: readonly string[], policy = 'accept'): string {
  const head = `\t\ttype filter hook ${hook} priority filter; policy ${policy};`;
  return ['table inet guard {', `\tchain ${hook} {`, head, ...rules.map((rule) => `\t\t${rule}`), '\t}', '}', ''].join(
    '\n',
  );
}
