import type { Fleet } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import { info, manual, notObserved } from '../contract/remedy.ts';
import type { PreparationFacts } from '../facts/host/preparation.ts';
import { timeSyncDaemons } from '../facts/host/system/clock.ts';
import type { SystemFacts } from '../facts/host/system.ts';
import type { Observation } from '../facts/observation.ts';
import type { FactRequestOf } from '../facts/requests.ts';
import { type DesiredSystem, desiredSystems, facts, findingsOf } from './desired.ts';
import { isInstalled } from './packages.ts';
import { moduleMissing, notAvailable, notFetched, repositoriesFirst, yumNotAsked } from './preflight-messages.ts';
import { repositoriesFindings } from './repositories.ts';
import { requirementsOf, systemOf } from './systems/index.ts';
import type { Requirement, System } from './systems/system.ts';

/** What a host lacks for its preparation, and the one fact that tells whether it could get it. */
export interface PreparationNeeds {
  readonly desired: DesiredSystem;
  readonly system: System;
  /** Packages that an apply would install. */
  readonly packages: readonly string[];
  /** Declared repositories that an apply would configure first. */
  readonly repositories: readonly string[];
  readonly request: FactRequestOf<'preparation'>;
}

/** Open vSwitch creates the device of its GRE tunnels as the kind gretap, for which the kernel loads this (dpif-netlink-rtnl.c). */
const loadedForTunnels = ['ip_gre'];

/** Of the hosts whose system is known and suits them, and that are not booting for the first time: those that lack something. */
export function preparationNeeds(fleet: Fleet, inventory: Inventory, lookup: FactLookup): readonly PreparationNeeds[] {
  return desiredSystems(fleet, inventory, 'system').flatMap((desired) => {
    const seen = lookup(facts(desired).system);
    if (seen.state !== 'present' || seen.value.cloudInit?.status === 'running') return [];
    const system = systemOf(seen.value.release);
    const requirements = system && requirementsOf(system, desired.host, desired.cluster);
    if (!system || !requirements) return [];
    const packages = toInstall(desired, system, requirements, seen.value);
    const modules = modulesOf(desired, system, seen.value);
    if (!packages.length && !modules.length) return [];
    const { name: host } = desired.host;
    const manager = system.manager === 'yum' ? undefined : system.manager;
    const repositories = repositoriesFindings(desired, system, seen.value.files).map(({ field }) => field);
    const request = { fact: 'preparation', host, manager, packages, modules } as const;
    return [{ desired, system, packages, repositories, request }];
  });
}

/** In the mode `check` nothing is installed, and what is missing is reported in any case. */
function toInstall(
  { cluster }: DesiredSystem,
  { manager, clock }: System,
  requirements: readonly Requirement[],
  seen: SystemFacts,
): readonly string[] {
  if (!manager || cluster.preparation.mode !== 'install') return [];
  const synchronizes = seen.services.some(
    ({ unit, active }) => active === 'active' && (timeSyncDaemons as readonly string[]).includes(unit),
  );
  return [...requirements, ...(synchronizes ? [] : [clock])]
    .filter((one) => !('preinstalled' in one && one.preinstalled) && !isInstalled(one, seen))
    .map((one) => one.package);
}

/** None where a kernel of its own is installed first, or modules may come with a package: CentOS 6. */
function modulesOf({ cluster }: DesiredSystem, { modules, kernel }: System, seen: SystemFacts): readonly string[] {
  const { datapath } = cluster.mesh;
  if (kernel) return [];
  return [...modules[datapath], ...(datapath === 'system' ? loadedForTunnels : [])].filter(
    (one) => !seen.kernel.modules.includes(one),
  );
}

/** Findings about each package that could not be installed, one about those that cannot be tried yet, and each missing kernel module. */
export function preparationObstacles(
  { desired, system, packages, repositories }: PreparationNeeds,
  seen: Observation<PreparationFacts>,
): readonly Finding[] {
  const finding = findingsOf(desired);
  const { name: host } = desired.host;
  if (seen.state !== 'present')
    return [finding('NotObserved', 'preparation', { have: 'unknown', want: 'possible' }, notObserved(seen))];
  const { unread, kernel } = seen.value;
  const asked = system.manager !== 'yum';
  const lacking = asked ? packages.filter((name) => !isAvailable(desired, system, name, seen.value)) : packages;
  const unsure = !asked || unread.length > 0 || repositories.length > 0;
  const untried = { have: lacking.join(', '), want: 'available' };
  const why = !asked
    ? yumNotAsked(host, system)
    : repositories.length
      ? repositoriesFirst(host, repositories)
      : notFetched(host, system, unread);
  return [
    ...(unsure && lacking.length ? [finding('PackageNotTried', 'sources of packages', untried, info(why))] : []),
    ...(unsure ? [] : lacking).map((name) => {
      const version = desired.cluster.preparation.versions[name];
      const versions = seen.value.packages[name]?.versions ?? [];
      const values = { have: versions.join(', ') || 'none', want: version ?? 'available' };
      const remedy = manual(notAvailable(host, system, name, version, versions.length > 0));
      return finding('PackageNotAvailable', `source of package ${name}`, values, remedy);
    }),
    ...kernel.missing.map((module) => {
      const have = kernel.hasFolder ? `not in ${kernel.release}` : `no modules of ${kernel.release}`;
      const remedy = manual(moduleMissing(host, system, module, kernel));
      return finding('KernelModuleMissing', `kernel with ${module}`, { have, want: 'loadable' }, remedy);
    }),
  ];
}

/** A declared version is exact for apt (NAME=VERSION), and with or without its release for dnf (NAME-VERSION). Epochs may be left out. */
function isAvailable(
  { cluster }: DesiredSystem,
  { manager }: System,
  name: string,
  { packages }: PreparationFacts,
): boolean {
  const known = packages[name];
  const version = cluster.preparation.versions[name];
  if (!known || version === undefined) return known?.candidate !== undefined;
  if (manager === 'apt') return known.versions.includes(version);
  const bare = version.replace(/^\d+:/, '');
  return known.versions.some((one) => one === bare || one.slice(0, one.lastIndexOf('-')) === bare);
}
