import { type TakeoverOutcome, takeoverOutcomes } from '../../../renderers/keepalived/takeover.ts';
import { formerVipsMark } from '../../../renderers/lib/markers.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { lines, sh } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import type { FileFacts } from '../host/files.ts';
import { listingScript, readListing } from '../host/service-listing.ts';
import { whole } from '../script-result.ts';

/** keepalived of a proxy host, and what its notify script recorded. */
export interface Keepalived {
  /** Programs that it and its scripts need and that are not installed. */
  readonly missing: readonly string[];
  readonly files: readonly FileFacts[];
  /** SHA-256 digest of the configuration that the running process has loaded. */
  readonly loaded: string | undefined;
  /** What it has loaded of what both hosts of a pair must have alike, or they do not hear each other. */
  readonly shared?: { readonly routerId: number; readonly vip: string } | undefined;
  /** Earlier virtual IPs of the pair, recorded when another one replaced them. */
  readonly former?: readonly string[];
  readonly vrrp: { readonly state: string; readonly forSeconds: number } | undefined;
  /** The last attempt of this host to move the virtual IP to its own ENI. */
  readonly move: Move | undefined;
  /** As VRRP master it left the virtual IP to the other proxy, and is in FAULT until it may take it again (renderers/keepalived/yield.ts). */
  readonly yields: Yield | undefined;
  /** Whether this host could move it, as it last checked while it was not master. Undefined: it has not been checked since the boot. */
  readonly takeover: Takeover | undefined;
}

export interface Yield {
  /** `split`: the two do not hear each other, and the other one has the address. `move`: this host could not move it to its own ENI. */
  readonly cause: string;
  readonly forSeconds: number;
  readonly words: string;
}

export interface Move {
  /** `trying`, `confirmed` or `failed`. */
  readonly outcome: string;
  readonly agoSeconds: number;
  readonly words: string;
}

export interface Takeover {
  readonly outcome: TakeoverOutcome;
  readonly agoSeconds: number;
  /** The error of EC2, curl or the metadata service; with `clock`, the seconds by which the clock of the host is ahead of EC2's. */
  readonly words: string;
}

const { configuration, settings, loader, check, notify, takeover, unitFile, runtime, stamp, states, takeovers } =
  vipPlaces;

export const keepalived: HostProbe<{ readonly pair: string }, Keepalived> = {
  via: 'host',
  seconds: 20,
  script: ({ pair }) =>
    lines([
      sh`for program in keepalived socat curl flock logger; do command -v "$program" >/dev/null || echo "missing $program"; done`,
      sh`curl --help all 2>/dev/null | grep -q -e --aws-sigv4 || command -v aws >/dev/null || echo 'missing curl 7.75 or later, or the aws command'`,
      sh`set -- ${[configuration, settings, loader, check, notify, takeover, unitFile]}`,
      listingScript(),
      sh`date '+now %s'`,
      sh`sed 's/^/loaded /' ${stamp} 2>/dev/null`,
      sh`sed -n 's/^ *virtual_router_id /router /p; s|^ *\\([0-9.]*\\)/32 dev .*|vip \\1|p' ${`${runtime}/keepalived.conf`} 2>/dev/null`,
      sh`sed 's/^/former /' ${formerVipsMark} 2>/dev/null`,
      sh`sed 's/^/state /' ${`${states}/${pair}`} 2>/dev/null`,
      sh`sed 's/^/move /' ${`${states}/${pair}.move`} 2>/dev/null`,
      sh`sed 's/^/yields /' ${`${states}/${pair}.yield`} 2>/dev/null`,
      // EC2 or the metadata service did not answer: the host tries again, so that a pass shows what is so now.
      sh`case $(cut -d ' ' -f 2 ${`${takeovers}/${pair}`} 2>/dev/null) in metadata | credentials | api) timeout 9 ${takeover} ${pair} >/dev/null 2>&1 ;; esac`,
      sh`sed 's/^/takeover /' ${`${takeovers}/${pair}`} 2>/dev/null`,
      sh`read -r up _ </proc/uptime && echo "uptime \${up%.*}"`,
    ]),
  read: (raw) => whole(raw, keepalivedOf),
};

function keepalivedOf(stdout: string): Keepalived {
  const all = stdout.split('\n');
  const after = (word: string) =>
    all.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const now = Number(after('now')[0]);
  if (!now) throw new Error('the host did not report its time');
  const [state, since] = after('state')[0]?.split(' ') ?? [];
  const [, outcome, at, words] = /^(\S+) (\d+) (.*)$/.exec(after('move')[0] ?? '') ?? [];
  const [, cause, from, why] = /^(\S+) (\d+) \S+ \S+ (.*)$/.exec(after('yields')[0] ?? '') ?? [];
  const [routerId, vip] = [after('router')[0], after('vip')[0]];
  return {
    missing: after('missing'),
    files: readListing(all),
    loaded: after('loaded')[0],
    shared: routerId && vip ? { routerId: Number(routerId), vip } : undefined,
    former: after('former'),
    vrrp: state && since ? { state, forSeconds: now - Number(since) } : undefined,
    move: outcome ? { outcome, agoSeconds: now - Number(at), words: words ?? '' } : undefined,
    yields: cause ? { cause, forSeconds: now - Number(from), words: why ?? '' } : undefined,
    takeover: takeoverOf(after('takeover')[0] ?? '', Number(after('uptime')[0])),
  };
}

/** `UPTIME OUTCOME WORDS`. What cannot be read counts as not checked. */
function takeoverOf(line: string, uptime: number): Takeover | undefined {
  const [, at, word, words = ''] = /^(\d+) (\S+) (.*)$/.exec(line) ?? [];
  const outcome = takeoverOutcomes.find((one) => one === word);
  return outcome ? { outcome, agoSeconds: uptime - Number(at), words } : undefined;
}
