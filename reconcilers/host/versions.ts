import { operator } from '../drift.ts';
import { bind } from '../reconciler.ts';
import { type DesiredSystem, desiredSystems, findingOf, questions } from './desired.ts';
import { needsOf, systemOf } from './systems/index.ts';

/** Packages that are there in another version than the documents say. To exchange one restarts what it runs: a person's to time. */
export const versions = bind<DesiredSystem, ReturnType<typeof questions>>({
  concern: 'host',
  desire: (fleet, inventory) =>
    Object.keys(fleet.cluster.preparation.versions).length ? desiredSystems(fleet, inventory, 'versions') : [],
  questions,
  diff: (desired, { system: seen }) => {
    // That it could not be seen, or is none that we know, is said of the system.
    const system = seen.state === 'present' ? systemOf(seen.value.release) : undefined;
    if (seen.state !== 'present' || !system) return [];
    const { host, cluster } = desired;
    const needs = [...(needsOf(system, host.role, cluster) ?? []), system.clock];
    return needs.flatMap(({ package: name }) => {
      const [want, have] = [cluster.preparation.versions[name], seen.value.packages[name]];
      if (want === undefined || have === undefined || want === have) return [];
      const reason = `what is there is never exchanged: on ${host.name}, when it suits, install ${name} ${want}, or correct spec.preparation.versions`;
      return [findingOf(desired)(`package ${name}`, want, have, operator(reason))];
    });
  },
});
