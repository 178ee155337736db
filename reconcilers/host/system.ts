import { blind, type Drift, operator, wait } from '../drift.ts';
import type { SystemFacts } from '../questions/system.ts';
import { bind } from '../reconciler.ts';
import { reasonOf } from '../service.ts';
import { type DesiredSystem, desiredSystems, findingOf, prepare, questions } from './desired.ts';
import { isThere, packagesDrift } from './packages.ts';
import { repositoriesDrift } from './repositories.ts';
import { needsOf, systemOf, systems } from './systems/index.ts';
import type { System } from './systems/system.ts';

/** A host runs a system that we know, and has what the other concerns cannot work without: they wait for it. */
export const hostSystem = bind<DesiredSystem, ReturnType<typeof questions>>({
  concern: 'host',
  desire: (fleet) => desiredSystems(fleet, 'system'),
  questions,
  diff: (desired, { system: seen }) => {
    const finding = findingOf(desired);
    if (seen.state !== 'present') return [finding('system', 'in sight', 'could not be seen', blind(reasonOf(seen)))];
    const { release } = seen.value;
    const system = systemOf(release);
    const name = release.name || `${release.id} ${release.version}`;
    if (!system) return [finding('system', inWords(systems), name, operator(unknownSystem(desired)))];
    const needs = needsOf(system, desired.host.role, desired.cluster);
    if (!needs) return [finding('system', runnersOf(desired), name, operator(wrongRuntime(desired, system)))];
    const repositories = repositoriesDrift(desired, system, seen.value.files);
    return [
      ...repositories,
      ...packagesDrift(desired, system, needs, seen.value).map((one) => (repositories.length ? later(one) : one)),
      ...servicesDrift(desired, system, seen.value),
      ...modulesDrift(desired, system, seen.value),
    ];
  },
});

/** What is installed may be in a repository that comes first. */
function later(drift: Drift): Drift {
  return drift.remedy.by === 'action'
    ? { ...drift, remedy: wait('its repositories come first', drift.subject) }
    : drift;
}

function inWords(all: readonly System[]): string {
  return all.map(({ words }) => words).join(' or ');
}

function unknownSystem({ host }: DesiredSystem): string {
  return `${host.name} runs a system that is not supported, and nothing is changed on it: give the host's name to an instance with one that is`;
}

function runnersOf({ cluster: { runtime } }: DesiredSystem): string {
  return inWords(systems.filter(({ runtimes }) => runtimes[runtime.type]));
}

function wrongRuntime({ host, cluster: { runtime } }: DesiredSystem, { words }: System): string {
  return `containers of spec.runtime.type ${runtime.type} do not run on ${words}: give the name ${host.name} to an instance with another system, or declare another runtime. Nothing is changed on this host`;
}

/** Units of the distribution that its packages bring, and that we do not let them start. */
function servicesDrift(desired: DesiredSystem, { services }: System, seen: SystemFacts): readonly Drift[] {
  return services.flatMap(({ unit, package: name }): readonly Drift[] => {
    const have = seen.services.find((one) => one.unit === unit);
    // Without its package it comes after that; a build of one's own has units of its own.
    if (!have?.loaded && !seen.packages[name]) return [];
    if (have?.enabled && have.active === 'active') return [];
    const words = `${have?.enabled ? 'enabled' : 'not enabled'}, ${have?.active ?? 'not there'}`;
    const start = { verb: 'unit', host: desired.host.name, unit, order: 'start' } as const;
    const remedy = prepare(desired, [start], `systemctl enable --now ${unit} on ${desired.host.name}`);
    return [
      findingOf(desired)(unit, 'enabled, active', words, remedy, have?.active === 'active' ? [] : desired.tenants),
    ];
  });
}

/** What loads them is there first: a package that is missing is not a kernel that lacks a module. */
function modulesDrift(desired: DesiredSystem, system: System, seen: SystemFacts): readonly Drift[] {
  const needs = needsOf(system, desired.host.role, desired.cluster) ?? [];
  const started = system.services.every(({ unit }) =>
    seen.services.some((one) => one.unit === unit && one.active === 'active'),
  );
  if (!started || !needs.every((need) => isThere(need, seen))) return [];
  const missing = system.modules[desired.cluster.mesh.datapath].filter((one) => !seen.kernel.modules.includes(one));
  const load = [{ verb: 'kernel-modules', host: desired.host.name, modules: missing }] as const;
  return missing.map((module) => {
    const remedy = prepare(desired, load, `modprobe ${module} on ${desired.host.name}`);
    return findingOf(desired)(`kernel module ${module}`, 'loaded', 'not loaded', remedy);
  });
}
