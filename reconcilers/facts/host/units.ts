import { lines, sh } from '../../../renderers/lib/shell.ts';
import { unitFacts } from '../../../renderers/lib/unit-facts.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

/** A systemd unit, in systemctl's terms. */
export interface UnitFacts {
  readonly unit: string;
  readonly loaded: boolean;
  /** active, inactive, failed, activating … */
  readonly active: string;
  readonly enabled: boolean;
  /** The unit's file changed on disk since systemd read it. */
  readonly needsDaemonReload: boolean;
}

export const units: HostProbe<{ readonly units: readonly string[] }, readonly UnitFacts[]> = {
  via: 'host',
  script: ({ units }) =>
    lines([
      unitFacts,
      sh`for unit in ${units}; do`,
      // Not in a pipe, so that its exit code counts: a systemd that does not respond must not look like a missing unit.
      sh`  facts=$(unit_facts "$unit") || exit 1`,
      sh`  printf '%s' "$facts" | tr '\\n' ' '; echo`,
      sh`done`,
    ]),
  read: (raw, { units }) => whole(raw, (stdout) => unitsOf(stdout.split('\n').filter(Boolean), units)),
};

function unitsOf(lines: readonly string[], units: readonly string[]): readonly UnitFacts[] {
  if (lines.length !== units.length) throw new Error(`${lines.length} lines about ${units.length} units`);
  return lines.map((line, index) => unitFactsOf(line.trim().split(' '), units[index]));
}

/** A unit's facts from the output of `systemctl show`: one `NAME=VALUE` per entry. */
export function unitFactsOf(pairs: readonly string[], unit: string | undefined): UnitFacts {
  const facts = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  const active = facts.get('ActiveState');
  if (!unit || !active) throw new Error(`not the output of systemctl show: ${pairs.join(' ')}`);
  return {
    unit,
    loaded: facts.get('LoadState') === 'loaded',
    active,
    enabled: facts.get('UnitFileState') === 'enabled',
    needsDaemonReload: facts.get('NeedDaemonReload') === 'yes',
  };
}
