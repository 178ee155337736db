import type { ScriptResult } from '../renderers/host-batch.ts';
import { succeeded } from './answer.ts';
import type { HostWorld } from './world.ts';

/** The chains of a host's firewall that may drop packets, as its script prints them. */
export function renderFirewall({ firewall = [] }: HostWorld): ScriptResult {
  const lines = firewall.flatMap(({ table, name, hook = '-', policy, rules }) =>
    [`policy ${policy}`, ...rules].map((rule) => `${table} ${name} ${hook}: ${rule}\n`),
  );
  return succeeded(lines.join(''));
}
