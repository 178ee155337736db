import { expect } from 'chai';
import { insteadOf } from '../../../crds/checks/redis.ts';
import { expectedOf, otherNameOf, type RedisSetting, redisSettingTypes } from '../../../crds/schema/redis-settings.ts';
import { type Daemon, freePort, runCommand, startDaemon, temporaryFolder } from '../../support/processes.ts';

/** Values to try: the server must accept those that are accepted here, and refuse the others. */
function valuesOf(
  name: string,
  setting: RedisSetting,
): { readonly good: readonly string[]; readonly bad: readonly string[] } {
  switch (setting.type) {
    case 'yes or no':
      // Debian's build has no jemalloc of its own, which this one needs.
      return { good: name === 'activedefrag' ? ['no'] : ['yes', 'no'], bad: ['maybe', ''] };
    case 'one of':
      return { good: [...setting.values, ...(texts[name]?.good ?? [])], bad: ['abc', ...(texts[name]?.bad ?? [])] };
    case 'integer': {
      const { min, max } = setting;
      // The server takes these, and runs with the nearest value that it has: so they are refused here.
      const outside = name === 'hz' ? [] : [String(min - 1), ...(max === undefined ? [] : [String(max + 1)])];
      return {
        good: [String(min), String(max ?? min + 1)].filter((value) => name !== 'maxclients' || value !== '1'),
        bad: ['abc', '1.5', ...outside],
      };
    }
    case 'memory':
      return {
        good: ['1048576', '2mb', ...(setting.percent ? ['10%'] : [])],
        bad: [
          'abc',
          '-1',
          '5x',
          ...(setting.min > 0 ? [String(setting.min - 1)] : []),
          ...(setting.percent ? [] : ['10%']),
        ],
      };
    case 'text':
      return texts[name] ?? { good: [], bad: [] };
    case 'fixed at start':
      return { good: [], bad: [] };
  }
}

const texts: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  'notify-keyspace-events': { good: ['KEA', '', 'Kx'], bad: ['Q'] },
  save: { good: ['3600 1', '', '3600 1 300 100'], bad: ['1', 'a b', '0 1'] },
  'shutdown-on-sigterm': { good: ['nosave now'], bad: ['nosave abc'] },
  'oom-score-adj-values': { good: ['0 200 800'], bad: ['1 2', '0 200 3000'] },
  'client-output-buffer-limit': {
    good: ['replica 256mb 64mb 60', 'normal 0 0 0 pubsub 32mb 8mb 60'],
    bad: ['replica 1', 'other 1 1 1'],
  },
};

describe('the settings of redis.conf, compared with a real server', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: Daemon;
  let port: number;

  const config = async (...words: readonly string[]) =>
    (await runCommand('redis-cli', ['-p', String(port), 'CONFIG', ...words])).trim();

  before(async () => {
    folder = await temporaryFolder();
    port = await freePort();
    server = await startDaemon(
      'redis-server',
      ['--port', String(port), '--dir', folder.path],
      /Ready to accept connections/,
    );
  });
  after(async () => {
    server.process.kill('SIGKILL');
    await server.stop();
    await folder.remove();
  });

  it('all are there that documents may contain, and no others, with their defaults', async () => {
    const lines = (await runCommand('redis-cli', ['-p', String(port), 'CONFIG', 'GET', '*'])).split('\n');
    const pairs = lines.flatMap((name, index) =>
      index % 2 === 0 && name ? [[name, lines[index + 1] ?? ''] as const] : [],
    );
    const own = pairs.filter(([name]) => insteadOf(name) === undefined);
    expect(own.length).to.be.greaterThan(100);
    expect(Object.fromEntries(own)).to.deep.equal(
      Object.fromEntries(Object.entries(redisSettingTypes).map(([name, setting]) => [name, setting.default])),
    );
  });

  it('those that are fixed at start are refused, and no others', async () => {
    for (const [name, setting] of Object.entries(redisSettingTypes)) {
      const reply = await config('SET', name, setting.default);
      expect(/immutable/.test(reply), `${name}: ${reply}`).to.equal(setting.type === 'fixed at start');
    }
  });

  it('a value is valid here if and only if the server takes it', async () => {
    for (const [name, setting] of Object.entries(redisSettingTypes)) {
      const { good, bad } = valuesOf(name, setting);
      for (const value of good) {
        expect(expectedOf(name, value), `${name} ${value}`).to.equal(undefined);
        expect(await config('SET', name, value), `${name} ${value}`).to.equal('OK');
      }
      for (const value of bad) {
        expect(expectedOf(name, value), `${name} ${value}`).to.be.a('string');
        expect(await config('SET', name, value), `${name} ${value}`).to.match(/^ERR /);
      }
      await config('SET', name, setting.default);
    }
  });

  it('a setting with two names is one', async () => {
    const older = Object.keys(redisSettingTypes).filter((name) => /ziplist|slave|lua-time-limit/.test(name));
    expect(older).to.have.lengthOf(10);
    for (const name of older) {
      const other = otherNameOf(name) ?? '';
      const value = redisSettingTypes[name]?.type === 'yes or no' ? 'no' : '7';
      expect(await config('SET', name, value), name).to.equal('OK');
      expect(await config('GET', other)).to.equal(`${other}\n${value}`);
      expect(otherNameOf(other)).to.equal(name);
    }
  });

  it('outside the range of hz, the server runs with another value than it was given', async () => {
    expect(expectedOf('hz', '501')).to.equal('a number from 1 to 500');
    await config('SET', 'hz', '501');
    expect(await config('GET', 'hz')).to.equal('hz\n500');
  });
});
