import { execFileSync, spawnSync } from 'node:child_process';
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
import { members } from '../../../reconcilers/questions/members.ts';
import { membersScript } from '../../../reconcilers/questions/members-script.ts';
import { type ActionOf, type Verb, verbs } from '../../../reconcilers/verbs/index.ts';
import type { HostVerb } from '../../../reconcilers/verbs/verb.ts';
import { redisConf } from '../../../renderers/redis-conf.ts';
import { authFile } from '../../../renderers/redis-run.ts';
import { sentinelConf } from '../../../renderers/sentinel-conf.ts';
import { digest, reveal, text } from '../../../renderers/text.ts';
import { tenantOf } from './tenant.ts';

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
  const run = <V extends Verb>(action: ActionOf<V>) => {
    const verb = verbs[action.verb] as unknown as HostVerb<ActionOf<V>>;
    return sh(reveal(verb.script(action)));
  };
  const listing = () => {
    const { status, stdout, stderr } = spawnSync('sh', [], { input: reveal(membersScript(root)), encoding: 'utf8' });
    return { stdout, seen: members.read({ exit: status ?? -1, stdout, stderr, truncated: false }, {}) };
  };

  it('the listing shows files, marks, fence and settings, and of secrets a digest alone', () => {
    write('conf/auth', reveal(authFile(tenant)));
    write('conf/redis.conf', `${reveal(redisConf(tenant, first))}user default on #abc ~* +@all\n"masteruser" x\n`);
    write(
      'conf/sentinel.conf',
      `${reveal(sentinelConf(tenant, first, first))}sentinel known-replica acme 10.101.0.12 6379\n`,
    );
    write('conf/fence', 'held-empty no data here\n');
    write('marks/bootstrap', 'r1\n');
    const { stdout, seen } = listing();
    expect(stdout).not.to.contain(password).and.not.to.contain('#abc').and.not.to.contain('masteruser');
    if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
    const [one, ...others] = seen.value;
    expect(others).to.deep.equal([]);
    expect(one).to.deep.include({
      name: 'acme-r1',
      marks: { bootstrap: 'r1' },
      fence: { state: 'held-empty', words: 'no data here' },
      processes: [],
      data: undefined,
    });
    expect(one?.files['auth']).to.deep.equal({ mode: '600', sha256: digest(authFile(tenant)) });
    expect(one?.files['redis.conf']).to.deep.equal({ mode: '600', sha256: undefined });
    expect(one?.lines['redis.conf']).to.include('maxmemory 134217728');
    expect(one?.lines['sentinel.conf']).to.include('sentinel known-replica acme 10.101.0.12 6379');
    const sum = digest(password);
    expect(one?.secrets).to.deep.equal({
      'redis.conf requirepass': sum,
      'redis.conf masterauth': sum,
      'sentinel.conf requirepass': sum,
      'sentinel.conf auth-pass': sum,
      'sentinel.conf sentinel-pass': sum,
    });
  });

  it('the listing of a host without members is absent, of an empty folder empty', () => {
    rmSync(folder, { recursive: true });
    expect(listing().seen).to.deep.equal({ state: 'present', value: [] });
    const { status } = spawnSync('sh', [], { input: reveal(membersScript(join(root, 'none'))) });
    expect(status).to.equal(44);
  });

  it("the listing reads processes, and leaves a server's children out", () => {
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
  });

  describe('the last words of a Redis that exits', () => {
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
      ['what may be one', `12:M 24 Nov 2026 18:55:30.601 # auth with ${password} failed\r\n`, ''],
      ['nothing', '', ''],
    ];
    for (const [name, log, words] of rows)
      it(name, () => {
        write('conf/redis.conf', 'port 1\n');
        write('conf/redis-exits', '4\n');
        write('console.log', `${log}${others}`);
        const { stdout, seen } = listing();
        expect(stdout).not.to.contain(password);
        expect(seen.state === 'present' && seen.value[0]?.exits).to.deep.equal({ times: 4, words });
      });

    it('are not listed when redis.conf was written since, or when nothing was counted', () => {
      write('conf/redis.conf', 'port 1\n');
      expect(listing().seen).to.have.nested.property('value[0].exits', undefined);
      write('conf/redis-exits', '4\n');
      utimesSync(join(folder, 'conf/redis-exits'), 1, 1);
      expect(listing().seen).to.have.nested.property('value[0].exits', undefined);
    });
  });

  it('a mark is made once: again is harmless, another value fails and changes nothing', () => {
    const mark = (value: string) => run({ verb: 'member-mark', host: 'h', folder, mark: 'bootstrap', value });
    expect(mark('r1').status).to.equal(0);
    expect(mark('r1').status).to.equal(0);
    const other = mark('r2');
    expect(other.status).to.equal(1);
    expect(other.stderr).to.contain('says r1 already');
    expect(readFileSync(join(folder, 'marks/bootstrap'), 'utf8')).to.equal('r1\n');
  });

  it('a permission needs the mark, and none after the first start; the mark of that takes it away', () => {
    const permit = (member: string) => run({ verb: 'member-permit', host: 'h', folder, member }).status;
    const there = () => existsSync(join(folder, 'conf/permit-first-master'));
    expect(permit('r1')).not.to.equal(0);
    write('marks/bootstrap', 'r1\n');
    expect(permit('r2')).not.to.equal(0);
    expect(there()).to.equal(false);
    expect(permit('r1')).to.equal(0);
    expect(there()).to.equal(true);
    expect(run({ verb: 'member-mark', host: 'h', folder, mark: 'bootstrapped', value: 'yes' }).status).to.equal(0);
    expect(there()).to.equal(false);
    expect(permit('r1')).not.to.equal(0);
    expect(there()).to.equal(false);
  });

  it('redis.conf is written while no Redis of this member runs, sentinel.conf only once', () => {
    const conf = (service: 'redis' | 'sentinel', content: string) =>
      run({ verb: 'member-conf', host: 'h', folder, service, content: text`${content}` });
    expect(conf('redis', 'one').status).to.equal(0);
    expect(conf('redis', 'two').status).to.equal(0);
    expect(readFileSync(join(folder, 'conf/redis.conf'), 'utf8')).to.equal('two');
    expect(statSync(join(folder, 'conf/redis.conf')).mode & 0o777).to.equal(0o600);
    expect(conf('sentinel', 'one').status).to.equal(0);
    expect(conf('sentinel', 'two').status).to.equal(1);
    expect(readFileSync(join(folder, 'conf/sentinel.conf'), 'utf8')).to.equal('one');
  });

  describe('with links that the container made in its conf', () => {
    const names = ['redis.conf', 'sentinel.conf', 'auth', 'redis-run', 'sentinel-run', 'fence', 'permit-first-master'];
    let target: string;
    beforeEach(() => {
      target = join(root, 'shadow');
      writeFileSync(target, 'root:hash-of-root\n');
      for (const name of names)
        for (const one of [name, `${name}.new`, `.${name}.new`]) symlinkSync(target, join(folder, 'conf', one));
      mkdirSync(join(folder, 'conf/shadows'));
      symlinkSync(join(folder, 'conf/shadows'), join(folder, 'conf/init'));
    });
    const kept = () => expect(readFileSync(target, 'utf8')).to.equal('root:hash-of-root\n');
    const isOwn = (name: string) => expect(lstatSync(join(folder, 'conf', name)).isFile(), name).to.equal(true);

    it('the listing looks through none of them', () => {
      const { stdout, seen } = listing();
      expect(stdout).not.to.contain('hash-of-root').and.not.to.contain(digest('root:hash-of-root\n'));
      if (seen.state !== 'present') throw new Error(JSON.stringify(seen));
      expect(seen.value[0]).to.deep.include({ files: {}, lines: {}, secrets: {}, fence: undefined });
    });

    it('the listing believes no name that reads as lines of its own', () => {
      writeFileSync(join(folder, 'conf/x\nmark\tacme-r1\tbootstrapped\tyes'), '');
      const { seen } = listing();
      expect(seen.state === 'present' && seen.value[0]?.marks).to.deep.equal({});
    });

    it('what is written takes their place, and nothing is written through them', () => {
      const owner = `${userInfo().uid}:${userInfo().gid}`;
      const files = ['auth', 'redis-run', 'sentinel-run', 'init'].map((name) => {
        return { path: join(folder, 'conf', name), mode: '0600', owner, content: text`ours` };
      });
      expect(run({ verb: 'write-files', host: 'h', files }).status).to.equal(0);
      for (const service of ['redis', 'sentinel'] as const)
        expect(run({ verb: 'member-conf', host: 'h', folder, service, content: text`ours` }).status).to.equal(0);
      write('marks/bootstrap', 'r1\n');
      expect(run({ verb: 'member-permit', host: 'h', folder, member: 'r1' }).status).to.equal(0);
      kept();
      for (const name of [...names.filter((one) => one !== 'fence'), 'init']) isOwn(name);
      expect(readdirSync(join(folder, 'conf/shadows'))).to.deep.equal([]);
    });
  });

  it('sentinel.conf is written anew before the first start, and not after it', () => {
    const anew = (content: string) =>
      run({ verb: 'member-conf', host: 'h', folder, service: 'sentinel', content: text`${content}`, anew: true });
    write('conf/sentinel.conf', 'old');
    expect(anew('new').status).to.equal(0);
    expect(readFileSync(join(folder, 'conf/sentinel.conf'), 'utf8')).to.equal('new');
    write('marks/bootstrapped', 'yes\n');
    const refused = anew('newer');
    expect(refused.status).to.equal(1);
    expect(refused.stderr).to.contain('had a master before');
    expect(readFileSync(join(folder, 'conf/sentinel.conf'), 'utf8')).to.equal('new');
  });

  it('what is rendered is what Redis reads back', () => {
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
    // It ends at once: nothing is to listen, and the time is up.
    const { stdout } = spawnSync('timeout', ['1', 'redis-server', path, '--port', '0', '--dir', root], {
      encoding: 'utf8',
    });
    expect(stdout).to.contain('Configuration loaded');
    expect(execFileSync('ls', [root], { encoding: 'utf8' })).to.contain('acme-r1');
  });
});
