import { expect } from 'chai';
import type { MemberFacts } from '../../../reconcilers/facts/member/members.ts';
import { present, unknown } from '../../../reconcilers/facts/observation.ts';
import { redis as probe, type RedisFacts, redisFact } from '../../../reconcilers/facts/redis/redis.ts';
import { redis } from '../../../reconcilers/redis/index.ts';
import { digest } from '../../../renderers/lib/text.ts';
import { brief, findings, healthy, memberFacts, redisFacts, type World } from '../../support/redis/healthy.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

const tenant = tenantOf();
const other = digest('another');
const conf = '/var/lib/ec2-redis-operator/members/acme-r2/conf/redis.conf';

/** r2 with another masterauth. */
function worldWith(says: Partial<RedisFacts>, facts: Partial<MemberFacts> = {}): World {
  const world = healthy(tenant);
  world.members[1] = present(memberFacts(tenant, 1, facts));
  world.redis[1] = present(redisFacts(tenant, 1, { masterauth: other, ...says }));
  return world;
}

const refusedInLog = {
  said: [{ by: 'redis', code: 'refused', text: '', times: 9 }],
} as unknown as Partial<MemberFacts>;
const inFile = { secrets: { ...memberFacts(tenant, 1).secrets, 'redis.conf masterauth': other } };
const down = { linkUp: false, linkDownSeconds: 500 } as const;

const rows: readonly (readonly [string, World, readonly string[]])[] = [
  ['as declared', worldWith({ masterauth: digest(tenant.password.reveal()) }), []],
  ['not known', worldWith({ masterauth: undefined }), []],
  ['while the link is up', worldWith({}), ['redis/acme-r2 masterauth: PasswordDiffers, redis-config-set']],
  [
    'the link is down because of it',
    worldWith(down, refusedInLog),
    [
      'redis/acme-r2 replication link: ReplicationLinkDown, settling',
      'redis/acme-r2 masterauth: PasswordDiffers, redis-config-set',
    ],
  ],
  [
    'in redis.conf too',
    worldWith({}, inFile),
    [
      'redis/acme-r2 masterauth: PasswordDiffers, redis-config-set',
      `redis/acme-r2 ${conf}: FileDiffers, redis-config-set`,
    ],
  ],
];

describe('another masterauth of a running Redis', () => {
  for (const [name, world, want] of rows)
    it(name, () => expect(findings(redis, tenant, world).map(brief)).to.deep.equal(want));

  it('is set again by one step, which rewrites redis.conf only if that has it too', () => {
    const actionsOf = (world: World) =>
      findings(redis, tenant, world).flatMap(({ remedy }) => (remedy.by === 'action' ? remedy.actions : []));
    expect(actionsOf(worldWith({}))).to.have.lengthOf(1);
    expect(actionsOf(worldWith({}))[0]).to.deep.include({ settings: [], masterauth: true, rewrite: false });
    const [live, file, ...more] = actionsOf(worldWith({}, inFile));
    expect(more).to.deep.equal([]);
    expect(live).to.deep.equal(file).and.to.deep.include({ masterauth: true, rewrite: true });
  });

  it('waits for a master', () => {
    const world = worldWith({});
    world.sentinels = [unknown('x'), unknown('x'), ...world.sentinels.slice(2)];
    expect(findings(redis, tenant, world).map(brief)).to.include(
      'redis/acme-r2 masterauth: PasswordDiffers, depends on redis/acme',
    );
  });

  it('is read as a digest: the value is in no fact', () => {
    const [member] = tenant.members;
    if (!member) throw new Error('no member');
    const request = { ...redisFact(tenant, member), settings: ['maxmemory'] };
    const asked = probe.commands(request);
    expect(asked.at(-1)).to.deep.equal(['CONFIG', 'GET', 'masterauth']);
    const info = 'role:master\r\nrun_id:1\r\n';
    const replies = [info, info, info, info, info, info, null, ['maxmemory', '1'], ['masterauth', 's3cret#Acme']];
    const seen = probe.read(replies, request);
    if (seen.state !== 'present') throw new Error('not read');
    expect(seen.value.masterauth).to.equal(digest('s3cret#Acme'));
    expect(seen.value.settings).to.deep.equal({ maxmemory: '1' });
    expect(JSON.stringify(seen)).not.to.contain('s3cret');
  });
});
