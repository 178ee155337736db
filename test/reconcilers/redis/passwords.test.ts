import { expect } from 'chai';
import { Secret } from '../../../crds/secret.ts';
import { present, unknown } from '../../../reconcilers/facts/observation.ts';
import { acceptPasswords } from '../../../reconcilers/operations/redis/accept-passwords.ts';
import { redis } from '../../../reconcilers/redis/index.ts';
import { sentinel } from '../../../reconcilers/sentinel/index.ts';
import { digest } from '../../../renderers/lib/text.ts';
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

const former = tenantOf();
const fresh = new Secret('env NEW', 'n3w');
const both = { ...former, password: fresh, previousPassword: former.password };
const after = { ...former, password: fresh };
const [old, now] = [digest(former.password.reveal()), digest('n3w')];

/** A tenant that runs with the former password; some of its servers accept the new one as well. */
function worldWith(redisAccept: readonly string[], sentinelsAccept: readonly string[] = redisAccept): World {
  const world = healthy(former);
  for (const index of [0, 1, 2]) {
    const { secrets } = memberFacts(former, index);
    const users = {
      'redis.conf user': redisAccept.join(' '),
      'sentinel.conf user': (index === 0 ? redisAccept : sentinelsAccept).join(' '),
    };
    world.members[index] = present(memberFacts(former, index, { secrets: { ...secrets, ...users } }));
    world.redis[index] = present(redisFacts(former, index, { accepted: redisAccept }));
    world.sentinels[index] = present(sentinelFacts(former, index, { accepted: sentinelsAccept }));
  }
  return world;
}

const briefly = (tenant: typeof both | typeof after, world: World, component = redis) =>
  findings(component, tenant, world)
    .map(brief)
    .filter((text) => !text.includes('/conf/auth'));

describe('the passwords that the servers of a tenant accept', () => {
  it('a new one: first every Redis and Sentinel accepts both, and nothing uses it yet', () => {
    const [first = '', ...more] = briefly(both, worldWith([old]));
    expect(first).to.equal('redis/acme-r1 passwords: PasswordNotAccepted, accept-passwords');
    expect(more).to.include('redis/acme-r1 masterauth: PasswordDiffers, depends on redis/acme-r1');
    expect(more.filter((text) => text.includes('redis-config-set'))).to.deep.equal([]);
    const ofSentinel = briefly(both, worldWith([old]), sentinel);
    expect(ofSentinel).to.include('sentinel/acme-r2 passwords: PasswordNotAccepted, accept-passwords');
    expect(ofSentinel).to.include('sentinel/acme-r2 auth-pass: SentinelPasswordDiffers, depends on redis/acme-r1');
    expect(ofSentinel.filter((text) => text.includes('sentinel-set'))).to.deep.equal([]);
  });

  it('while one Sentinel does not accept it, nothing uses it', () => {
    const all = briefly(both, worldWith([old, now], [old]));
    expect(all).to.include('redis/acme-r2 masterauth: PasswordDiffers, depends on sentinel/acme-r2');
  });

  it('while one member is not observed, nothing uses it', () => {
    const world = worldWith([old, now]);
    world.members[2] = unknown('no answer');
    const all = briefly(both, world);
    expect(all).to.include('redis/acme-r2 masterauth: PasswordDiffers, unknown');
  });

  it('once all accept it, it is used', () => {
    const all = briefly(both, worldWith([old, now]));
    expect(all).to.include('redis/acme-r2 masterauth: PasswordDiffers, redis-config-set');
    expect(briefly(both, worldWith([old, now]), sentinel)).to.include(
      'sentinel/acme-r2 auth-pass: SentinelPasswordDiffers, sentinel-set',
    );
  });

  it('one that is not declared is taken away, the master last', () => {
    const all = briefly(after, worldWith([old, now])).filter((text) => text.includes('@passwords'));
    expect(all).to.deep.equal([
      'redis/acme-r1@passwords passwords: FormerPasswordAccepted, depends on redis/acme-r2@passwords',
      'redis/acme-r2@passwords passwords: FormerPasswordAccepted, accept-passwords',
      'redis/acme-r3@passwords passwords: FormerPasswordAccepted, accept-passwords',
    ]);
  });

  it('is set by its digest, and shown by nothing', () => {
    const endpoint = { tenant: 'acme', member: 'r1', through: [], address: '10.0.0.1', port: 1, password: fresh };
    const action = { operation: 'accept-passwords', endpoint, service: 'redis', only: true, rewrite: true } as const;
    const commands = acceptPasswords.commands(action);
    expect(commands.map((words) => words.map((word) => (word instanceof Secret ? word.reveal() : word)))).to.deep.equal(
      [
        ['CONFIG', 'SET', 'requirepass', 'n3w'],
        ['ACL', 'SETUSER', 'default', 'resetpass', `#${now}`],
        ['CONFIG', 'REWRITE'],
      ],
    );
    expect(JSON.stringify(commands) + acceptPasswords.describe(action))
      .not.to.contain('n3w')
      .and.not.to.contain(now);
  });
});
