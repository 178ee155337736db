import { expect } from 'chai';
import fc from 'fast-check';
import { Secret } from '../../../crds/secret.ts';
import type { LastWords } from '../../../reconcilers/facts/member/last-words.ts';
import { absent, present, unknown } from '../../../reconcilers/facts/observation.ts';
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
const bare = {
  startGuard: undefined,
  processes: [],
  data: 'empty',
  files: {},
  lines: {},
  secrets: {},
  marks: {},
} as const;

/** The tenant's containers run and are empty. */
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

const withheld = (state: string) => ({ startGuard: { state, words: state }, processes: [] as const });
const leaving = (state: string, times: number) => ({
  ...withheld(state),
  exits: { times, lastLog: 'Bad file format' },
});
const logged = (code: LastWords['code'], text: string): LastWords => {
  return { by: 'redis', code, times: 1, client: undefined, text };
};
const closed = (client: string, times: number): LastWords => ({ ...logged('buffer-limit', ''), client, times });
const full = { totalBytes: 2 ** 30, freeBytes: 2 ** 20 };
const ofTenant = (world: World) =>
  findings(redis, tenant, world)
    .filter(({ subject }) => subject === 'redis/acme')
    .map(brief);
const found = (change: (world: World) => void) => {
  const world = healthy(tenant);
  change(world);
  return findings(redis, tenant, world).map(brief);
};

const noData = { notCountedBytes: 0, startupBytes: 0 };
const once = ['redis/acme password: PasswordDiffers, manual'];

