import { fixed, lines, sh } from '../../../renderers/shell.ts';
import { unitFacts } from '../../../renderers/unit-facts.ts';
import type { UnitFacts } from '../units.ts';
import { unitFactsOf } from '../units.ts';

/** One call for all: it prints a block a unit, by the name that systemd has for it; what it does not know is inactive. */
export const servicesScript = (units: readonly string[]) =>
  lines([unitFacts, sh`facts=$(unit_facts ${units}) || exit 1`, fixed(`printf '%s\\n' "$facts" | sed 's/^/unit /'`)]);

export function servicesOf(after: (word: string) => readonly string[]): readonly UnitFacts[] {
  const blocks = after('unit')
    .join('\n')
    .split('\n\n')
    .map((block) => block.split('\n'));
  const all = blocks.map((block) => {
    const id = block.find((line) => line.startsWith('Id='))?.slice('Id='.length);
    return unitFactsOf(block, id);
  });
  // Two names of one unit are one unit.
  return [...new Map(all.map((one) => [one.unit, one])).values()];
}
