import type { TenantName } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { act, manual, notObserved, type Remedy } from '../contract/remedy.ts';
import type { Kernel } from '../facts/host/system/kernel.ts';
import type { SystemFacts } from '../facts/host/system.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import type { Observation } from '../facts/observation.ts';
import { tenantOfContainer } from '../shared/names.ts';
import { type DesiredSystem, findingsOf, prepare } from './desired.ts';
import { bootDefaultDiffers, rebootedInVain } from './messages.ts';
import type { System } from './systems/system.ts';

type Members = Observation<readonly MemberFacts[]> | undefined;

/** The kernel that containers need is running. If not, the host is rebooted into it, once it is the boot loader's default. */
export function kernelFindings(
  desired: DesiredSystem,
  { kernel }: System,
  seen: SystemFacts,
  members: Members,
): readonly Finding[] {
  const { running, atBoot } = seen.kernel;
  if (!kernel || running.includes(kernel.contains)) return [];
  const finding = (reason: Reason, remedy: Remedy): readonly Finding[] => [
    findingsOf(desired)(reason, 'kernel', { have: running, want: kernel.displayName }, remedy),
  ];
  const { name } = desired.host;
  if (!atBoot?.includes(kernel.contains))
    return finding('BootKernelDiffers', manual(bootDefaultDiffers(name, kernel.package, atBoot)));
  if (wasIneffective(seen.kernel, atBoot))
    return finding('RebootIneffective', manual(rebootedInVain(name, atBoot, running)));
  if (members?.state === 'unknown') return finding('RebootRequired', notObserved(members));
  return finding('RebootRequired', rebootRemedy(desired, seen.kernel, atBoot, runningTenants(desired, members)));
}

/** The host was rebooted into that very kernel, and has booted since with another one. */
function wasIneffective({ rebooted, boot }: Kernel, atBoot: string): boolean {
  return rebooted?.kernel === atBoot && rebooted.boot !== boot;
}

function rebootRemedy(
  desired: DesiredSystem,
  { boot }: Kernel,
  kernel: string,
  tenants: readonly TenantName[],
): Remedy {
  const reboot = { operation: 'host-reboot', host: desired.host.name, boot, kernel } as const;
  const remedy = prepare(desired, [reboot], `reboot ${desired.host.name} into ${kernel}`);
  return remedy.by === 'action' ? act(remedy.actions, tenants) : remedy;
}

/** Tenants with a Redis or Sentinel running here. A reboot does not disrupt the others. */
function runningTenants({ tenants }: DesiredSystem, members: Members): readonly TenantName[] {
  const running = (members?.state === 'present' ? members.value : []).filter(({ processes }) => processes.length);
  const names = new Set(running.map(({ name }) => tenantOfContainer(name)));
  return tenants.filter((tenant) => names.has(tenant));
}
