import { type Drift, notice } from '../drift.ts';
import { clockKeepers } from '../questions/system/clock.ts';
import type { SystemFacts } from '../questions/system.ts';
import { bind } from '../reconciler.ts';
import { type DesiredSystem, desiredSystems, findingOf, prepare, questions } from './desired.ts';
import { installation, isThere } from './packages.ts';
import { systemOf } from './systems/index.ts';
import type { System } from './systems/system.ts';

/** Somebody keeps the clock: EC2 refuses what a proxy signs with one that is five minutes wrong. Nothing rests on it. */
export const clock = bind<DesiredSystem, ReturnType<typeof questions>>({
  concern: 'host',
  desire: (fleet, inventory) => desiredSystems(fleet, inventory, 'clock'),
  questions,
  diff: (desired, { system: seen }) => {
    const system = seen.state === 'present' ? systemOf(seen.value.release) : undefined;
    return seen.state === 'present' && system ? clockDrift(desired, system, seen.value) : [];
  },
});

function clockDrift(desired: DesiredSystem, system: System, seen: SystemFacts): readonly Drift[] {
  const { clock: own, manager } = system;
  const finding = findingOf(desired);
  const keepers = seen.services.filter(({ unit }) => (clockKeepers as readonly string[]).includes(unit));
  const active = keepers.filter((one) => one.active === 'active');
  const runs = active.find(({ enabled }) => enabled);
  if (runs) {
    if (seen.synchronised !== false) return [];
    const reason = `${runs.unit} has not reached its servers: right after a start it takes minutes, later see chronyc sources. EC2 refuses what a proxy signs with a clock that is five minutes wrong, the move of the address among it`;
    return [finding('clock', 'synchronised', 'not synchronised', notice(reason))];
  }
  const { name } = desired.host;
  const unit = active[0]?.unit ?? own.unit;
  if (!active.length && !isThere(own, seen) && manager) {
    const remedy = prepare(desired, installation(desired, system, [own]), `install ${own.package} on ${name}`);
    return [finding(`package ${own.package}`, 'installed, or another that keeps the clock', 'missing', remedy)];
  }
  const start = { verb: 'unit', host: name, unit, order: 'start' } as const;
  const remedy = prepare(desired, [start], `systemctl enable --now ${unit} on ${name}`);
  const have = active.length ? `by ${unit}, which is not enabled` : `nobody keeps it (${unit} does not run)`;
  return [finding('clock', 'kept, after a boot too', have, remedy)];
}
