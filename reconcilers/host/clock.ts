import type { Finding } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { info, settling } from '../contract/remedy.ts';
import { timeSyncDaemons } from '../facts/host/system/clock.ts';
import type { SystemFacts } from '../facts/host/system.ts';
import { unitState } from '../shared/files-and-units.ts';
import { type DesiredSystem, desiredSystems, facts, findingsOf, prepare } from './desired.ts';
import { obstacle } from './first-boot.ts';
import { clockNotSynchronized } from './messages.ts';
import { installation, isInstalled } from './packages.ts';
import { systemOf } from './systems/index.ts';
import type { System } from './systems/system.ts';

/** A time sync daemon runs: EC2 refuses requests that a proxy signs with a clock five minutes off. Nothing depends on this subject. */
export const clock = bind<DesiredSystem, ReturnType<typeof facts>>({
  component: 'host',
  desire: (fleet, inventory) => desiredSystems(fleet, inventory, 'clock'),
  facts,
  diff: (desired, { system: seen }) => {
    const system = seen.state === 'present' ? systemOf(seen.value.release) : undefined;
    return seen.state === 'present' && system ? clockFindings(desired, system, seen.value) : [];
  },
});

function clockFindings(desired: DesiredSystem, system: System, seen: SystemFacts): readonly Finding[] {
  const { clock: own, manager } = system;
  const finding = findingsOf(desired);
  const daemons = seen.services.filter(({ unit }) => (timeSyncDaemons as readonly string[]).includes(unit));
  const active = daemons.filter((one) => one.active === 'active');
  const running = active.find(({ enabled }) => enabled);
  if (running) {
    if (seen.synchronized !== false) return [];
    const values = { have: 'not synchronized', want: 'synchronized' };
    const message = clockNotSynchronized(running.unit);
    return [finding('ClockNotSynchronized', 'clock', values, seen.recentlyBooted ? settling(message) : info(message))];
  }
  const { name } = desired.host;
  const unit = active[0]?.unit ?? own.unit;
  if (!active.length && !isInstalled(own, seen) && manager) {
    const install = prepare(desired, installation(desired, system, [own]), `install ${own.package} on ${name}`);
    const remedy = install.by === 'action' ? (obstacle(desired, seen)?.remedy ?? install) : install;
    const values = { have: 'not installed', want: 'installed' };
    return [finding('PackagesMissing', `package ${own.package}`, values, remedy)];
  }
  const start = { operation: 'unit', host: name, unit, order: 'start' } as const;
  const remedy = prepare(desired, [start], `run systemctl enable --now ${unit} on ${name}`);
  const have = active[0] ? `${unit} ${unitState(active[0])}` : 'none active';
  const reason = active.length ? 'NotEnabled' : 'NotRunning';
  return [finding(reason, 'time sync daemon', { have, want: `${unit} enabled, active` }, remedy)];
}
