import { expect } from 'chai';
import { present, unknown } from '../../../reconcilers/facts/observation.ts';
import type { SentinelFacts } from '../../../reconcilers/facts/sentinel/sentinel.ts';
import { sentinel } from '../../../reconcilers/sentinel/index.ts';
import { brief, findings, healthy, redisFacts, type World } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const tenant = tenantOf();
type Change = (world: World) => void;

const running: readonly string[] = [];
const down = ['s_down', 'disconnected'];
const entry = (address: string, flags: readonly string[], port = 26379) => ({
  address,
  port,
  flags: ['sentinel', ...flags],
  runId: `stale ${address}`,
});
const replica = (address: string, flags: readonly string[]) => ({
  address,
  port: 6379,
  flags: ['slave', ...flags],
  roleReported: 'slave',
  roleReportedMs: 1,
});
const says = (index: number, change: (facts: SentinelFacts) => Partial<SentinelFacts>): Change => {
  return (world) => {
    const seen = world.sentinels[index];
    if (seen?.state === 'present') world.sentinels[index] = present({ ...seen.value, ...change(seen.value) });
  };
};
const stale = (index: number, flags: readonly string[], address = '10.101.0.99', port = 26379) =>
  says(index, ({ sentinels }) => ({ sentinels: [...sentinels, entry(address, flags, port)] }));
const everywhere = (flags: readonly string[]): Change => all(...[0, 1, 2].map((index) => stale(index, flags)));
function all(...changes: readonly Change[]): Change {
  return (world) => {
    for (const change of changes) change(world);
  };
}
/** The master lists a replica that no document declares. */
const listed =
  (address: string, lag: number): Change =>
  (world) => {
    const facts = redisFacts(tenant, 0);
    world.redis[0] = present({
      ...facts,
      replicas: [...facts.replicas, { address, port: 6379, state: 'online', lag }],
    });
  };
const others = (member: string, remedy: string) => `sentinel/acme-${member} foreign Sentinels: ${remedy}`;
const reset = 'StaleSentinel, sentinel-reset';

const rows: readonly (readonly [string, Change, readonly string[]])[] = [
  ['one that runs has to be stopped manually', stale(1, running), [others('r2', 'ForeignSentinel, manual')]],
  [
    'one that does not answer is not forgotten before it counts as down',
    stale(1, ['disconnected']),
    [others('r2', 'StaleSentinel, settling')],
  ],
  ['one that is down is forgotten', stale(1, down), [others('r2', reset)]],
  [
    'by one Sentinel after the other',
    everywhere(down),
    [
      others('r1', reset),
      others('r2', 'StaleSentinel, depends on sentinel/acme-r1'),
      others('r3', 'StaleSentinel, depends on sentinel/acme-r1'),
    ],
  ],
  [
    'not while another one runs',
    all(stale(1, down), stale(1, running, '10.101.0.98')),
    [others('r2', 'ForeignSentinel, manual')],
  ],
  ["another port of a member's address", stale(1, down, '10.101.0.11', 26380), [others('r2', reset)]],
  ['the former entry of a recreated Sentinel', stale(1, down, '10.101.0.11'), [others('r2', reset)]],
  ['the same, invalidated by its successor', stale(1, down, '10.101.0.11', 0), [others('r2', reset)]],
  [
    'a foreign replica that runs',
    says(1, ({ replicas }) => ({ replicas: [...replicas, replica('10.102.0.12', running)] })),
    ['sentinel/acme-r2 foreign replicas: ForeignReplica, manual'],
  ],
  [
    'a foreign replica that is down',
    says(1, ({ replicas }) => ({ replicas: [...replicas, replica('10.102.0.12', down)] })),
    ['sentinel/acme-r2 foreign replicas: StaleReplica, sentinel-reset'],
  ],
  [
    'a foreign replica that the Sentinel does not reach, and the master has: it would be found again',
    all(
      says(1, ({ replicas }) => ({ replicas: [...replicas, replica('10.102.0.12', down)] })),
      listed('10.102.0.12', 1),
    ),
    ['sentinel/acme-r2 foreign replicas: ForeignReplica, manual'],
  ],
  [
    'the same, of which the master has heard nothing for a while',
    all(
      says(1, ({ replicas }) => ({ replicas: [...replicas, replica('10.102.0.12', down)] })),
      listed('10.102.0.12', 30),
    ),
    ['sentinel/acme-r2 foreign replicas: StaleReplica, settling'],
  ],
  [
    'a member that is down is not stale',
    says(1, ({ sentinels }) => ({ sentinels: sentinels.map((one) => ({ ...one, flags: ['sentinel', ...down] })) })),
    [],
  ],
];

