import { fixed, lines, sh } from '../../../../renderers/lib/shell.ts';
import { unitFacts } from '../../../../renderers/lib/unit-facts.ts';
import type { UnitFacts } from '../units.ts';
import { unitFactsOf } from '../units.ts';

/** One call for all units. It prints one block per unit, under systemd's name for it; an unknown unit is inactive. */
export const servicesScript = (units: readonly string[]) =>
  lines([unitFacts, sh`facts=$(unit_facts ${units}) || exit 1`, fixed(`printf '%s\\n' "$facts" | sed 's/^/unit /'`)]);

export function servicesOf(after: (word: string) => readonly string[]): readonly UnitFacts[] {
  const all = blocksOf(after).map((block) => {
    const id = block.find((line) => line.startsWith('Id='))?.slice('Id='.length);
    return unitFactsOf(block, id);
  });
  // A unit may be requested under two names.
  return [...new Map(all.map((one) => [one.unit, one])).values()];
}

/** The units that are masked, on disk and as systemd has read it: nothing can start or enable them. */
export function maskedOf(after: (word: string) => readonly string[]): readonly string[] {
  return blocksOf(after).flatMap((block) => {
    const masked = block.includes('LoadState=masked') && block.includes('UnitFileState=masked');
    return masked ? block.flatMap((line) => /^Id=(.+)$/.exec(line)?.slice(1) ?? []) : [];
  });
}

function blocksOf(after: (word: string) => readonly string[]): readonly (readonly string[])[] {
  return after('unit')
    .join('\n')
    .split('\n\n')
    .map((block) => block.split('\n'));
}
