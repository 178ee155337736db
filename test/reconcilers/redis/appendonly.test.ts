import { expect } from 'chai';
import { present } from '../../../reconcilers/observation.ts';
import { redis } from '../../../reconcilers/redis/redis.ts';
import { redisConfigSet } from '../../../reconcilers/verbs/redis-config-set.ts';
import { findings, healthy, redisFacts } from './healthy.ts';
import { tenantOf } from './tenant.ts';

describe('appendonly, changed while Redis runs', () => {
  const tenant = tenantOf();
  const sent = (settings: Readonly<Record<string, string>>, onDisk = true) => {
    const world = healthy(tenant);
    const facts = redisFacts(tenant, 1, { onDisk });
    world.redis[1] = present({ ...facts, settings: { ...facts.settings, ...settings } });
    const actions = findings(redis, tenant, world).flatMap(({ remedy }) =>
      remedy.by === 'action' ? remedy.actions : [],
    );
    return actions.flatMap((action) => (action.verb === 'redis-config-set' ? redisConfigSet.commands(action) : []));
  };

  it('is not written into redis.conf before there is a file to start from', () => {
    expect(sent({ appendonly: 'no' })).to.deep.equal([['CONFIG', 'SET', 'appendonly', 'yes']]);
    expect(sent({ maxmemory: '1' }, false)).to.deep.equal([['CONFIG', 'SET', 'maxmemory', '134217728']]);
  });

  it('does not keep other settings from being written', () => {
    expect(sent({ maxmemory: '1' })).to.deep.equal([
      ['CONFIG', 'SET', 'maxmemory', '134217728'],
      ['CONFIG', 'REWRITE'],
    ]);
  });
});
