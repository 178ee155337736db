import { type Drift, operator, type Remedy } from '../drift.ts';
import type { Installed } from '../questions/system/packages.ts';
import type { Action } from '../verbs/index.ts';
import { type DesiredSystem, findingOf, prepare } from './desired.ts';
import type { Need, System } from './systems/system.ts';

/** Packages that are missing, all of them installed in one go; and those too old to work with. */
export function packagesDrift(
  desired: DesiredSystem,
  system: System,
  needs: readonly Need[],
  seen: Installed,
): readonly Drift[] {
  const finding = findingOf(desired);
  const { host, cluster } = desired;
  const missing = needs.filter((need) => !isThere(need, seen));
  const install = installation(
    desired,
    system,
    missing.filter((need) => !need.brought),
  );
  const remedyFor = (need: Need): Remedy => {
    const byHand = `install ${need.package} on ${host.name}`;
    if (need.brought)
      return operator(
        `${system.words} does not have it: ${byHand}, or give that name to an instance with another system`,
      );
    return system.manager
      ? prepare(desired, install, byHand)
      : operator(`${byHand}: ${system.words} hosts are adopted as they are`);
  };
  return [
    ...missing.map((need) => {
      const version = cluster.preparation.versions[need.package];
      return finding(`package ${need.package}`, version ?? 'installed', absence(need, seen), remedyFor(need));
    }),
    ...needs.flatMap((need) => {
      const version = seen.packages[need.package];
      if (!need.least || version === undefined || !isOlder(version, need.least.version)) return [];
      const reason = `it lacks ${need.least.lacks}: install a newer one on ${host.name}. What is there is never exchanged, and nothing that rests on it is done`;
      return [finding(`version of ${need.package}`, `${need.least.version} or later`, version, operator(reason))];
    }),
  ];
}

/** By its programs; a package that is only half set up is not there yet. */
export function isThere({ package: name, programs }: Need, seen: Installed): boolean {
  if (!programs.length) return seen.packages[name] !== undefined;
  return !seen.halfway.includes(name) && programs.every((program) => seen.programs.includes(program));
}

export function installation(
  { host, cluster }: DesiredSystem,
  { manager = 'apt' }: System,
  needs: readonly Need[],
): readonly Action[] {
  const packages = needs.map(({ package: name }) => {
    const version = cluster.preparation.versions[name];
    return { name, ...(version === undefined ? {} : { version }) };
  });
  return [{ verb: 'packages-install', host: host.name, manager, packages }];
}

function absence({ package: name, programs }: Need, seen: Installed): string {
  if (seen.halfway.includes(name)) return 'unpacked, and not set up';
  if (seen.packages[name] === undefined) return 'missing';
  return `installed, without ${programs.filter((program) => !seen.programs.includes(program)).join(' and ')}`;
}

/** By the numbers that a version begins with, its epoch apart: `1:2.6.12-1+deb12u4` is 2.6.12. */
function isOlder(version: string, least: string): boolean {
  const numbers = (text: string) => (/^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? '').split('.').map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  const index = want.findIndex((number, at) => (have[at] ?? 0) !== number);
  return index >= 0 && (have[index] ?? 0) < (want[index] ?? 0);
}
