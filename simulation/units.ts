import type { ActionOf } from '../reconcilers/operations/actions.ts';
import type { ScriptResult } from '../renderers/host-batch.ts';
import { succeeded } from './answer.ts';
import { vendorUnit } from './packages.ts';
import { services } from './services.ts';
import { type HostWorld, OperationFailed, type Part, type UnitWorld, type World } from './world.ts';

/** `systemctl daemon-reload`, `enable`, then the command, as separate parts. */
export function orderUnit(world: World, host: HostWorld, { unit, order }: ActionOf<'unit'>): readonly Part[] {
  if (order === 'stop')
    return [() => Object.assign(unitOf(host, unit), { enabled: false }), () => endUnit(world, host, unit)];
  if (order === 'mask') return [() => Object.assign(unitOf(host, unit), { masked: true })];
  return [
    () => reread(host),
    () => {
      if (!unitFile(host, unit)) throw new OperationFailed(`Failed to enable unit: Unit file ${unit} does not exist.`);
      unitOf(host, unit).enabled = true;
    },
    () => {
      const { active } = unitOf(host, unit);
      if (order === 'start' && active === 'active') return;
      if (order === 'reload' && active !== 'active') throw new OperationFailed(`${unit} is not active, cannot reload.`);
      begin(world, host, unit, order);
    },
  ];
}

/** Starts, restarts or reloads a unit: the effect of its programs is in services.ts. */
export function begin(world: World, host: HostWorld, unit: string, order: 'start' | 'restart' | 'reload'): void {
  const state = unitOf(host, unit);
  if (order === 'restart') services[unit]?.end(world, host);
  state.read = unitFile(host, unit);
  const well = services[unit]?.run(world, host, order) ?? true;
  if (order !== 'reload') state.active = well ? 'active' : 'failed';
  if (!well) throw new OperationFailed(`Job for ${unit} failed because the control process exited with error code.`);
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

/** The output of systemctl for the requested units, one line each. */
export function renderUnits(host: HostWorld, units: readonly string[]): ScriptResult {
  return succeeded(units.map((unit) => `${unitLine(host, unit)}\n`).join(''));
}

/** Its facts, each followed by a space. */
export function unitLine(host: HostWorld, unit: string): string {
  const file = unitFile(host, unit);
  const none: UnitWorld = { active: 'inactive', enabled: false, read: undefined };
  const { active, enabled, read, masked } = host.units[unit] ?? none;
  const stale = active === 'active' && !masked && read !== file;
  const loaded = file !== undefined || (active === 'active' && read !== undefined);
  const state = masked ? 'masked' : file === undefined ? '' : enabled ? 'enabled' : 'disabled';
  const facts = `LoadState=${masked ? 'masked' : loaded ? 'loaded' : 'not-found'} ActiveState=${active} UnitFileState=${state}`;
  return `Id=${unit} ${facts} NeedDaemonReload=${stale ? 'yes' : 'no'} `;
}

function reread(host: HostWorld): void {
  for (const [unit, state] of Object.entries(host.units)) state.read = unitFile(host, unit);
}
