import { drainedMark } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { HostProbe } from '../fact.ts';
import { whole } from '../script-result.ts';

/** A host that is drained, or was. */
export interface Drained {
  /** Seconds that are left, by the clock of the host; 0: it is over. */
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly reason: string;
}

/** The mark of a drain. Absent: there is none. */
export const drained: HostProbe<object, Drained> = {
  via: 'host',
  script: () =>
    lines([sh`mark=${drainedMark}`, fixed('[ -f "$mark" ] || exit 44\ndate +%s && head -c 1000 -- "$mark"')]),
  read: (raw) => whole(raw, drainedOf),
};

function drainedOf(stdout: string): Drained {
  const [now = '', until = '', reason = ''] = stdout.split('\n');
  if (!/^\d+$/.test(now) || !/^\d+$/.test(until))
    throw new Error(`${drainedMark} has no time: remove it, and drain again`);
  return { seconds: Math.max(0, Number(until) - Number(now)), until: Number(until) * 1000, reason };
}
