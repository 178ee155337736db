import { containerMarkOf } from '../../../renderers/container/marker.ts';
import { folders } from '../../../renderers/lib/markers.ts';
import { vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import { vznetPlaces } from '../../../renderers/openvz/vznet.ts';
import type { ContainerFacts, Containers, EnforcedLimits } from './container-facts.ts';
import { type Find, filesIn, folderOf, nowIn, parseListing, pendingDeletionsIn } from './listing.ts';
import { pairOf } from './vz-values.ts';

/** Reads what openvz-script.ts prints. */
export function openvzContainers(stdout: string): Containers {
  const { rows, find, names } = parseListing(stdout);
  const listed = vzlistRows(stdout);
  const settings = settingsIn(stdout);
  // A container whose private area is a draft is left over from a creation or a rebuild that was interrupted, and starts again.
  const isDraft = (id: string) =>
    /\/members\/(\.[^/]*\.draft|[^/]+\/\.rebuild)\//.test(settings.get(id)?.['VE_PRIVATE'] ?? '');
  const containers = names('container').flatMap((id) => {
    if (isDraft(id)) return [];
    const own = (path: string) =>
      path.startsWith(`${vzPlaces.conf}/${id}.`) || path.startsWith(`${vznetPlaces.ports}/`);
    return [containerOf(id, settings.get(id) ?? {}, listed.get(id), find, filesIn(rows, own))];
  });
  return {
    containers,
    folders: names('folder').map((name) => {
      const { settings } = containers.find((one) => memberOf(one.settings) === name) ?? {};
      const bytes = find('image', name) ? (pairOf(settings?.['DISKSPACE'], 1024)?.[1] ?? 0) * 1024 : undefined;
      return folderOf(name, rows, find, bytes);
    }),
    pendingDeletions: pendingDeletionsIn(names('gone')),
    ...(rows.some(([kind]) => kind === 'mounted') ? { mounted: true as const } : {}),
    now: nowIn(rows),
    vznet: rows.find(([kind]) => kind === 'vznet')?.[1] ?? '',
  };
}

/** A row of vzlist: only numbers, since it does not escape strings. */
interface VzlistRow {
  readonly ctid: number | string;
  readonly status: string;
  readonly physpages: Counter;
  readonly swappages: Counter;
  readonly oomguarpages: Counter;
  readonly numproc: Counter;
  readonly cpulimit: number | null;
}

type Counter = { readonly held: number; readonly limit: number } | null;

function vzlistRows(stdout: string): ReadonlyMap<string, VzlistRow> {
  const line = stdout.split('\n').find((one) => one.startsWith('vzlist ')) ?? '';
  const rows = JSON.parse(line.slice('vzlist '.length)) as unknown;
  if (!Array.isArray(rows)) throw new Error('vzlist printed no list');
  return new Map((rows as readonly VzlistRow[]).map((row) => [String(row.ctid), row]));
}

function containerOf(
  id: string,
  settings: Readonly<Record<string, string>>,
  row: VzlistRow | undefined,
  find: Find,
  files: Pick<ContainerFacts, 'digests' | 'modes'>,
): ContainerFacts {
  const mark = containerMarkOf(settings['DESCRIPTION'] ?? '');
  const state = states[row?.status ?? ''] ?? row?.status?.toUpperCase() ?? '';
  const running = state === 'RUNNING';
  const member = memberOf(settings) ?? '';
  const [, , pid = ''] = find('init', member) ?? [];
  const [, , mtu] = find('mtu', member) ?? [];
  return {
    id,
    name: mark ? `${mark.tenant}-${mark.member}` : settings['NAME'] || id,
    mark,
    state,
    pid: running && /^\d+$/.test(pid) ? Number(pid) : undefined,
    ...files,
    loaded: running ? find('loaded', id)?.[2] : undefined,
    mtu: running && mtu !== undefined ? Number(mtu) : undefined,
    limits: running && row ? limitsOf(row) : undefined,
    settings,
  };
}

/** In the terms of LXC. A mounted file system in which nothing runs counts as stopped. */
const states: Readonly<Record<string, string>> = {
  running: 'RUNNING',
  stopped: 'STOPPED',
  mounted: 'STOPPED',
  suspended: 'FROZEN',
};

function limitsOf({ physpages, swappages, oomguarpages, numproc, cpulimit }: VzlistRow): EnforcedLimits {
  const limit = (counter: Counter, unit: number) =>
    !counter || counter.limit >= 2 ** 50 ? Number.POSITIVE_INFINITY : counter.limit * unit;
  return {
    memoryBytes: limit(physpages, 4096),
    // RAM and swap used by its processes, without the page cache.
    memoryUsedBytes: (oomguarpages?.held ?? 0) * 4096,
    swap: swappages?.limit !== 0,
    cpuMillicores: cpulimit ? cpulimit * 10 : Number.POSITIVE_INFINITY,
    pids: limit(numproc, 1),
  };
}

/** `setting ID KEY VALUE`: the last line of a key counts, as it does when a shell reads the file. */
function settingsIn(stdout: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const all = new Map<string, Record<string, string>>();
  for (const line of stdout.split('\n')) {
    const [, id, key, value = ''] = /^setting (\S+) (\S+) (.*)$/.exec(line) ?? [];
    if (id && key) all.set(id, { ...all.get(id), [key]: value });
  }
  return all;
}

/** The member whose directory contains the private area of a container. */
function memberOf(settings: Readonly<Record<string, string>>): string | undefined {
  const path = settings['VE_PRIVATE'] ?? '';
  const prefix = `${folders.state}/members/`;
  return path.startsWith(prefix) ? /^([^/.][^/]*)\/private$/.exec(path.slice(prefix.length))?.[1] : undefined;
}