describe('redis', () => {
  it('finds nothing if all is healthy', () => {
    expect(findings(redis, tenant, healthy(tenant))).to.deep.equal([]);
  });

  describe('the bootstrap', () => {
    const permitted1 = (world: World) => {
      marked({ bootstrap: 'r1' }, 0, 1, 2)(world);
      world.members[0] = present(
        memberFacts(tenant, 0, { ...bare, marks: { bootstrap: 'r1' }, ...withheld('waiting-for-data') }),
      );
    };
    const rows: readonly [string, World, readonly string[]][] = [
      [
        'no marker, all empty: marks the choice everywhere',
        fresh(),
        ['redis/acme bootstrap: BootstrapMarkerMissing, member-mark member-mark member-mark'],
      ],
      [
        'a host that was not observed: decides nothing',
        fresh((world) => {
          world.members[2] = unknown('no route');
        }),
        ['redis/acme bootstrap: NotObserved, unknown'],
      ],
      [
        'a member without directory: waits',
        fresh((world) => {
          world.members[2] = absent;
        }),
        ['redis/acme bootstrap: BootstrapMembersMissing, depends on container/acme-r3'],
      ],
      [
        'a container that does not run: waits',
        fresh((world) => {
          world.members[1] = present(memberFacts(tenant, 1, { ...bare, data: undefined }));
        }),
        ['redis/acme bootstrap: BootstrapMarkerMissing, depends on container/acme-r2'],
      ],
      [
        'data without a marker: manual',
        fresh((world) => {
          world.members[1] = present(memberFacts(tenant, 1, { ...bare, data: 'partial' }));
        }),
        ['redis/acme bootstrap: BootstrapDataFound, manual'],
      ],
      [
        'marked on one host: marks the others the same',
        fresh(marked({ bootstrap: 'r2' }, 1)),
        ['redis/acme bootstrap: BootstrapMarkerMissing, member-mark member-mark'],
      ],
      [
        'conflicting markers: manual',
        fresh((world) => {
          marked({ bootstrap: 'r2' }, 1)(world);
          marked({ bootstrap: 'r1' }, 0)(world);
        }),
        ['redis/acme bootstrap: BootstrapMarkersConflict, manual'],
      ],
      [
        'marked everywhere, start guard not there yet: waits',
        fresh(marked({ bootstrap: 'r1' }, 0, 1, 2)),
        ['redis/acme bootstrap: InitialMasterNotStarted, settling'],
      ],
      [
        'marked everywhere and waiting for data, but it exits whenever it is started: permits no more',
        fresh((world) => {
          marked({ bootstrap: 'r1' }, 0, 1, 2)(world);
          const exits = leaving('waiting-for-data', 3);
          world.members[0] = present(memberFacts(tenant, 0, { ...bare, marks: { bootstrap: 'r1' }, ...exits }));
        }),
        ['redis/acme bootstrap: InitialMasterNotStarted, depends on redis/acme-r1'],
      ],
      [
        'marked everywhere and waiting for data: permits',
        fresh(permitted1),
        ['redis/acme bootstrap: InitialMasterNotStarted, member-permit'],
      ],
      [
        'marked and waiting for data, but another member has complete data: waits',
        fresh((world) => {
          permitted1(world);
          world.members[2] = present(memberFacts(tenant, 2, { ...bare, marks: { bootstrap: 'r1' }, data: 'complete' }));
        }),
        ['redis/acme bootstrap: InitialMasterNotStarted, settling'],
      ],
      [
        'bootstrapped and all empty: data loss, never bootstrapped again',
        fresh(marked({ bootstrap: 'r1', bootstrapped: 'yes' }, 0, 1, 2)),
        ['redis/acme data: DataLost, manual', 'redis/acme master: TooFewSentinels, depends on redis/acme'],
      ],
      [
        'bootstrapped on one host only, and all empty: still data loss',
        fresh((world) => {
          marked({ bootstrap: 'r1' }, 0, 1)(world);
          marked({ bootstrapped: 'yes' }, 2)(world);
        }),
        [
          'redis/acme data: DataLost, manual',
          'redis/acme bootstrap marker on r1: BootstrapMarkerMissing, member-mark',
          'redis/acme bootstrap marker on r2: BootstrapMarkerMissing, member-mark',
          'redis/acme master: TooFewSentinels, depends on redis/acme',
        ],
      ],
    ];
    for (const [name, world, want] of rows) it(name, () => expect(ofTenant(world)).to.deep.equal(want));

    it('chooses the member that existing sentinel.conf files name, not the first', () => {
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

    it('is marked as done on every host once there is an agreed master', () => {
      const world = healthy(tenant);
      world.members = tenant.members.map((_, index) =>
        present(memberFacts(tenant, index, { marks: { bootstrap: 'r1' } })),
      );
      expect(findings(redis, tenant, world).map(brief)).to.deep.equal([
        'redis/acme bootstrap: BootstrapMarkerMissing, member-mark member-mark member-mark',
      ]);
    });

    it('less knowledge never decides more: whatever is unknown, no choice and no permission', () => {
      const worlds = [fresh(), fresh(permitted1)];
      fc.assert(
        fc.property(fc.constantFrom(...worlds), fc.subarray([0, 1, 2], { minLength: 1 }), (world, unobserved) => {
          const members = world.members.map((seen, index) => (unobserved.includes(index) ? unknown('cut') : seen));
          const actions = findings(redis, tenant, { ...world, members }).flatMap(({ subject, remedy }) =>
            subject === 'redis/acme' && remedy.by === 'action' ? remedy.actions : [],
          );
          expect(actions).to.deep.equal([]);
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
          `${files('auth')}: FileDiffers, write-files`,
          `${files('redis-run')}: FileDiffers, write-files`,
          `${files('redis.conf')}: FileDiffers, member-conf`,
          'redis/acme-r2 Redis: NotRunning, settling',
        ],
      ],
      [
        'withheld by its start guard',
        member(withheld('waiting-for-answers')),
        ['redis/acme-r2 Redis: StartWithheld, settling'],
      ],
      ['started and exited twice', member(leaving('replica', 2)), ['redis/acme-r2 Redis: NotRunning, settling']],
      ['started and exited three times', member(leaving('replica', 3)), ['redis/acme-r2 Redis: CrashLoop, manual']],
      ['the same, just started again', member(leaving('asking', 3)), ['redis/acme-r2 Redis: CrashLoop, manual']],
      [
        'the same, and it has no data yet',
        member(leaving('waiting-for-data', 3)),
        ['redis/acme-r2 Redis: CrashLoop, manual'],
      ],
      [
        'withheld by its start guard, whatever was before',
        member(leaving('waiting-for-answers', 9)),
        ['redis/acme-r2 Redis: StartWithheld, settling'],
      ],
      [
        'the same, with a line in its file that is no longer declared',
        member({
          ...leaving('replica', 3),
          lines: { 'redis.conf': [...(memberFacts(tenant, 1).lines['redis.conf'] ?? []), 'hz none'] },
        }),
        [`${files('redis.conf')}: FileDiffers, member-conf`, 'redis/acme-r2 Redis: CrashLoop, manual'],
      ],
      [
        'withheld, as replicas may be newer',
        member(withheld('replicas-may-be-newer')),
        ['redis/acme-r2 Redis: StartWithheldNewerData, manual'],
      ],
      [
        'withheld, as a foreign master is named',
        member(withheld('foreign-master-named')),
        ['redis/acme-r2 Redis: ForeignMasterMonitored, manual'],
      ],
      [
        'another password in the file of a stopped Redis',
        member({ ...withheld('no-majority'), secrets: {} }),
        [
          `${files('redis.conf requirepass, masterauth')}: PasswordDiffers, manual`,
          'redis/acme-r2 Redis: StartWithheld, settling',
        ],
      ],
      [
        'stopped by a signal',
        member({ processes: [{ command: 'redis-server', pid: 1, state: 'T' }] }),
        ['redis/acme-r2 Redis: StoppedBySignal, member-kill'],
      ],
      [
        'running and not answering',
        (world) => {
          world.redis[1] = unknown('timeout');
        },
        ['redis/acme-r2 Redis: NotObserved, unknown'],
      ],
      [
        'loading',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { loading: true }));
        },
        ['redis/acme-r2 data: Loading, settling'],
      ],
      [
        'a second master that has just returned',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { role: 'master', uptimeSeconds: 5 }));
        },
        ['redis/acme-r2 role: SecondMaster, settling'],
      ],
      [
        'older than the others, by number and not by text',
        (world) => {
          world.redis = world.redis.map((_, index) =>
            present(redisFacts(tenant, index, { version: index === 1 ? '7.0.9' : '7.0.15' })),
          );
        },
        ['redis/acme-r2 server version: VersionDiffers, info'],
      ],
      [
        'a second master that no Sentinel demotes',
        (world) => {
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas: [] })));
          world.redis[1] = present(redisFacts(tenant, 1, { role: 'master', uptimeSeconds: 500 }));
        },
        ['redis/acme-r2 role: SecondMaster, manual'],
      ],
      [
        'replica of the wrong member',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { master: { address: '10.101.0.13', port: 6379 } }));
        },
        ['redis/acme-r2 role: ReplicatesWrongMember, settling'],
      ],
      [
        'replica of a foreign master, after hours: a Sentinel reaches it',
        (world) => {
          const master = { address: '10.101.0.99', port: 6379 };
          world.redis[1] = present(redisFacts(tenant, 1, { master, linkUp: false, uptimeSeconds: 5000 }));
        },
        ['redis/acme-r2 role: ReplicatesForeignMaster, settling'],
      ],
      [
        'the same, and no Sentinel reaches it',
        (world) => {
          const master = { address: '10.101.0.99', port: 6379 };
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas: [] })));
          world.redis[1] = present(redisFacts(tenant, 1, { master, linkUp: false, uptimeSeconds: 5000 }));
        },
        ['redis/acme-r2 role: ReplicatesForeignMaster, manual'],
      ],
      [
        'link down',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: 3 }));
        },
        ['redis/acme-r2 replication link: ReplicationLinkDown, settling'],
      ],
      [
        'a link that only the replica reports as up',
        (world) => {
          const heard = (address: string, lag: number) => ({ address, port: 6379, state: 'online', lag });
          const replicas = [heard('10.101.0.12', 25), heard('10.101.0.13', 3)];
          world.redis[0] = present(redisFacts(tenant, 0, { replicas }));
        },
        ['redis/acme-r2 replication link: ReplicaSilent, settling'],
      ],
      [
        'link down for long',
        (world) => {
          world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: 300 }));
        },
        ['redis/acme-r2 replication link: ReplicationLinkDown, manual'],
      ],
      [
        'a link that was never up, of a replica just started',
        (world) => {
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas: [] })));
          world.redis[1] = present(
            redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: undefined, uptimeSeconds: 10 }),
          );
        },
        ['redis/acme-r2 replication link: ReplicationLinkDown, settling'],
      ],
      [
        'a link that was never up, of a replica that has run for long',
        (world) => {
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas: [] })));
          world.redis[1] = present(
            redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: undefined, uptimeSeconds: 500 }),
          );
        },
        ['redis/acme-r2 replication link: ReplicationLinkDown, manual'],
      ],
      [
        'a link that was never up, of a master that has just become a replica',
        (world) => {
          const replica = { address: '10.101.0.12', port: 6379, flags: ['slave'], roleReported: 'slave' };
          const replicas = [{ ...replica, roleReportedMs: 2000 }];
          world.sentinels = world.sentinels.map((_, index) => present(sentinelFacts(tenant, index, { replicas })));
          world.redis[1] = present(
            redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: undefined, uptimeSeconds: 500 }),
          );
        },
        ['redis/acme-r2 replication link: ReplicationLinkDown, settling'],
      ],
      [
        'a setting differs',
        (world) => {
          const facts = redisFacts(tenant, 1);
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, maxmemory: '1' } });
        },
        ['redis/acme-r2 maxmemory: SettingDiffers, redis-config-set'],
      ],
      [
        'dir differs',
        (world) => {
          const facts = redisFacts(tenant, 1);
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, dir: '/tmp' } });
        },
        ['redis/acme-r2 dir: SettingFixedAtStart, member-restart'],
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
        [`${files('redis.conf')}: FileDiffers, settling`],
      ],
      [
        'in sync since a moment ago: its load monitor makes it electable',
        (world) => {
          const facts = redisFacts(tenant, 1, { uptimeSeconds: 3 });
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, 'replica-priority': '0' } });
        },
        ['redis/acme-r2 replica-priority: NotElectable, settling'],
      ],
      [
        'in sync, and never made electable',
        (world) => {
          const facts = redisFacts(tenant, 1, { uptimeSeconds: 60 });
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, 'replica-priority': '0' } });
        },
        ['redis/acme-r2 replica-priority: NotElectable, redis-config-set'],
      ],
      [
        'in sync, and its append-only file still being written',
        (world) => {
          const facts = redisFacts(tenant, 1, { uptimeSeconds: 60, onDisk: false });
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, 'replica-priority': '0' } });
        },
        ['redis/acme-r2 replica-priority: NotElectable, settling'],
      ],
      [
        'its file differs from what runs',
        member({ lines: { 'redis.conf': ['maxmemory 64mb'] } }),
        [`${files('redis.conf')}: FileDiffers, redis-config-set`],
      ],
      [
        'its file says the same in another notation',
        (world) => {
          const facts = memberFacts(tenant, 1);
          const others = (facts.lines['redis.conf'] ?? []).filter((line) => !/^(maxmemory|dir) /.test(line));
          const redisConf = [...others, 'maxmemory 128mb', 'dir "/var/lib/redis"', 'replicaof 10.101.0.11 6379'];
          world.members[1] = present({ ...facts, lines: { ...facts.lines, 'redis.conf': redisConf } });
        },
        [],
      ],
      [
        'too few replicas',
        (world) => {
          world.redis[0] = present(redisFacts(tenant, 0, { goodReplicas: 0 }));
        },
        ['redis/acme replicas in sync: TooFewReplicas, settling'],
      ],
      [
        'its disk is full, and its append-only file could not be written',
        (world) => {
          world.members[1] = present(memberFacts(tenant, 1, { disk: full }));
          world.redis[1] = present(redisFacts(tenant, 1, { notSaved: ['append-only file'] }));
        },
        [
          'redis/acme-r2 disk: DiskFull, manual',
          'redis/acme-r2 last write of the append-only file: PersistenceFailing, manual',
        ],
      ],
      [
        'its disk is full, and the data set does not fit: it does not come into sync by itself',
        (world) => {
          world.members[1] = present(memberFacts(tenant, 1, { disk: full }));
          const facts = redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: 1, uptimeSeconds: 12 });
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, 'replica-priority': '0' } });
        },
        [
          'redis/acme-r2 disk: DiskFull, manual',
          'redis/acme-r2 replication link: ReplicationLinkDown, manual',
          'redis/acme-r2 replica-priority: NotElectable, manual',
        ],
      ],
      [
        'the same, while it receives the data set',
        (world) => {
          world.members[1] = present(memberFacts(tenant, 1, { disk: full }));
          world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, syncing: true }));
        },
        ['redis/acme-r2 disk: DiskFull, manual', 'redis/acme-r2 replication link: ReplicaSyncing, manual'],
      ],
      [
        'its disk is full, and it exits when its master sends something',
        member({ ...leaving('replica', 1), disk: full }),
        ['redis/acme-r2 disk: DiskFull, manual', 'redis/acme-r2 Redis: NotRunning, manual'],
      ],
      [
        'its disk is full, and it has just been started for the first time',
        member({ ...withheld('asking'), disk: full }),
        ['redis/acme-r2 disk: DiskFull, manual', 'redis/acme-r2 Redis: NotRunning, settling'],
      ],
      [
        'the disk of a master is full that writes the data set there first',
        (world) => {
          world.members[0] = present(memberFacts(tenant, 0, { disk: full }));
          world.redis = world.redis.map((_, index) => present(redisFacts(tenant, index, { version: '6.2.6' })));
          const down = { linkUp: false, linkDownSeconds: 1, version: '6.2.6' };
          world.redis[1] = present(redisFacts(tenant, 1, down));
        },
        ['redis/acme-r1 disk: DiskFull, manual', 'redis/acme-r2 replication link: ReplicationLinkDown, manual'],
      ],
      [
        'the kernel killed a process in its container, and Redis was started again',
        (world) => {
          world.members[1] = present(memberFacts(tenant, 1, { memoryKills: 2 }));
          world.redis[1] = present(redisFacts(tenant, 1, { uptimeSeconds: 600 }));
        },
        ['redis/acme-r2 memory of the container: OomKilled, info'],
      ],
      [
        'the same, more than a day ago',
        (world) => {
          world.members[1] = present(memberFacts(tenant, 1, { memoryKills: 2 }));
          world.redis[1] = present(redisFacts(tenant, 1, { uptimeSeconds: 100_000 }));
        },
        [],
      ],
      [
        'its master has closed its connection twice for its output buffer, and it is not in sync',
        (world) => {
          world.members[0] = present(memberFacts(tenant, 0, { said: [closed('10.101.0.12', 2)] }));
          world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: 1 }));
        },
        ['redis/acme-r2 replication link: ReplicationLinkDown, manual'],
      ],
      [
        'the same once, or that of another replica',
        (world) => {
          const said = [closed('10.101.0.12', 1), closed('10.101.0.13', 5)];
          world.members[0] = present(memberFacts(tenant, 0, { said }));
          world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: 1 }));
        },
        ['redis/acme-r2 replication link: ReplicationLinkDown, settling'],
      ],
      ['in order, whatever it logged before', member({ said: [logged('no-space', 'No space left on device')] }), []],
      [
        'the disk of a master is full that sends the data set from memory',
        (world) => {
          world.members[0] = present(memberFacts(tenant, 0, { disk: full }));
          world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, linkDownSeconds: 1 }));
        },
        ['redis/acme-r1 disk: DiskFull, manual', 'redis/acme-r2 replication link: ReplicationLinkDown, settling'],
      ],
      [
        'its RDB could not be saved, and it has no save points: writes are accepted',
        (world) => {
          const live = redisFacts(tenant, 1, { notSaved: ['RDB'] });
          world.redis[1] = present({ ...live, settings: { ...live.settings, save: '' } });
        },
        [
          'redis/acme-r2 last write of the RDB: PersistenceFailing, manual',
          'redis/acme-r2 save: SettingUndeclared, redis-config-set',
        ],
      ],
      [
        'its large disk has less than a hundredth left, which is much',
        member({ disk: { totalBytes: 200 * 2 ** 30, freeBytes: 1.9 * 2 ** 30 } }),
        ['redis/acme-r2 disk: DiskNearlyFull, info'],
      ],
      [
        'a setting is in force under its other name',
        (world) => {
          const facts = memberFacts(tenant, 1);
          const lines = [...(facts.lines['redis.conf'] ?? []), 'hash-max-listpack-entries 1024'];
          world.members[1] = present({ ...facts, lines: { 'redis.conf': lines } });
        },
        ['redis/acme-r2 hash-max-listpack-entries: SettingUndeclared, redis-config-set'],
      ],
      [
        'its disk is nearly full',
        member({ disk: { totalBytes: 2 ** 30, freeBytes: 50 * 2 ** 20 } }),
        ['redis/acme-r2 disk: DiskNearlyFull, info'],
      ],
      [
        'the memory of the master is almost full, and nothing is evicted',
        (world) => {
          const memory = { ...noData, usedBytes: 127 * 2 ** 20, maxBytes: 128 * 2 ** 20, policy: 'noeviction' };
          world.redis[0] = present(redisFacts(tenant, 0, { memory }));
        },
        ['redis/acme-r1 memory: MemoryPressure, info'],
      ],
      [
        'the memory of the master is full, and keys are evicted',
        (world) => {
          const memory = { ...noData, usedBytes: 128 * 2 ** 20, maxBytes: 128 * 2 ** 20, policy: 'allkeys-lru' };
          world.redis[0] = present(redisFacts(tenant, 0, { memory }));
        },
        [],
      ],
      [
        'a setting is in force that no document declares any more',
        (world) => {
          const facts = memberFacts(tenant, 1);
          const lines = [...(facts.lines['redis.conf'] ?? []), 'timeout 300', 'tcp-keepalive 300', 'databases 32'];
          world.members[1] = present({ ...facts, lines: { 'redis.conf': lines } });
          const live = redisFacts(tenant, 1);
          world.redis[1] = present({ ...live, settings: { ...live.settings, save: '3600 1 300 100 60 10000' } });
        },
        [
          'redis/acme-r2 timeout: SettingUndeclared, redis-config-set',
          'redis/acme-r2 databases: SettingFixedAtStart, member-restart',
        ],
      ],
      [
        'a setting of several lines is in force that no document declares any more',
        (world) => {
          const live = redisFacts(tenant, 1);
          world.redis[1] = present({ ...live, settings: { ...live.settings, save: '' } });
        },
        ['redis/acme-r2 save: SettingUndeclared, redis-config-set'],
      ],
      [
        'it refuses CONFIG: its settings are unknown, not unsupported',
        (world) => {
          const settingsRefused = "ERR unknown command 'CONFIG'";
          world.redis[1] = present(redisFacts(tenant, 1, { settings: {}, settingsRefused }));
        },
        ['redis/acme-r2 settings: NotObserved, unknown'],
      ],
      [
        'no majority: nothing is changed',
        (world) => {
          world.sentinels = [unknown('x'), unknown('x'), ...world.sentinels.slice(2)];
          const facts = redisFacts(tenant, 1);
          world.redis[1] = present({ ...facts, settings: { ...facts.settings, maxmemory: '1' } });
        },
        [
          'redis/acme master: TooFewSentinels, unknown',
          'redis/acme-r2 maxmemory: SettingDiffers, depends on redis/acme',
        ],
      ],
    ];
    for (const [name, change, want] of rows) it(name, () => expect(found(change)).to.deep.equal(want));

    it('quotes what Redis logged before it exited, without the password', () => {
      const world = healthy(tenant);
      member({ ...leaving('replica', 5), exits: { times: 5, lastLog: `Bad ${tenant.password.reveal()} file` } })(world);
      const [finding] = findings(redis, tenant, world);
      expect(finding?.remedy).to.have.property('message').that.contains('5 times in a row: Bad *** file. Fix that');
    });
  });

  describe('a cause that does not end by itself is named', () => {
    const messageOf = (
      reason: string,
      part: Parameters<typeof memberFacts>[2],
      says?: Parameters<typeof redisFacts>[2],
    ) => {
      const world = healthy(tenant);
      world.members[1] = present(memberFacts(tenant, 1, part));
      if (says) world.redis[1] = present(redisFacts(tenant, 1, says));
      return findings(redis, tenant, world).find((one) => one.reason === reason)?.remedy;
    };

    it('a full disk, of a replica whose link is down', () => {
      const remedy = messageOf('ReplicationLinkDown', { disk: full }, { linkUp: false, linkDownSeconds: 1 });
      expect(remedy).to.have.property('message').that.contains('its disk on redis-2 is full');
    });

    const down = { linkUp: false, linkDownSeconds: 300 } as const;
    const noSpace = [logged('no-space', 'x: No space left on device')];
    const withFree = (freeBytes: number) => ({ said: noSpace, disk: { totalBytes: 2 ** 40, freeBytes } });
    // The members use 1 MiB.
    const [little, enough] = [1.5 * 2 ** 20, 2 ** 39];
    it('a disk on which the data set does not fit, of a replica whose link is down', () => {
      const disk = { totalBytes: 20 * 2 ** 20, freeBytes: little };
      const remedy = messageOf('ReplicationLinkDown', { said: noSpace, disk }, down);
      expect(remedy).to.include({ by: 'manual' }).and.to.have.property('message').that.contains('too little space');
    });

    it('a disk that was full and has space again is no cause any more', () => {
      const link = messageOf('ReplicationLinkDown', withFree(enough), down);
      expect(link)
        .to.include({ by: 'waiting', cause: 'settling' })
        .and.to.have.property('message')
        .that.contains('has space again');
      const exits = messageOf('CrashLoop', { ...leaving('replica', 4), ...withFree(enough) });
      expect(exits)
        .to.include({ by: 'waiting', cause: 'settling' })
        .and.to.have.property('message')
        .that.contains('has space again');
    });

    it('nor is what it logged before another cause', () => {
      const said = [...noSpace, logged('unreachable', 'Connection refused')];
      const remedy = messageOf('ReplicationLinkDown', { ...withFree(enough), said }, down);
      expect(remedy).to.include({ by: 'manual' }).and.to.have.property('message').that.contains('cannot connect to r1');
    });

    const rows: readonly (readonly [string, LastWords, string])[] = [
      ['a disk that is read-only', logged('read-only', 'Read-only file system'), '("Read-only file system")'],
      ['data that it cannot read', logged('bad-data', 'Short read'), 'redis-check-aof'],
      ['a refused password', logged('refused', ''), 'masterauth and the ACL of the two'],
      [
        'a data set of a later version',
        logged('rdb-version', "Can't handle RDB format version 11"),
        '(r2 of a version that is not known, r1 7.0.15, r3 7.0.15)',
      ],
      [
        'no way to the master',
        logged('unreachable', 'Connection refused'),
        '300 s: it cannot connect to r1 ("Connection refused")',
      ],
      ['an error of the master', logged('aborted', 'BGSAVE failed'), 'r1 ends the synchronization with an error'],
    ];
    for (const [name, said, words] of rows)
      it(`${name}, of a replica whose link is down`, () => {
        const remedy = messageOf('ReplicationLinkDown', { said: [said] }, down);
        expect(remedy).to.include({ by: 'manual' }).and.to.have.property('message').that.contains(words);
      });

    it('both versions, of a member that exits at a data set of a later version', () => {
      const said = [
        logged('version', 'Redis version=6.2.6, bits=64'),
        logged('rdb-version', "Can't handle RDB format"),
      ];
      const remedy = messageOf('CrashLoop', { ...leaving('replica', 4), said });
      expect(remedy).to.have.property('message').that.contains('(r2 6.2.6, r1 7.0.15, r3 7.0.15)');
    });

    it('nor is data that an earlier start could not read', () => {
      const said = [logged('rdb-version', "Can't handle RDB format"), logged('version', 'Redis version=7.0.15')];
      const remedy = messageOf('ReplicationLinkDown', { said }, down);
      expect(remedy).to.have.property('message').that.does.not.contain('later version');
    });

    it('that data is the cause until Redis answers, whatever it has logged since', () => {
      const said = [logged('rdb-version', "Can't handle RDB format"), logged('version', 'Redis version=7.0.15')];
      const world = healthy(tenant);
      world.members[1] = present(memberFacts(tenant, 1, { ...leaving('replica', 4), said }));
      world.redis[1] = unknown('connection refused');
      const found = findings(redis, tenant, world).find(({ reason }) => reason === 'CrashLoop');
      expect(found?.remedy).to.have.property('message').that.contains('later version');
    });

    it('the limit, of a replica whose synchronization starts again and again', () => {
      const world = healthy(tenant);
      world.members[0] = present(memberFacts(tenant, 0, { said: [closed('10.101.0.12', 3)] }));
      world.redis[1] = present(redisFacts(tenant, 1, { linkUp: false, syncing: true }));
      const [finding] = findings(redis, tenant, world);
      expect(finding?.remedy).to.have.property('message').that.contains('reaches the limit of 32Mi');
    });

    it('the kernel, of a member that is killed at each start', () => {
      const remedy = messageOf('CrashLoop', { ...leaving('replica', 4), memoryKills: 4 });
      expect(remedy).to.have.property('message').that.contains('needs more than its limit of 256Mi');
    });

    it('a child process without memory, of a Redis that could not save', () => {
      const said = [logged('no-memory', "Can't save in background: fork: Cannot allocate memory")];
      const remedy = messageOf('PersistenceFailing', { said }, { notSaved: ['RDB'] });
      expect(remedy).to.have.property('message').that.contains('vm.overcommit_memory');
    });

    it('a full disk, of a member that keeps exiting', () => {
      const remedy = messageOf('CrashLoop', { ...leaving('replica', 4), disk: full });
      expect(remedy).to.have.property('message').that.contains('4 times in a row: its disk on redis-2 is full');
    });
  });

  describe('a declared password that is not the one in use', () => {
    const rotated = tenantOf('10.101.0', { password: new Secret('env X', 'n3w#Acme') });
    const withRotated = (change: (world: World) => void = () => {}) => {
      const world = healthy(tenant);
      world.redis = world.redis.map(() => unknown('refused the password'));
      world.sentinels = world.sentinels.map(() => unknown('refused the password'));
      change(world);
      return findings(redis, rotated, world);
    };
    const rows: readonly [string, (world: World) => void, readonly string[]][] = [
      ['is reported once, and nothing is changed', () => {}, once],
      [
        'known from one observed member',
        (world) => {
          world.members = [unknown('cut'), unknown('cut'), ...world.members.slice(2)];
        },
        once,
      ],
      [
        'a member that was lost meanwhile gets no files either',
        (world) => {
          world.members[1] = present(memberFacts(tenant, 1, bare));
        },
        once,
      ],
      [
        'in use before the bootstrap is marked as done',
        (world) => {
          world.members = tenant.members.map((_, index) =>
            present(memberFacts(tenant, index, { marks: { bootstrap: 'r1' } })),
          );
        },
        once,
      ],
    ];
    for (const [name, change, want] of rows) it(name, () => expect(withRotated(change).map(brief)).to.deep.equal(want));

    it('names the members, the meaning and the fix, without any password', () => {
      const [finding] = withRotated();
      expect(finding?.have).to.equal('another one on r1, r2, r3');
      expect(finding?.remedy).to.have.property('message').that.contains('restore the old password in env X');
      expect(JSON.stringify(finding)).not.to.contain(rotated.password.reveal());
    });

    it('may be any one before the bootstrap: the files are written again', () => {
      const idle = { marks: {}, processes: [], data: 'empty', startGuard: undefined } as const;
      const all = withRotated((world) => {
        world.members = tenant.members.map((_, index) => present(memberFacts(tenant, index, idle)));
      }).map(brief);
      expect(
        all.filter((line) => /(auth|redis\.conf): FileDiffers, (write-files|member-conf)$/.test(line)),
      ).to.have.lengthOf(6);
    });

    it('is not guessed: if the others are unknown, a lost member gets only its script', () => {
      const actions = withRotated((world) => {
        world.members = [unknown('cut'), present(memberFacts(tenant, 1, bare)), unknown('cut')];
      }).flatMap(({ remedy }) => (remedy.by === 'action' ? remedy.actions : []));
      const paths = actions.map((one) =>
        one.operation === 'write-files' ? one.files.map(({ path }) => path) : one.operation,
      );
      expect(paths).to.deep.equal([['/var/lib/ec2-redis-operator/members/acme-r2/conf/redis-run']]);
    });
  });

  it('a setting that is declared under its older name is not undeclared under the other', () => {
    const older = tenantOf('10.101.0', { redis: { ...tenant.redis, config: { 'hash-max-ziplist-entries': '1024' } } });
    const world = healthy(older);
    const facts = memberFacts(older, 1);
    const lines = (facts.lines['redis.conf'] ?? []).map((line) => line.replace('-ziplist-', '-listpack-'));
    world.members[1] = present({ ...facts, lines: { 'redis.conf': lines } });
    world.redis = world.redis.map((seen) =>
      seen.state === 'present'
        ? present({ ...seen.value, settings: { ...seen.value.settings, 'hash-max-ziplist-entries': '1024' } })
        : seen,
    );
    expect(lines).to.include('hash-max-listpack-entries 1024');
    expect(findings(redis, older, world).map(brief)).to.deep.equal([]);
  });

  it('refuses a password that Sentinel could not write back', () => {
    const spaced = tenantOf('10.101.0', { password: new Secret('env X', 'two words') });
    expect(findings(redis, spaced, healthy(spaced)).map(brief)).to.deep.equal([
      'redis/acme password: PasswordUnsupported, manual',
    ]);
    expect(findings(sentinel, spaced, healthy(spaced))).to.deep.equal([]);
    // Another one is in use: that is the first thing to fix.
    expect(findings(redis, spaced, healthy(tenant)).map(brief)).to.deep.equal(once);
  });

  it('shows no password in any finding', () => {
    const world = fresh(marked({ bootstrap: 'r1' }, 0, 1, 2));
    const all = [...findings(redis, tenant, world), ...findings(sentinel, tenant, world)];
    expect(JSON.stringify(all)).not.to.contain(tenant.password.reveal());
    expect(JSON.stringify(all)).to.contain('***');
  });
});
