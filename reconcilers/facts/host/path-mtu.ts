import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

export interface PathMtuArgs {
  /** Bytes of an IP packet that must arrive. */
  readonly mtu: number;
  /** IPv4 addresses of other hosts. */
  readonly peers: readonly string[];
}

/** What arrives at another host, and comes back, without being fragmented. */
export interface PathMtu {
  readonly address: string;
  /** The largest IP packet, in bytes, of those that were tried. */
  readonly carries: number;
}

/** Bytes of the headers of IPv4 and ICMP, which ping(8) adds to its size. */
export const pingHeaders = 28;
/** Every path of IPv4 carries it (RFC 791). */
const least = 576;
/** Tried if only the least size gets a reply: usual MTUs of tunnels and VPNs, Ethernet, jumbo frames less usual headers. */
const fallbackSizes = [least, 1280, 1400, 1436, 1450, 1472, 1492, 1500, 2000, 4000, 8000, 8500, 8800, 8900, 8950, 8975];

/**
 * Paths to other hosts, tried with ping(8) and the flag "don't fragment": a packet of the full size and one that every path carries; if only
 * the latter gets a reply, several sizes at once, twice each. A peer without any reply is left out (it is off, or ICMP is dropped), as all are
 * on a host without ping.
 */
export const pathMtu: HostProbe<PathMtuArgs, readonly PathMtu[]> = {
  via: 'host',
  script: ({ mtu, peers }) =>
    lines([
      fixed(`command -v ping >/dev/null 2>&1 || exit 0
answers() { ping -n -q -M do -c "$3" -i 0.2 -W 1 -s $(($2 - ${pingHeaders})) "$1" >/dev/null 2>&1; }`),
      sh`full=${mtu} least=${least} sizes=${[...fallbackSizes.filter((one) => one < mtu), mtu].join(' ')}`,
      sh`for peer in ${peers}; do`,
      fixed(`  {
    first=$(for size in $least $full; do { if answers "$peer" "$size" 1; then echo "[$size]"; fi; } & done)
    case "$first" in
      *"[$full]"*) echo "$peer $full" ;;
      *"[$least]"*) for size in $sizes; do { if answers "$peer" "$size" 2; then echo "$peer $size"; fi; } & done; wait ;;
    esac
  } &
done
wait`),
    ]),
  read: (raw) => whole(raw, pathsOf),
};

function pathsOf(stdout: string): readonly PathMtu[] {
  const largest = new Map<string, number>();
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [, address = '', bytes] = /^([\d.]+) (\d+)$/.exec(line) ?? [];
    if (bytes === undefined) throw new Error(`not an address and a size: ${line.slice(0, 100)}`);
    largest.set(address, Math.max(largest.get(address) ?? 0, Number(bytes)));
  }
  return [...largest].map(([address, carries]) => ({ address, carries }));
}
