import { digest } from '../renderers/text.ts';
import { act, blind, type Drift, type Remedy, type Subject } from './drift.ts';
import type { Observation } from './observation.ts';
import type { FileFacts } from './questions/files.ts';
import type { UnitFacts } from './questions/units.ts';
import type { DesiredFile } from './verbs/index.ts';

/** A unit that does its work when the host boots, and the files that it works by. What only a boot would show hurts nobody now. */
export interface BootService {
  readonly subject: Subject;
  readonly host: string;
  readonly unit: string;
  /** How the unit takes up new files without hurting what runs. */
  readonly order: 'start' | 'restart';
  readonly files: readonly DesiredFile[];
}

export function bootServiceDrift(
  { subject, host, unit, order, files: wanted }: BootService,
  files: Observation<readonly FileFacts[]>,
  units: Observation<readonly UnitFacts[]>,
): readonly Drift[] {
  const finding = (field: string, want: string, have: string, remedy: Remedy): Drift => ({
    subject,
    field,
    want,
    have,
    hurts: [],
    remedy,
  });
  if (files.state !== 'present') return [finding(unit, 'enabled', 'could not be seen', blind(reasonOf(files)))];
  const stale = staleFiles(wanted, files.value);
  const write = act([{ verb: 'write-files', host, files: stale }]);
  if (stale.length)
    return stale.map(({ path }) =>
      finding(path, 'as rendered', files.value.some((one) => one.path === path) ? 'different' : 'missing', write),
    );
  if (units.state !== 'present') return [finding(unit, 'enabled', 'could not be seen', blind(reasonOf(units)))];
  const fault = unitFault(units.value, unit);
  return fault ? [finding(unit, 'enabled, active', fault.have, act([{ verb: 'unit', host, unit, order }]))] : [];
}

/** Files of ours that are missing, or differ in content, mode or owner. */
export function staleFiles(wanted: readonly DesiredFile[], have: readonly FileFacts[]): readonly DesiredFile[] {
  return wanted.filter((want) => {
    const file = have.find((one) => one.path === want.path);
    return !(
      file?.sha256 === digest(want.content) &&
      Number.parseInt(file.mode, 8) === Number.parseInt(want.mode, 8) &&
      file.owner === want.owner.split(':')[0]
    );
  });
}

/** Why a unit is not as it should be, in systemd's words, and the order that mends it; undefined when it is. */
export function unitFault(
  units: readonly UnitFacts[],
  name: string,
): { readonly have: string; readonly order: 'start' | 'reload' } | undefined {
  const unit = units.find((one) => one.unit === name);
  const have = `${unit?.enabled ? 'enabled' : 'not enabled'}, ${unit?.active ?? 'not there'}`;
  if (unit?.active !== 'active') return { have, order: 'start' };
  if (!unit.enabled) return { have, order: 'reload' };
  return unit.needsDaemonReload ? { have: `${have}, and its file has changed since`, order: 'reload' } : undefined;
}

/** How a unit takes up new files: reloaded when it runs, else started. Undefined while its state is not known. */
export function orderFor(units: Observation<readonly UnitFacts[]>, name: string): 'start' | 'reload' | undefined {
  if (units.state !== 'present') return undefined;
  return units.value.find((one) => one.unit === name)?.active === 'active' ? 'reload' : 'start';
}

/** Why something could not be seen, in words. */
export function reasonOf(seen: Observation<unknown>): string {
  return seen.state === 'unknown' ? seen.reason : 'nothing was answered';
}
