import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { Secret } from '../../../crds/secret.ts';
import { haproxyGlobal } from '../../../renderers/haproxy/haproxy-cfg.ts';
import { haproxyLoader } from '../../../renderers/haproxy/load.ts';
import type { HaproxyTenant } from '../../../renderers/haproxy/tenant.ts';
import { haproxyTenant } from '../../../renderers/haproxy/tenant-cfg.ts';
import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { digest, reveal } from '../../../renderers/lib/text.ts';

const tenant = (password: string, change: Partial<HaproxyTenant> = {}): HaproxyTenant => ({
  name: 'my-app',
  masterName: 'my-app',
  vip: '10.80.1.100',
  address: '10.101.0.1',
  port: 6379,
  maxConnections: 10_000,
  maxConnectionsOfAll: 20_000,
  members: ['1', '2', '3'].map((digit) => ({ name: `r${digit}`, address: `10.101.0.1${digit}` })),
  redisPort: 6379,
  sentinelPort: 26379,
  password: new Secret('env MY_APP_PASSWORD', password),
  check: { intervalMs: 1000, fall: 2, rise: 1 },
  ...change,
});

/** The arguments of each RESP command that a check sends. */
function sent(configuration: string): readonly (readonly string[])[] {
  const hex = [...configuration.matchAll(/send-binary ([0-9a-f]+)$/gm)].map(([, digits = '']) => digits);
  return hex.flatMap((digits) => commands(Buffer.from(digits, 'hex')));
}

function commands(bytes: Buffer): readonly (readonly string[])[] {
  const found: string[][] = [];
  let at = 0;
  const line = () => {
    const end = bytes.indexOf('\r\n', at);
    const read = bytes.toString('utf8', at, end);
    at = end + 2;
    return read;
  };
  while (at < bytes.length) {
    const count = Number(line().slice(1));
    found.push(
      Array.from({ length: count }, () => {
        const length = Number(line().slice(1));
        at += length + 2;
        return bytes.toString('utf8', at - length - 2, at - 2);
      }),
    );
  }
  return found;
}

describe('haproxy: a tenant', () => {
  it('requests the master from each Sentinel and the role from each member, with any password unchanged', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 512, unit: 'grapheme' }), (password) => {
        const requested = sent(reveal(haproxyTenant(tenant(password))));
        const sentinel = [
          ['AUTH', password],
          ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'my-app'],
        ];
        const member = [['AUTH', password], ['INFO', 'replication'], ['QUIT']];
        expect(requested).to.deep.equal([...sentinel, ...sentinel, ...sentinel, ...member, ...member, ...member]);
      }),
      { numRuns: 200 },
    );
  });

  it('shows no password when printed, not in hexadecimal either', () => {
    const printed = `${haproxyTenant(tenant('s3cret'))}`;
    expect(printed).not.to.include('s3cret');
    expect(printed).not.to.include(Buffer.from('s3cret').toString('hex'));
    expect(printed.match(/send-binary \*\*\*/g)).to.have.lengthOf(6);
  });

  for (const [members, majority] of [
    [3, 2],
    [5, 3],
    [7, 4],
  ] as const)
    it(`requires ${majority} votes of ${members}`, () => {
      const names = Array.from({ length: members }, (_, index) => ({
        name: `r${index}`,
        address: `10.101.0.${index + 1}`,
      }));
      const written = reveal(haproxyTenant(tenant('p', { members: names })));
      expect(written).to.include(`{ var(txn.votes) -m int ge ${majority} }`);
      expect(written.match(/{ var\(txn\.votes\.r1\) -m int ge \d }/g)).to.deep.equal([
        `{ var(txn.votes.r1) -m int ge ${majority} }`,
      ]);
    });

  it('counts a vote only for exactly the reply that names the member', () => {
    const written = reveal(haproxyTenant(tenant('p')));
    const [, hex = ''] = /txn\.votes\.r2\),add\(1\) if .* -m str ([0-9A-F]+) \}/.exec(written) ?? [];
    expect(Buffer.from(hex, 'hex').toString()).to.equal('+OK\r\n*2\r\n$11\r\n10.101.0.12\r\n$4\r\n6379\r\n');
  });

  it('binds before the address is assigned', () =>
    expect(reveal(haproxyTenant(tenant('p')))).to.include('bind 10.80.1.100:6379 transparent'));

  it('clients and checks have source ports of their own, and none is common to both', () => {
    const written = reveal(haproxyTenant(tenant('p')));
    const ranges = [...written.matchAll(/server (r\d) .* source 10\.101\.0\.1:(\d+)-(\d+) (backup )?/g)];
    const [checks, clients] = [ranges.filter((one) => !one[4]), ranges.filter((one) => one[4])];
    expect([checks.length, clients.length]).to.deep.equal([6, 3]);
    for (const [, , from, to] of clients) {
      expect(checks.every((one) => Number(one[2]) > Number(to) || Number(one[3]) < Number(from))).to.equal(true);
      // Each is free again after the 60 s of TIME_WAIT.
      expect((Number(to) - Number(from)) / 60).to.be.greaterThan(500);
    }
  });

  it('names variables so that no two tenants share one', () => {
    const variables = (name: string) =>
      new Set(reveal(haproxyTenant(tenant('p', { name }))).match(/proc\.[\w.]+/g) ?? []);
    const [one, other] = [variables('my-app'), variables('my-a-pp')];
    expect([...one].filter((variable) => other.has(variable))).to.deep.equal([]);
  });
});

