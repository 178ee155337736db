import type { HostAnswer } from '../questions/sense.ts';
import type { ActionOf } from '../verbs/index.ts';
import { answered } from './answer.ts';
import { vendorUnit } from './packages.ts';
import { services } from './services.ts';
import { type HostWorld, type Part, type UnitWorld, VerbFailed, type World } from './world.ts';

/** `systemctl daemon-reload`, `enable`, then the order, each a part of its own. */
export function orderUnit(world: World, host: HostWorld, { unit, order }: ActionOf<'unit'>): readonly Part[] {
  if (order === 'stop')
    return [() => Object.assign(unitOf(host, unit), { enabled: false }), () => endUnit(world, host, unit)];
  return [
    () => reread(host),
    () => {
      if (!unitFile(host, unit)) throw new VerbFailed(`Failed to enable unit: Unit file ${unit} does not exist.`);
      unitOf(host, unit).enabled = true;
    },
    () => {
      const { active } = unitOf(host, unit);
      if (order === 'start' && active === 'active') return;
      if (order === 'reload' && active !== 'active') throw new VerbFailed(`${unit} is not active, cannot reload.`);
      begin(world, host, unit, order);
    },
  ];
}

/** Starts, restarts or reloads a unit: what its programs do to the world stands in services.ts. */
export function begin(world: World, host: HostWorld, unit: string, order: 'start' | 'restart' | 'reload'): void {
  const state = unitOf(host, unit);
  if (order === 'restart') services[unit]?.end(world, host);
  state.read = unitFile(host, unit);
  const well = services[unit]?.run(world, host, order) ?? true;
  if (order !== 'reload') state.active = well ? 'active' : 'failed';
  if (!well) throw new VerbFailed(`Job for ${unit} failed because the control process exited with error code.`);
}

/** `systemctl stop`. */
export function endUnit(world: World, host: HostWorld, unit: string, how: 'inactive' | 'failed' = 'inactive'): void {
  services[unit]?.end(world, host);
  unitOf(host, unit).active = how;
}

export function unitOf(host: HostWorld, unit: string): UnitWorld {
  host.units[unit] ??= { active: 'inactive', enabled: false, read: undefined };
  return host.units[unit];
}

export function unitFile(host: HostWorld, unit: string): string | undefined {
  return host.files[`/etc/systemd/system/${unit}`]?.text ?? vendorUnit(host, unit);
}

/** What systemctl shows of the units asked for, a line each. */
export function printUnits(host: HostWorld, units: readonly string[]): HostAnswer {
  return answered(units.map((unit) => `${unitLine(host, unit)}\n`).join(''));
}

/** Its facts, a space between and behind. */
export function unitLine(host: HostWorld, unit: string): string {
  const file = unitFile(host, unit);
  const { active, enabled, read } = host.units[unit] ?? { active: 'inactive', enabled: false, read: undefined };
  const stale = active === 'active' && read !== file;
  const loaded = file !== undefined || (active === 'active' && read !== undefined);
  const state = file === undefined ? '' : enabled ? 'enabled' : 'disabled';
  const facts = `LoadState=${loaded ? 'loaded' : 'not-found'} ActiveState=${active} UnitFileState=${state}`;
  return `Id=${unit} ${facts} NeedDaemonReload=${stale ? 'yes' : 'no'} `;
}

function reread(host: HostWorld): void {
  for (const [unit, state] of Object.entries(host.units)) state.read = unitFile(host, unit);
}
