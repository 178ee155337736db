import { observe } from '../support/findings.ts';
import { must } from '../support/lab.ts';
import { addressOf, onHostOf, redisPort, replicasOf, send, sentinelPort } from '../support/members.ts';
import type { Row } from './row.ts';

/** Settings of Redis and Sentinel, and what they replicate from or monitor. */
export const redisRows: readonly Row[] = [
  {
    name: 'a Redis setting changed live',
    breakIt: (lab) => send(lab, 'acme', 'r1', redisPort, 'CONFIG SET maxmemory 100mb'),
    expected: [
      {
        subject: 'redis/acme-r1',
        reason: 'SettingDiffers',
        by: 'action',
        field: 'maxmemory',
        have: '104857600',
        want: '134217728',
      },
    ],
    changes: /^redis\/acme-r1$/,
    unaffected: 'acme',
  },
  {
    name: 'redis.conf edited',
    breakIt: (lab) => onHostOf(lab, 'r2', `sed -i 's/^maxmemory .*/maxmemory 64mb/' ${conf('globex-r2')}/redis.conf`),
    expected: [
      {
        subject: 'redis/globex-r2',
        reason: 'FileDiffers',
        field: `${conf('globex-r2')}/redis.conf`,
        have: 'differs in maxmemory',
        want: 'as Redis runs',
      },
    ],
    changes: /^redis\/globex-r2$/,
  },
  {
    name: 'a replica pointed at a wrong master',
    breakIt: async (lab) => {
      const [first, second] = await replicasOf(lab, 'acme');
      await send(lab, 'acme', first, redisPort, `REPLICAOF ${addressOf('acme', second)} ${redisPort}`);
    },
    expected: [
      {
        subject: /^redis\/acme-r\d$/,
        reason: 'ReplicatesWrongMember',
        field: 'role',
        have: /^replica of r\d$/,
        want: /^replica of r\d$/,
      },
    ],
    repairedBy: 'Sentinel',
    changes: /^redis\/acme-r\d$/,
  },
  {
    name: 'a replica pointed at an unused address',
    breakIt: async (lab) => {
      const [first] = await replicasOf(lab, 'globex');
      await send(lab, 'globex', first, redisPort, `REPLICAOF 10.102.0.99 ${redisPort}`);
    },
    expected: [
      {
        subject: /^redis\/globex-r\d$/,
        reason: 'ReplicatesForeignMaster',
        field: 'role',
        have: 'replica of 10.102.0.99:6379',
        want: /^replica of r\d$/,
      },
    ],
    repairedBy: 'Sentinel',
    changes: /^redis\/globex-r\d$/,
  },
  {
    name: 'a Sentinel with a wrong quorum',
    breakIt: (lab) => send(lab, 'acme', 'r3', sentinelPort, 'SENTINEL SET acme quorum 3'),
    expected: [{ subject: 'sentinel/acme-r3', reason: 'SentinelOptionDiffers', field: 'quorum', have: '3', want: '2' }],
    changes: /^sentinel\/acme-r3$/,
  },
  {
    name: 'two Sentinels with one id, and the commands run that plan has printed',
    breakIt: async (lab) => {
      const { out: id } = await onHostOf(lab, 'r2', `sed -n 's/^sentinel myid //p' ${conf('globex-r2')}/sentinel.conf`);
      const pid = `$(for one in $(pgrep -x redis-sentinel); do if [ /proc/$one/root/etc/redis -ef ${conf('globex-r3')} ]; then echo $one; fi; done)`;
      const edit = `sed -i 's/^sentinel myid .*/sentinel myid ${id.trim()}/' ${conf('globex-r3')}/sentinel.conf`;
      await onHostOf(lab, 'r3', `set -e; pid=${pid}; kill -STOP $pid; ${edit}; kill -KILL $pid`);
    },
    expected: [{ subject: 'sentinel/globex-r3', reason: 'SentinelIdDuplicate', by: 'manual', have: 'that of r2' }],
    manualAction: async (lab) => {
      const { findings } = await observe(lab);
      const found = findings.find(({ reason }) => reason === 'SentinelIdDuplicate');
      const [, host = '', commands = ''] = /On (\S+): (.+)\. It starts again/.exec(found?.remedy.message ?? '') ?? [];
      await must(lab.host(host, commands));
    },
    changes: /^sentinel\/globex-r\d$/,
    unaffected: 'globex',
  },
  {
    name: 'a Sentinel that forgot its master',
    breakIt: (lab) => send(lab, 'globex', 'r1', sentinelPort, 'SENTINEL REMOVE globex'),
    expected: [
      {
        subject: 'sentinel/globex-r1',
        reason: 'MasterNotMonitored',
        field: 'monitored master',
        have: 'none',
        want: 'globex',
      },
    ],
    changes: /^sentinel\/globex-r1$/,
  },
];

function conf(container: string): string {
  return `/var/lib/ec2-redis-operator/members/${container}/conf`;
}
