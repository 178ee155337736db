import { expect } from 'chai';
import { present, unknown } from '../../../reconcilers/observation.ts';
import { sentinel } from '../../../reconcilers/sentinel/sentinel.ts';
import { brief, findings, healthy, memberFacts, sentinelFacts, type World } from '../redis/healthy.ts';
import { tenantOf } from '../redis/tenant.ts';

const tenant = tenantOf();
const base = sentinelFacts(tenant, 1);
type Facts = typeof base;

const says = (part: Partial<Facts>) => (world: World) => {
  world.sentinels[1] = present({ ...base, ...part });
};
const watches = (part: Partial<NonNullable<Facts['master']>>) =>
  says({ master: base.master && { ...base.master, ...part } });
const conf = '/var/lib/ec2-redis-operator/members/acme-r2/conf';

describe('sentinel', () => {
  it('finds nothing where all is in order', () => {
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
        `sentinel/acme-r2 ${conf}/sentinel-run: action write-files`,
        `sentinel/acme-r2 ${conf}/sentinel.conf: action member-conf`,
        // The others know it still; nothing else is missed.
      ],
    ],
    [
      'not running',
      (world) => {
        world.members[1] = present(memberFacts(tenant, 1, { processes: [] }));
        world.sentinels[1] = unknown('refused');
      },
      ['sentinel/acme-r2 Sentinel: waiting'],
    ],
    [
      'stopped by a signal',
      (world) => {
        world.members[1] = present(
          memberFacts(tenant, 1, { processes: [{ command: 'redis-sentinel', pid: 1, state: 'T' }] }),
        );
      },
      ['sentinel/acme-r2 Sentinel: action member-kill'],
    ],
    [
      'running and silent',
      (world) => {
        world.sentinels[1] = unknown('timeout');
      },
      ['sentinel/acme-r2 Sentinel: blind'],
    ],
    ['TILT', says({ tilt: true, master: undefined }), ['sentinel/acme-r2 TILT: waiting']],
    [
      'watches nothing',
      says({ master: undefined, watches: [] }),
      ['sentinel/acme-r2 master watched: action sentinel-monitor'],
    ],
    [
      'watches another tenant too',
      says({ watches: ['acme', 'globex'] }),
      ['sentinel/acme-r2 masters watched: operator'],
    ],
    ['another quorum', watches({ quorum: 3 }), ['sentinel/acme-r2 quorum: action sentinel-set']],
    [
      'other timings',
      watches({ downAfterMs: 30_000, parallelSyncs: 2 }),
      [
        'sentinel/acme-r2 down-after-milliseconds: action sentinel-set',
        'sentinel/acme-r2 parallel-syncs: action sentinel-set',
      ],
    ],
    ['announces another address', says({ announceIp: '' }), ['sentinel/acme-r2 announce-ip: action sentinel-set']],
    [
      'another auth-pass in its file',
      (world) => {
        world.members[1] = present(
          memberFacts(tenant, 1, { secrets: { ...memberFacts(tenant, 1).secrets, 'sentinel.conf auth-pass': 'x' } }),
        );
      },
      ['sentinel/acme-r2 auth-pass: action sentinel-set'],
    ],
    [
      'names another, at an older epoch',
      watches({ address: '10.101.0.13', epoch: -1 }),
      ['sentinel/acme-r2 master named: waiting'],
    ],
    ['misses one', says({ sentinels: base.sentinels.slice(1) }), ['sentinel/acme-r2 other Sentinels: waiting']],
    ['misses a replica', says({ replicas: base.replicas.slice(1) }), ['sentinel/acme-r2 replicas: waiting']],
    [
      'no quorum',
      says({ quorumCheck: { ok: false, words: 'NOQUORUM 1 usable Sentinels' } }),
      ['sentinel/acme-r2 SENTINEL CKQUORUM: waiting'],
    ],
    [
      'no majority: all is left alone',
      (world) => {
        watches({ quorum: 3 })(world);
        world.sentinels[0] = unknown('x');
        world.sentinels[2] = unknown('x');
      },
      ['sentinel/acme-r1 Sentinel: blind', 'sentinel/acme-r2 quorum: waiting', 'sentinel/acme-r3 Sentinel: blind'],
    ],
  ];
  for (const [name, change, want] of rows)
    it(name, () => {
      const world = healthy(tenant);
      change(world);
      expect(findings(sentinel, tenant, world).map(brief)).to.deep.equal(want);
    });

  it('is written anew when another password is declared before the first start is over, and only then', () => {
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
    const blind = 'sentinel/acme-r2 Sentinel: blind';
    expect(at({})).to.deep.equal([`sentinel/acme-r2 ${conf}/sentinel.conf: action member-conf`, blind]);
    expect(at({ secrets: memberFacts(tenant, 1).secrets })).to.deep.equal([blind]);
    // The old one is in use: that is said of redis/acme.
    expect(at({}, 'Redis on r3')).to.deep.equal([]);
    expect(at({ marks: { bootstrapped: 'yes' } })).to.deep.equal([]);
  });

  it('first watches whom the marks on all hosts name, and before that nobody', () => {
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
