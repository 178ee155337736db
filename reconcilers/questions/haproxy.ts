import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { fixed, lines } from '../../renderers/shell.ts';
import { digest } from '../../renderers/text.ts';
import type { FileFacts } from './files.ts';
import { listingScript, readListing } from './haproxy-listing.ts';
import { readStat, type TenantServers } from './haproxy-stat.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

/** HAProxy of a proxy host: what is installed, what lies there, and what the running process says. */
export interface Haproxy {
  /** Programs that it needs and that are not there. */
  readonly missing: readonly string[];
  /** As installed: `2.6.12-1+deb12u4`; the running process may be older. */
  readonly version: string | undefined;
  /** Our unit, our script, and every .cfg of our folder. */
  readonly files: readonly FileFacts[];
  /** What the .cfg files bind, `10.80.1.100:6379`. */
  readonly binds: readonly { readonly path: string; readonly address: string }[];
  /** Undefined: nobody answers on our socket. */
  readonly process: HaproxyProcess | undefined;
}

export interface HaproxyProcess {
  readonly version: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  /** Digests by file name of what it has read; undefined where it does not vouch for them. */
  readonly loaded: ReadonlyMap<string, string> | undefined;
  readonly tenants: readonly TenantServers[];
}

const { folder, loader, unitFile, loaded, socket } = haproxyPlaces;

export const haproxy: HostSense<object, Haproxy> = {
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
  echo "== socket"
  echo 'show info;show stat -1 5 -1' | timeout 4 socat -t4 - UNIX-CONNECT:${socket} || :
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
    process: border < 0 ? undefined : processOf(all.slice(border + 1), after('loaded')),
  };
}

function processOf(answer: readonly string[], listing: readonly string[]): HaproxyProcess | undefined {
  const stat = answer.findIndex((line) => line.startsWith('# pxname,'));
  const info = new Map(
    answer.slice(0, Math.max(stat, 0)).map((line) => [line.split(': ', 1)[0] ?? '', line.split(': ')[1]]),
  );
  const version = info.get('Version');
  if (stat < 0 || !version) return undefined;
  return {
    version,
    pid: Number(info.get('Pid')),
    uptimeSeconds: Number(info.get('Uptime_sec')),
    loaded:
      info.get('description') === digest(listing.map((line) => `${line}\n`).join('')) ? loadedOf(listing) : undefined,
    tenants: readStat(answer.slice(stat)),
  };
}

function loadedOf(listing: readonly string[]): ReadonlyMap<string, string> {
  return new Map(listing.map((line) => [line.slice(66), line.slice(0, 64)]));
}
