import { containerMarkOf } from '../../renderers/container-mark.ts';
import { vzPlaces } from '../../renderers/openvz-conf.ts';
import { vznetPlaces } from '../../renderers/vznet.ts';
import { folders } from '../marks.ts';
import type { ContainerFacts, Containers, EnforcedLimits } from './containers.ts';
import { type Find, filesIn, folderOf, gonersIn, nowIn, wordsOf } from './listing.ts';
import { pairOf } from './vz-values.ts';

/** What questions/containers-openvz-script.ts printed. */
export function openvzContainers(stdout: string): Containers {
  const { words, named, names } = wordsOf(stdout);
  const rows = rowsIn(stdout);
  const settings = settingsIn(stdout);
  // One whose private area is a draft was begun by a creation that did not end: it is made anew.
  const isDraft = (id: string) => /\/members\/\.[^/]*\.draft\//.test(settings.get(id)?.['VE_PRIVATE'] ?? '');
  const containers = names('container').flatMap((id) => {
    if (isDraft(id)) return [];
    const own = (path: string) =>
      path.startsWith(`${vzPlaces.conf}/${id}.`) || path.startsWith(`${vznetPlaces.ports}/`);
    return [containerOf(id, settings.get(id) ?? {}, rows.get(id), named, filesIn(words, own))];
  });
  return {
    containers,
    folders: names('folder').map((name) => {
      const { settings } = containers.find((one) => memberOf(one.settings) === name) ?? {};
      const bytes = named('image', name) ? (pairOf(settings?.['DISKSPACE'], 1024)?.[1] ?? 0) * 1024 : undefined;
      return folderOf(name, words, named, bytes);
    }),
    goners: gonersIn(names('gone')),
    now: nowIn(words),
    vznet: words.find(([kind]) => kind === 'vznet')?.[1] ?? '',
  };
}

/** A row of vzlist: numbers only, since its strings are not escaped. */
interface Row {
  readonly ctid: number | string;
  readonly status: string;
  readonly physpages: Counter;
  readonly swappages: Counter;
  readonly oomguarpages: Counter;
  readonly numproc: Counter;
  readonly cpulimit: number | null;
}

type Counter = { readonly held: number; readonly limit: number } | null;

function rowsIn(stdout: string): ReadonlyMap<string, Row> {
  const line = stdout.split('\n').find((one) => one.startsWith('vzlist ')) ?? '';
  const rows = JSON.parse(line.slice('vzlist '.length)) as unknown;
  if (!Array.isArray(rows)) throw new Error('vzlist printed no list');
  return new Map((rows as readonly Row[]).map((row) => [String(row.ctid), row]));
}

function containerOf(
  id: string,
  settings: Readonly<Record<string, string>>,
  row: Row | undefined,
  named: Find,
  files: Pick<ContainerFacts, 'digests' | 'modes'>,
): ContainerFacts {
  const mark = containerMarkOf(settings['DESCRIPTION'] ?? '');
  const state = states[row?.status ?? ''] ?? row?.status?.toUpperCase() ?? '';
  const running = state === 'RUNNING';
  const member = memberOf(settings) ?? '';
  const [, , pid = ''] = named('init', member) ?? [];
  const [, , mtu] = named('mtu', member) ?? [];
  return {
    id,
    name: mark ? `${mark.tenant}-${mark.member}` : settings['NAME'] || id,
    mark,
    state,
    pid: running && /^\d+$/.test(pid) ? Number(pid) : undefined,
    ...files,
    loaded: running ? named('loaded', id)?.[2] : undefined,
    mtu: running && mtu !== undefined ? Number(mtu) : undefined,
    limits: running && row ? limitsOf(row) : undefined,
    settings,
  };
}

/** By the words of the other runtime. A file system that is mounted while nothing runs in it is as good as stopped. */
const states: Readonly<Record<string, string>> = {
  running: 'RUNNING',
  stopped: 'STOPPED',
  mounted: 'STOPPED',
  suspended: 'FROZEN',
};

function limitsOf({ physpages, swappages, oomguarpages, numproc, cpulimit }: Row): EnforcedLimits {
  const limit = (counter: Counter, unit: number) =>
    !counter || counter.limit >= 2 ** 50 ? Number.POSITIVE_INFINITY : counter.limit * unit;
  return {
    memoryBytes: limit(physpages, 4096),
    // RAM and swap that its processes use; the page cache is not in it.
    memoryUsedBytes: (oomguarpages?.held ?? 0) * 4096,
    swap: swappages?.limit !== 0,
    cpuMillicores: cpulimit ? cpulimit * 10 : Number.POSITIVE_INFINITY,
    pids: limit(numproc, 1),
  };
}

/** `setting ID KEY VALUE`: the last line of a key counts, as it does where a shell reads the file. */
function settingsIn(stdout: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const all = new Map<string, Record<string, string>>();
  for (const line of stdout.split('\n')) {
    const [, id, key, value = ''] = /^setting (\S+) (\S+) (.*)$/.exec(line) ?? [];
    if (id && key) all.set(id, { ...all.get(id), [key]: value });
  }
  return all;
}

/** The member in whose folder a container's private area lies. */
function memberOf(settings: Readonly<Record<string, string>>): string | undefined {
  const path = settings['VE_PRIVATE'] ?? '';
  const prefix = `${folders.state}/members/`;
  return path.startsWith(prefix) ? /^([^/.][^/]*)\/private$/.exec(path.slice(prefix.length))?.[1] : undefined;
}
