import type { Cluster, Repository } from '../../../crds/fleet.ts';
import type { Release } from '../../questions/system/release.ts';

/** An operating system that hosts may run, and what is needed of it there: plain data. */
export interface System {
  readonly name: Repository['system'] | 'openvz-7';
  /** As people call it. */
  readonly words: string;
  /** How its release says what it is: `version` is the beginning of its own. */
  readonly release: Release;
  /** Undefined: such hosts are adopted as they are, and nothing is installed on them. */
  readonly manager: 'apt' | 'yum' | undefined;
  readonly every: readonly Need[];
  /** Undefined: what a proxy needs is not to be had there. */
  readonly proxy: readonly Need[] | undefined;
  /** What Redis hosts need, by container runtime. One that is not here cannot run on this system. */
  readonly runtimes: Readonly<Record<string, readonly Need[]>>;
  readonly services: readonly Service[];
  /** Units of the distribution that must not run. */
  readonly stopped?: readonly string[];
  /** SELinux must not be in force, nor come back at a boot. */
  readonly selinux?: 'off';
  /** The kernel that containers need: its package, and what its release contains. */
  readonly kernel?: { readonly package: string; readonly contains: string; readonly words: string };
  /**
   * What makes its initramfs, where the driver of a network card that the host has not had so far is put into it first. Elsewhere udev loads it from the
   * root file system, for which no network card is needed.
   */
  readonly initramfs?: 'dracut';
  /** Kernel modules, by the mesh's datapath. */
  readonly modules: Readonly<Record<Cluster['mesh']['datapath'], readonly string[]>>;
  /** What keeps the clock, where nothing else does. */
  readonly clock: Service & Need;
}

/** A package, and the programs by which it is known to be there: built and installed otherwise they serve as well. */
export interface Need {
  readonly package: string;
  readonly programs: readonly string[];
  /** The system's repositories do not have it: it serves where somebody brought it. */
  readonly brought?: true;
  /** The oldest version that will do, and what an older one lacks. */
  readonly least?: { readonly version: string; readonly lacks: string };
}

/** A unit of the distribution that must run: its package's own, enabled and started, and otherwise left as it is. */
export interface Service {
  readonly unit: string;
  readonly package: string;
}
