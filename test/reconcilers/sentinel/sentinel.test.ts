import { expect } from 'chai';
import type { LastWords } from '../../../reconcilers/facts/member/last-words.ts';
import { present, unknown } from '../../../reconcilers/facts/observation.ts';
import { sentinel } from '../../../reconcilers/sentinel/index.ts';
import { brief, findings, healthy, memberFacts, sentinelFacts, type World } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const tenant = tenantOf();
const base = sentinelFacts(tenant, 1);
type Facts = typeof base;

const says = (part: Partial<Facts>) => (world: World) => {
  world.sentinels[1] = present({ ...base, ...part });
};
const watches = (part: Partial<NonNullable<Facts['master']>>) =>
  says({ master: base.master && { ...base.master, ...part } });
const saved: LastWords = {
  by: 'sentinel',
  code: 'saved',
  times: 1,
  client: undefined,
  text: 'Sentinel new configuration saved on disk',
};
const notSaved: LastWords = { ...saved, code: 'not-saved', text: 'WARNING: not saved: Permission denied' };
const conf = '/var/lib/ec2-redis-operator/members/acme-r2/conf';

describe('sentinel', () => {
  it('finds nothing if all is healthy', () => {
    expect(findings(sentinel, tenant, healthy(tenant))).to.deep.equal([]);
  });

  const rows: readonly [string, (world: World) => void, readonly string[]][] = [
    [
      'no file yet',
      (world) => {
        world.members[1] = present(memberFacts(tenant, 1, { files: {}, processes: [] }));
        world.sentinels[1] = unknown('refused');
      },
      [
        `sentinel/acme-r2 ${conf}/sentinel-run: FileDiffers, write-files`,
        `sentinel/acme-r2 ${conf}/sentinel.conf: SentinelConfMissing, member-conf`,
        // The others still know it: no other finding.
      ],
    ],
    [
      'not running',
      (world) => {
        world.members[1] = present(memberFacts(tenant, 1, { processes: [] }));
        world.sentinels[1] = unknown('refused');
      },
      ['sentinel/acme-r2 Sentinel: NotRunning, settling'],
    ],
    [
      'started and exited three times',
      (world) => {
        const sentinelExits = { times: 3, lastLog: 'Unrecognized sentinel configuration statement.' };
        world.members[1] = present(memberFacts(tenant, 1, { processes: [], sentinelExits }));
        world.sentinels[1] = unknown('refused');
      },
      ['sentinel/acme-r2 Sentinel: SentinelCrashLoop, manual'],
    ],
    [
      'it could not save its file when it last tried',
      (world) => {
        world.members[1] = present(memberFacts(tenant, 1, { said: [saved, notSaved] }));
      },
      ['sentinel/acme-r2 sentinel.conf: SentinelCannotSave, manual'],
    ],
    [
      'it could save its file again',
      (world) => {
        world.members[1] = present(memberFacts(tenant, 1, { said: [notSaved, saved] }));
      },
      [],
    ],
    [
      'stopped by a signal',
      (world) => {
        world.members[1] = present(
          memberFacts(tenant, 1, { processes: [{ command: 'redis-sentinel', pid: 1, state: 'T' }] }),
        );
      },
      ['sentinel/acme-r2 Sentinel: StoppedBySignal, member-kill'],
    ],
    [
      'running and not answering',
      (world) => {
        world.sentinels[1] = unknown('timeout');
      },
      ['sentinel/acme-r2 Sentinel: NotObserved, unknown'],
    ],
    [
      'the id of another Sentinel',
      (world) => {
        const myid = (letter: string) => ({ lines: { 'sentinel.conf': [`sentinel myid ${letter.repeat(40)}`] } });
        world.members = ['a', 'b', 'a'].map((letter, place) => present(memberFacts(tenant, place, myid(letter))));
      },
      ['sentinel/acme-r3 id: SentinelIdDuplicate, manual'],
    ],
    ['TILT', says({ tilt: true, master: undefined }), ['sentinel/acme-r2 TILT: InTilt, settling']],
    [
      'monitors nothing',
      says({ master: undefined, watches: [] }),
      ['sentinel/acme-r2 monitored master: MasterNotMonitored, sentinel-monitor'],
    ],
    [
      'monitors another tenant too',
      says({ watches: ['acme', 'globex'] }),
      ['sentinel/acme-r2 monitored masters: ExtraMasterMonitored, manual'],
    ],
    ['another quorum', watches({ quorum: 3 }), ['sentinel/acme-r2 quorum: SentinelOptionDiffers, sentinel-set']],
    [
      'other timings',
      watches({ downAfterMs: 30_000, parallelSyncs: 2 }),
      [
        'sentinel/acme-r2 down-after-milliseconds: SentinelOptionDiffers, sentinel-set',
        'sentinel/acme-r2 parallel-syncs: SentinelOptionDiffers, sentinel-set',
      ],
    ],
    [
      'announces another address',
      says({ announceIp: '' }),
      ['sentinel/acme-r2 announce-ip: SentinelOptionDiffers, sentinel-set'],
    ],
    [
      'another auth-pass in its file',
      (world) => {
        world.members[1] = present(
          memberFacts(tenant, 1, { secrets: { ...memberFacts(tenant, 1).secrets, 'sentinel.conf auth-pass': 'x' } }),
        );
      },
      ['sentinel/acme-r2 auth-pass: SentinelPasswordDiffers, sentinel-set'],
    ],
    [
      'names another, at an older epoch',
      watches({ address: '10.101.0.13', epoch: -1 }),
      ['sentinel/acme-r2 master: MasterOutdated, settling'],
    ],
    [
      'does not know another Sentinel',
      says({ sentinels: base.sentinels.slice(1) }),
      ['sentinel/acme-r2 known Sentinels: SentinelUnknownToPeer, settling'],
    ],
    [
      'does not know a replica',
      says({ replicas: base.replicas.slice(1) }),
      ['sentinel/acme-r2 known replicas: ReplicaUnknownToSentinel, settling'],
    ],
    [
      'does not know a Sentinel that is unknown',
      (world) => {
        says({ sentinels: base.sentinels.slice(1) })(world);
        world.sentinels[0] = unknown('x');
      },
      [
        'sentinel/acme-r1 Sentinel: NotObserved, unknown',
        'sentinel/acme-r2 known Sentinels: SentinelUnknownToPeer, depends on sentinel/acme-r1',
      ],
    ],
    [
      'does not know another Sentinel, and there is no master',
      (world) => {
        says({ sentinels: base.sentinels.slice(1) })(world);
        world.redis[0] = unknown('x');
      },
      ['sentinel/acme-r2 known Sentinels: SentinelUnknownToPeer, depends on redis/acme'],
    ],
    [
      'does not know a replica that is unknown',
      (world) => {
        says({ replicas: base.replicas.filter(({ address }) => address !== '10.101.0.13') })(world);
        world.redis[2] = unknown('x');
      },
      ['sentinel/acme-r2 known replicas: ReplicaUnknownToSentinel, depends on redis/acme-r3'],
    ],
    [
      'no quorum, and a Sentinel is unknown',
      (world) => {
        says({ quorumCheck: { ok: false, words: 'NOQUORUM' } })(world);
        world.sentinels[2] = unknown('x');
      },
      [
        'sentinel/acme-r2 SENTINEL CKQUORUM: QuorumCheckFailed, depends on sentinel/acme-r3',
        'sentinel/acme-r3 Sentinel: NotObserved, unknown',
      ],
    ],
    [
      'no quorum',
      says({ quorumCheck: { ok: false, words: 'NOQUORUM 1 usable Sentinels' } }),
      ['sentinel/acme-r2 SENTINEL CKQUORUM: QuorumCheckFailed, settling'],
    ],
    [
      'no majority: nothing is changed',
      (world) => {
        watches({ quorum: 3 })(world);
        world.sentinels[0] = unknown('x');
        world.sentinels[2] = unknown('x');
      },
      [
        'sentinel/acme-r1 Sentinel: NotObserved, unknown',
        'sentinel/acme-r2 quorum: SentinelOptionDiffers, depends on redis/acme',
        'sentinel/acme-r3 Sentinel: NotObserved, unknown',
      ],
    ],
  ];
  for (const [name, change, want] of rows)
    it(name, () => {
      const world = healthy(tenant);
      change(world);
      expect(findings(sentinel, tenant, world).map(brief)).to.deep.equal(want);
    });

  it('sentinel.conf is written again if another password is declared before the bootstrap is done, and only then', () => {
    const old = { ...memberFacts(tenant, 1).secrets, 'sentinel.conf auth-pass': 'x', 'redis.conf requirepass': 'x' };
    const at = (part: Parameters<typeof memberFacts>[2], runs: 'none' | 'Redis on r3' = 'none') => {
      const world = healthy(tenant);
      world.redis = world.redis.map(() => unknown('refused'));
      world.sentinels = world.sentinels.map(() => unknown('refused the password'));
      world.members = tenant.members.map((_, index) => {
        const all = memberFacts(tenant, index).processes;
        const processes = runs !== 'none' && index === 2 ? all : all.slice(1);
        return present(memberFacts(tenant, index, { processes, marks: { bootstrap: 'r1' }, secrets: old, ...part }));
      });
      return findings(sentinel, tenant, world)
        .filter(({ subject }) => subject === 'sentinel/acme-r2')
        .map(brief);
    };
    const unobserved = 'sentinel/acme-r2 Sentinel: NotObserved, unknown';
    expect(at({})).to.deep.equal([
      `sentinel/acme-r2 ${conf}/sentinel.conf: SentinelPasswordDiffers, member-conf`,
      unobserved,
    ]);
    expect(at({ secrets: memberFacts(tenant, 1).secrets })).to.deep.equal([unobserved]);
    // The old one is in use: redis/acme has the finding.
    expect(at({}, 'Redis on r3')).to.deep.equal([]);
    expect(at({ marks: { bootstrapped: 'yes' } })).to.deep.equal([]);
  });

  it('first monitors the master that the markers of all hosts name, and before that none', () => {
    const at = (marks: readonly (string | undefined)[]) => {
      const world = healthy(tenant);
      world.redis = world.redis.map(() => unknown('refused'));
      world.sentinels = world.sentinels.map(() => unknown('refused'));
      world.members = tenant.members.map((_, index) => {
        const mark = marks[index];
        const files = { 'sentinel-run': memberFacts(tenant, index).files['sentinel-run'] ?? { mode: '', sha256: '' } };
        return present(memberFacts(tenant, index, { files, processes: [], marks: mark ? { bootstrap: mark } : {} }));
      });
      return findings(sentinel, tenant, world).map(({ remedy }) => remedy.by);
    };
    expect(at(['r1', 'r1', 'r1'])).to.deep.equal(['action', 'action', 'action']);
    expect(at(['r1', 'r1', undefined])).to.deep.equal(['waiting', 'waiting', 'waiting']);
  });
});
