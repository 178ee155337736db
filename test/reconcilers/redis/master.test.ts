import { expect } from 'chai';
import type { MemberFacts } from '../../../reconcilers/facts/member/members.ts';
import { absent, denied, present, unknown } from '../../../reconcilers/facts/observation.ts';
import { redis } from '../../../reconcilers/redis/index.ts';
import { sentinel } from '../../../reconcilers/sentinel/index.ts';
import {
  brief,
  findings,
  healthy,
  memberFacts,
  redisFacts,
  sentinelFacts,
  type World,
} from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const tenant = tenantOf();
type Change = (world: World) => void;

const { 'sentinel.conf': _, ...withoutConf } = memberFacts(tenant, 0).files;
const onlyRedis = { processes: memberFacts(tenant, 0).processes.filter(({ command }) => command === 'redis-server') };
/** Its Sentinel does not answer. */
const silent = (index: number, part: Partial<MemberFacts> = {}): Change => {
  return (world) => {
    world.sentinels[index] = unknown('no answer');
    world.members[index] = present(memberFacts(tenant, index, part));
  };
};
const stopped = (index: number) => silent(index, onlyRedis);
const lost = (index: number) => silent(index, { ...onlyRedis, files: withoutConf });
const down = (index: number) => silent(index, { processes: [], data: undefined });
const flagged = (index: number, flags: readonly string[]) => named(index, { flags });
const named = (index: number, part: { address?: string; epoch?: number; flags?: readonly string[] }): Change => {
  return (world) => {
    const { master, ...facts } = sentinelFacts(tenant, index);
    world.sentinels[index] = present({ ...facts, master: master && { ...master, ...part } });
  };
};
const noMonitor = (index: number): Change => {
  return (world) =>
    (world.sentinels[index] = present({ ...sentinelFacts(tenant, index), master: undefined, watches: [] }));
};
const redisSilent = (index: number): Change => {
  return (world) => (world.redis[index] = unknown('no answer'));
};

/** What the tenant's Redis waits for. Never for a Sentinel that waits for the tenant's Redis itself. */
const rows: readonly (readonly [string, readonly Change[], string])[] = [
  ['containers that do not run', [down(1), down(2)], 'TooFewSentinels, depends on container/acme-r2'],
  [
    'members without directory',
    [
      silent(1),
      silent(2),
      (world) => {
        world.members[2] = absent;
      },
    ],
    'TooFewSentinels, depends on container/acme-r3',
  ],
  ['Sentinels that do not run', [stopped(1), stopped(2)], 'TooFewSentinels, depends on sentinel/acme-r2'],
  ['Sentinels that run and do not answer', [silent(1), silent(2)], 'TooFewSentinels, unknown'],
  ['one lost, and one that starts', [lost(1), stopped(2)], 'TooFewSentinels, depends on sentinel/acme-r3'],
  ['one lost, and one that does not answer', [lost(1), silent(2)], 'TooFewSentinels, unknown'],
  ['two lost, and new ones can be made', [lost(1), lost(2)], 'TooFewSentinels, depends on sentinel/acme-r2'],
  [
    'two lost, and a Redis that may hold newer data does not answer',
    [lost(1), lost(2), redisSilent(2)],
    'TooFewSentinels, depends on redis/acme-r3',
  ],
  ['one lost, and one that monitors nothing', [lost(1), noMonitor(2)], 'TooFewSentinels, manual'],
  ['two that monitor nothing', [noMonitor(1), noMonitor(2)], 'TooFewSentinels, manual'],
  ['a failover under way', [named(0, { epoch: 9, address: '10.101.0.12' })], 'SentinelsDisagree, settling'],
  [
    'a foreign master',
    [0, 1, 2].map((index) => named(index, { address: '10.9.9.9' })),
    'ForeignMasterMonitored, manual',
  ],
  [
    'somebody has set another password on the master',
    [(world) => (world.redis[0] = denied('WRONGPASS', 'password'))],
    'PasswordDiffers, manual',
  ],
  [
    'the same, and a Sentinel has lost its connection',
    [(world) => (world.redis[0] = denied('WRONGPASS', 'password')), flagged(1, ['master', 's_down'])],
    'PasswordDiffers, settling',
  ],
  [
    'a master at maxclients',
    [(world) => (world.redis[0] = denied('ERR max number of clients reached', 'maxclients'))],
    'ConnectionLimit, manual',
  ],
  ['a master that does not answer', [redisSilent(0)], 'MasterUnreachable, settling'],
  [
    'a master that runs as a replica',
    [(world) => (world.redis[0] = present(redisFacts(tenant, 0, { role: 'slave' })))],
    'MasterIsReplica, settling',
  ],
];

const worldAfter = (changes: readonly Change[]): World => {
  const world = healthy(tenant);
  for (const change of changes) change(world);
  return world;
};

