import { expect } from 'chai';
import { sameValue } from '../../../reconcilers/redis/values.ts';

const limits = 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60';

const rows: readonly (readonly [name: string, want: string, have: string, same: boolean])[] = [
  ['maxmemory', '128mb', '134217728', true],
  ['maxmemory', '128m', '134217728', false],
  ['appendonly', 'Yes', 'yes', true],
  ['notify-keyspace-events', 'KEA', 'AKE', true],
  ['notify-keyspace-events', 'KEg$lshzxetd', 'AKE', true],
  ['notify-keyspace-events', 'Kx', 'xK', true],
  ['notify-keyspace-events', 'Km', 'KM', false],
  ['notify-keyspace-events', 'KEA', 'KE', false],
  ['client-output-buffer-limit', 'replica 256mb 64mb 60', limits, true],
  ['client-output-buffer-limit', 'slave 268435456 64mb 60', limits, true],
  ['client-output-buffer-limit', 'replica 512mb 64mb 60', limits, false],
  ['client-output-buffer-limit', 'pubsub 32mb 8mb 60 normal 0 0 0', limits, true],
  ['client-output-buffer-limit', limits, limits, true],
];

describe('a value of redis.config, and what CONFIG GET shows', () => {
  for (const [name, want, have, same] of rows)
    it(`${name}: ${want} is ${same ? '' : 'not '}${have}`, () => expect(sameValue(name, want, have)).to.equal(same));
});
