import type { Cluster, Repository } from '../../../crds/fleet.ts';
import type { Release } from '../../facts/host/system/release.ts';

/** A supported operating system, and what hosts need on it: plain data. */
export interface System {
  readonly name: Repository['system'] | 'openvz-7';
  /** Its usual name, for messages. */
  readonly displayName: string;
  /** How it identifies itself. `version` is matched as a prefix, up to a dot. */
  readonly release: Release;
  /** Undefined: hosts are adopted as is, and nothing is installed on them. */
  readonly manager: 'apt' | 'yum' | 'dnf' | undefined;
  /** What every host needs. */
  readonly every: readonly Requirement[];
  /** What proxies need in addition. Undefined: it cannot be a proxy. */
  readonly proxy: readonly Requirement[] | undefined;
  /** What Redis hosts need in addition, by container runtime. A runtime that is not listed does not run on this system. */
  readonly runtimes: Readonly<Record<string, readonly Requirement[]>>;
  /** What the Redis host that builds the template needs in addition. Undefined: none can be built on this system. */
  readonly templateBuild?: readonly Requirement[] | undefined;
  /** What a Redis host needs in addition to download the template. */
  readonly templateFetch?: readonly Requirement[];
  readonly services: readonly Service[];
  /** Units of the distribution that must not run. */
  readonly stopped?: readonly string[];
  /** `off`: SELinux must not be enforcing, and must stay off after a boot. `not-enforcing`: it must not be enforcing now or after a boot. */
  readonly selinux?: 'off' | 'not-enforcing';
  /** The kernel that containers need: its package, and a part of its `uname -r`. */
  readonly kernel?: { readonly package: string; readonly contains: string; readonly displayName: string };
  /**
   * The tool that builds its initramfs, where a new network driver has to be in it. Undefined: udev loads the driver from the root file
   * system, which needs no network.
   */
  readonly initramfs?: 'dracut';
  /** Kernel modules, by the mesh's datapath. */
  readonly modules: Readonly<Record<Cluster['mesh']['datapath'], readonly string[]>>;
  /** Kernel settings are declared on it. */
  readonly kernelSettings?: boolean;
  /** The time sync daemon to install where there is none. */
  readonly clock: Service & Requirement;
}

/** A package, and the programs that show it is installed: programs from another source, such as a self-compiled build, count too. */
export interface Requirement {
  readonly package: string;
  readonly programs: readonly string[];
  /** The distribution does not provide it, so it has to be installed beforehand. */
  readonly preinstalled?: true;
  /** The oldest usable version, and what an older one lacks. */
  readonly minVersion?: { readonly version: string; readonly lacks: string };
  /** Units of the package that must not run beside ours. */
  readonly units?: readonly VendorUnit[];
}

/** A unit of the distribution. `mayRun`: stopping it would stop our containers, and running it does no harm. */
export interface VendorUnit {
  readonly unit: string;
  readonly mayRun?: true;
}

/** A unit of the distribution that must be enabled and active. Its configuration is left alone. */
export interface Service {
  readonly unit: string;
  readonly package: string;
}
