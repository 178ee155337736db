import type { Finding } from '../contract/finding.ts';
import { manual } from '../contract/remedy.ts';
import type { Selinux } from '../facts/host/system/security.ts';
import type { SystemFacts } from '../facts/host/system.ts';
import { unitState } from '../shared/files-and-units.ts';
import { type DesiredSystem, findingsOf, prepare } from './desired.ts';
import { selinuxEnforcing } from './messages.ts';
import type { Requirement, System } from './systems/system.ts';

/** Units that the distribution's packages bring, and that must run. */
export function requiredServices(desired: DesiredSystem, { services }: System, seen: SystemFacts): readonly Finding[] {
  return services.flatMap(({ unit, package: name }): readonly Finding[] => {
    const have = seen.services.find((one) => one.unit === unit);
    // Without its package, that is reported instead. A self-compiled build has units of its own.
    if (seen.halfConfigured.includes(name) || (!have?.loaded && !seen.packages[name])) return [];
    const active = have?.active === 'active';
    if (have?.enabled && active) return [];
    const start = { operation: 'unit', host: desired.host.name, unit, order: 'start' } as const;
    const remedy = prepare(desired, [start], `enable and start ${unit} on ${desired.host.name}`);
    const values = { have: unitState(have), want: 'enabled, active' };
    const impacts = active ? [] : desired.tenants;
    return [findingsOf(desired)(active ? 'NotEnabled' : 'NotRunning', unit, values, remedy, impacts)];
  });
}

/** Units of the distribution that must not run. */
export function stoppedServices(
  desired: DesiredSystem,
  { stopped = [] }: System,
  seen: SystemFacts,
): readonly Finding[] {
  const running = seen.services.filter(
    ({ unit, enabled, active }) => stopped.includes(unit) && (enabled || active === 'active'),
  );
  return running.map((one) => {
    const { unit } = one;
    const stop = { operation: 'unit', host: desired.host.name, unit, order: 'stop' } as const;
    const remedy = prepare(desired, [stop], `disable and stop ${unit} on ${desired.host.name}`);
    const values = { have: unitState(one), want: 'not enabled, inactive' };
    return findingsOf(desired)('ServiceNotDisabled', unit, values, remedy);
  });
}

/** Services in packages that we installed are masked: an upgrade of the package would enable and start them. Others are foreign. */
export function maskedServices(
  desired: DesiredSystem,
  requirements: readonly Requirement[],
  seen: SystemFacts,
): readonly Finding[] {
  const host = desired.host.name;
  const ours = requirements.filter((one) => seen.installedByUs.includes(one.package));
  return ours
    .flatMap(({ units = [] }) => units)
    .flatMap(({ unit, mayRun }): readonly Finding[] => {
      const have = seen.services.find((one) => one.unit === unit);
      const masked = seen.masked.includes(unit);
      const runs = !mayRun && have?.active === 'active';
      if (masked && !runs) return [];
      const orders = runs ? (['stop', 'mask'] as const) : (['mask'] as const);
      const actions = orders.map((order) => ({ operation: 'unit', host, unit, order }) as const);
      const remedy = prepare(desired, actions, `run systemctl ${runs ? 'mask --now' : 'mask'} ${unit} on ${host}`);
      const values = { have: masked ? `masked, ${have?.active}` : unitState(have), want: 'masked' };
      return [findingsOf(desired)('ServiceNotMasked', unit, values, remedy)];
    });
}

/** SELinux is not enforcing now, and where it must be off, disabled at the next boot. */
export function selinuxFindings(desired: DesiredSystem, { selinux }: System, seen: SystemFacts): readonly Finding[] {
  const have = seen.selinux;
  if (!selinux || !have) return [];
  if (selinux === 'not-enforcing') return enforcingFindings(desired, have);
  if (have.now !== 'Enforcing' && have.atBoot === 'disabled') return [];
  const off = { operation: 'selinux-off', host: desired.host.name } as const;
  const remedy = prepare(desired, [off], `set SELINUX=disabled in /etc/selinux/config of ${desired.host.name}`);
  const values = { have: `${have.now}, ${have.atBoot || 'unknown'} at the next boot`, want: 'disabled' };
  return [findingsOf(desired)('SelinuxNotDisabled', 'SELinux', values, remedy)];
}

/** How strict a host is, is its owner's to decide: it is reported, and not changed. */
function enforcingFindings(desired: DesiredSystem, { now, atBoot }: Selinux): readonly Finding[] {
  if (now !== 'Enforcing' && atBoot !== 'enforcing') return [];
  const values = { have: `${now}, ${atBoot || 'unknown'} at the next boot`, want: 'permissive or disabled' };
  return [findingsOf(desired)('SelinuxEnforcing', 'SELinux', values, manual(selinuxEnforcing(desired.host.name)))];
}
