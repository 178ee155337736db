import { lines } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';
import { aptOf, aptScript } from './preparation/apt.ts';
import { dnfOf, dnfScript } from './preparation/dnf.ts';
import { type KernelModules, kernelModulesOf, kernelModulesScript } from './preparation/kernel-modules.ts';
import type { Obtainable } from './preparation/obtainable.ts';

export interface PreparationArgs {
  /** Undefined: the packages are not looked up. */
  readonly manager: 'apt' | 'dnf' | undefined;
  /** Names of packages that are not installed. */
  readonly packages: readonly string[];
  /** Names of kernel modules, of those in `kernelModuleOptions`. */
  readonly modules: readonly string[];
}

/** Whether a host can be prepared: what its package manager could get, and what its running kernel could load. */
export interface PreparationFacts extends Obtainable {
  readonly kernel: KernelModules;
}

/**
 * Changes nothing on the host: no list is fetched, and apt and dnf neither build nor download a cache. Only `check` requests it, once a host.
 * `dnf` starts Python, which takes a second or two on a small instance, once, and again for each package that no name matches.
 */
export const preparation: HostProbe<PreparationArgs, PreparationFacts> = {
  via: 'host',
  seconds: 45,
  script: ({ manager, packages, modules }) =>
    lines([
      kernelModulesScript(modules),
      ...(manager === 'apt' && packages.length ? [aptScript(packages)] : []),
      ...(manager === 'dnf' && packages.length ? [dnfScript(packages)] : []),
    ]),
  read: (raw, { manager, modules }) => whole(raw, (stdout) => preparationOf(stdout, manager, modules)),
};

function preparationOf(
  stdout: string,
  manager: PreparationArgs['manager'],
  modules: readonly string[],
): PreparationFacts {
  const rows = stdout.split('\n').filter(Boolean);
  const after = (word: string) =>
    rows.flatMap((row) => (row.startsWith(`${word} `) ? [row.slice(word.length + 1)] : []));
  return {
    kernel: kernelModulesOf(after, modules),
    ...(manager === 'dnf' ? dnfOf(after) : aptOf(after)),
  };
}
