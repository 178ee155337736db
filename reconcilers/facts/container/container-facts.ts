import type { Limits } from '../../../renderers/container/limits.ts';
import type { ContainerMark, MemberIdentity } from '../../../renderers/container/marker.ts';

/** All containers of a host, foreign ones included. Absent: the runtime is not installed. */
export interface Containers {
  readonly containers: readonly ContainerFacts[];
  readonly folders: readonly MemberFolder[];
  /** Members whose removal was started and not finished. */
  readonly pendingDeletions: readonly PendingDeletion[];
  /** A file system of its own is mounted over the members' directories. */
  readonly mounted?: true;
  /** The host's clock, seconds since 1970. */
  readonly now: number;
  /** OpenVZ: the script that vznetcfg calls; empty if there is none. Undefined with another runtime. */
  readonly vznet: string | undefined;
}

export interface PendingDeletion {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
}

export interface ContainerFacts {
  /** The identifier in the runtime: the name with LXC, the number (CTID) with OpenVZ. */
  readonly id: string;
  readonly name: string;
  /** Its marker. Undefined: it is not managed here. */
  readonly mark: ContainerMark | undefined;
  /** As LXC names it: RUNNING, STOPPED, STARTING, STOPPING, FROZEN … Empty: the runtime cannot read its configuration. */
  readonly state: string;
  /** PID of its init on the host, while it runs; /proc/PID/root is its file system. */
  readonly pid: number | undefined;
  /** SHA-256 of its managed files, by path: those in LXC's directory; or vzctl's action scripts and the script of its device. */
  readonly digests: Readonly<Record<string, string>>;
  /** Their modes, by path: `755`. */
  readonly modes: Readonly<Record<string, string>>;
  /** Digest of the configuration that the running container has loaded (bootDigest in lxc-config.ts and mount.ts). */
  readonly loaded: string | undefined;
  /** MTU of eth0 inside the container, where packets originate; undefined while it does not run. */
  readonly mtu: number | undefined;
  /** As the kernel enforces them now; undefined while it does not run. */
  readonly limits: EnforcedLimits | undefined;
  /** OpenVZ: its configuration as written by vzctl, by parameter. */
  readonly settings: Readonly<Record<string, string>>;
}

/** `Infinity`: the kernel sets no limit. */
export interface EnforcedLimits extends Limits {
  readonly swap: boolean;
  /** Memory that cannot be reclaimed: a limit below it would kill processes. */
  readonly memoryUsedBytes: number;
}

/** A member's directory on the host, whether the runtime knows its container or not. */
export interface MemberFolder {
  readonly name: string;
  readonly identity: MemberIdentity | undefined;
  /** SHA-256 of conf/init. */
  readonly init: string | undefined;
  /** Size of the disk image. Undefined: there is none. */
  readonly imageBytes: number | undefined;
  /** Size of the file system in the image, from its superblock. Undefined: it could not be read. */
  readonly fileSystemBytes: number | undefined;
  readonly retired: Retirement | undefined;
  /** The root that it had before it was rebuilt, and since when; undefined `since`: the marker cannot be read. */
  readonly former?: { readonly since: number | undefined };
}

/** When a member was retired, and its address at that time. */
export interface Retirement {
  /** It left a tenant that went on without it, so that its files are of another time. */
  readonly left?: true;
  /** All members of its tenant were stopped, to start again with another addressing. */
  readonly readdressed?: true;
  /** Seconds since 1970, by the clock of its host. Undefined: the marker cannot be read. */
  readonly since: number | undefined;
  readonly vlan: number | undefined;
  readonly address: string | undefined;
}
