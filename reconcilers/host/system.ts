import type { Finding } from '../contract/finding.ts';
import { bind } from '../contract/reconciler.ts';
import { dependsOn, manual, notObserved } from '../contract/remedy.ts';
import type { SystemFacts } from '../facts/host/system.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import type { Observation } from '../facts/observation.ts';
import { type DesiredSystem, desiredSystems, facts, findingsOf, prepare } from './desired.ts';
import { bootNotFinishedYet, failedBoot, oncePossible } from './first-boot.ts';
import { kernelFindings } from './kernel.ts';
import { unsuitableForBuilding, unsuitableForProxy, unsuitableForRuntime, unsupportedSystem } from './messages.ts';
import { isInstalled, packagesFindings } from './packages.ts';
import { repositoriesFindings } from './repositories.ts';
import { maskedServices, requiredServices, selinuxFindings, stoppedServices } from './services.ts';
import { requirementsOf, systemOf, systems } from './systems/index.ts';
import type { Requirement, System } from './systems/system.ts';

/** A host runs a supported operating system, with everything that the other components need on it: they depend on this subject. */
export const hostSystem = bind<DesiredSystem, ReturnType<typeof facts>>({
  component: 'host',
  desire: (fleet, inventory) => desiredSystems(fleet, inventory, 'system'),
  facts,
  diff: (desired, { system: seen, members: [members] }) => {
    const finding = findingsOf(desired);
    const field = 'operating system';
    if (seen.state !== 'present')
      return [finding('NotObserved', field, { have: 'unknown', want: 'supported' }, notObserved(seen))];
    const booting = bootNotFinishedYet(desired, seen.value);
    if (booting.length) return booting;
    const { release } = seen.value;
    const system = systemOf(release);
    const have = release.name || `${release.id} ${release.version}`;
    if (!system) {
      const remedy = manual(unsupportedSystem(desired.host.name));
      return [finding('OperatingSystemUnsupported', field, { have, want: displayNames(systems) }, remedy)];
    }
    const requirements = requirementsOf(system, desired.host, desired.cluster);
    if (requirements) return preparationFindings(desired, system, requirements, seen.value, members);
    const remedy = manual(unsuitable(desired, system));
    return [finding('OperatingSystemUnsuitable', field, { have, want: suitableFor(desired) }, remedy)];
  },
});

function preparationFindings(
  desired: DesiredSystem,
  system: System,
  requirements: readonly Requirement[],
  seen: SystemFacts,
  members: Observation<readonly MemberFacts[]> | undefined,
): readonly Finding[] {
  const repositories = repositoriesFindings(desired, system, seen.files);
  const packages = packagesFindings(desired, system, requirements, seen);
  const first = [...repositories, ...packages.map((one) => (repositories.length ? afterRepositories(one) : one))];
  // The reboot comes last, as one is enough. Services are started with the new kernel.
  const kernel = first.length ? [] : kernelFindings(desired, system, seen, members);
  return [
    ...failedBoot(desired, seen),
    ...oncePossible(desired, first, seen),
    ...(kernel.length ? [] : requiredServices(desired, system, seen)),
    ...stoppedServices(desired, system, seen),
    ...maskedServices(desired, requirements, seen),
    ...selinuxFindings(desired, system, seen),
    ...modulesFindings(desired, system, requirements, seen),
    ...kernel,
  ];
}

/** A package may come from a repository that is not configured yet. */
function afterRepositories(finding: Finding): Finding {
  return finding.remedy.by === 'action'
    ? { ...finding, remedy: dependsOn(finding.subject, 'package repositories are configured first') }
    : finding;
}

function displayNames(all: readonly System[]): string {
  return all.map(({ displayName }) => displayName).join(' or ');
}

function suitableFor({ host, cluster }: DesiredSystem): string {
  return displayNames(systems.filter((system) => requirementsOf(system, host, cluster)));
}

function unsuitable({ host, cluster }: DesiredSystem, system: System): string {
  const { displayName } = system;
  const { runtime } = cluster;
  if (host.role === 'redis' && system.runtimes[runtime.type]) return unsuitableForBuilding(host.name, displayName);
  return host.role === 'proxy'
    ? unsuitableForProxy(host.name, displayName)
    : unsuitableForRuntime(host.name, displayName, runtime.type);
}

/** Only once what loads the modules is installed and running: a missing package is not a kernel without a module. */
function modulesFindings(
  desired: DesiredSystem,
  system: System,
  requirements: readonly Requirement[],
  seen: SystemFacts,
): readonly Finding[] {
  const started = system.services.every(({ unit }) =>
    seen.services.some((one) => one.unit === unit && one.active === 'active'),
  );
  if (!started || !requirements.every((one) => isInstalled(one, seen))) return [];
  const missing = system.modules[desired.cluster.mesh.datapath].filter((one) => !seen.kernel.modules.includes(one));
  const load = [{ operation: 'kernel-modules', host: desired.host.name, modules: missing }] as const;
  return missing.map((module) => {
    const remedy = prepare(desired, load, `run modprobe ${module} on ${desired.host.name}`);
    const values = { have: 'not loaded', want: 'loaded' };
    return findingsOf(desired)('KernelModuleNotLoaded', `kernel module ${module}`, values, remedy);
  });
}
