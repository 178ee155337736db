import { lines } from '../../renderers/shell.ts';
import type { FileFacts } from './files.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';
import { type CardFacts, cardOf, cardScript } from './system/card.ts';
import { clockKeepers, clockScript, type Synchronised, synchronisedOf } from './system/clock.ts';
import { filesOf, filesScript } from './system/files.ts';
import { type Kernel, kernelOf, kernelScript } from './system/kernel.ts';
import { type Installed, installedOf, packagesScript } from './system/packages.ts';
import { type Release, releaseOf, releaseScript } from './system/release.ts';
import { type Selinux, securityScript, selinuxOf } from './system/security.ts';
import { servicesOf, servicesScript } from './system/services.ts';
import type { UnitFacts } from './units.ts';

/** What a host is and what is on it, before anything of ours: one listing, each part in a file of its own. */
export interface SystemFacts extends Installed {
  readonly release: Release;
  readonly kernel: Kernel;
  readonly card: CardFacts;
  /** The units asked for, and whoever may keep the clock. */
  readonly services: readonly UnitFacts[];
  readonly synchronised: Synchronised;
  readonly selinux: Selinux | undefined;
  /** Of the paths asked for. */
  readonly files: readonly FileFacts[];
}

/** By name, those of every system that we know: which one it is comes with the answer. */
export interface SystemArgs {
  readonly packages: readonly string[];
  readonly programs: readonly string[];
  readonly units: readonly string[];
  readonly modules: readonly string[];
  readonly paths: readonly string[];
  /** Drivers of network cards that the next boot is to have, and whether its initramfs is looked into as well. */
  readonly drivers: readonly string[];
  readonly initramfs: boolean;
}

export const system: HostSense<SystemArgs, SystemFacts> = {
  via: 'host',
  script: ({ packages, programs, units, modules, paths, drivers, initramfs }) =>
    lines([
      releaseScript,
      kernelScript(modules),
      cardScript(drivers, initramfs),
      packagesScript(packages, programs),
      servicesScript([...units, ...clockKeepers]),
      clockScript,
      securityScript,
      filesScript(paths),
    ]),
  read: (raw) => whole(raw, systemFactsOf),
};

function systemFactsOf(stdout: string): SystemFacts {
  const all = stdout.split('\n');
  const after = (word: string) =>
    all.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return {
    release: releaseOf(after),
    kernel: kernelOf(after),
    card: cardOf(after),
    ...installedOf(after),
    services: servicesOf(after),
    synchronised: synchronisedOf(after),
    selinux: selinuxOf(after),
    files: filesOf(after),
  };
}
