import { type HostWorld, OperationFailed, type SystemWorld, type World } from './world.ts';

/** A launched instance: cloud-init ends first, and the upgrade of the system last. */
export function beginFirstBoot(now: number): SystemWorld['firstBoot'] {
  return { cloudInit: now + 20_000, clock: now + 25_000, upgrade: now + 40_000 };
}

/** Each part ends at its time. */
export function stepFirstBoot({ now }: World, { system }: HostWorld): boolean {
  const left = Object.entries(system.firstBoot).filter(([, end]) => end > now);
  const changed = left.length < Object.keys(system.firstBoot).length;
  if (changed) system.firstBoot = Object.fromEntries(left);
  return changed;
}

/** The output of the fact `system` about it (facts/host/system/first-boot.ts). */
export function firstBootLines({ system: { firstBoot, cloudInitError } }: HostWorld): readonly string[] {
  return [
    ...(firstBoot.cloudInit ? ['cloud-init-status 0 status: running'] : []),
    ...(!firstBoot.cloudInit && cloudInitError ? [`cloud-init-result {"v1":{"errors":["${cloudInitError}"]}}`] : []),
    ...(firstBoot.upgrade ? ['package-lock 812 unattended-upgr'] : []),
    ...(Object.keys(firstBoot).length ? ['booted recently'] : []),
  ];
}

/** cloud-init and an upgrade hold apt's lock for longer than apt waits for it, and a clock that is not set yet makes apt reject every repository. */
export function checkFirstBoot({ system: { firstBoot } }: HostWorld): void {
  const [part] = Object.keys(firstBoot);
  if (part !== undefined) throw new OperationFailed(`packages are not installed during the first boot: ${part}`);
}
