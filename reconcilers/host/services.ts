import type { Drift } from '../drift.ts';
import type { SystemFacts } from '../questions/system.ts';
import { type DesiredSystem, findingOf, prepare } from './desired.ts';
import type { System } from './systems/system.ts';

/** Units of the distribution that its packages bring, and that must run; and those that must not. */
export function servicesDrift(desired: DesiredSystem, system: System, seen: SystemFacts): readonly Drift[] {
  return [...mustRun(desired, system, seen), ...mustNot(desired, system, seen), ...selinuxDrift(desired, system, seen)];
}

function mustRun(desired: DesiredSystem, { services }: System, seen: SystemFacts): readonly Drift[] {
  return services.flatMap(({ unit, package: name }): readonly Drift[] => {
    const have = seen.services.find((one) => one.unit === unit);
    // Without its package it comes after that; a build of one's own has units of its own.
    if (seen.halfway.includes(name) || (!have?.loaded && !seen.packages[name])) return [];
    if (have?.enabled && have.active === 'active') return [];
    const words = `${have?.enabled ? 'enabled' : 'not enabled'}, ${have?.active ?? 'not there'}`;
    const start = { verb: 'unit', host: desired.host.name, unit, order: 'start' } as const;
    const remedy = prepare(desired, [start], `enable and start ${unit} on ${desired.host.name}`);
    const hurts = have?.active === 'active' ? [] : desired.tenants;
    return [findingOf(desired)(unit, 'enabled, active', words, remedy, hurts)];
  });
}

function mustNot(desired: DesiredSystem, { stopped = [] }: System, seen: SystemFacts): readonly Drift[] {
  const running = seen.services.filter(
    ({ unit, enabled, active }) => stopped.includes(unit) && (enabled || active === 'active'),
  );
  return running.map(({ unit, enabled, active }) => {
    const stop = { verb: 'unit', host: desired.host.name, unit, order: 'stop' } as const;
    const remedy = prepare(desired, [stop], `disable and stop ${unit} on ${desired.host.name}`);
    return findingOf(desired)(unit, 'off', `${enabled ? 'enabled' : 'not enabled'}, ${active}`, remedy);
  });
}

function selinuxDrift(desired: DesiredSystem, { selinux }: System, seen: SystemFacts): readonly Drift[] {
  const have = seen.selinux;
  if (!selinux || !have || (have.now !== 'Enforcing' && have.atBoot === 'disabled')) return [];
  const off = { verb: 'selinux-off', host: desired.host.name } as const;
  const remedy = prepare(desired, [off], `set SELINUX=disabled in /etc/selinux/config of ${desired.host.name}`);
  return [
    findingOf(desired)('SELinux', 'disabled', `${have.now}, and ${have.atBoot || 'unknown'} at the next boot`, remedy),
  ];
}
