import { expect } from 'chai';
import fc from 'fast-check';
import { Secret } from '../../../crds/secret.ts';
import { absent, present, unknown } from '../../../reconcilers/observation.ts';
import { redis } from '../../../reconcilers/redis/redis.ts';
import { sentinel } from '../../../reconcilers/sentinel/sentinel.ts';
import { brief, findings, healthy, memberFacts, redisFacts, sentinelFacts, type World } from './healthy.ts';
import { tenantOf } from './tenant.ts';

const tenant = tenantOf();
const bare = { fence: undefined, processes: [], data: 'empty', files: {}, lines: {}, secrets: {}, marks: {} } as const;

/** A world in which the tenant's containers run and hold nothing. */
function fresh(change: (world: World) => void = () => {}): World {
  const world: World = {
    members: tenant.members.map((_, index) => present(memberFacts(tenant, index, bare))),
    redis: tenant.members.map(() => unknown('connection refused')),
    sentinels: tenant.members.map(() => unknown('connection refused')),
  };
  change(world);
  return world;
}

function marked(marks: Readonly<Record<string, string>>, ...places: readonly number[]) {
  return (world: World) => {
    for (const place of places) world.members[place] = present(memberFacts(tenant, place, { ...bare, marks }));
  };
}

const held = (state: string) => ({ fence: { state, words: state }, processes: [] as const });
const leaving = (state: string, times: number) => ({ ...held(state), exits: { times, words: 'Bad file format' } });
const ofTenant = (world: World) =>
  findings(redis, tenant, world)
    .filter(({ subject }) => subject === 'redis/acme')
    .map(brief);
const found = (change: (world: World) => void) => {
  const world = healthy(tenant);
  change(world);
  return findings(redis, tenant, world).map(brief);
};

