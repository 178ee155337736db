import { type Lab, until } from '../support/lab.ts';
import { onHostOf, send, sentinelPort } from '../support/members.ts';
import type { Row } from './row.ts';

const conf = '/var/lib/ec2-redis-operator/members/globex-r2/conf';

/** Faults of the file that Sentinel keeps its state in. */
export const sentinelFileRows: readonly Row[] = [
  {
    name: 'a line in sentinel.conf that Sentinel does not know: it exits whenever it is started',
    breakIt: async (lab) => {
      const kill = lab.containers.inside('globex-r2', 'pkill -9 -x redis-sentinel');
      await onHostOf(lab, 'r2', `echo 'sentinel frobnicate' >>${conf}/sentinel.conf; ${kill}`);
      await until(
        'three exits',
        async () => Number((await onHostOf(lab, 'r2', `cat ${conf}/sentinel-starts`)).out),
        (starts) => starts > 3,
      );
    },
    expected: [
      {
        subject: 'sentinel/globex-r2',
        reason: 'SentinelCrashLoop',
        by: 'manual',
        message: /times in a row: >>> 'sentinel frobnicate' /,
      },
    ],
    manualAction: (lab) => onHostOf(lab, 'r2', `sed -i '/frobnicate/d' ${conf}/sentinel.conf`),
    changes: /^sentinel\/globex-r\d$/,
    unaffected: 'globex',
  },
  {
    name: 'a Sentinel that cannot write its file',
    breakIt: async (lab) => {
      await onHostOf(lab, 'r2', `chmod 0550 ${conf}`);
      await flush(lab).catch(() => {});
    },
    expected: [
      { subject: 'sentinel/globex-r2', reason: 'SentinelCannotSave', by: 'manual', message: /Permission denied/ },
    ],
    manualAction: async (lab) => {
      await writable(lab);
      await flush(lab);
    },
    changes: /^sentinel\/globex-r\d$/,
    release: writable,
    unaffected: 'globex',
  },
];

function writable(lab: Lab) {
  return onHostOf(lab, 'r2', `chmod 1770 ${conf}`);
}

function flush(lab: Lab) {
  return send(lab, 'globex', 'r2', sentinelPort, 'SENTINEL FLUSHCONFIG');
}
