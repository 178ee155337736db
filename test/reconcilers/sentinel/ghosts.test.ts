import { expect } from 'chai';
import { present, unknown } from '../../../reconcilers/observation.ts';
import type { SentinelFacts } from '../../../reconcilers/questions/sentinel.ts';
import { sentinel } from '../../../reconcilers/sentinel/sentinel.ts';
import { brief, findings, healthy, redisFacts, type World } from '../redis/healthy.ts';
import { tenantOf } from '../redis/tenant.ts';

const tenant = tenantOf();
type Change = (world: World) => void;

const alive: readonly string[] = [];
const down = ['s_down', 'disconnected'];
const entry = (address: string, flags: readonly string[], port = 26379) => ({
  address,
  port,
  flags: ['sentinel', ...flags],
  runId: `ghost of ${address}`,
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
const ghost = (index: number, flags: readonly string[], address = '10.101.0.99', port = 26379) =>
  says(index, ({ sentinels }) => ({ sentinels: [...sentinels, entry(address, flags, port)] }));
const everywhere = (flags: readonly string[]): Change => all(...[0, 1, 2].map((index) => ghost(index, flags)));
function all(...changes: readonly Change[]): Change {
  return (world) => {
    for (const change of changes) change(world);
  };
}
const others = (member: string, remedy: string) => `sentinel/acme-${member} other Sentinels: ${remedy}`;
const reset = 'action sentinel-reset';

const rows: readonly (readonly [string, Change, readonly string[]])[] = [
  ['one that lives is a person’s matter', ghost(1, alive), [others('r2', 'operator')]],
  ['one that is away is not forgotten before it counts as down', ghost(1, ['disconnected']), [others('r2', 'waiting')]],
  ['one that is down is forgotten', ghost(1, down), [others('r2', reset)]],
  [
    'by one Sentinel after the other',
    everywhere(down),
    [others('r1', reset), others('r2', 'waiting'), others('r3', 'waiting')],
  ],
  ['not while another of them lives', all(ghost(1, down), ghost(1, alive, '10.101.0.98')), [others('r2', 'operator')]],
  ["another port of a member's address", ghost(1, down, '10.101.0.11', 26380), [others('r2', reset)]],
  ['what a Sentinel made anew was before', ghost(1, down, '10.101.0.11'), [others('r2', reset)]],
  ['the same, told invalid by its successor', ghost(1, down, '10.101.0.11', 0), [others('r2', reset)]],
  [
    'a foreign replica that lives',
    says(1, ({ replicas }) => ({ replicas: [...replicas, replica('10.102.0.12', alive)] })),
    ['sentinel/acme-r2 replicas: operator'],
  ],
  [
    'a foreign replica that is down',
    says(1, ({ replicas }) => ({ replicas: [...replicas, replica('10.102.0.12', down)] })),
    ['sentinel/acme-r2 replicas: action sentinel-reset'],
  ],
  [
    'a member that is down is no ghost',
    says(1, ({ sentinels }) => ({ sentinels: sentinels.map((one) => ({ ...one, flags: ['sentinel', ...down] })) })),
    [],
  ],
];

/** What must not be so while a Sentinel forgets: everybody who does not answer then is forgotten too. */
const obstacles: readonly (readonly [string, Change])[] = [
  ['who forgot before has not found the others yet', says(0, ({ sentinels }) => ({ sentinels: sentinels.slice(1) }))],
  ['who forgot before has not found the replicas yet', says(2, () => ({ replicas: [] }))],
  [
    'a Sentinel does not hear another',
    says(2, ({ sentinels }) => ({ sentinels: sentinels.map((one) => ({ ...one, flags: ['sentinel', ...down] })) })),
  ],
  [
    'a Sentinel has doubts about the master',
    says(2, ({ master }) => ({ master: master && { ...master, flags: ['master', 's_down'] } })),
  ],
  [
    'a failover is under way',
    says(0, ({ master }) => ({ master: master && { ...master, flags: ['master', 'failover_in_progress'] } })),
  ],
  ['a Sentinel is in TILT', says(2, () => ({ tilt: true }))],
  ['a Sentinel cannot be asked', (world) => (world.sentinels[2] = unknown('timeout'))],
  ['a Sentinel names nobody', says(2, () => ({ master: undefined, watches: [] }))],
  ['a replica is cut off', (world) => (world.redis[2] = present(redisFacts(tenant, 2, { linkUp: false })))],
  ['a replica cannot be asked', (world) => (world.redis[1] = unknown('timeout'))],
];

describe('sentinel: ghosts', () => {
  for (const [name, change, want] of rows)
    it(name, () => {
      const world = healthy(tenant);
      change(world);
      expect(findings(sentinel, tenant, world).map(brief)).to.deep.equal(want);
    });

  for (const [name, change] of obstacles)
    it(`nobody forgets while ${name}`, () => {
      const world = healthy(tenant);
      all(ghost(1, down), change)(world);
      const found = findings(sentinel, tenant, world).map(brief);
      expect(found).to.include(others('r2', 'waiting'));
      expect(found.join('\n')).not.to.contain('sentinel-reset');
    });

  it('says how to find one that lives, and that it interrupts the tenant to be forgotten', () => {
    const world = healthy(tenant);
    everywhere(alive)(world);
    const [first] = findings(sentinel, tenant, world);
    expect(first?.have).to.equal('foreign Sentinel 10.101.0.99:26379');
    expect(first?.remedy)
      .to.have.property('reason')
      .that.matches(/VLAN 101 .* ip neighbour show .* 10\.101\.0\.99/);
    const dead = healthy(tenant);
    everywhere(down)(dead);
    expect(findings(sentinel, tenant, dead)[0]?.remedy)
      .to.have.property('disrupts')
      .that.deep.equals(['acme']);
  });
});
