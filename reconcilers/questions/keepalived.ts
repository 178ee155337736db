import { vipPlaces } from '../../renderers/proxy-places.ts';
import { lines, sh } from '../../renderers/shell.ts';
import type { FileFacts } from './files.ts';
import { listingScript, readListing } from './haproxy-listing.ts';
import { whole } from './reading.ts';
import type { HostSense } from './sense.ts';

/** keepalived of a proxy host, and what its notify script wrote down. */
export interface Keepalived {
  /** Programs that it and its scripts need and that are not there. */
  readonly missing: readonly string[];
  readonly files: readonly FileFacts[];
  /** Digest of the configuration that the running process has read. */
  readonly loaded: string | undefined;
  readonly vrrp: { readonly state: string; readonly forSeconds: number } | undefined;
  /** What became of the last move of the address to this host's ENI. */
  readonly move: Move | undefined;
}

export interface Move {
  /** trying, confirmed or failed. */
  readonly outcome: string;
  readonly agoSeconds: number;
  readonly words: string;
}

const { configuration, settings, loader, check, notify, unitFile, stamp, states } = vipPlaces;

export const keepalived: HostSense<{ readonly pair: string }, Keepalived> = {
  via: 'host',
  script: ({ pair }) =>
    lines([
      sh`for program in keepalived socat curl flock logger; do command -v "$program" >/dev/null || echo "missing $program"; done`,
      sh`curl --help all 2>/dev/null | grep -q -e --aws-sigv4 || command -v aws >/dev/null || echo 'missing curl 7.75 or later, or the aws command'`,
      sh`set -- ${[configuration, settings, loader, check, notify, unitFile]}`,
      listingScript(),
      sh`date '+now %s'`,
      sh`sed 's/^/loaded /' ${stamp} 2>/dev/null`,
      sh`sed 's/^/state /' ${`${states}/${pair}`} 2>/dev/null`,
      sh`sed 's/^/move /' ${`${states}/${pair}.move`} 2>/dev/null`,
      sh`:`,
    ]),
  read: (raw) => whole(raw, keepalivedOf),
};

function keepalivedOf(stdout: string): Keepalived {
  const all = stdout.split('\n');
  const after = (word: string) =>
    all.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const now = Number(after('now')[0]);
  if (!now) throw new Error('the host did not tell its time');
  const [state, since] = after('state')[0]?.split(' ') ?? [];
  const [, outcome, at, words] = /^(\S+) (\d+) (.*)$/.exec(after('move')[0] ?? '') ?? [];
  return {
    missing: after('missing'),
    files: readListing(all),
    loaded: after('loaded')[0],
    vrrp: state && since ? { state, forSeconds: now - Number(since) } : undefined,
    move: outcome ? { outcome, agoSeconds: now - Number(at), words: words ?? '' } : undefined,
  };
}
