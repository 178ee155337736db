import { expect } from 'chai';
import { present } from '../../../reconcilers/facts/observation.ts';
import type { RedisFacts } from '../../../reconcilers/facts/redis/redis.ts';
import { redisRelink } from '../../../reconcilers/operations/redis/redis-relink.ts';
import { redis } from '../../../reconcilers/redis/index.ts';
import { brief, findings, healthy, redisFacts, type World } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const tenant = tenantOf();
const listed = (address: string, port = 6379) => ({ address, port, state: 'online', lag: 0 });
const [r2, r3] = [listed('10.101.0.12'), listed('10.101.0.13')];

/** r1 lists these replicas; r2 announces this address from its next connection on. */
function worldWith(
  replicas: readonly ReturnType<typeof listed>[],
  announced = '10.101.0.12',
  master: Partial<RedisFacts> = {},
): World {
  const world = healthy(tenant);
  const { settings } = redisFacts(tenant, 1);
  world.redis[0] = present(redisFacts(tenant, 0, { replicas, ...master }));
  world.redis[1] = present(redisFacts(tenant, 1, { settings: { ...settings, 'replica-announce-ip': announced } }));
  return world;
}

const at = (member: string, remedy: string) => `redis/acme-${member} address at r1: ReplicaListedElsewhere, ${remedy}`;
const rows: readonly (readonly [string, World, readonly string[]])[] = [
  ['in order', worldWith([r2, r3]), []],
  [
    'changed, and its link has not come up since',
    worldWith([r2, r3], '10.101.0.96'),
    ['redis/acme-r2 replica-announce-ip: SettingDiffers, redis-config-set'],
  ],
  [
    'changed, and announced',
    worldWith([listed('10.101.0.96'), r3], '10.101.0.96'),
    [at('r2', 'settling'), 'redis/acme-r2 replica-announce-ip: SettingDiffers, redis-config-set'],
  ],
  ['set again, and not announced yet', worldWith([listed('10.101.0.96'), r3]), [at('r2', 'redis-relink')]],
  ['another port', worldWith([listed('10.101.0.12', 6380), r3]), [at('r2', 'redis-relink')]],
  [
    'one replica after the other',
    worldWith([listed('10.101.0.96'), listed('10.101.0.97')]),
    [at('r2', 'redis-relink'), at('r3', 'depends on redis/acme-r2')],
  ],
  ['not listed, and nobody else is in its place: its link has just come up', worldWith([r3]), []],
];

describe('the address at which a master lists a replica', () => {
  for (const [name, world, want] of rows)
    it(name, () => expect(findings(redis, tenant, world).map(brief)).to.deep.equal(want));

  it('a new link interrupts the tenant only if its master needs that replica', () => {
    const disrupts = (goodReplicas: number) => {
      const world = worldWith([listed('10.101.0.96'), r3], '10.101.0.12', { goodReplicas });
      return findings(redis, tenant, world).flatMap(({ remedy }) => (remedy.by === 'action' ? remedy.disrupts : []));
    };
    expect(disrupts(2)).to.deep.equal([]);
    expect(disrupts(1)).to.deep.equal(['acme']);
  });

  it('the replica itself closes its link', () => {
    const [action] = findings(redis, tenant, worldWith([listed('10.101.0.96'), r3])).flatMap(({ remedy }) =>
      remedy.by === 'action' ? remedy.actions : [],
    );
    if (action?.operation !== 'redis-relink') throw new Error('another action');
    expect(redisRelink.endpoint(action).member).to.equal('r2');
    expect(redisRelink.commands(action)).to.deep.equal([['CLIENT', 'KILL', 'TYPE', 'MASTER']]);
  });
});
