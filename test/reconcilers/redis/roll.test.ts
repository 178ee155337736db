import { expect } from 'chai';
import { absent, present } from '../../../reconcilers/facts/observation.ts';
import type { RedisFacts } from '../../../reconcilers/facts/redis/redis.ts';
import { redis } from '../../../reconcilers/redis/index.ts';
import { brief, findings, healthy, redisFacts, type World } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const base = tenantOf();
const tenant = { ...base, redis: { ...base.redis, config: { ...base.redis.config, databases: '32' } } };

/** All members run with 16 databases; those named in `done` have been restarted with 32. r1 is master. */
function world(done: readonly number[] = [], parts: Readonly<Record<number, Partial<RedisFacts>>> = {}): World {
  const facts = healthy(tenant);
  for (const index of [0, 1, 2]) {
    const settings = { ...redisFacts(tenant, index).settings, databases: done.includes(index) ? '32' : '16' };
    facts.redis[index] = present(redisFacts(tenant, index, { uptimeSeconds: 600, settings, ...parts[index] }));
  }
  return facts;
}

const shown = (facts: World) =>
  findings(redis, tenant, facts)
    .map(brief)
    .filter((line) => line.includes('databases'));
const messages = (facts: World) =>
  findings(redis, tenant, facts).flatMap(({ field, remedy }) =>
    field === 'databases' && remedy.by !== 'action' ? [remedy.message] : [],
  );

describe('a setting that Redis reads at its start only', () => {
  it('the first replica is restarted; the others wait, the master for its replicas', () => {
    expect(shown(world())).to.deep.equal([
      'redis/acme-r1 databases: SettingFixedAtStart, depends on redis/acme-r2',
      'redis/acme-r2 databases: SettingFixedAtStart, member-restart',
      'redis/acme-r3 databases: SettingFixedAtStart, depends on redis/acme-r2',
    ]);
    expect(messages(world())[0]).to.match(/its replicas are restarted first; then it hands over/);
  });

  it('then the next one', () =>
    expect(shown(world([1]))).to.deep.equal([
      'redis/acme-r1 databases: SettingFixedAtStart, depends on redis/acme-r3',
      'redis/acme-r3 databases: SettingFixedAtStart, member-restart',
    ]));

  it('the master hands over when only it is left, and is not restarted itself', () =>
    expect(shown(world([1, 2]))).to.deep.equal(['redis/acme-r1 databases: SettingFixedAtStart, master-switch']));

  it('not before the one before has run for some seconds', () => {
    expect(shown(world([1], { 1: { uptimeSeconds: 2 } }))[1]).to.equal(
      'redis/acme-r3 databases: SettingFixedAtStart, settling',
    );
    expect(messages(world([1], { 1: { uptimeSeconds: 2 } }))[1]).to.equal(
      'r2 has run for 2 s; the next member is restarted after 5 s',
    );
  });

  it('not while another replica is far behind', () =>
    expect(
      messages(world([1], { 0: { offset: 50_000_000 }, 1: { offset: 1 }, 2: { offset: 50_000_000 } }))[1],
    ).to.equal('r2 is 49999999 bytes behind r1'));

  it('no handover to a replica that is not in sync, or may not be promoted', () => {
    const settings = { ...redisFacts(tenant, 1).settings, databases: '32', 'replica-priority': '0' };
    const facts = world([1, 2], { 1: { settings }, 2: { linkUp: false } });
    expect(shown(facts)).to.deep.equal(['redis/acme-r1 databases: SettingFixedAtStart, depends on redis/acme']);
  });

  it('fewer databases than have keys: nothing is restarted', () => {
    const facts = world([], { 0: { databases: [0, 40] }, 1: { databases: [0, 40] }, 2: { databases: [0, 40] } });
    expect(shown(facts)).to.deep.equal(
      ['r1', 'r2', 'r3'].map((name) => `redis/acme-${name} databases: SettingFixedAtStart, manual`),
    );
    expect(messages(facts)[0]).to.match(/^database 40 has keys: Redis would not start with databases 32\./);
  });

  it('a setting that this Redis does not know is declared: nothing is restarted', () => {
    const known = Object.entries(redisFacts(tenant, 0).settings).filter(([name]) => name !== 'repl-backlog-size');
    const settings = { ...Object.fromEntries(known), databases: '16' };
    const older = { settings };
    const found = world([], { 0: older, 1: older, 2: older });
    expect(shown(found)).to.deep.equal(
      ['r1', 'r2', 'r3'].map((name) => `redis/acme-${name} databases: SettingFixedAtStart, manual`),
    );
    expect(messages(found)[0]).to.match(/does not know repl-backlog-size, and would not start with that/);
  });

  it('it is not known which databases have keys: nothing is restarted', () => {
    const refused = { databases: undefined };
    expect(shown(world([], { 0: refused, 1: refused, 2: refused }))).to.deep.equal(
      ['r1', 'r2', 'r3'].map((name) => `redis/acme-${name} databases: SettingFixedAtStart, unknown`),
    );
  });

  it('a member whose Redis does not run is not waited for as pending', () => {
    const facts = world();
    facts.redis[1] = absent;
    expect(shown(facts)).to.include('redis/acme-r3 databases: SettingFixedAtStart, member-restart');
  });
});
