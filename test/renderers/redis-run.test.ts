import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { fitPassword, redisConf, redisSettings } from '../../renderers/redis-conf.ts';
import { authFile, fenceSeconds, redisRun } from '../../renderers/redis-run.ts';
import { sentinelConf } from '../../renderers/sentinel-conf.ts';
import { sentinelRun } from '../../renderers/sentinel-run.ts';
import { reveal, type Text } from '../../renderers/text.ts';
import { tenantOf } from '../reconcilers/redis/tenant.ts';

const tenant = tenantOf();
const [first, second] = tenant.members;
if (!first || !second) throw new Error('no members');

describe('files of a member', () => {
  const scripts: readonly (readonly [string, Text])[] = [
    ['redis-run', redisRun(tenant, first)],
    ['sentinel-run', sentinelRun()],
  ];
  for (const [name, script] of scripts)
    it(`${name} is clean under shellcheck, and holds no secret`, () => {
      const { status, stdout } = spawnSync('shellcheck', ['-'], { input: reveal(script), encoding: 'utf8' });
      expect(stdout).to.equal('');
      expect(status).to.equal(0);
      expect(reveal(script)).not.to.contain(tenant.password.reveal());
    });

  it('redis.conf says nothing of who is master', () => {
    expect(reveal(redisConf(tenant, first))).not.to.match(/^(replicaof|slaveof|replica-priority)/m);
  });

  it('redis.conf has what CONFIG GET is compared with', () => {
    const lines = reveal(redisConf(tenant, second)).split('\n');
    expect(lines).to.include.members([
      'bind 10.101.0.12 127.0.0.1',
      'maxmemory 134217728',
      'min-replicas-to-write 1',
      'min-replicas-max-lag 3',
      'replica-announce-ip 10.101.0.12',
      'requirepass "s3cret#Acme"',
      'masterauth "s3cret#Acme"',
    ]);
    for (const name of redisSettings(tenant, second).keys())
      expect(
        lines.some((line) => line.startsWith(`${name} `)),
        name,
      );
  });

  it("sentinel.conf watches the master given, by the tenant's own name", () => {
    const lines = reveal(sentinelConf(tenant, second, first)).split('\n');
    expect(lines)
      .to.include('sentinel monitor acme 10.101.0.11 6379 2')
      .and.to.include('sentinel announce-ip 10.101.0.12');
  });

  it('printed, they show no password', () => {
    for (const file of [redisConf(tenant, first), sentinelConf(tenant, first, first), authFile(tenant)]) {
      expect(String(file)).to.contain('***');
      expect(String(file) + JSON.stringify(file)).not.to.contain(tenant.password.reveal());
    }
  });

  it('the hold outlasts a failover, and a replica is more patient than that', () => {
    const { hold, patience } = fenceSeconds(tenant);
    expect(hold * 1000).to.be.greaterThan(tenant.sentinel.downAfterMs + tenant.sentinel.failoverTimeoutMs);
    expect(patience).to.be.greaterThan(2 * hold);
  });

  it('takes passwords that Sentinel can write back, and no others', () => {
    for (const good of ['s3cret', 'a#b', '#first', 'x!$%&()*+,-./:;<=>?@[]^_`{|}~'])
      expect(fitPassword(good), good).to.equal(true);
    for (const bad of ['', 'two words', 'quo"te', "quo'te", 'back\\slash', 'ümlaut', 'tab\t'])
      expect(fitPassword(bad), bad).to.equal(false);
  });
});
