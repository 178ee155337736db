import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { Secret } from '../../crds/secret.ts';
import { haproxyGlobal } from '../../renderers/haproxy-cfg.ts';
import { haproxyLoader } from '../../renderers/haproxy-load.ts';
import { type HaproxyTenant, haproxyTenant } from '../../renderers/haproxy-tenant-cfg.ts';
import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { digest, reveal } from '../../renderers/text.ts';

const tenant = (password: string, change: Partial<HaproxyTenant> = {}): HaproxyTenant => ({
  name: 'my-app',
  masterName: 'my-app',
  vip: '10.80.1.100',
  port: 6379,
  maxConnections: 10_000,
  members: ['1', '2', '3'].map((digit) => ({ name: `r${digit}`, address: `10.101.0.1${digit}` })),
  redisPort: 6379,
  sentinelPort: 26379,
  password: new Secret('env MY_APP_PASSWORD', password),
  check: { intervalMs: 1000, fall: 2, rise: 1 },
  ...change,
});

/** The words of each RESP command that a check sends. */
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
  it('asks each Sentinel for the master and each member for its role, with any password whole', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 512, unit: 'grapheme' }), (password) => {
        const asked = sent(reveal(haproxyTenant(tenant(password))));
        const sentinel = [
          ['AUTH', password],
          ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'my-app'],
        ];
        const member = [['AUTH', password], ['INFO', 'replication'], ['QUIT']];
        expect(asked).to.deep.equal([...sentinel, ...sentinel, ...sentinel, ...member]);
      }),
      { numRuns: 200 },
    );
  });

  it('shows no password when printed, not in hexadecimal either', () => {
    const printed = `${haproxyTenant(tenant('s3cret'))}`;
    expect(printed).not.to.include('s3cret');
    expect(printed).not.to.include(Buffer.from('s3cret').toString('hex'));
    expect(printed.match(/send-binary \*\*\*/g)).to.have.lengthOf(4);
  });

  for (const [members, majority] of [
    [3, 2],
    [5, 3],
    [7, 4],
  ] as const)
    it(`takes ${majority} votes of ${members}`, () => {
      const names = Array.from({ length: members }, (_, index) => ({
        name: `r${index}`,
        address: `10.101.0.${index + 1}`,
      }));
      const written = reveal(haproxyTenant(tenant('p', { members: names })));
      expect(written).to.include(`unless { var(txn.votes) -m int ge ${majority} }`);
    });

  it('counts a vote only for exactly the reply that names the member', () => {
    const written = reveal(haproxyTenant(tenant('p')));
    const [, hex = ''] = /str\(([0-9A-F]+)\) if \{ path \/my-app\/r2 \}/.exec(written) ?? [];
    expect(Buffer.from(hex, 'hex').toString()).to.equal('+OK\r\n*2\r\n$11\r\n10.101.0.12\r\n$4\r\n6379\r\n');
  });

  it('cuts sessions when a member is marked down, and binds before the address is there', () => {
    const written = reveal(haproxyTenant(tenant('p')));
    expect(written).to.include('bind 10.80.1.100:6379 transparent');
    expect(written).to.include('inter 1000ms fall 2 rise 1 tcp-ut 10s on-marked-down shutdown-sessions');
  });

  it('names variables so that no two tenants share one', () => {
    const variables = (name: string) =>
      new Set(reveal(haproxyTenant(tenant('p', { name }))).match(/proc\.[\w.]+/g) ?? []);
    const [one, other] = [variables('my-app'), variables('my-a-pp')];
    expect([...one].filter((variable) => other.has(variable))).to.deep.equal([]);
  });
});

describe('haproxy: the loading script', () => {
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
        }),
      ),
    );
    writeFileSync(join(folder, 'etc/tenant-my-app.cfg'), reveal(haproxyTenant(tenant('p'))));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs it in the folder, with a haproxy that says yes or no and a socket that tells of `live` servers. */
  function load(order: string, { takes = true, live = '' } = {}): number | null {
    const script = reveal(haproxyLoader())
      .replaceAll(haproxyPlaces.folder, join(folder, 'etc'))
      .replaceAll(haproxyPlaces.runtime, join(folder, 'run'))
      .replaceAll('/usr/sbin/haproxy', join(folder, 'bin/haproxy'));
    stub(
      'haproxy',
      `echo "unknown word $(printf 'a%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17)"; exit ${takes ? 0 : 1}`,
    );
    writeFileSync(join(folder, 'live'), live);
    stub('socat', `cat >/dev/null; cat ${join(folder, 'live')}`);
    const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`;
    const { status, stderr } = spawnSync('sh', ['-c', script, 'load', order], { env: { PATH }, encoding: 'utf8' });
    if (!takes) expect(stderr).to.equal('unknown word ***\n');
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
    expect(states().size).to.equal(6);
    expect([...new Set(states().values())]).to.deep.equal(['0']);
  });

  it('reloads with known servers as they are, and others down', () => {
    const row = (proxy: string, name: string, address: string, port: number) =>
      `9 ${proxy} 1 ${name} ${address} 2 0 1 1 2 15 3 2 6 0 0 0 - ${port} - 0 0 - - 0`;
    const live = [
      '1',
      row('redis.my-app', 'r1', '10.101.0.11', 6379),
      // It had another address: that one was up, not this.
      row('redis.my-app', 'r2', '10.101.0.99', 6379),
      '',
    ].join('\n');
    expect(load('reload', { live })).to.equal(0);
    expect(states().get('redis.my-app/r1 10.101.0.11:6379')).to.equal('2');
    expect(states().get('redis.my-app/r2 10.101.0.12:6379')).to.equal('0');
    expect(states().get('sentinel.my-app.r1/r1 10.101.0.11:26379')).to.equal('0');
  });

  it('gives the digest of what it loads as description', () => {
    load('start');
    const names = ['00-global.cfg', 'tenant-my-app.cfg'];
    const listing = names.map((name) => `${digest(readFileSync(join(folder, 'etc', name), 'utf8'))}  ${name}\n`);
    expect(written('description.cfg')).to.equal(`global\n  description ${digest(listing.join(''))}\n`);
  });

  it('does not reload what HAProxy refuses, and does not repeat what it quotes', () => {
    load('start');
    const before = written('description.cfg');
    writeFileSync(join(folder, 'etc/tenant-my-app.cfg'), 'nonsense\n');
    expect(load('reload', { takes: false })).to.equal(1);
    expect(written('description.cfg')).to.equal(before);
    expect(written('loaded/tenant-my-app.cfg')).to.include('listen redis.my-app');
  });
});
