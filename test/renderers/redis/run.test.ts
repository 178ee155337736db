import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { reveal, type Text } from '../../../renderers/lib/text.ts';
import { fitPassword, redisConf, redisSettings } from '../../../renderers/redis/redis-conf.ts';
import { authFile, guardSeconds, redisRun } from '../../../renderers/redis/run.ts';
import { sentinelConf } from '../../../renderers/redis/sentinel-conf.ts';
import { sentinelRun } from '../../../renderers/redis/sentinel-run.ts';
import { tenantOf } from '../../support/redis/tenant.ts';

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

  it('redis.conf does not name the master', () => {
    expect(reveal(redisConf(tenant, first))).not.to.match(/^(replicaof|slaveof|replica-priority)/m);
  });

  it('redis.conf has the settings that CONFIG GET is compared with', () => {
    const lines = reveal(redisConf(tenant, second)).split('\n');
    expect(lines).to.include.members([
      'bind 10.101.0.12 127.0.0.1',
      'maxmemory 134217728',
      'repl-backlog-size 4194304',
      // A line for each class: Redis 6.2 reads no more.
      'client-output-buffer-limit normal 0 0 0',
      'client-output-buffer-limit slave 33554432 0 0',
      'client-output-buffer-limit pubsub 33554432 8388608 60',
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

  it('the limits of output buffers that a tenant declares are its own, and the others are as without them', () => {
    const of = (value: string) => {
      const redis = { ...tenant.redis, config: { 'client-output-buffer-limit': value } };
      return redisSettings({ ...tenant, redis }, first).get('client-output-buffer-limit');
    };
    expect(of('replica 16mb 8mb 30')).to.equal('normal 0 0 0 slave 16777216 8388608 30 pubsub 33554432 8388608 60');
    expect(of('normal 1mb 0 0')).to.equal('normal 1048576 0 0 slave 33554432 0 0 pubsub 33554432 8388608 60');
  });

  it("sentinel.conf monitors the given master, by the tenant's own name", () => {
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

  it('sentinel-run counts its starts within a minute of each other, and follows no link to do so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sentinel-run-'));
    const [file, other] = [join(folder, 'sentinel-starts'), join(folder, 'other')];
    const counted = () => {
      // A line that Sentinel does not know: it exits.
      writeFileSync(join(folder, 'sentinel.conf'), 'sentinel frobnicate\n');
      const layout = { conf: folder, data: folder, scratch: folder };
      spawnSync('sh', [], { input: reveal(sentinelRun(layout)), encoding: 'utf8' });
      return readFileSync(file, 'utf8').trim();
    };
    try {
      expect([counted(), counted(), counted()]).to.deep.equal(['1', '2', '3']);
      utimesSync(file, 1, Date.now() / 1000 - 90);
      expect(counted()).to.equal('1');
      writeFileSync(other, '7\n');
      rmSync(file);
      symlinkSync(other, file);
      expect(counted()).to.equal('1');
      expect(readFileSync(other, 'utf8')).to.equal('7\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('hold is longer than a failover, and grace is longer than hold', () => {
    const { hold, grace } = guardSeconds(tenant);
    expect(hold * 1000).to.be.greaterThan(tenant.sentinel.downAfterMs + tenant.sentinel.failoverTimeoutMs);
    expect(grace).to.be.greaterThan(2 * hold);
  });

  it('accepts passwords that Sentinel can write back, and no others', () => {
    for (const good of ['s3cret', 'a#b', '#first', 'x!$%&()*+,-./:;<=>?@[]^_`{|}~'])
      expect(fitPassword(good), good).to.equal(true);
    for (const bad of ['', 'two words', 'quo"te', "quo'te", 'back\\slash', 'ümlaut', 'tab\t'])
      expect(fitPassword(bad), bad).to.equal(false);
  });
});