describe('redis', () => {
  it('finds nothing where all is in order', () => {
    expect(findings(redis, tenant, healthy(tenant))).to.deep.equal([]);
  });

  describe('the first start', () => {
    const held1 = (world: World) => {
      marked({ bootstrap: 'r1' }, 0, 1, 2)(world);
      world.members[0] = present(
        memberFacts(tenant, 0, { ...bare, marks: { bootstrap: 'r1' }, ...held('held-empty') }),
      );
    };
    const rows: readonly [string, World, readonly string[]][] = [
      [
        'no mark, all empty: marks the choice everywhere',
        fresh(),
        ['redis/acme first start: action member-mark member-mark member-mark'],
      ],
      [
        'a host not seen: decides nothing',
        fresh((world) => {
          world.members[2] = unknown('no route');
        }),
        ['redis/acme first start: blind'],
      ],
      [
        'a member without folder: waits',
        fresh((world) => {
          world.members[2] = absent;
        }),
        ['redis/acme first start: waiting'],
      ],
      [
        'a container that does not run: waits',
        fresh((world) => {
          world.members[1] = present(memberFacts(tenant, 1, { ...bare, data: undefined }));
        }),
        ['redis/acme first start: waiting'],
      ],
      [
        'data without a mark: asks a person',
        fresh((world) => {
          world.members[1] = present(memberFacts(tenant, 1, { ...bare, data: 'partial' }));
        }),
        ['redis/acme first start: operator'],
      ],
      [
        'marked on one host: marks the others the same',
        fresh(marked({ bootstrap: 'r2' }, 1)),
        ['redis/acme first start: action member-mark member-mark'],
      ],
      [
        'marks that differ: asks a person',
        fresh((world) => {
          marked({ bootstrap: 'r2' }, 1)(world);
          marked({ bootstrap: 'r1' }, 0)(world);
        }),
        ['redis/acme first start: operator'],
      ],
      [
        'marked everywhere, not held yet: waits',
        fresh(marked({ bootstrap: 'r1' }, 0, 1, 2)),
        ['redis/acme first start: waiting'],
      ],
      [
        'marked everywhere and held, but it exits whenever it is started: permits no more',
        fresh((world) => {
          marked({ bootstrap: 'r1' }, 0, 1, 2)(world);
          const exits = leaving('held-empty', 3);
          world.members[0] = present(memberFacts(tenant, 0, { ...bare, marks: { bootstrap: 'r1' }, ...exits }));
        }),
        ['redis/acme first start: waiting'],
      ],
      ['marked everywhere and held: permits', fresh(held1), ['redis/acme first start: action member-permit']],
      [
        'marked, held, but another is complete: waits',
        fresh((world) => {
          held1(world);
          world.members[2] = present(memberFacts(tenant, 2, { ...bare, marks: { bootstrap: 'r1' }, data: 'complete' }));
        }),
        ['redis/acme first start: waiting'],
      ],
      [
        'bootstrapped and all empty: lost data, never anew',
        fresh(marked({ bootstrap: 'r1', bootstrapped: 'yes' }, 0, 1, 2)),
        ['redis/acme data: operator', 'redis/acme master: waiting'],
      ],
      [
        'bootstrapped on one host only, and all empty: still lost',
        fresh((world) => {
          marked({ bootstrap: 'r1' }, 0, 1)(world);
          marked({ bootstrapped: 'yes' }, 2)(world);
        }),
        [
          'redis/acme data: operator',
          'redis/acme first start, on r1: action member-mark',
          'redis/acme first start, on r2: action member-mark',
          'redis/acme master: waiting',
        ],
      ],
    ];
    for (const [name, world, want] of rows) it(name, () => expect(ofTenant(world)).to.deep.equal(want));

    it('chooses whom the Sentinels that are there already name, not the first', () => {
      const monitor = (place: number, number: number) => (world: World) => {
        const lines = { 'sentinel.conf': [`sentinel monitor acme 10.101.0.1${number} 6379 2`, 'port 26379'] };
        world.members[place] = present(memberFacts(tenant, place, { ...bare, lines }));
      };
      const chosen = (...changes: readonly ((world: World) => void)[]) => {
        const world = fresh();
        for (const change of changes) change(world);
        const found = findings(redis, tenant, world).filter(({ subject }) => subject === 'redis/acme');
        return JSON.stringify(found[0]?.remedy).match(/"value":"(\w+)"/)?.[1];
      };
      expect(chosen()).to.equal('r1');
      expect(chosen(monitor(0, 2), monitor(1, 2), monitor(2, 2))).to.equal('r2');
      expect(chosen(monitor(2, 3))).to.equal('r3');
      expect(chosen(monitor(0, 1), monitor(1, 3), monitor(2, 3))).to.equal('r3');
      expect(chosen(monitor(0, 9))).to.equal('r1');
    });

    it('is marked as done on every host once all agree on a master', () => {
      const world = healthy(tenant);
      world.members = tenant.members.map((_, index) =>
        present(memberFacts(tenant, index, { marks: { bootstrap: 'r1' } })),
      );
      expect(findings(redis, tenant, world).map(brief)).to.deep.equal([
        'redis/acme first start: action member-mark member-mark member-mark',
      ]);
    });

    it('knowing less never decides more: whatever hides, no choice and no permission', () => {
      const worlds = [fresh(), fresh(held1)];
      fc.assert(
        fc.property(fc.constantFrom(...worlds), fc.subarray([0, 1, 2], { minLength: 1 }), (world, hidden) => {
          const members = world.members.map((seen, index) => (hidden.includes(index) ? unknown('cut') : seen));
          const verbs = findings(redis, tenant, { ...world, members }).flatMap(({ subject, remedy }) =>
            subject === 'redis/acme' && remedy.by === 'action' ? remedy.actions : [],
          );
          expect(verbs).to.deep.equal([]);
        }),
      );
    });
  });

  describe('a member', () => {
    const files = (name: string) => `redis/acme-r2 /var/lib/ec2-redis-operator/members/acme-r2/conf/${name}`;
    const member = (part: Parameters<typeof memberFacts>[2]) => (world: World) => {
      world.members[1] = present(memberFacts(tenant, 1, part));
    };
    const rows: readonly [string, (world: World) => void, readonly string[]][] = [
      [
        'nothing set up yet',
        (world) => {
          world.members[1] = present(memberFacts(tenant, 1, { ...bare, marks: { bootstrapped: 'yes' } }));
          world.redis[1] = unknown('refused');
        },
        [
          `${files('auth')}: action write-files`,
          `${files('redis-run')}: action write-files`,
          `${files('redis.conf')}: action member-conf`,
          'redis/acme-r2 Redis: waiting',
        ],
      ],
      ['held by its fence', member(held('held-silent')), ['redis/acme-r2 Redis: waiting']],
      ['started and gone again, twice', member(leaving('replica', 2)), ['redis/acme-r2 Redis: waiting']],
      ['started and gone again, again and again', member(leaving('replica', 3)), ['redis/acme-r2 Redis: operator']],
      ['the same, just started again', member(leaving('asking', 3)), ['redis/acme-r2 Redis: operator']],
      ['the same, and its data never came to be', member(leaving('held-empty', 3)), ['redis/acme-r2 Redis: operator']],
      ['held by its fence, whatever was before', member(leaving('held-silent', 9)), ['redis/acme-r2 Redis: waiting']],
      [
        'the same, with a line in its file that nobody declares any more',
        member({
          ...leaving('replica', 3),
          lines: { 'redis.conf': [...(memberFacts(tenant, 1).lines['redis.conf'] ?? []), 'hz none'] },
        }),
        [`${files('redis.conf')}: action member-conf`, 'redis/acme-r2 Redis: operator'],
      ],
      ['held with older data', member(held('held-older')), ['redis/acme-r2 Redis: operator']],
      ['held by a foreign master', member(held('held-foreign')), ['redis/acme-r2 Redis: operator']],
      [
        'another password in a file at rest',
        member({ ...held('no-majority'), secrets: {} }),
        [`${files('redis.conf requirepass, masterauth')}: operator`, 'redis/acme-r2 Redis: waiting'],
      ],
      [
        'stopped by a signal',
        member({ processes: [{ command: 'redis-server', pid: 1, state: 'T' }] }),
        ['redis/acme-r2 Redis: action member-kill'],
      ],
      [
        'running and silent',
        (world) => {
          world.redis[1] = unknown('timeout');
        },
        ['redis/acme-r2 Redis: blind'],
      ],
      [
        'loading',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { loading: true }));
        },
        ['redis/acme-r2 data: waiting'],
      ],
      [
        'a second master, just back',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { role: 'master', uptimeSeconds: 5 }));
        },
        ['redis/acme-r2 role: waiting'],
      ],
      [
        'a second master that nobody demotes',
        (world) => {
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas: [] })));
          world.redis[1] = present(redisFacts(tenant, 1, { role: 'master', uptimeSeconds: 500 }));
        },
        ['redis/acme-r2 role: operator'],
      ],
      [
        'replica of the wrong one',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { master: { address: '10.101.0.13', port: 6379 } }));
        },
        ['redis/acme-r2 role: waiting'],
      ],
      [
        'replica of nobody we know, after hours in order: Sentinel hears it',
        (world) => {
          const master = { address: '10.101.0.99', port: 6379 };
          world.redis[1] = present(redisFacts(tenant, 1, { master, linkUp: false, uptimeSeconds: 5000 }));
        },
        ['redis/acme-r2 role: waiting'],
      ],
      [
        'the same, and no Sentinel hears it',
        (world) => {
          const master = { address: '10.101.0.99', port: 6379 };
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas: [] })));
          world.redis[1] = present(redisFacts(tenant, 1, { master, linkUp: false, uptimeSeconds: 5000 }));
        },
        ['redis/acme-r2 role: operator'],
      ],
      [
        'link down',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: 3 }));
        },
        ['redis/acme-r2 replication link: waiting'],
      ],
      [
        'a link that only the replica takes for up',
        (world) => {
          const heard = (address: string, lag: number) => ({ address, state: 'online', lag });
          const replicas = [heard('10.101.0.12', 25), heard('10.101.0.13', 3)];
          world.redis[0] = present(redisFacts(tenant, 0, { replicas }));
        },
        ['redis/acme-r2 replication link: waiting'],
      ],
      [
        'link down for long',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: 300 }));
        },
        ['redis/acme-r2 replication link: operator'],
      ],
      [
        'a link that never was, of one just started',
        (world) => {
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas: [] })));
          world.redis[1] = present(
            redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: undefined, uptimeSeconds: 10 }),
          );
        },
        ['redis/acme-r2 replication link: waiting'],
      ],
      [
        'a link that never was, of one that has run for long',
        (world) => {
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas: [] })));
          world.redis[1] = present(
            redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: undefined, uptimeSeconds: 500 }),
          );
        },
        ['redis/acme-r2 replication link: operator'],
      ],
      [
        'a link that never was, of a master made a replica just now',
        (world) => {
          const replica = { address: '10.101.0.12', port: 6379, flags: ['slave'], roleReported: 'slave' };
          const replicas = [{ ...replica, roleReportedMs: 2000 }];
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas })));
          world.redis[1] = present(
            redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: undefined, uptimeSeconds: 500 }),
          );
        },
        ['redis/acme-r2 replication link: waiting'],
      ],
      [
        'a setting differs',
        (world) => {
          const facts = redisFacts(tenant, 1);
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, maxmemory: '1' } });
        },
        ['redis/acme-r2 maxmemory: action redis-config-set'],
      ],
      [
        'dir differs',
        (world) => {
          const facts = redisFacts(tenant, 1);
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, dir: '/tmp' } });
        },
        ['redis/acme-r2 dir: operator'],
      ],
      [
        'its file differs, and its append-only file is being written',
        (world) => {
          const facts = memberFacts(tenant, 1);
          const lines = (facts.lines['redis.conf'] ?? []).map((line) =>
            line.replace('appendonly yes', 'appendonly no'),
          );
          world.members[1] = present({ ...facts, lines: { 'redis.conf': lines } });
          world.redis[1] = present(redisFacts(tenant, 1, { onDisk: false }));
        },
        [`${files('redis.conf')}: waiting`],
      ],
      [
        'in sync a moment ago: the watcher makes it electable',
        (world) => {
          const facts = redisFacts(tenant, 1, { uptimeSeconds: 3 });
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, 'replica-priority': '0' } });
        },
        ['redis/acme-r2 replica-priority: waiting'],
      ],
      [
        'in sync, and never made electable',
        (world) => {
          const facts = redisFacts(tenant, 1, { uptimeSeconds: 60 });
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, 'replica-priority': '0' } });
        },
        ['redis/acme-r2 replica-priority: action redis-config-set'],
      ],
      [
        'in sync, and its append-only file still being written',
        (world) => {
          const facts = redisFacts(tenant, 1, { uptimeSeconds: 60, onDisk: false });
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, 'replica-priority': '0' } });
        },
        ['redis/acme-r2 replica-priority: waiting'],
      ],
      [
        'its file differs from what runs',
        member({ lines: { 'redis.conf': ['maxmemory 64mb'] } }),
        [`${files('redis.conf')}: action redis-config-set`],
      ],
      [
        'its file says the same in other words',
        member({ lines: { 'redis.conf': ['maxmemory 128mb', 'dir "/var/lib/redis"', 'replicaof 10.101.0.11 6379'] } }),
        [],
      ],
      [
        'too few replicas',
        (world) => {
          world.redis[0] = present(redisFacts(tenant, 0, { goodReplicas: 0 }));
        },
        ['redis/acme replicas in reach: waiting'],
      ],
      [
        'no majority: all is left alone',
        (world) => {
          world.sentinels = [unknown('x'), unknown('x'), ...world.sentinels.slice(2)];
          const facts = redisFacts(tenant, 1);
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, maxmemory: '1' } });
        },
        ['redis/acme master: blind', 'redis/acme-r2 maxmemory: waiting'],
      ],
    ];
    for (const [name, change, want] of rows) it(name, () => expect(found(change)).to.deep.equal(want));

    it('says what Redis said before it exited, without the password', () => {
      const world = healthy(tenant);
      member({ ...leaving('replica', 5), exits: { times: 5, words: `Bad ${tenant.password.reveal()} file` } })(world);
      const [drift] = findings(redis, tenant, world);
      expect(drift?.remedy).to.have.property('reason').that.contains('5 times in a row: Bad *** file. Mend that');
    });
  });

  describe('a declared password that is not the one in use', () => {
    const rotated = tenantOf('10.101.0', { password: new Secret('env X', 'n3w#Acme') });
    const told = (change: (world: World) => void = () => {}) => {
      const world = healthy(tenant);
      world.redis = world.redis.map(() => unknown('refused the password'));
      world.sentinels = world.sentinels.map(() => unknown('refused the password'));
      change(world);
      return findings(redis, rotated, world);
    };
    const once = ['redis/acme password: operator'];
    const rows: readonly [string, (world: World) => void, readonly string[]][] = [
      ['is said once, and nothing is touched', () => {}, once],
      [
        'known by one member that is seen',
        (world) => {
          world.members = [unknown('cut'), unknown('cut'), ...world.members.slice(2)];
        },
        once,
      ],
      [
        'a member lost meanwhile gets no files either',
        (world) => {
          world.members[1] = present(memberFacts(tenant, 1, bare));
        },
        once,
      ],
      [
        'in use before the first start is marked as done',
        (world) => {
          world.members = tenant.members.map((_, index) =>
            present(memberFacts(tenant, index, { marks: { bootstrap: 'r1' } })),
          );
        },
        once,
      ],
    ];
    for (const [name, change, want] of rows) it(name, () => expect(told(change).map(brief)).to.deep.equal(want));

    it('says on whom, what it means and what to do, without any password', () => {
      const [drift] = told();
      expect(drift?.have).to.equal('another one in use on r1, r2, r3');
      expect(drift?.remedy).to.have.property('reason').that.contains('put the old password back into env X');
      expect(JSON.stringify(drift)).not.to.contain(rotated.password.reveal());
    });

    it('may be any one before the first start: the files at rest are written anew', () => {
      const resting = { marks: {}, processes: [], data: 'empty', fence: undefined } as const;
      const all = told((world) => {
        world.members = tenant.members.map((_, index) => present(memberFacts(tenant, index, resting)));
      }).map(brief);
      expect(all.filter((line) => /auth: action|redis.conf.*: action/.test(line))).to.have.lengthOf(6);
    });

    it('is not guessed: with the others out of sight a lost member gets its script alone', () => {
      const verbs = told((world) => {
        world.members = [unknown('cut'), present(memberFacts(tenant, 1, bare)), unknown('cut')];
      }).flatMap(({ remedy }) => (remedy.by === 'action' ? remedy.actions : []));
      const paths = verbs.map((one) => (one.verb === 'write-files' ? one.files.map(({ path }) => path) : one.verb));
      expect(paths).to.deep.equal([['/var/lib/ec2-redis-operator/members/acme-r2/conf/redis-run']]);
    });
  });

  it('refuses a password that Sentinel could not write back', () => {
    const spaced = tenantOf('10.101.0', { password: new Secret('env X', 'two words') });
    expect(findings(redis, spaced, healthy(tenant)).map(brief)).to.deep.equal(['redis/acme password: operator']);
    expect(findings(sentinel, spaced, healthy(tenant))).to.deep.equal([]);
  });

  it('shows no password in any finding', () => {
    const world = fresh(marked({ bootstrap: 'r1' }, 0, 1, 2));
    const all = [...findings(redis, tenant, world), ...findings(sentinel, tenant, world)];
    expect(JSON.stringify(all)).not.to.contain(tenant.password.reveal());
    expect(JSON.stringify(all)).to.contain('***');
  });
});
