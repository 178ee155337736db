import type { Finding } from '../contract/finding.ts';
import type { Reason } from '../contract/reasons.ts';
import { manual, type Remedy } from '../contract/remedy.ts';
import type { InstalledPackages } from '../facts/host/system/packages.ts';
import type { Action } from '../operations/actions.ts';
import { type DesiredSystem, findingsOf, prepare } from './desired.ts';
import { adoptedAsIs, notInDistribution, packageTooOld } from './messages.ts';
import type { Requirement, System } from './systems/system.ts';

/** Missing packages, all installed in one step; and packages older than their minimum version. */
export function packagesFindings(
  desired: DesiredSystem,
  system: System,
  requirements: readonly Requirement[],
  seen: InstalledPackages,
): readonly Finding[] {
  const finding = findingsOf(desired);
  const { host, cluster } = desired;
  const missing = requirements.filter((one) => !isInstalled(one, seen));
  const install = installation(
    desired,
    system,
    missing.filter((one) => !one.preinstalled),
  );
  return [
    ...missing.map((one) => {
      const { reason, have } = absence(one, seen);
      const want = cluster.preparation.versions[one.package] ?? 'installed';
      return finding(reason, `package ${one.package}`, { have, want }, remedyFor(desired, system, one, install));
    }),
    ...requirements.flatMap(({ package: name, minVersion }) => {
      const have = seen.packages[name];
      if (!minVersion || have === undefined || !isOlder(have, minVersion.version)) return [];
      const values = { have, want: `${minVersion.version} or later` };
      const remedy = manual(packageTooOld(host.name, minVersion.lacks));
      return [finding('PackageTooOld', `version of ${name}`, values, remedy)];
    }),
  ];
}

function remedyFor(
  desired: DesiredSystem,
  { displayName, manager }: System,
  { package: name, preinstalled }: Requirement,
  install: readonly Action[],
): Remedy {
  const todo = `install ${name} on ${desired.host.name}`;
  if (preinstalled) return manual(notInDistribution(displayName, todo));
  return manager ? prepare(desired, install, todo) : manual(adoptedAsIs(displayName, todo));
}

/** Judged by its programs. A package that is only half configured does not count. */
export function isInstalled({ package: name, programs }: Requirement, seen: InstalledPackages): boolean {
  if (!programs.length) return seen.packages[name] !== undefined;
  return !seen.halfConfigured.includes(name) && programs.every((program) => seen.programs.includes(program));
}

/** One step that installs all of them, in their declared versions. */
export function installation(
  { host, cluster }: DesiredSystem,
  { manager = 'apt' }: System,
  requirements: readonly Requirement[],
): readonly Action[] {
  const packages = requirements.map(({ package: name }) => {
    const version = cluster.preparation.versions[name];
    return { name, ...(version === undefined ? {} : { version }) };
  });
  return [{ operation: 'packages-install', host: host.name, manager, packages }];
}

function absence(
  { package: name, programs }: Requirement,
  seen: InstalledPackages,
): { readonly reason: Reason; readonly have: string } {
  if (seen.halfConfigured.includes(name)) return { reason: 'PackageIncomplete', have: 'half-configured' };
  if (seen.packages[name] === undefined) return { reason: 'PackagesMissing', have: 'not installed' };
  const gone = programs.filter((program) => !seen.programs.includes(program));
  return { reason: 'PackageIncomplete', have: `installed without ${gone.join(', ')}` };
}

/** Compares the numbers that a version begins with, without its epoch: `1:2.6.12-1+deb12u4` is 2.6.12. */
function isOlder(version: string, minVersion: string): boolean {
  const numbers = (text: string) => (/^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? '').split('.').map(Number);
  const [have, want] = [numbers(version), numbers(minVersion)];
  const index = want.findIndex((number, at) => (have[at] ?? 0) !== number);
  return index >= 0 && (have[index] ?? 0) < (want[index] ?? 0);
}
