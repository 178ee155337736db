import { act, blind, type Drift, operator, type Remedy } from '../drift.ts';
import type { Observation } from '../observation.ts';
import type { MemberFacts } from '../questions/members.ts';
import type { Kernel } from '../questions/system/kernel.ts';
import type { SystemFacts } from '../questions/system.ts';
import { reasonOf } from '../service.ts';
import { type DesiredSystem, findingOf, prepare } from './desired.ts';
import type { System } from './systems/system.ts';

type Members = Observation<readonly MemberFacts[]> | undefined;

/** The kernel that the system's containers need runs, or is rebooted into, once the boot loader has it as its default. */
export function kernelDrift(
  desired: DesiredSystem,
  { kernel }: System,
  seen: SystemFacts,
  members: Members,
): readonly Drift[] {
  const { running, atBoot } = seen.kernel;
  if (!kernel || running.includes(kernel.contains)) return [];
  const finding = (remedy: Remedy): readonly Drift[] => [findingOf(desired)('kernel', kernel.words, running, remedy)];
  const { name } = desired.host;
  if (!atBoot?.includes(kernel.contains)) {
    const reason = `${kernel.package} is installed, and ${name} would boot ${atBoot ?? 'another one'} all the same: make it the default (grubby --set-default=/boot/vmlinuz-…). No container runs there until then`;
    return finding(operator(reason));
  }
  const vain = vainReboot(seen.kernel, atBoot);
  if (vain) return finding(operator(`${name} ${vain}`));
  if (members?.state === 'unknown') return finding(blind(reasonOf(members)));
  return finding(rebootRemedy(desired, seen.kernel, atBoot, runningTenants(desired, members)));
}

/** Rebooted for that very kernel, and up again with another. */
function vainReboot({ rebooted, boot, running }: Kernel, atBoot: string): string | undefined {
  if (rebooted?.kernel !== atBoot || rebooted.boot === boot) return undefined;
  return `was rebooted into ${atBoot} and came up with ${running}: see its console (aws ec2 get-console-output) and /boot/grub/grub.conf`;
}

function rebootRemedy(desired: DesiredSystem, { boot }: Kernel, kernel: string, tenants: readonly string[]): Remedy {
  const reboot = { verb: 'host-reboot', host: desired.host.name, boot, kernel } as const;
  const remedy = prepare(desired, [reboot], `reboot ${desired.host.name} into ${kernel}`);
  return remedy.by === 'action' ? act(remedy.actions, tenants) : remedy;
}

/** Those that have a Redis running here: with nothing of theirs a reboot interrupts nobody. */
function runningTenants({ tenants }: DesiredSystem, members: Members): readonly string[] {
  const running = (members?.state === 'present' ? members.value : []).filter(({ processes }) => processes.length);
  return tenants.filter((tenant) => running.some(({ name }) => name.startsWith(`${tenant}-`)));
}
