import { expect } from 'chai';
import type { Tenant } from '../../../crds/fleet.ts';
import type { Finding } from '../../../reconcilers/contract/finding.ts';
import { present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { RedisFacts } from '../../../reconcilers/facts/redis/redis.ts';
import { redis } from '../../../reconcilers/redis/index.ts';
import { reveal } from '../../../renderers/lib/text.ts';
import { redisConf } from '../../../renderers/redis/redis-conf.ts';
import { brief, findings, healthy, memberFacts, redisFacts, type World } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const mib = 2 ** 20;
const running = tenantOf();

/** The tenant with other settings declared than those that it runs with. */
function declared(part: Partial<Tenant['redis']>): Tenant {
  return { ...running, redis: { ...running.redis, ...part, config: { ...running.redis.config, ...part.config } } };
}

/** Its members run with 100 Mi of 128 Mi used, by 50000 keys, of which 1000 expire; `live` in place of some of their settings. */
function full(live: Readonly<Record<string, string>> = {}, part: Partial<RedisFacts> = {}): World {
  const world = healthy(running);
  for (const index of [0, 1, 2]) {
    const facts = redisFacts(running, index);
    const memory = { ...facts.memory, usedBytes: 101 * mib, startupBytes: mib };
    const settings = { ...facts.settings, ...live };
    const own = redisFacts(running, index, { memory, keys: 50_000, expiringKeys: 1000, settings, ...part });
    world.redis[index] = present(own);
    const lines = Object.entries(live).map(([name, value]) => `${name} ${value || '""'}`);
    const written = memberFacts(running, index);
    const kept = (written.lines['redis.conf'] ?? []).filter((line) => !Object.hasOwn(live, line.split(' ')[0] ?? ''));
    world.members[index] = present({ ...written, lines: { 'redis.conf': [...kept, ...lines] } });
  }
  return world;
}

/** `r1 maxmemory: evict`, or `r1 hz: set` if no consent is needed; and what r1's would do. */
function asked(
  tenant: Tenant,
  world: World,
): { readonly needs: readonly string[]; readonly effects: readonly string[] } {
  const found = findings(redis, tenant, world);
  const needsOf = ({ remedy }: Finding) => (remedy.by === 'action' ? (remedy.needsConsent ?? []) : []);
  const ofFirst = found.filter(
    ({ subject, field, remedy }) => subject === 'redis/acme-r1' && !field.startsWith('/') && remedy.by !== 'info',
  );
  return {
    needs: ofFirst.map(
      (one) =>
        `${one.field}: ${
          needsOf(one)
            .map(({ kind }) => kind)
            .join() || one.remedy.by
        }`,
    ),
    effects: [...new Set(ofFirst.flatMap((one) => needsOf(one).map(({ effect }) => effect)))],
  };
}

const lru = { 'maxmemory-policy': 'allkeys-lru' };

describe('settings that need a consent', () => {
  const rows: readonly [string, Tenant, World, readonly string[], readonly string[]][] = [
    ['a limit above what is used', declared({ maxmemoryBytes: 127 * mib }), full(), ['maxmemory: action'], []],
    [
      'a limit below what is used, with eviction',
      declared({ maxmemoryBytes: 76 * mib, config: lru }),
      full(lru),
      ['maxmemory: evict'],
      ['Redis evicts about 12500 of 50000 keys: 101 Mi are used, 25 Mi more than maxmemory'],
    ],
    [
      'a limit that is almost full, with eviction',
      declared({ maxmemoryBytes: 102 * mib, config: lru }),
      full(lru),
      ['maxmemory: evict'],
      ['Redis evicts keys as soon as its memory is full: 101 Mi are used, 99% of maxmemory'],
    ],
    [
      'a limit below what is used, without eviction',
      declared({ maxmemoryBytes: 76 * mib }),
      full(),
      ['maxmemory: writes'],
      ['Redis refuses writes: 101 Mi are used, 25 Mi more than maxmemory, and nothing is evicted'],
    ],
    [
      'a limit where there is none',
      declared({ maxmemoryBytes: 76 * mib, config: lru }),
      full({ ...lru, maxmemory: '0' }),
      ['maxmemory: evict'],
      ['Redis evicts about 12500 of 50000 keys: 101 Mi are used, 25 Mi more than maxmemory'],
    ],
    [
      'a limit that is raised, however full it is',
      declared({ maxmemoryBytes: 101 * mib, config: lru }),
      full({ ...lru, maxmemory: String(100 * mib) }),
      ['maxmemory: action'],
      [],
    ],
    [
      'buffers do not count towards the limit',
      declared({ maxmemoryBytes: 76 * mib, config: lru }),
      full(lru, { memory: { ...redisFacts(running, 0).memory, usedBytes: 101 * mib, notCountedBytes: 40 * mib } }),
      ['maxmemory: action'],
      [],
    ],
    [
      'eviction of keys that expire, of which there are too few',
      declared({ maxmemoryBytes: 76 * mib, config: { 'maxmemory-policy': 'volatile-lru' } }),
      full({ 'maxmemory-policy': 'volatile-lru' }),
      ['maxmemory: evict,writes'],
      [
        'Redis evicts about 1000 of 50000 keys: 101 Mi are used, 25 Mi more than maxmemory',
        'Redis refuses writes: 101 Mi are used, 25 Mi more than maxmemory, and only 1000 keys can be evicted',
      ],
    ],
    [
      'a policy that evicts, in a memory that is not full',
      declared({ config: lru }),
      full(),
      ['maxmemory-policy: action'],
      [],
    ],
    [
      'a policy that evicts, in a full memory',
      declared({ config: lru }),
      full({}, { memory: { ...redisFacts(running, 0).memory, usedBytes: 125 * mib } }),
      ['maxmemory-policy: evict'],
      ['Redis evicts keys as soon as its memory is full: 125 Mi are used, 97% of maxmemory'],
    ],
    [
      'limit and policy are one decision',
      declared({ maxmemoryBytes: 76 * mib, config: { ...lru, hz: '20' } }),
      full({ hz: '10' }),
      ['maxmemory: evict', 'maxmemory-policy: evict', 'hz: action'],
      ['Redis evicts about 12500 of 50000 keys: 101 Mi are used, 25 Mi more than maxmemory'],
    ],
    [
      'persistence off',
      declared({ appendonly: false, config: { save: '' } }),
      full(),
      ['appendonly: persistence', 'save: persistence'],
      ['nothing is saved to disk any more: 50000 keys (100 Mi) are lost when all members stop'],
    ],
    [
      'persistence off, without data',
      declared({ appendonly: false, config: { save: '' } }),
      full({}, { keys: 0 }),
      ['appendonly: action', 'save: action'],
      [],
    ],
    ['one of two kinds of persistence off', declared({ config: { save: '' } }), full(), ['save: action'], []],
    [
      'an append-only file where the disk is too small',
      declared({}),
      smallDisk(full({ appendonly: 'no' })),
      ['appendonly: disk'],
      ['up to 100 Mi are written to disk, and r3 has 60 Mi free: once a disk is full, writes are refused'],
    ],
    [
      'fewer connections than are open',
      declared({ config: { maxclients: '100' } }),
      full({}, { connections: 130 }),
      ['maxclients: connections'],
      [
        '130 connections are open, 30 more than maxclients: new ones are refused, also those of HAProxy, Sentinel and replicas',
      ],
    ],
    [
      'as many connections as are open',
      declared({ config: { maxclients: '130' } }),
      full({}, { connections: 130 }),
      ['maxclients: action'],
      [],
    ],
    [
      'a setting that is taken out, whose default refuses writes',
      { ...running, redis: { ...running.redis, config: {} } },
      full({ ...lru }, { memory: { ...redisFacts(running, 0).memory, usedBytes: 128 * mib } }),
      ['maxmemory-policy: writes'],
      [
        'Redis refuses writes as soon as its memory is full: 128 Mi are used, 100% of maxmemory, and nothing is evicted',
      ],
    ],
  ];
  for (const [name, tenant, world, needs, effects] of rows)
    it(name, () => expect(asked(tenant, world)).to.deep.equal({ needs, effects }));

  it('all members are judged by the master, and set alone', () => {
    const world = full(lru);
    world.redis[1] = present(
      redisFacts(running, 1, { settings: { ...redisFacts(running, 1).settings, ...lru }, keys: 0 }),
    );
    const tenant = declared({ maxmemoryBytes: 76 * mib, config: { ...lru, 'tcp-keepalive': '60' } });
    for (const one of findings(redis, tenant, world).filter(({ field }) => field === 'maxmemory')) {
      if (one.remedy.by !== 'action') throw new Error(brief(one));
      expect(one.remedy.needsConsent?.map(({ kind, tenant }) => `${kind}=${tenant}`)).to.deep.equal(['evict=acme']);
      const [action] = one.remedy.actions;
      expect(action?.operation === 'redis-config-set' && action.settings.map((setting) => setting.name)).to.deep.equal([
        'maxmemory',
      ]);
    }
  });

  it('the buffers that are sized beside the limit wait for it', () => {
    const small = declared({ maxmemoryBytes: 76 * mib, backlogBytes: 2 * mib, replicaBufferBytes: 90 * mib });
    expect(asked(small, full()).needs).to.deep.equal([
      'maxmemory: writes',
      'repl-backlog-size: writes',
      'client-output-buffer-limit: writes',
    ]);
    expect(asked(declared({ backlogBytes: 2 * mib }), full()).needs).to.deep.equal(['repl-backlog-size: action']);
  });

  it('before 7.0, a policy that evicts nothing is set before the limit', () => {
    const world = full(lru, { version: '6.0.16' });
    const found = findings(redis, declared({ maxmemoryBytes: 76 * mib }), world);
    const { remedy } = found.find(({ field }) => field === 'maxmemory') ?? {};
    const [action] = remedy?.by === 'action' ? remedy.actions : [];
    expect(action?.operation === 'redis-config-set' && action.settings.map(({ name }) => name)).to.deep.equal([
      'maxmemory-policy',
      'maxmemory',
    ]);
  });

  describe('of a member that does not run', () => {
    const tenant = declared({ maxmemoryBytes: 76 * mib, config: { ...lru, hz: '20' } });
    const conf = (world: World) => {
      const found = findings(redis, tenant, world).filter(({ field }) => field.endsWith('acme-r2/conf/redis.conf'));
      const actions = found.flatMap(({ remedy }) => (remedy.by === 'action' ? remedy.actions : []));
      return actions.map((one) => (one.operation === 'member-conf' ? reveal(one.content) : one.operation));
    };
    const stopped = (world: World, lines: readonly string[]) => {
      world.redis[1] = unknown('connection refused');
      world.members[1] = present(memberFacts(running, 1, { processes: [], lines: { 'redis.conf': lines } }));
      return world;
    };
    const file = reveal(redisConf(running, running.members[1] ?? never()))
      .split('\n')
      .filter((line) => !/^#|pass|auth/.test(line));

    it('redis.conf keeps what the master runs with, and gets everything else', () => {
      const [text, ...more] = conf(stopped(full({ hz: '20' }), file));
      expect(more).to.deep.equal([]);
      expect(text)
        .to.contain('maxmemory 134217728\n')
        .and.contain('maxmemory-policy noeviction\n')
        .and.contain('hz 20\n');
    });

    it('redis.conf in which somebody wrote it is written again', () => {
      const [text] = conf(
        stopped(full({ hz: '20' }), [
          ...file.filter((line) => !/^maxmemory /.test(line)),
          'maxmemory 79691776',
          'hz 20',
        ]),
      );
      expect(text).to.contain('maxmemory 134217728\n');
    });

    it('without a master nothing can be judged, and redis.conf keeps what it has', () => {
      const world = stopped(full({ hz: '20' }), [...file, 'save 900 1', 'save 60 1000']);
      world.sentinels = world.sentinels.map(() => unknown('connection refused'));
      const [text] = conf(world);
      expect(text).to.contain('maxmemory 134217728\n').and.contain('hz 20\n').and.contain('save 900 1 60 1000\n');
    });
  });
});

function smallDisk(world: World): World {
  const third = world.members[2];
  if (third?.state === 'present')
    world.members[2] = present({ ...third.value, disk: { totalBytes: 200 * mib, freeBytes: 60 * mib } });
  return world;
}

function never(): never {
  throw new Error('no such member');
}
