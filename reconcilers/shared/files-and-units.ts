import { digest } from '../../renderers/lib/text.ts';
import { type Finding, type FindingBuilder, findingsAbout } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, notObserved } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { FileFacts } from '../facts/host/files.ts';
import type { UnitFacts } from '../facts/host/units.ts';
import type { Observation } from '../facts/observation.ts';
import type { DesiredFile } from '../operations/actions.ts';

/** A unit that does its work when the host boots, and its files. A fault in it shows at the next boot only: it has no impact now. */
export interface BootService {
  readonly subject: Subject;
  readonly host: string;
  readonly unit: string;
  /** How the unit picks up new files without disturbing what runs. */
  readonly order: 'start' | 'restart';
  readonly files: readonly DesiredFile[];
}

/** What is wrong with a unit, in systemd's terms, and the order that fixes it. */
export interface UnitFault {
  readonly reason: Extract<Reason, 'NotRunning' | 'NotEnabled' | 'NotLoaded'>;
  readonly have: string;
  readonly order: 'start' | 'reload';
}

/** Files first: the unit is enabled and started once they are as rendered. */
export function bootServiceFindings(
  { subject, host, unit, order, files: wanted }: BootService,
  files: Observation<readonly FileFacts[]>,
  units: Observation<readonly UnitFacts[]>,
): readonly Finding[] {
  const finding = findingsAbout(subject);
  if (files.state !== 'present') return [unitNotObserved(finding, unit, files)];
  const stale = staleFiles(wanted, files.value);
  if (stale.length) {
    const write = act([{ operation: 'write-files', host, files: stale }]);
    return stale.map(({ path }) => {
      const have = files.value.some((one) => one.path === path) ? 'different' : 'absent';
      return finding('FileDiffers', path, { have, want: 'as rendered' }, write);
    });
  }
  if (units.state !== 'present') return [unitNotObserved(finding, unit, units)];
  const fault = unitFault(units.value, unit);
  if (!fault) return [];
  const fix = act([{ operation: 'unit', host, unit, order }]);
  return [finding(fault.reason, unit, { have: fault.have, want: 'enabled, active' }, fix)];
}

function unitNotObserved(finding: FindingBuilder, unit: string, seen: Observation<unknown>): Finding {
  return finding('NotObserved', unit, { have: 'unknown', want: 'enabled, active' }, notObserved(seen));
}

/** Managed files that are missing, or differ in content, mode or owner. */
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

/** Undefined when the unit is enabled, active, and loaded from its current file. */
export function unitFault(units: readonly UnitFacts[], name: string): UnitFault | undefined {
  const unit = units.find((one) => one.unit === name);
  const have = unitState(unit);
  if (unit?.active !== 'active') return { reason: 'NotRunning', have, order: 'start' };
  if (!unit.enabled) return { reason: 'NotEnabled', have, order: 'reload' };
  return unit.needsDaemonReload
    ? { reason: 'NotLoaded', have: `${have}, unit file not reloaded`, order: 'reload' }
    : undefined;
}

/** `enabled, inactive`, in systemd's terms; a unit that does not exist is `not enabled, absent`. */
export function unitState(unit: Pick<UnitFacts, 'enabled' | 'active'> | undefined): string {
  return `${unit?.enabled ? 'enabled' : 'not enabled'}, ${unit?.active ?? 'absent'}`;
}

/** How a unit picks up new files: reloaded when it runs, started otherwise. Undefined while its state is not known. */
export function orderFor(units: Observation<readonly UnitFacts[]>, name: string): 'start' | 'reload' | undefined {
  if (units.state !== 'present') return undefined;
  return units.value.find((one) => one.unit === name)?.active === 'active' ? 'reload' : 'start';
}