describe('haproxy: the loader script', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'haproxy-load-'));
    for (const name of ['etc', 'run', 'bin']) mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, 'etc/00-global.cfg'),
      reveal(
        haproxyGlobal({
          connectTimeoutMs: 1,
          clientTimeoutMs: 2,
          serverTimeoutMs: 3,
          maxConnections: 4,
          drainTimeoutMs: 5,
        }),
      ),
    );
    writeFileSync(join(folder, 'etc/tenant-my-app.cfg'), reveal(haproxyTenant(tenant('p'))));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs it in the folder, with a haproxy that accepts or rejects the files, and a socket that reports the `live` servers. */
  function load(command: string, { accepts = true, live = '' } = {}): number | null {
    const script = reveal(haproxyLoader())
      .replaceAll(haproxyPlaces.folder, join(folder, 'etc'))
      .replaceAll(haproxyPlaces.runtime, join(folder, 'run'))
      .replaceAll('/usr/sbin/haproxy', join(folder, 'bin/haproxy'));
    stub(
      'haproxy',
      `echo "unknown word $(printf 'a%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17)"; exit ${accepts ? 0 : 1}`,
    );
    writeFileSync(join(folder, 'live'), live);
    stub('socat', `cat >/dev/null; cat ${join(folder, 'live')}`);
    const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`;
    const { status, stderr } = spawnSync('sh', ['-c', script, 'load', command], { env: { PATH }, encoding: 'utf8' });
    if (!accepts) expect(stderr).to.equal('unknown word ***\n');
    return status;
  }

  function stub(name: string, body: string): void {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }

  const written = (name: string) => readFileSync(join(folder, 'run', name), 'utf8');
  const states = () =>
    new Map(
      written('state')
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(' '))
        .map((cells) => [`${cells[1]}/${cells[3]} ${cells[4]}:${cells[18]}`, cells[5]]),
    );

  it('starts with every server down', () => {
    expect(load('start')).to.equal(0);
    // Three checks of Sentinels, three of members, and three verdicts on each member.
    expect(states().size).to.equal(15);
    expect([...new Set(states().values())]).to.deep.equal(['0']);
  });

  it('reloads with the state of known servers, and with others down', () => {
    const row = (proxy: string, name: string, address: string, port: number) =>
      `9 ${proxy} 1 ${name} ${address} 2 0 1 1 2 15 3 2 6 0 0 0 - ${port} - 0 0 - - 0`;
    const live = [
      '1',
      row('member.my-app.r1', 'r1', '10.101.0.11', 6379),
      // It was up with another address.
      row('member.my-app.r2', 'r2', '10.101.0.99', 6379),
      '',
    ].join('\n');
    expect(load('reload', { live })).to.equal(0);
    expect(states().get('member.my-app.r1/r1 10.101.0.11:6379')).to.equal('2');
    expect(states().get('member.my-app.r2/r2 10.101.0.12:6379')).to.equal('0');
    expect(states().get('sentinel.my-app.r1/r1 10.101.0.11:26379')).to.equal('0');
  });

  it('sets the digest of the loaded files as description', () => {
    load('start');
    const names = ['00-global.cfg', 'tenant-my-app.cfg'];
    const listing = names.map((name) => `${digest(readFileSync(join(folder, 'etc', name), 'utf8'))}  ${name}\n`);
    expect(written('description.cfg')).to.equal(`global\n  description ${digest(listing.join(''))}\n`);
  });

  it('does not reload what HAProxy rejects, and does not print what HAProxy quotes', () => {
    load('start');
    const before = written('description.cfg');
    writeFileSync(join(folder, 'etc/tenant-my-app.cfg'), 'nonsense\n');
    expect(load('reload', { accepts: false })).to.equal(1);
    expect(written('description.cfg')).to.equal(before);
    expect(written('loaded/tenant-my-app.cfg')).to.include('frontend redis.my-app');
  });
});
