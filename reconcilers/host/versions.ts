import { bind } from '../contract/reconciler.ts';
import { manual } from '../contract/remedy.ts';
import { type DesiredSystem, desiredSystems, facts, findingsOf } from './desired.ts';
import { packageVersion } from './messages.ts';
import { requirementsOf, systemOf } from './systems/index.ts';

/** Packages that are installed in another version than declared. Replacing one restarts its daemons, so the time for it is yours to choose. */
export const versions = bind<DesiredSystem, ReturnType<typeof facts>>({
  component: 'host',
  desire: (fleet, inventory) =>
    Object.keys(fleet.cluster.preparation.versions).length ? desiredSystems(fleet, inventory, 'versions') : [],
  facts,
  diff: (desired, { system: seen }) => {
    // An unknown or unsupported system is reported as @system.
    const system = seen.state === 'present' ? systemOf(seen.value.release) : undefined;
    if (seen.state !== 'present' || !system) return [];
    const { host, cluster } = desired;
    const requirements = [...(requirementsOf(system, host, cluster) ?? []), system.clock];
    return requirements.flatMap(({ package: name }) => {
      const [want, have] = [cluster.preparation.versions[name], seen.value.packages[name]];
      if (want === undefined || have === undefined || want === have) return [];
      const remedy = manual(packageVersion(host.name, name, want));
      return [findingsOf(desired)('PackageVersionDiffers', `package ${name}`, { have, want }, remedy)];
    });
  },
});
