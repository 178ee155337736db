import {
  type ContainerMark,
  containerMarkOf,
  identityOf,
  type MemberIdentity,
} from '../../renderers/container-mark.ts';
import { cpuPeriod, type Limits, lxcRoot } from '../../renderers/lxc-config.ts';
import { folders } from '../marks.ts';
import { containersScript } from './containers-script.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

/** Everything that is to be known of a host's containers, foreign ones included. Absent: LXC is not installed. */
export interface Containers {
  readonly containers: readonly ContainerFacts[];
  readonly folders: readonly MemberFolder[];
  /** Members whose removal was begun, and has not ended. */
  readonly goners: readonly Goner[];
  /** The host's clock, seconds since 1970. */
  readonly now: number;
}

export interface Goner {
  readonly cluster: string;
  readonly tenant: string;
  readonly member: string;
}

export interface ContainerFacts {
  readonly name: string;
  /** Undefined: it is not ours. */
  readonly mark: ContainerMark | undefined;
  /** LXC's own word: RUNNING, STOPPED, STARTING, STOPPING, FROZEN … Empty: LXC cannot read its configuration. */
  readonly state: string;
  /** The host's PID of its init while it runs; /proc/PID/root is its file system. */
  readonly pid: number | undefined;
  /** SHA-256 of our files in LXC's folder of it, by path. */
  readonly digests: Readonly<Record<string, string>>;
  /** Their modes, by path: `755`. */
  readonly modes: Readonly<Record<string, string>>;
  /** Digest of the configuration that the running container has loaded (renderers/lxc-config.ts, bootDigest). */
  readonly loaded: string | undefined;
  /** MTU of its eth0, inside, where packets start; undefined while it does not run. */
  readonly mtu: number | undefined;
  /** As the kernel enforces them now; undefined while it does not run. */
  readonly limits: EnforcedLimits | undefined;
}

/** `Infinity`: the kernel sets no limit. */
export interface EnforcedLimits extends Limits {
  readonly swap: boolean;
  /** Memory that cannot be reclaimed: a limit below it would kill. */
  readonly memoryUsedBytes: number;
}

/** A member's folder, whether LXC knows of a container or not. */
export interface MemberFolder {
  readonly name: string;
  readonly identity: MemberIdentity | undefined;
  /** SHA-256 of conf/init. */
  readonly init: string | undefined;
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
  readonly runtime: 'lxc';
}

export const containers: HostSense<Args, Containers> = {
  via: 'host',
  script: () => containersScript,
  read: (raw) => whole(raw, containersOf),
};

const memberRoot = `${folders.state}/members`;

type Line = readonly string[];

function containersOf(stdout: string): Containers {
  const lines = stdout.split('\n').filter(Boolean);
  if (lines.at(-1) !== 'end') throw new Error('the listing has no end');
  const words = lines.map((line) => line.split(' '));
  const named = (kind: string, name: string) => words.find(([first, second]) => first === kind && second === name);
  const names = (kind: string) => words.filter(([first]) => first === kind).map(([, name]) => name ?? '');
  return {
    containers: names('container').map((name) => containerOf(name, named, ownFiles(words, name))),
    folders: names('folder').map((name) => folderOf(name, named, digestAt(words, `${memberRoot}/${name}/conf/init`))),
    goners: names('gone').flatMap(gonerOf),
    now: nowIn(words),
  };
}

/** `.quickstart.globex.r1.gone`, as `goneName` names it. */
function gonerOf(name: string): readonly Goner[] {
  const [, cluster, tenant, member] = /^\.([a-z0-9-]+)\.([a-z0-9-]+)\.([a-z0-9-]+)\.gone$/.exec(name) ?? [];
  return cluster && tenant && member ? [{ cluster, tenant, member }] : [];
}

function nowIn(words: readonly Line[]): number {
  const now = words.find(([kind]) => kind === 'now')?.[1] ?? '';
  if (!/^\d+$/.test(now)) throw new Error(`not a time: ${now}`);
  return Number(now);
}

type Find = (kind: string, name: string) => Line | undefined;

function containerOf(
  name: string,
  named: Find,
  { digests, modes }: Pick<ContainerFacts, 'digests' | 'modes'>,
): ContainerFacts {
  const [, , state = '', pid = ''] = named('state', name) ?? [];
  const process = /^\d+$/.test(pid) ? Number(pid) : undefined;
  const [, , starter, loaded] = named('loaded', name) ?? [];
  return {
    name,
    mark: containerMarkOf(restOf(named('mark', name))),
    state,
    pid: process,
    digests,
    modes,
    loaded: process !== undefined && Number(starter) === process ? loaded : undefined,
    mtu: count(named('mtu', name)?.[2]),
    limits: limitsOf(named('limits', name)),
  };
}

/** `sha256 SUM PATH` and `mode PATH MODE` */
function ownFiles(words: readonly Line[], name: string): Pick<ContainerFacts, 'digests' | 'modes'> {
  const folder = `${lxcRoot}/${name}/`;
  const sums = words.filter(([kind, , path]) => kind === 'sha256' && path?.startsWith(folder));
  const modes = words.filter(([kind, path]) => kind === 'mode' && path?.startsWith(folder));
  return {
    digests: Object.fromEntries(sums.map(([, sum = '', path = '']) => [path, sum])),
    modes: Object.fromEntries(modes.map(([, path = '', mode = '']) => [path, mode])),
  };
}

function digestAt(words: readonly Line[], path: string): string | undefined {
  return words.find(([kind, , at]) => kind === 'sha256' && at === path)?.[1];
}

function folderOf(name: string, named: Find, init: string | undefined): MemberFolder {
  const [, , blocks, , , , , logBlockSize] = named('superblock', name) ?? [];
  return {
    name,
    identity: identityOf(restOf(named('identity', name))),
    init,
    imageBytes: count(named('image', `${memberRoot}/${name}/rootfs.img`)?.[2]),
    // ext4: s_blocks_count_lo at octet 4 of the superblock, s_log_block_size at 24; block size is 1024 << that.
    fileSystemBytes: blocks && logBlockSize ? Number(blocks) * 1024 * 2 ** Number(logBlockSize) : undefined,
    retired: retirementOf(named('retired', name)),
  };
}

/** `retired NAME SECONDS [VLAN ADDRESS]` */
function retirementOf(line: Line | undefined): Retirement | undefined {
  if (!line) return undefined;
  const [, , since = '', vlan, address] = line;
  return { since: count(/^\d{1,12}$/.test(since) ? since : undefined), vlan: count(vlan), address };
}

function restOf(line: Line | undefined): string {
  return (line ?? []).slice(2).join(' ');
}

/** `limits NAME memory used swap quota period pids`; no limit is `max` (v2), -1 or a number beyond any memory (v1). */
function limitsOf(line: Line | undefined): EnforcedLimits | undefined {
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

function count(word: string | undefined): number | undefined {
  return word === undefined ? undefined : Number(word);
}
