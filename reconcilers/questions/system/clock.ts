import { fixed } from '../../../renderers/shell.ts';

/** Whoever may keep a host's clock. */
export const clockKeepers = [
  'chrony.service',
  'chronyd.service',
  'systemd-timesyncd.service',
  'ntpsec.service',
  'ntp.service',
  'ntpd.service',
] as const;

/** Whether the clock is set by another one, as its keeper says it: undefined where none does. */
export type Synchronised = boolean | undefined;

/** By UDP: to ask by chronyd's socket, chronyc makes one of its own in /run/chrony, and a look must leave no trace. */
export const clockScript = fixed(`if leap=$(timeout 3 chronyc -h 127.0.0.1 -n tracking 2>/dev/null); then
  case $leap in *'Leap status     : Normal'* | *'Leap status     : '*' second'*) echo 'clock yes' ;; *) echo 'clock no' ;; esac
elif [ -e /run/systemd/timesync/synchronized ]; then echo 'clock yes'
elif command -v ntpstat >/dev/null; then if timeout 3 ntpstat >/dev/null 2>&1; then echo 'clock yes'; else echo 'clock no'; fi
fi`);

export function synchronisedOf(after: (word: string) => readonly string[]): Synchronised {
  const [word] = after('clock');
  return word === undefined ? undefined : word === 'yes';
}
