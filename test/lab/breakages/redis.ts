import { addressOf, onHostOf, redisPort, replicasOf, sentinelPort, tell } from './members.ts';
import type { Row } from './row.ts';

/** What Redis and Sentinel are set to, and whom they follow. */
export const redisRows: readonly Row[] = [
  {
    name: 'a Redis setting changed live',
    breakIt: (lab) => tell(lab, 'acme', 'r1', redisPort, 'CONFIG SET maxmemory 100mb'),
    says: [/redis\/acme-r1\n.*maxmemory: 104857600, should be 134217728/],
    touches: /^redis\/acme-r1$/,
    spares: 'acme',
  },
  {
    name: 'redis.conf edited',
    breakIt: (lab) => onHostOf(lab, 'r2', `sed -i 's/^maxmemory .*/maxmemory 64mb/' ${conf('globex-r2')}/redis.conf`),
    says: [/redis\/globex-r2\n.*redis\.conf: differs in maxmemory, should be as Redis runs/],
    touches: /^redis\/globex-r2$/,
  },
  {
    name: 'a replica pointed at a wrong master',
    breakIt: async (lab) => {
      const [first, second] = await replicasOf(lab, 'acme');
      await tell(lab, 'acme', first, redisPort, `REPLICAOF ${addressOf('acme', second)} ${redisPort}`);
    },
    says: [/redis\/acme-r\d\n.*role: replica of r\d, should be replica of r\d/],
    byItself: 'Sentinel',
    touches: /^redis\/acme-r\d$/,
  },
  {
    name: 'a replica pointed at an address where nobody is',
    breakIt: async (lab) => {
      const [first] = await replicasOf(lab, 'globex');
      await tell(lab, 'globex', first, redisPort, `REPLICAOF 10.102.0.99 ${redisPort}`);
    },
    says: [/redis\/globex-r\d\n.*role: replica of 10\.102\.0\.99:6379, should be replica of r\d/],
    byItself: 'Sentinel',
    touches: /^redis\/globex-r\d$/,
  },
  {
    name: 'a Sentinel told a wrong quorum',
    breakIt: (lab) => tell(lab, 'acme', 'r3', sentinelPort, 'SENTINEL SET acme quorum 3'),
    says: [/sentinel\/acme-r3\n.*quorum: 3, should be 2/],
    touches: /^sentinel\/acme-r3$/,
  },
  {
    name: 'a Sentinel that forgot its master',
    breakIt: (lab) => tell(lab, 'globex', 'r1', sentinelPort, 'SENTINEL REMOVE globex'),
    says: [/sentinel\/globex-r1\n.*master watched: none, should be globex/],
    touches: /^sentinel\/globex-r1$/,
  },
];

function conf(container: string): string {
  return `/var/lib/ec2-redis-operator/members/${container}/conf`;
}
