import { cpuPeriod } from '../../../renderers/container/limits.ts';
import { containerMarkOf } from '../../../renderers/container/marker.ts';
import { folders } from '../../../renderers/lib/markers.ts';
import { lxcRoot } from '../../../renderers/lxc/lxc-config.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';
import type { ContainerFacts, Containers, EnforcedLimits } from './container-facts.ts';
import { type Find, filesIn, folderOf, nowIn, parseListing, pendingDeletionsIn, restOf, toNumber } from './listing.ts';
import { containersScript } from './lxc-script.ts';
import { openvzContainers } from './openvz.ts';
import { containersOpenvzScript } from './openvz-script.ts';

interface Args {
  readonly runtime: 'lxc' | 'openvz';
}

export const containers: HostProbe<Args, Containers> = {
  via: 'host',
  script: ({ runtime }) => (runtime === 'openvz' ? containersOpenvzScript : containersScript),
  read: (raw, { runtime }) => whole(raw, runtime === 'openvz' ? openvzContainers : lxcContainers),
};

const memberRoot = `${folders.state}/members`;

/** Reads what lxc-script.ts prints. */
function lxcContainers(stdout: string): Containers {
  const { rows, find, names } = parseListing(stdout);
  return {
    containers: names('container').map((name) => {
      const own = (path: string) => path.startsWith(`${lxcRoot}/${name}/`);
      return containerOf(name, find, filesIn(rows, own));
    }),
    folders: names('folder').map((name) =>
      folderOf(name, rows, find, toNumber(find('image', `${memberRoot}/${name}/rootfs.img`)?.[2])),
    ),
    pendingDeletions: pendingDeletionsIn(names('gone')),
    ...(rows.some(([kind]) => kind === 'mounted') ? { mounted: true as const } : {}),
    now: nowIn(rows),
    vznet: undefined,
  };
}

function containerOf(
  name: string,
  find: Find,
  { digests, modes }: Pick<ContainerFacts, 'digests' | 'modes'>,
): ContainerFacts {
  const [, , state = '', pid = ''] = find('state', name) ?? [];
  const process = /^\d+$/.test(pid) ? Number(pid) : undefined;
  const [, , starter, loaded] = find('loaded', name) ?? [];
  return {
    id: name,
    name,
    mark: containerMarkOf(restOf(find('mark', name))),
    state,
    pid: process,
    digests,
    modes,
    loaded: process !== undefined && Number(starter) === process ? loaded : undefined,
    mtu: toNumber(find('mtu', name)?.[2]),
    limits: limitsOf(find('limits', name)),
    settings: {},
  };
}

/** `limits NAME memory used swap quota period pids`. No limit is `max` (v2), or -1 or a number larger than any memory (v1). */
function limitsOf(line: readonly string[] | undefined): EnforcedLimits | undefined {
  if (line?.length !== 8) return undefined;
  const [, , memory, used, swap, quota, period, pids] = line;
  return {
    memoryBytes: limitIn(memory),
    memoryUsedBytes: Number(used),
    swap: Number(swap) !== 0,
    cpuMillicores: Math.round((limitIn(quota) / (Number(period) || cpuPeriod)) * 1000),
    pids: limitIn(pids),
  };
}

function limitIn(word: string | undefined): number {
  const value = Number(word);
  return word === 'max' || value < 0 || value > 2 ** 62 ? Number.POSITIVE_INFINITY : value;
}
