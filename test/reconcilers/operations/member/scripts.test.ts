import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { members } from '../../../../reconcilers/facts/member/members.ts';
import { membersScript } from '../../../../reconcilers/facts/member/members-script.ts';
import type { HostAction } from '../../../../reconcilers/operations/actions.ts';
import { digest, reveal, text } from '../../../../renderers/lib/text.ts';
import { redisConf } from '../../../../renderers/redis/redis-conf.ts';
import { authFile } from '../../../../renderers/redis/run.ts';
import { sentinelConf } from '../../../../renderers/redis/sentinel-conf.ts';
import { hostScript } from '../../../support/host-script.ts';
import { tenantOf } from '../../../support/redis/tenant.ts';

const tenant = tenantOf();
const [first] = tenant.members;
if (!first) throw new Error('no member');
const password = tenant.password.reveal();

describe('scripts about members', () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'members-'));
    folder = join(root, 'acme-r1');
    mkdirSync(join(folder, 'conf'), { recursive: true });
    mkdirSync(join(folder, 'marks'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o600 });
  const sh = (script: string) => spawnSync('sh', [], { input: `set -eu\numask 077\n${script}`, encoding: 'utf8' });
  const run = (action: HostAction) => sh(reveal(hostScript(action)));
  const listing = () => {
    const { status, stdout, stderr } = spawnSync('sh', [], { input: reveal(membersScript(root)), encoding: 'utf8' });
    return { stdout, seen: members.read({ exit: status ?? -1, stdout, stderr, truncated: false }, {}) };
  };

  it('the listing contains files, markers, the start guard and settings, and only digests of secrets', () => {
    write('conf/auth', reveal(authFile(tenant)));
    write('conf/redis.conf', `${reveal(redisConf(tenant, first))}user default on #abc ~* +@all\n"masteruser" x\n`);
    write(
      'conf/sentinel.conf',
      `${reveal(sentinelConf(tenant, first, first))}sentinel known-replica acme 10.101.0.12 6379\n`,
    );
    write('conf/start-guard', 'waiting-for-data no data here\n');
    write('marks/bootstrap', 'r1\n');
    const { stdout, seen } = listing();
    expect(stdout).not.to.contain(password).and.not.to.contain('#abc').and.not.to.contain('masteruser');
    if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
    const [one, ...others] = seen.value;
    expect(others).to.deep.equal([]);
    expect(one).to.deep.include({
      name: 'acme-r1',
      marks: { bootstrap: 'r1' },
      startGuard: { state: 'waiting-for-data', words: 'no data here' },
      processes: [],
      data: undefined,
      disk: undefined,
    });
    expect(one?.files['auth']).to.deep.equal({ mode: '600', sha256: digest(authFile(tenant)) });
    expect(one?.files['redis.conf']).to.deep.equal({ mode: '600', sha256: undefined });
    expect(one?.lines['redis.conf']).to.include('maxmemory 134217728');
    expect(one?.lines['sentinel.conf']).to.include('sentinel known-replica acme 10.101.0.12 6379');
    const sum = digest(password);
    expect(one?.secrets).to.deep.equal({
      'redis.conf user': 'abc',
      'redis.conf requirepass': sum,
      'redis.conf masterauth': sum,
      'sentinel.conf requirepass': sum,
      'sentinel.conf auth-pass': sum,
      'sentinel.conf sentinel-pass': sum,
    });
  });

  it('the password for its master is read under the name that Valkey writes it by', () => {
    write('conf/redis.conf', `requirepass "${password}"\nprimaryauth "${password}"\n`);
    const { stdout, seen } = listing();
    expect(stdout).not.to.contain(password);
    if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
    const sum = digest(password);
    expect(seen.value[0]?.secrets).to.deep.equal({ 'redis.conf requirepass': sum, 'redis.conf masterauth': sum });
  });

  it('the listing of a host without members is absent, that of an empty directory empty', () => {
    rmSync(folder, { recursive: true });
    expect(listing().seen).to.deep.equal({ state: 'present', value: [] });
    const { status } = spawnSync('sh', [], { input: reveal(membersScript(join(root, 'none'))) });
    expect(status).to.equal(44);
  });

  it("the listing contains processes, without a server's children", () => {
    const stat = (pid: number, name: string, state: string, parent: number) =>
      `process\tacme-r1\t${pid} (${name}) ${state} ${parent} 1 1 0`;
    const rows = [
      stat(20, 'redis-server', 'T', 1),
      stat(30, 'redis-server', 'R', 20),
      stat(21, 'redis-sentinel', 'S', 1),
    ];
    const stdout = ['member\tacme-r1\t-', ...rows, 'data\tacme-r1\tpartial', ''].join('\n');
    const seen = members.read({ exit: 0, stdout, stderr: '', truncated: false }, {});
    if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
    expect(seen.value[0]?.processes).to.deep.equal([
      { command: 'redis-server', pid: 20, state: 'T' },
      { command: 'redis-sentinel', pid: 21, state: 'S' },
    ]);
    expect(seen.value[0]?.data).to.equal('partial');
    const valkey = stdout.replaceAll('(redis-', '(valkey-');
    expect(members.read({ exit: 0, stdout: valkey, stderr: '', truncated: false }, {})).to.deep.equal(seen);
  });

  describe('the last message of a Redis that exits', () => {
    const fatal = (line: string, why: string) =>
      `\r\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\r\nReading the configuration file, at line 2\r\n>>> '${line}'\r\n${why}\r\n`;
    const choices = 'argument(s) must be one of the following: volatile-lru, noeviction';
    const others = 'redis-run: asking asks the 3 Sentinels\r\n77:X 24 Nov 2026 18:55:30.601 # +sdown master acme\r\n';
    const rows: readonly (readonly [string, string, string])[] = [
      [
        'a bad setting',
        fatal('maxmemory-policy allkeys-lfuu', choices),
        `>>> 'maxmemory-policy allkeys-lfuu' ${choices}`,
      ],
      [
        'bad data',
        '12:C 24 Nov 2026 18:55:30.601 # Redis is starting\r\n12:M 24 Nov 2026 18:55:30.601 # Bad file format reading a.aof\r\n',
        'Bad file format reading a.aof',
      ],
      [
        'a secret',
        fatal(`requirepass "${password}`, 'Unbalanced quotes'),
        '>>> (a line with a secret) Unbalanced quotes',
      ],
      ['a line that may hold a secret', `12:M 24 Nov 2026 18:55:30.601 # auth with ${password} failed\r\n`, ''],
      ['nothing', '', ''],
    ];
    for (const [name, log, lastLog] of rows)
      it(name, () => {
        write('conf/redis.conf', 'port 1\n');
        write('conf/redis-exits', '4\n');
        write('console.log', `${log}${others}`);
        const { stdout, seen } = listing();
        expect(stdout).not.to.contain(password);
        expect(seen.state === 'present' && seen.value[0]?.exits).to.deep.equal({ times: 4, lastLog });
      });

    it('is not listed if redis.conf was written since, or if no exit was counted', () => {
      write('conf/redis.conf', 'port 1\n');
      expect(listing().seen).to.have.nested.property('value[0].exits', undefined);
      write('conf/redis-exits', '4\n');
      utimesSync(join(folder, 'conf/redis-exits'), 1, 1);
      expect(listing().seen).to.have.nested.property('value[0].exits', undefined);
    });
  });

  it('exits of Sentinel are listed with its own last message, without a secret, until its file is written again', () => {
    write('conf/sentinel.conf', 'port 1\n');
    utimesSync(join(folder, 'conf/sentinel.conf'), 1, 1);
    write('conf/sentinel-starts', '5\n');
    const config =
      "*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\r\n>>> 'sentinel frobnicate'\r\nUnrecognized sentinel statement\r\n";
    write('console.log', `${config}12:M 24 Nov 2026 18:55:30.601 # Ready to accept connections\r\n`);
    const exits = () => listing().seen;
    expect(exits()).to.have.nested.property('value[0].sentinelExits').that.deep.equals({
      times: 4,
      lastLog: ">>> 'sentinel frobnicate' Unrecognized sentinel statement",
    });
    utimesSync(join(folder, 'conf/sentinel-starts'), 1, 0);
    expect(exits()).to.have.nested.property('value[0].sentinelExits', undefined);
  });

  describe('what Redis and Sentinel logged last', () => {
    const said = (log: string) => {
      write('conf/redis.conf', 'port 1\n');
      write('console.log', log);
      const { stdout, seen } = listing();
      expect(stdout).not.to.contain(password);
      return seen.state === 'present' ? seen.value[0]?.said : seen;
    };
    const line = (role: string, message: string) => `314:${role} 29 Nov 2026 19:49:28.013 # ${message}\r\n`;
    const space =
      'Write error writing to the DB dump file needed for MASTER <-> REPLICA synchronization: No space left on device';
    const closed = (address: string) =>
      `Client id=7 addr=${address}:41234 laddr=10.101.0.11:6379 user=default scheduled to be closed ASAP for overcoming of output buffer limits.`;

    it('is listed by its code, with its last message, the latest one last', () => {
      const lines = [
        line('S', space),
        line('S', 'Reconnecting'),
        line('S', space),
        line('C', "Can't handle RDB format version 11"),
      ];
      expect(said(lines.join(''))).to.deep.equal([
        { by: 'redis', code: 'no-space', times: 2, client: undefined, text: space },
        { by: 'redis', code: 'rdb-version', times: 1, client: undefined, text: "Can't handle RDB format version 11" },
      ]);
    });

    it('names the client of a buffer, by its address', () => {
      expect(said(line('M', closed('10.101.0.12')) + line('M', closed('10.101.0.13')))).to.deep.equal([
        { by: 'redis', code: 'buffer-limit', times: 1, client: '10.101.0.12', text: '' },
        { by: 'redis', code: 'buffer-limit', times: 1, client: '10.101.0.13', text: '' },
      ]);
    });

    it('is of Sentinel by its role, and holds nothing that may be a secret', () => {
      const lines = [
        line('X', 'WARNING: Sentinel was not able to save the new configuration on disk!!!: Permission denied'),
        line('S', `Unable to AUTH to MASTER: -WRONGPASS ${password}`),
      ];
      expect(said(lines.join(''))).to.deep.equal([
        { by: 'redis', code: 'refused', times: 1, client: undefined, text: '' },
        {
          by: 'sentinel',
          code: 'not-saved',
          times: 1,
          client: undefined,
          text: 'WARNING: Sentinel was not able to save the new configuration on disk!!!: Permission denied',
        },
      ]);
    });

    it('is nothing if it is not known, or older than the last twenty messages', () => {
      expect(said(`redis-run: asking\r\n${line('S', 'Connecting to MASTER')}`)).to.deep.equal([]);
      expect(said(line('S', space) + line('S', 'Connecting to MASTER').repeat(20))).to.deep.equal([]);
    });
  });

  it('a marker is written once: the same value is harmless, another value fails and changes nothing', () => {
    const setMarker = (value: string) => run({ operation: 'member-mark', host: 'h', folder, mark: 'bootstrap', value });
    expect(setMarker('r1').status).to.equal(0);
    expect(setMarker('r1').status).to.equal(0);
    const other = setMarker('r2');
    expect(other.status).to.equal(1);
    expect(other.stderr).to.contain('is r1 already');
    expect(readFileSync(join(folder, 'marks/bootstrap'), 'utf8')).to.equal('r1\n');
  });

  it('a permit needs the bootstrap marker; the bootstrapped marker removes the permit and prevents another', () => {
    const permit = (member: string) => run({ operation: 'member-permit', host: 'h', folder, member }).status;
    const permitted = () => existsSync(join(folder, 'conf/permit-first-master'));
    expect(permit('r1')).not.to.equal(0);
    write('marks/bootstrap', 'r1\n');
    expect(permit('r2')).not.to.equal(0);
    expect(permitted()).to.equal(false);
    expect(permit('r1')).to.equal(0);
    expect(permitted()).to.equal(true);
    expect(run({ operation: 'member-mark', host: 'h', folder, mark: 'bootstrapped', value: 'yes' }).status).to.equal(0);
    expect(permitted()).to.equal(false);
    expect(permit('r1')).not.to.equal(0);
    expect(permitted()).to.equal(false);
  });

  it('redis.conf is written while this member runs no Redis, sentinel.conf only once', () => {
    const conf = (service: 'redis' | 'sentinel', content: string) =>
      run({ operation: 'member-conf', host: 'h', folder, service, content: text`${content}` });
    expect(conf('redis', 'one').status).to.equal(0);
    expect(conf('redis', 'two').status).to.equal(0);
    expect(readFileSync(join(folder, 'conf/redis.conf'), 'utf8')).to.equal('two');
    expect(statSync(join(folder, 'conf/redis.conf')).mode & 0o777).to.equal(0o600);
    expect(conf('sentinel', 'one').status).to.equal(0);
    expect(conf('sentinel', 'two').status).to.equal(1);
    expect(readFileSync(join(folder, 'conf/sentinel.conf'), 'utf8')).to.equal('one');
  });

  describe('a restart of Redis', () => {
    let redis: ChildProcess;
    const restart = () =>
      run({ operation: 'member-restart', host: 'h', folder, port: 6379, content: text`port 0\nhz 20\n` });
    const conf = () => readFileSync(join(folder, 'conf/redis.conf'), 'utf8');
    beforeEach(async () => {
      write('conf/redis.conf', 'port 0\nhz 10\n');
      // As a member's does, it sees its conf directory as /etc/redis.
      const script = 'mount --bind "$1" /etc/redis && exec redis-server /etc/redis/redis.conf --dir "$2" --logfile ""';
      const words = ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', join(folder, 'conf'), root];
      redis = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'ignore'] });
      for await (const printed of redis.stdout ?? []) if (String(printed).includes('Server initialized')) break;
    });
    afterEach(() => redis.kill('SIGKILL'));

    it('ends it, writes the file, and follows no link of the container', async () => {
      mkdirSync(join(root, 'elsewhere'));
      for (const name of ['redis.conf.before', '.redis.conf.former'])
        symlinkSync(join(root, 'elsewhere'), join(folder, 'conf', name));
      const ended = once(redis, 'exit');
      expect(restart().status).to.equal(0);
      await ended;
      expect(conf()).to.equal('port 0\nhz 20\n');
      expect(readdirSync(join(root, 'elsewhere'))).to.deep.equal([]);
      expect(readdirSync(folder).sort()).to.deep.equal(['conf', 'marks']);
    });

    it('if the file cannot be written, the former one is back', async () => {
      mkdirSync(join(folder, '.redis.conf.new'));
      const ended = once(redis, 'exit');
      expect(restart().status).not.to.equal(0);
      await ended;
      expect(conf()).to.equal('port 0\nhz 10\n');
    });

    it('without a running Redis, only the file is written', async () => {
      const ended = once(redis, 'exit');
      redis.kill('SIGKILL');
      await ended;
      rmSync(join(folder, 'conf/redis.conf'));
      expect(restart().status).to.equal(0);
      expect(conf()).to.equal('port 0\nhz 20\n');
    });
  });

  describe('with links that the container created in its conf directory', () => {
    const names = [
      'redis.conf',
      'sentinel.conf',
      'auth',
      'redis-run',
      'sentinel-run',
      'start-guard',
      'permit-first-master',
    ];
    let target: string;
    beforeEach(() => {
      target = join(root, 'shadow');
      writeFileSync(target, 'root:hash-of-root\n');
      for (const name of names)
        for (const one of [name, `${name}.new`, `.${name}.new`]) symlinkSync(target, join(folder, 'conf', one));
      mkdirSync(join(folder, 'conf/shadows'));
      symlinkSync(join(folder, 'conf/shadows'), join(folder, 'conf/init'));
    });
    const unchanged = () => expect(readFileSync(target, 'utf8')).to.equal('root:hash-of-root\n');
    const isFile = (name: string) => expect(lstatSync(join(folder, 'conf', name)).isFile(), name).to.equal(true);

    it('the listing follows none of them', () => {
      const { stdout, seen } = listing();
      expect(stdout).not.to.contain('hash-of-root').and.not.to.contain(digest('root:hash-of-root\n'));
      if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
      expect(seen.value[0]).to.deep.include({ files: {}, lines: {}, secrets: {}, startGuard: undefined });
    });

    it('the listing ignores a file name that reads as lines of the listing', () => {
      writeFileSync(join(folder, 'conf/x\nmark\tacme-r1\tbootstrapped\tyes'), '');
      const { seen } = listing();
      expect(seen.state === 'present' && seen.value[0]?.marks).to.deep.equal({});
    });

    it('written files replace them, and nothing is written through them', () => {
      const owner = `${userInfo().uid}:${userInfo().gid}`;
      const files = ['auth', 'redis-run', 'sentinel-run', 'init'].map((name) => {
        return { path: join(folder, 'conf', name), mode: '0600', owner, content: text`ours` };
      });
      expect(run({ operation: 'write-files', host: 'h', files }).status).to.equal(0);
      for (const service of ['redis', 'sentinel'] as const)
        expect(run({ operation: 'member-conf', host: 'h', folder, service, content: text`ours` }).status).to.equal(0);
      write('marks/bootstrap', 'r1\n');
      expect(run({ operation: 'member-permit', host: 'h', folder, member: 'r1' }).status).to.equal(0);
      unchanged();
      for (const name of [...names.filter((one) => one !== 'start-guard'), 'init']) isFile(name);
      expect(readdirSync(join(folder, 'conf/shadows'))).to.deep.equal([]);
    });
  });

  it('sentinel.conf is rewritten before the bootstrap, and not after it', () => {
    const rewrite = (content: string) =>
      run({
        operation: 'member-conf',
        host: 'h',
        folder,
        service: 'sentinel',
        content: text`${content}`,
        rewrite: true,
      });
    write('conf/sentinel.conf', 'old');
    expect(rewrite('new').status).to.equal(0);
    expect(readFileSync(join(folder, 'conf/sentinel.conf'), 'utf8')).to.equal('new');
    write('marks/bootstrapped', 'yes\n');
    const refused = rewrite('newer');
    expect(refused.status).to.equal(1);
    expect(refused.stderr).to.contain('had a master before');
    expect(readFileSync(join(folder, 'conf/sentinel.conf'), 'utf8')).to.equal('new');
  });

  it('Redis reads the rendered configuration', () => {
    const odd = {
      ...tenant,
      redis: {
        ...tenant.redis,
        config: { save: '', 'notify-keyspace-events': 'KEA', 'proc-title-template': '{title} "x"' },
      },
    };
    const lines = reveal(redisConf(odd, first)).split('\n');
    expect(lines).to.include('save ""').and.to.include('proc-title-template "{title} \\"x\\""');
    const path = join(root, 'parse.conf');
    writeFileSync(path, lines.filter((line) => !/^(dir|bind|port) /.test(line)).join('\n'));
    // It ends at once: it listens on no port, and its time is limited.
    const { stdout } = spawnSync('timeout', ['1', 'redis-server', path, '--port', '0', '--dir', root], {
      encoding: 'utf8',
    });
    expect(stdout).to.contain('Configuration loaded');
    expect(execFileSync('ls', [root], { encoding: 'utf8' })).to.contain('acme-r1');
  });
});
