import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { fixed, lines } from '../../../renderers/lib/shell.ts';
import { digest } from '../../../renderers/lib/text.ts';
import type { HostProbe } from '../fact.ts';
import type { FileFacts } from '../host/files.ts';
import { listingScript, readListing } from '../host/service-listing.ts';
import { whole } from '../script-result.ts';
import { readStat, shownStat, type TenantServers } from './show-stat.ts';

/** HAProxy of a proxy host: what is installed, its files, and what the running process reports. */
export interface Haproxy {
  /** Programs that it needs and that are not installed. */
  readonly missing: readonly string[];
  /** The installed version, `2.6.12-1+deb12u4`. The running process may be older. */
  readonly version: string | undefined;
  /** Our unit file, our script, and every .cfg file of our directory. */
  readonly files: readonly FileFacts[];
  /** Addresses that the .cfg files bind, `10.80.1.100:6379`. */
  readonly binds: readonly { readonly path: string; readonly address: string }[];
  /** Whether a process serves, by its health page. */
  readonly serves: boolean;
  /** Of each process that a reload left with the connections of its clients: seconds since it was started. */
  readonly oldWorkers: readonly number[];
  /** Sessions of clients in those processes, by tenant. */
  readonly keptSessions: ReadonlyMap<string, number>;
  /** Undefined if no process responds on our stats socket. */
  readonly process: HaproxyProcess | undefined;
}

export interface HaproxyProcess {
  readonly version: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  /** SHA-256 digests of the loaded files, by file name. Undefined if the process does not confirm them by its `description`. */
  readonly loaded: ReadonlyMap<string, string> | undefined;
  /** The proxy's own addresses from which it connects to members, in the loaded files. Undefined if those are not confirmed. */
  readonly sources: readonly string[] | undefined;
  /** The limit of connections in the loaded file of a tenant. */
  readonly limits: ReadonlyMap<string, number>;
  /** The limit for all tenants together, the highest one in the loaded files. Undefined: they have none. */
  readonly limitOfAll: number | undefined;
  readonly tenants: readonly TenantServers[];
}

const { folder, loader, unitFile, loaded, socket, health, masterSocket } = haproxyPlaces;

export const haproxy: HostProbe<object, Haproxy> = {
  via: 'host',
  script: () =>
    lines([
      fixed(`for program in haproxy socat; do command -v "$program" >/dev/null || echo "missing $program"; done
haproxy -v 2>/dev/null | sed -n '1s/^/version /p'
set -- ${folder}/*.cfg ${loader} ${unitFile}`),
      listingScript(),
      fixed(`awk '$1 == "bind" { print "bind", $2, FILENAME }' ${folder}/*.cfg 2>/dev/null
if [ -S ${socket} ]; then
  (cd ${loaded} && sha256sum -- *.cfg) 2>/dev/null | sed 's/^/loaded /'
  sed -n 's/^ *server .* source \\([0-9.]*\\):.*/source \\1/p' ${loaded}/*.cfg 2>/dev/null | sort -u
  awk '$6 == "fe_conn" { print "limit", $8, FILENAME; if ($14 > all + 0) all = $14 }
    END { if (all) print "limit-of-all", all }' ${loaded}/*.cfg 2>/dev/null
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 2 socat -t2 - UNIX-CONNECT:${health} 2>/dev/null | sed -n '1s/^HTTP[^ ]* 200 .*/serves/p'
  echo 'show proc' | timeout 2 socat -t2 - UNIX-CONNECT:${masterSocket} 2>/dev/null |
    awk '/^#/ { old = /old workers/ } old && $2 == "worker" { print $1, $4 }' |
    while read -r pid uptime; do
      echo "old $uptime"
      echo "@!$pid show stat -1 1 -1" | timeout 2 socat -t2 - UNIX-CONNECT:${masterSocket} 2>/dev/null |
        awk -F, '$2 == "FRONTEND" && $5 > 0 { print "kept", $5, $1 }'
    done
  echo "== socket"
  echo 'show info;show stat -1 5 -1' | timeout 4 socat -t4 - UNIX-CONNECT:${socket} |
    ${shownStat} || :
fi`),
    ]),
  read: (raw) => whole(raw, haproxyOf),
};

function haproxyOf(stdout: string): Haproxy {
  const all = stdout.split('\n');
  const border = all.indexOf('== socket');
  const host = border < 0 ? all : all.slice(0, border);
  const after = (word: string) =>
    host.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return {
    missing: after('missing'),
    version: /HA-?Proxy version (\S+)/.exec(after('version')[0] ?? '')?.[1],
    files: readListing(host),
    binds: after('bind').map((line) => ({
      address: line.split(' ', 1)[0] ?? '',
      path: line.slice(line.indexOf(' ') + 1),
    })),
    serves: host.includes('serves'),
    oldWorkers: after('old').map(secondsOf),
    keptSessions: sumsOf(after('kept'), /^(\d+) redis\.([^.]+)$/),
    process:
      border < 0
        ? undefined
        : processOf(all.slice(border + 1), after('loaded'), after('source'), {
            limits: sumsOf(after('limit'), /^(\d+) .*\/tenant-([^/]+)\.cfg$/),
            limitOfAll: Number(after('limit-of-all')[0]) || undefined,
          }),
  };
}

/** The numbers in such lines, by the name of a tenant. */
function sumsOf(lines: readonly string[], pattern: RegExp): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const [, number, tenant] = pattern.exec(line) ?? [];
    if (tenant !== undefined) sums.set(tenant, (sums.get(tenant) ?? 0) + Number(number));
  }
  return sums;
}

function processOf(
  output: readonly string[],
  listing: readonly string[],
  sources: readonly string[],
  limits: Pick<HaproxyProcess, 'limits' | 'limitOfAll'>,
): HaproxyProcess | undefined {
  const stat = output.findIndex((line) => line.startsWith('# pxname,'));
  const info = new Map(
    output.slice(0, Math.max(stat, 0)).map((line) => [line.split(': ', 1)[0] ?? '', line.split(': ')[1]]),
  );
  const version = info.get('Version');
  if (stat < 0 || !version) return undefined;
  const confirmed = info.get('description') === digest(listing.map((line) => `${line}\n`).join(''));
  return {
    version,
    pid: Number(info.get('Pid')),
    uptimeSeconds: Number(info.get('Uptime_sec')),
    loaded: confirmed ? loadedOf(listing) : undefined,
    sources: confirmed ? sources : undefined,
    ...limits,
    tenants: readStat(output.slice(stat)),
  };
}

function loadedOf(listing: readonly string[]): ReadonlyMap<string, string> {
  return new Map(listing.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/** Of `0d01h02m03s`, as `show proc` prints an uptime. */
function secondsOf(uptime: string): number {
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (uptime.match(/\d+/g) ?? []).map(Number);
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
