import { blind, type Drift, operator, wait } from '../drift.ts';
import type { SystemFacts } from '../questions/system.ts';
import { bind } from '../reconciler.ts';
import { reasonOf } from '../service.ts';
import { type DesiredSystem, desiredSystems, findingOf, prepare, questions } from './desired.ts';
import { kernelDrift } from './kernel.ts';
import { isThere, packagesDrift } from './packages.ts';
import { repositoriesDrift } from './repositories.ts';
import { servicesDrift } from './services.ts';
import { needsOf, systemOf, systems } from './systems/index.ts';
import type { System } from './systems/system.ts';

/** A host runs a system that we know, and has what the other concerns cannot work without: they wait for it. */
export const hostSystem = bind<DesiredSystem, ReturnType<typeof questions>>({
  concern: 'host',
  desire: (fleet, inventory) => desiredSystems(fleet, inventory, 'system'),
  questions,
  diff: (desired, { system: seen, members: [members] }) => {
    const finding = findingOf(desired);
    if (seen.state !== 'present') return [finding('system', 'in sight', 'could not be seen', blind(reasonOf(seen)))];
    const { release } = seen.value;
    const system = systemOf(release);
    const name = release.name || `${release.id} ${release.version}`;
    if (!system) return [finding('system', inWords(systems), name, operator(unknownSystem(desired)))];
    const needs = needsOf(system, desired.host.role, desired.cluster);
    if (!needs) return [finding('system', runnersOf(desired), name, operator(wrongRuntime(desired, system)))];
    const repositories = repositoriesDrift(desired, system, seen.value.files);
    const packages = packagesDrift(desired, system, needs, seen.value);
    const first = [...repositories, ...packages.map((one) => (repositories.length ? later(one) : one))];
    const others = [...servicesDrift(desired, system, seen.value), ...modulesDrift(desired, system, seen.value)];
    // The reboot comes last: one is enough. What needs that kernel comes after it.
    const kernel = first.length ? [] : kernelDrift(desired, system, seen.value, members);
    return [...first, ...(kernel.length ? others.filter(({ field }) => !isService(system, field)) : others), ...kernel];
  },
});

/** What is installed may be in a repository that comes first. */
function later(drift: Drift): Drift {
  return drift.remedy.by === 'action'
    ? { ...drift, remedy: wait('its repositories come first', drift.subject) }
    : drift;
}

/** It starts once the kernel is there. */
function isService({ services }: System, field: string): boolean {
  return services.some(({ unit }) => unit === field);
}

function inWords(all: readonly System[]): string {
  return all.map(({ words }) => words).join(' or ');
}

function unknownSystem({ host }: DesiredSystem): string {
  return `${host.name} runs a system that is not supported, and nothing is changed on it: give the host's name to an instance with one that is`;
}

function runnersOf({ host: { role }, cluster: { runtime } }: DesiredSystem): string {
  return inWords(systems.filter(({ proxy, runtimes }) => (role === 'proxy' ? proxy : runtimes[runtime.type])));
}

function wrongRuntime({ host, cluster: { runtime } }: DesiredSystem, { words }: System): string {
  if (host.role === 'proxy')
    return `what a proxy needs (HAProxy 2.4, keepalived 2.0.6, curl 7.75) is not to be had on ${words}: give the name ${host.name} to an instance with another system. Nothing is changed on this host`;
  return `containers of spec.runtime.type ${runtime.type} do not run on ${words}: give the name ${host.name} to an instance with another system, or declare another runtime. Nothing is changed on this host`;
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