/** Why no Sentinel is reset: it would also forget every instance that does not answer then. */
const obstacles: readonly (readonly [string, Change, string])[] = [
  [
    'the Sentinel that was reset before has not found the others yet',
    says(0, ({ sentinels }) => ({ sentinels: sentinels.slice(1) })),
    'settling',
  ],
  ['the Sentinel that was reset before has not found the replicas yet', says(2, () => ({ replicas: [] })), 'settling'],
  [
    'a Sentinel does not reach another',
    says(2, ({ sentinels }) => ({ sentinels: sentinels.map((one) => ({ ...one, flags: ['sentinel', ...down] })) })),
    'settling',
  ],
  [
    'a Sentinel has doubts about the master',
    says(2, ({ master }) => ({ master: master && { ...master, flags: ['master', 's_down'] } })),
    'settling',
  ],
  [
    'a failover is under way',
    says(0, ({ master }) => ({ master: master && { ...master, flags: ['master', 'failover_in_progress'] } })),
    'settling',
  ],
  ['a Sentinel is in TILT', says(2, () => ({ tilt: true })), 'settling'],
  ['a Sentinel is unknown', (world) => (world.sentinels[2] = unknown('timeout')), 'depends on sentinel/acme-r3'],
  ['a Sentinel monitors nothing', says(2, () => ({ master: undefined, watches: [] })), 'settling'],
  [
    'a replica is cut off',
    (world) => (world.redis[2] = present(redisFacts(tenant, 2, { linkUp: false }))),
    'depends on redis/acme-r3',
  ],
  [
    'the master lists a replica under another address, where the Sentinel would look for it',
    (world) => {
      const master = redisFacts(tenant, 0);
      const replicas = master.replicas.map((one, index) => (index ? one : { ...one, address: '10.101.0.96' }));
      world.redis[0] = present({ ...master, replicas });
    },
    'depends on redis/acme-r2',
  ],
  ['a replica is unknown', (world) => (world.redis[1] = unknown('timeout')), 'depends on redis/acme-r2'],
];

describe('stale Sentinels and replicas', () => {
  for (const [name, change, want] of rows)
    it(name, () => {
      const world = healthy(tenant);
      change(world);
      expect(findings(sentinel, tenant, world).map(brief)).to.deep.equal(want);
    });

  for (const [name, change, want] of obstacles)
    it(`no Sentinel is reset while ${name}`, () => {
      const world = healthy(tenant);
      all(stale(1, down), change)(world);
      const found = findings(sentinel, tenant, world).map(brief);
      expect(found).to.include(others('r2', `StaleSentinel, ${want}`));
      expect(found.join('\n')).not.to.contain('sentinel-reset');
    });

  it('says how to find one that runs, and that a reset disrupts the tenant', () => {
    const world = healthy(tenant);
    everywhere(running)(world);
    const [first] = findings(sentinel, tenant, world);
    expect(first?.have).to.equal('10.101.0.99:26379');
    expect(first?.remedy)
      .to.have.property('message')
      .that.matches(/VLAN 101 .* ip neighbour show .* 10\.101\.0\.99/);
    const dead = healthy(tenant);
    everywhere(down)(dead);
    expect(findings(sentinel, tenant, dead)[0]?.remedy)
      .to.have.property('disrupts')
      .that.deep.equals(['acme']);
  });
});
