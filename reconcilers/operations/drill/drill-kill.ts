import { haproxyPlaces, vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import { pidsOf, programs } from '../member/member-conf.ts';
import type { HostOperation } from '../operation.ts';

/** The rehearsed failure of `reconcile drill`. No finding asks for it. */
export const drillKill: HostOperation<ActionOf<'drill-kill'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ kill }) => {
    if ('redis' in kill) return redis(kill.redis);
    return kill.what === 'proxy' ? proxy : host;
  },
  describe: ({ kill }) => {
    if ('redis' in kill) return `kill -9 the Redis of ${kill.redis.slice(kill.redis.lastIndexOf('/') + 1)}`;
    return kill.what === 'proxy'
      ? 'kill -9 keepalived and HAProxy, and keep them down'
      : 'reset, without stopping anything';
  },
  settleMs: 0,
};

function redis(folder: string): Script {
  return lines([
    sh`command=${programs.redis}`,
    pidsOf(folder),
    fixed(`if [ -z "$pids" ]; then echo 'no server of this member is running' >&2; exit 1; fi
kill -KILL $pids`),
  ]);
}

/** Stopped right after, or systemd would start them again within 100 ms. keepalived has no chance to hand over, as it would at a stop. */
const proxy = lines([
  sh`units=${`${vipPlaces.unit} ${haproxyPlaces.unit}`}`,
  fixed(`systemctl kill --kill-who=all --signal=KILL $units
systemctl stop $units`),
]);

/** Delayed, so that the result of this script is sent first. No process is ended and nothing is unmounted. */
const host = fixed(
  `setsid sh -c 'sleep 1; systemctl reboot --force --force || reboot -f -n' </dev/null >/dev/null 2>&1 9>&- &`,
);
