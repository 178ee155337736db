import { fixed } from '../../../../renderers/lib/shell.ts';

/** Units of the known time sync daemons. */
export const timeSyncDaemons = [
  'chrony.service',
  'chronyd.service',
  'systemd-timesyncd.service',
  'ntpsec.service',
  'ntp.service',
  'ntpd.service',
] as const;

/** Whether the clock is synchronized, according to the time sync daemon. Undefined: none reports it. */
export type Synchronized = boolean | undefined;

/**
 * systemd-timesyncd has a directory in /run while it runs, with a file once it has reached a server (systemd-timesyncd.service(8)).
 * By UDP: for chronyd's Unix socket, chronyc creates one of its own in /run/chrony, and a read-only script must not leave files.
 */
export const clockScript = fixed(`if leap=$(timeout 3 chronyc -h 127.0.0.1 -n tracking 2>/dev/null); then
  case $leap in *'Leap status     : Normal'* | *'Leap status     : '*' second'*) echo 'clock yes' ;; *) echo 'clock no' ;; esac
elif [ -e /run/systemd/timesync/synchronized ]; then echo 'clock yes'
elif [ -d /run/systemd/timesync ]; then echo 'clock no'
elif command -v ntpstat >/dev/null; then if timeout 3 ntpstat >/dev/null 2>&1; then echo 'clock yes'; else echo 'clock no'; fi
fi`);

export function synchronizedOf(after: (word: string) => readonly string[]): Synchronized {
  const [word] = after('clock');
  return word === undefined ? undefined : word === 'yes';
}
