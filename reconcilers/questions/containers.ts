import { cpuPeriod, type Limits } from '../../renderers/container-limits.ts';
import { type ContainerMark, containerMarkOf, type MemberIdentity } from '../../renderers/container-mark.ts';
import { lxcRoot } from '../../renderers/lxc-config.ts';
import { folders } from '../marks.ts';
import { openvzContainers } from './containers-openvz.ts';
import { containersOpenvzScript } from './containers-openvz-script.ts';
import { containersScript } from './containers-script.ts';
import { count, type Find, filesIn, folderOf, gonersIn, nowIn, restOf, wordsOf } from './listing.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

/** Everything that is to be known of a host's containers, foreign ones included. Absent: the runtime is not installed. */
export interface Containers {
  readonly containers: readonly ContainerFacts[];
  readonly folders: readonly MemberFolder[];
  /** Members whose removal was begun, and has not ended. */
  readonly goners: readonly Goner[];
  /** The host's clock, seconds since 1970. */
  readonly now: number;
  /** OpenVZ: the script that vznetcfg hands over to, empty where there is none. Undefined: another runtime. */
  readonly vznet: string | undefined;
}

export interface Goner {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
}

export interface ContainerFacts {
  /** What the runtime calls it: LXC by its name, OpenVZ by its number (CTID). */
  readonly id: string;
  readonly name: string;
  /** Undefined: it is not ours. */
  readonly mark: ContainerMark | undefined;
  /** LXC's own word: RUNNING, STOPPED, STARTING, STOPPING, FROZEN … Empty: the runtime cannot read its configuration. */
  readonly state: string;
  /** The host's PID of its init while it runs; /proc/PID/root is its file system. */
  readonly pid: number | undefined;
  /** SHA-256 of our files of it, by path: in LXC's folder, or vzctl's action scripts and its device's. */
  readonly digests: Readonly<Record<string, string>>;
  /** Their modes, by path: `755`. */
  readonly modes: Readonly<Record<string, string>>;
  /** Digest of the configuration that the running container has loaded (bootDigest of lxc-config.ts, openvz-mount.ts). */
  readonly loaded: string | undefined;
  /** MTU of its eth0, inside, where packets start; undefined while it does not run. */
  readonly mtu: number | undefined;
  /** As the kernel enforces them now; undefined while it does not run. */
  readonly limits: EnforcedLimits | undefined;
  /** OpenVZ: its configuration as vzctl wrote it, by parameter. */
  readonly settings: Readonly<Record<string, string>>;
}

/** `Infinity`: the kernel sets no limit. */
export interface EnforcedLimits extends Limits {
  readonly swap: boolean;
  /** Memory that cannot be reclaimed: a limit below it would kill. */
  readonly memoryUsedBytes: number;
}

/** A member's folder, whether the runtime knows of a container or not. */
export interface MemberFolder {
  readonly name: string;
  readonly identity: MemberIdentity | undefined;
  /** SHA-256 of conf/init. */
  readonly init: string | undefined;
  /** Size of its disk as it was made; undefined: it is gone. */
  readonly imageBytes: number | undefined;
  /** Size of the file system in the image, by its superblock. */
  readonly fileSystemBytes: number | undefined;
  readonly retired: Retirement | undefined;
}

/** Since when a member is retired, seconds since 1970 by its host's clock (`undefined`: the mark cannot be read), and what it was then. */
export interface Retirement {
  readonly since: number | undefined;
  readonly vlan: number | undefined;
  readonly address: string | undefined;
}

interface Args {
  readonly runtime: 'lxc' | 'openvz';
}

export const containers: HostSense<Args, Containers> = {
  via: 'host',
  script: ({ runtime }) => (runtime === 'openvz' ? containersOpenvzScript : containersScript),
  read: (raw, { runtime }) => whole(raw, runtime === 'openvz' ? openvzContainers : lxcContainers),
};

const memberRoot = `${folders.state}/members`;

/** What questions/containers-script.ts printed. */
function lxcContainers(stdout: string): Containers {
  const { words, named, names } = wordsOf(stdout);
  return {
    containers: names('container').map((name) => {
      const own = (path: string) => path.startsWith(`${lxcRoot}/${name}/`);
      return containerOf(name, named, filesIn(words, own));
    }),
    folders: names('folder').map((name) =>
      folderOf(name, words, named, count(named('image', `${memberRoot}/${name}/rootfs.img`)?.[2])),
    ),
    goners: gonersIn(names('gone')),
    now: nowIn(words),
    vznet: undefined,
  };
}

function containerOf(
  name: string,
  named: Find,
  { digests, modes }: Pick<ContainerFacts, 'digests' | 'modes'>,
): ContainerFacts {
  const [, , state = '', pid = ''] = named('state', name) ?? [];
  const process = /^\d+$/.test(pid) ? Number(pid) : undefined;
  const [, , starter, loaded] = named('loaded', name) ?? [];
  return {
    id: name,
    name,
    mark: containerMarkOf(restOf(named('mark', name))),
    state,
    pid: process,
    digests,
    modes,
    loaded: process !== undefined && Number(starter) === process ? loaded : undefined,
    mtu: count(named('mtu', name)?.[2]),
    limits: limitsOf(named('limits', name)),
    settings: {},
  };
}

/** `limits NAME memory used swap quota period pids`; no limit is `max` (v2), -1 or a number beyond any memory (v1). */
function limitsOf(line: readonly string[] | undefined): EnforcedLimits | undefined {
  if (line?.length !== 8) return undefined;
  const [, , memory, used, swap, quota, period, pids] = line;
  return {
    memoryBytes: limit(memory),
    memoryUsedBytes: Number(used),
    swap: Number(swap) !== 0,
    cpuMillicores: Math.round((limit(quota) / (Number(period) || cpuPeriod)) * 1000),
    pids: limit(pids),
  };
}

function limit(word: string | undefined): number {
  const value = Number(word);
  return word === 'max' || value < 0 || value > 2 ** 62 ? Number.POSITIVE_INFINITY : value;
}
