import { drainedMark } from '../../../renderers/lib/markers.ts';
import { fixed, lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** Marks a host as drained until a time, or ends that. */
export const hostDrain: HostOperation<ActionOf<'host-drain'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ until, reason }) =>
    until === undefined
      ? sh`rm -f -- ${drainedMark}`
      : lines([
          sh`mark=${drainedMark} until=${until} reason=${reason}`,
          fixed(`mkdir -p -- "\${mark%/*}"
umask 077
printf '%s\\n%s\\n' "$until" "$reason" >"$mark.new"
sync -- "$mark.new"
mv -fT -- "$mark.new" "$mark"`),
        ]),
  describe: ({ host, until }) =>
    until === undefined
      ? `end the drain of ${host}`
      : `mark ${host} as drained until ${new Date(until * 1000).toISOString()}`,
  settleMs: 0,
};
