import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { lines, sh } from '../../../renderers/lib/shell.ts';
import type { ActionOf } from '../actions.ts';
import type { HostOperation } from '../operation.ts';

/** A run that ends before it has changed the other proxy leaves this one without keepalived for so long. */
const seconds = 60;

/** Stops keepalived of the host without the virtual IP, while that of the other host is changed. It stays enabled. */
export const keepalivedPause: HostOperation<ActionOf<'keepalived-pause'>> = {
  via: 'host',
  host: ({ host }) => host,
  script: ({ pair }) =>
    lines([
      sh`state=; read -r state _ <${`${vipPlaces.states}/${pair}`} 2>/dev/null || :`,
      sh`if [ "$state" = MASTER ]; then echo "the host has become master: nothing was changed" >&2; exit 1; fi`,
      sh`systemctl stop ec2-redis-keepalived-resume.timer 2>/dev/null || :`,
      sh`systemd-run --quiet --collect --on-active=${seconds} --timer-property=AccuracySec=1s --unit=ec2-redis-keepalived-resume systemctl start ${vipPlaces.unit}`,
      sh`systemctl stop ${vipPlaces.unit}`,
    ]),
  describe: () => `stop ${vipPlaces.unit} for at most ${seconds} s`,
  settleMs: 5_000,
};
