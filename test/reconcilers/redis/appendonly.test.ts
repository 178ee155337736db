import { expect } from 'chai';
import { present } from '../../../reconcilers/facts/observation.ts';
import { redisConfigSet } from '../../../reconcilers/operations/redis/redis-config-set.ts';
import { redis } from '../../../reconcilers/redis/index.ts';
import { findings, healthy, redisFacts } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

describe('appendonly, changed while Redis runs', () => {
  const tenant = tenantOf();
  const sent = (settings: Readonly<Record<string, string>>, part: Parameters<typeof redisFacts>[2] = {}) => {
    const world = healthy(tenant);
    const facts = redisFacts(tenant, 1, part);
    world.redis[1] = present({ ...facts, settings: { ...facts.settings, ...settings } });
    const actions = findings(redis, tenant, world).flatMap(({ remedy }) =>
      remedy.by === 'action' ? remedy.actions : [],
    );
    return actions.flatMap((action) =>
      action.operation === 'redis-config-set' ? redisConfigSet.commands(action) : [],
    );
  };

  it('is not written into redis.conf before there is a file to start from', () => {
    expect(sent({ appendonly: 'no' })).to.deep.equal([['CONFIG', 'SET', 'appendonly', 'yes']]);
    expect(sent({ maxmemory: '1' }, { onDisk: false })).to.deep.equal([['CONFIG', 'SET', 'maxmemory', '134217728']]);
  });

  it('is set together with others: all of them or none', () => {
    // One step, for both findings.
    const together = ['CONFIG', 'SET', 'appendonly', 'yes', 'maxmemory', '134217728'];
    expect(sent({ appendonly: 'no', maxmemory: '1' })).to.deep.equal([together, together]);
  });

  it('does not keep a replica from being made electable, nor does any other setting that may be refused', () => {
    const commands = sent({ 'replica-priority': '0', maxmemory: '1' }, { uptimeSeconds: 60 });
    expect(commands.slice(0, 2)).to.deep.equal([
      ['CONFIG', 'SET', 'replica-priority', '100'],
      ['CONFIG', 'SET', 'maxmemory', '134217728'],
    ]);
  });

  it('does not keep other settings from being written', () => {
    expect(sent({ maxmemory: '1' })).to.deep.equal([
      ['CONFIG', 'SET', 'maxmemory', '134217728'],
      ['CONFIG', 'REWRITE'],
    ]);
  });

  it('that is never rewritten is worth knowing', () => {
    const config = { ...tenant.redis.config, 'auto-aof-rewrite-percentage': '0' };
    const reasonsWith = (appendonly: boolean) =>
      findings(redis, { ...tenant, redis: { ...tenant.redis, appendonly, config } }, healthy(tenant))
        .filter(({ subject }) => subject === 'redis/acme')
        .map(({ reason, remedy }) => [reason, remedy.by]);
    expect(reasonsWith(true)).to.deep.equal([['AppendOnlyFileGrows', 'info']]);
    expect(reasonsWith(false)).to.deep.equal([]);
  });
});
