import { expect } from 'chai';
import type { MemberFacts } from '../../../reconcilers/facts/member/members.ts';
import { present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { RedisFacts } from '../../../reconcilers/facts/redis/redis.ts';
import { quorumLossRecovery } from '../../../reconcilers/shared/quorum-loss.ts';
import { tenantStateOf } from '../../../reconcilers/shared/tenant-state.ts';
import { healthy, memberFacts, redisFacts, sentinelFacts, type World } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const tenant = tenantOf();
const { 'sentinel.conf': _, ...files } = memberFacts(tenant, 0).files;
const away = unknown('connection refused');

/** Its Sentinel lost its file; its Redis does not run, and holds nothing. */
const lost =
  (place: number, part: Partial<MemberFacts> = {}) =>
  (world: World) => {
    world.members[place] = present(memberFacts(tenant, place, { files, processes: [], data: 'empty', ...part }));
    world.sentinels[place] = away;
    if (!part.processes) world.redis[place] = away;
  };
const redisRuns: Partial<MemberFacts> = { processes: [{ command: 'redis-server', pid: 7, state: 'S' }] };
const redis = (place: number, part: Partial<RedisFacts>) => (world: World) => {
  world.redis[place] = present(redisFacts(tenant, place, part));
};
const rests =
  (place: number, part: Partial<MemberFacts> = {}) =>
  (world: World) => {
    const processes = [{ command: 'redis-sentinel' as const, pid: 7, state: 'S' }];
    world.members[place] = present(memberFacts(tenant, place, { processes, ...part }));
    world.redis[place] = away;
  };
const names = (place: number, address: string) => (world: World) => {
  const facts = sentinelFacts(tenant, place);
  world.sentinels[place] = present({ ...facts, master: facts.master && { ...facts.master, address } });
};

describe('quorumLossRecovery', () => {
  const rows: readonly (readonly [string, readonly ((world: World) => void)[], string])[] = [
    ['all healthy', [], 'none'],
    ['one lost', [lost(2)], 'none'],
    ['two lost with their data', [lost(1), lost(2)], 'safe r1'],
    ['two lost, and they run as its replicas', [lost(1, redisRuns), lost(2, redisRuns)], 'safe r1'],
    ['one of them kept its data, and does not run', [lost(1), lost(2, { data: 'complete' })], 'ambiguous r1'],
    ['one of them kept a part of its data', [lost(1), lost(2, { data: 'partial' })], 'ambiguous r1'],
    ['one of them runs as master', [lost(1, redisRuns), lost(2), redis(1, { role: 'master' })], 'ambiguous r1'],
    [
      'one of them follows another',
      [lost(1, redisRuns), lost(2), redis(1, { master: { address: '10.101.0.13', port: 6379 } })],
      'ambiguous r1',
    ],
    ['the named member reports that it is a replica', [lost(1), lost(2), redis(0, { role: 'slave' })], 'ambiguous r1'],
    ['the named member is one that lost its file', [lost(1), lost(2), names(0, '10.101.0.12')], 'ambiguous r2'],
    ['a foreign address is named', [lost(1), lost(2), names(0, '10.9.9.9')], 'ambiguous 10.9.9.9'],
    ['the named member does not run, and only it has data', [lost(1), lost(2), rests(0)], 'safe r1'],
    ['no Redis runs, and no member has all data', [lost(1), lost(2), rests(0, { data: 'partial' })], 'none'],
    ['all lost, and one leads the others', [lost(0, redisRuns), lost(1, redisRuns), lost(2, redisRuns)], 'safe r1'],
    ['all lost, one has data', [lost(0), lost(1, { data: 'complete' }), lost(2)], 'safe r2'],
    [
      'all lost, two have data',
      [lost(0, { data: 'complete' }), lost(1, { data: 'complete' }), lost(2)],
      'ambiguous no member',
    ],
    // What is not observed, or resolves by itself, is waited for.
    [
      'a member that is unknown',
      [
        lost(1),
        lost(2),
        (world) => {
          world.members[2] = away;
        },
      ],
      'none',
    ],
    [
      'a Redis that does not answer',
      [
        lost(1, redisRuns),
        lost(2),
        (world) => {
          world.redis[1] = away;
        },
      ],
      'none',
    ],
    [
      'the Sentinel that is left does not answer',
      [
        lost(1),
        lost(2),
        (world) => {
          world.sentinels[0] = away;
        },
      ],
      'none',
    ],
    ['a container that does not run', [lost(1), lost(2, { data: undefined })], 'none'],
    ['before the bootstrap', [lost(1, { marks: {} }), lost(2, { marks: {} }), rests(0, { marks: {} })], 'none'],
    [
      'another password is in use',
      [lost(1), lost(2), lost(0, { data: 'complete', secrets: { 'redis.conf requirepass': 'x' } })],
      'none',
    ],
  ];
  for (const [name, changes, want] of rows)
    it(`${name}: ${want}`, () => {
      const world = healthy(tenant);
      for (const change of changes) change(world);
      const hosts = world.members.map((seen) => (seen.state === 'present' ? present([seen.value]) : seen));
      const seen = quorumLossRecovery(tenant, tenantStateOf(tenant, { ...world, members: hosts }));
      expect(seen ? `${seen.state} ${seen.state === 'safe' ? seen.member.name : seen.named}` : 'none').to.equal(want);
    });
});
