import { lines } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';
import type { FileFacts } from './files.ts';
import { clockScript, type Synchronized, synchronizedOf, timeSyncDaemons } from './system/clock.ts';
import { filesOf, filesScript } from './system/files.ts';
import { type FirstBootFacts, firstBootOf, firstBootScript } from './system/first-boot.ts';
import { type Kernel, kernelOf, kernelScript } from './system/kernel.ts';
import { type NicFacts, nicOf, nicScript } from './system/nic.ts';
import { type InstalledPackages, installedOf, packagesScript } from './system/packages.ts';
import { type Release, releaseOf, releaseScript } from './system/release.ts';
import { type Selinux, securityScript, selinuxOf } from './system/security.ts';
import { maskedOf, servicesOf, servicesScript } from './system/services.ts';
import { type KernelSettings, settingsOf, settingsScript } from './system/settings.ts';
import type { UnitFacts } from './units.ts';

/** The operating system of a host and its installed software, in one fact. Each part is in a file of its own. */
export interface SystemFacts extends InstalledPackages, FirstBootFacts {
  readonly release: Release;
  readonly kernel: Kernel;
  readonly nic: NicFacts;
  /** The requested units, and all known time sync daemons. */
  readonly services: readonly UnitFacts[];
  /** Those of them that are masked. */
  readonly masked: readonly string[];
  readonly settings: KernelSettings;
  readonly synchronized: Synchronized;
  readonly selinux: Selinux | undefined;
  /** Of the requested paths. */
  readonly files: readonly FileFacts[];
}

/** Names for every supported operating system: which one it is shows only in the result. */
export interface SystemArgs {
  readonly packages: readonly string[];
  readonly programs: readonly string[];
  readonly units: readonly string[];
  readonly modules: readonly string[];
  readonly paths: readonly string[];
  /** Names of kernel settings. */
  readonly settings: readonly string[];
  /** Network drivers that the next boot needs, and whether its initramfs is examined for them as well. */
  readonly drivers: readonly string[];
  readonly initramfs: boolean;
}

export const system: HostProbe<SystemArgs, SystemFacts> = {
  via: 'host',
  script: ({ packages, programs, units, modules, paths, settings, drivers, initramfs }) =>
    lines([
      releaseScript,
      kernelScript(modules),
      nicScript(drivers, initramfs),
      packagesScript(packages, programs),
      servicesScript([...units, ...timeSyncDaemons]),
      clockScript,
      firstBootScript,
      securityScript,
      settingsScript(settings),
      filesScript(paths),
    ]),
  read: (raw) => whole(raw, systemFactsOf),
};

function systemFactsOf(stdout: string): SystemFacts {
  const byWord = byFirstWord(stdout);
  const after = (word: string) => byWord.get(word) ?? [];
  return {
    release: releaseOf(after),
    kernel: kernelOf(after),
    nic: nicOf(after),
    ...installedOf(after),
    ...firstBootOf(after),
    services: servicesOf(after),
    masked: maskedOf(after),
    settings: settingsOf(after),
    synchronized: synchronizedOf(after),
    selinux: selinuxOf(after),
    files: filesOf(after),
  };
}

/** The rest of each line, by its first word, in order. */
function byFirstWord(stdout: string): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const end = line.indexOf(' ');
    if (end < 0) continue;
    const word = line.slice(0, end);
    const rest = all.get(word);
    if (rest) rest.push(line.slice(end + 1));
    else all.set(word, [line.slice(end + 1)]);
  }
  return all;
}