describe('redis without an agreed master', () => {
  for (const [name, changes, want] of rows)
    it(name, () => {
      const all = findings(redis, tenant, worldAfter(changes)).map(brief);
      expect(all.filter((line) => line.startsWith('redis/acme master: '))).to.deep.equal([
        `redis/acme master: ${want}`,
      ]);
    });

  it('dependencies end: no Sentinel waits for a master that waits for it', () => {
    for (const [name, changes] of rows) {
      const world = worldAfter(changes);
      const all = [...findings(redis, tenant, world), ...findings(sentinel, tenant, world)];
      const next = new Map(
        all.flatMap(({ subject, remedy }) =>
          remedy.by === 'waiting' && remedy.cause === 'dependency' ? [[subject, remedy.dependsOn] as const] : [],
        ),
      );
      const own = new Set(
        all
          .filter(({ remedy }) => remedy.by !== 'waiting' || remedy.cause !== 'dependency')
          .map(({ subject }) => subject),
      );
      for (const start of next.keys()) {
        const seen = new Set<string>();
        for (let at = next.get(start); at !== undefined && !own.has(at); at = next.get(at)) {
          expect(seen.has(at), `${name}: ${[...seen].join(' > ')}`).to.equal(false);
          seen.add(at);
        }
      }
    }
  });

  it('what waits for the Sentinels depends on the tenant', () => {
    const states = ['no-majority', 'waiting-for-answers', 'waiting-for-failover', 'waiting-for-data'];
    for (const state of states) {
      const guard = { processes: [], startGuard: { state, words: 'waits' } };
      const world = worldAfter([silent(1, guard), silent(2), redisSilent(1)]);
      expect(findings(redis, tenant, world).map(brief)).to.include(
        'redis/acme-r2 Redis: StartWithheld, depends on redis/acme',
      );
    }
  });

  it('a master that lets nobody in: said once, with a way out, and nobody waits for what will not happen', () => {
    for (const [denial, words] of [
      [
        'password',
        /CONFIG SET requirepass, .*SENTINEL FAILOVER acme on one .* promotes r2 or r3, with the declared password/,
      ],
      ['maxclients', /as its maxclients allows \(declared: 10000\)\. .* raise maxclients in redis\.config/],
    ] as const) {
      const all = findings(redis, tenant, worldAfter([(world) => (world.redis[0] = denied('no', denial))]));
      const [first] = all.filter(({ subject }) => subject === 'redis/acme');
      expect(first?.remedy).to.deep.include({ by: 'manual', unknown: true });
      expect(first?.remedy).to.have.property('message').that.matches(words);
      expect(all.map(brief)).to.include(
        `redis/acme-r1 Redis: ${denial === 'password' ? 'PasswordDiffers' : 'ConnectionLimit'}, depends on redis/acme`,
      );
      expect(all.filter(({ remedy }) => remedy.by === 'waiting' && remedy.cause === 'settling')).to.deep.equal([]);
    }
  });

  it('another password on the master, whose replicas are not in sync: a failover would lose data, and it is said', () => {
    const apart = [1, 2].map((index): Change => {
      return (world) =>
        (world.redis[index] = present(redisFacts(tenant, index, { linkUp: false, linkDownSeconds: 9 })));
    });
    const world = worldAfter([(one) => (one.redis[0] = denied('no', 'password')), ...apart]);
    const [first] = findings(redis, tenant, world).filter(({ subject }) => subject === 'redis/acme');
    expect(first?.remedy)
      .to.have.property('message')
      .that.matches(/none is in sync, so that .* would be lost$/);
  });

  it('a replica that lets nobody in is manual, and does not stop the tenant', () => {
    const world = worldAfter([(one) => (one.redis[1] = denied('no', 'password'))]);
    expect(findings(redis, tenant, world).map(brief)).to.deep.equal(['redis/acme-r2 Redis: PasswordDiffers, manual']);
  });

  it('another password in the files of the master alone is set back there, and the password of the others is left alone', () => {
    const world = healthy(tenant);
    const { secrets } = memberFacts(tenant, 0);
    world.members[0] = present(
      memberFacts(tenant, 0, { secrets: { ...secrets, 'redis.conf requirepass': 'another' } }),
    );
    const [only] = findings(redis, tenant, world);
    expect(only?.have).to.equal('another one on r1');
    expect(only?.remedy)
      .to.have.property('message')
      .that.matches(/r2, r3 still have the declared one.*in acme-r1 with CONFIG SET/);
  });

  it('too few replicas depend on the replica that is not linked', () => {
    const world = healthy(tenant);
    world.redis[0] = present(redisFacts(tenant, 0, { goodReplicas: 0 }));
    world.redis[2] = unknown('no answer');
    expect(findings(redis, tenant, world).map(brief)).to.include(
      'redis/acme replicas in sync: TooFewReplicas, depends on redis/acme-r3',
    );
  });
});
