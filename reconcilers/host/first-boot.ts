import type { Finding } from '../contract/finding.ts';
import { dependsOn, info, settling } from '../contract/remedy.ts';
import type { SystemFacts } from '../facts/host/system.ts';
import { type DesiredSystem, findingsOf } from './desired.ts';
import { bootFailed, bootNotFinished, clockBeforePackages, packageManagerLocked } from './messages.ts';

/** cloud-init creates users, takes apt's lock and restarts sshd. Until its first boot has ended, nothing is changed on the host. */
export function bootNotFinishedYet(desired: DesiredSystem, { cloudInit }: SystemFacts): readonly Finding[] {
  if (cloudInit?.status !== 'running') return [];
  const remedy = settling(bootNotFinished(desired.host.name));
  return [findingsOf(desired)('BootNotFinished', 'cloud-init', { have: 'running', want: 'finished' }, remedy)];
}

/** It has ended, so there is nothing to wait for. What it left undone shows elsewhere, if anything here needs it. */
export function failedBoot(desired: DesiredSystem, { cloudInit }: SystemFacts): readonly Finding[] {
  if (cloudInit?.status !== 'failed') return [];
  const remedy = info(bootFailed(desired.host.name, cloudInit.detail));
  return [findingsOf(desired)('BootFailed', 'cloud-init', { have: 'error', want: 'done' }, remedy)];
}

/**
 * The findings about packages, with what has to end first: another program's lock, or, after a boot, the time sync daemon's first
 * correction, as apt rejects a repository that was signed in the future.
 */
export function oncePossible(desired: DesiredSystem, findings: readonly Finding[], seen: SystemFacts) {
  const why = findings.some(({ remedy }) => remedy.by === 'action') ? obstacle(desired, seen) : undefined;
  if (!why) return findings;
  const wait = dependsOn(why.subject, `${why.field} comes first`);
  return [why, ...findings.map((one) => (one.remedy.by === 'action' ? { ...one, remedy: wait } : one))];
}

/** What has to end before a package is installed. */
export function obstacle(desired: DesiredSystem, seen: SystemFacts): Finding | undefined {
  const finding = findingsOf(desired);
  const { name } = desired.host;
  const { packageLock, synchronized, recentlyBooted } = seen;
  if (packageLock !== undefined) {
    const values = { have: `locked by ${packageLock}`, want: 'not locked' };
    const remedy = settling(packageManagerLocked(name, packageLock));
    return finding('PackageManagerBusy', 'package manager', values, remedy);
  }
  if (synchronized !== false || !recentlyBooted) return undefined;
  const values = { have: 'not synchronized', want: 'synchronized' };
  return finding('ClockNotSynchronized', 'clock before packages', values, settling(clockBeforePackages(name)));
}
