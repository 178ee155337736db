import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Secret } from '../../../crds/secret.ts';
import { announceMaster } from '../../../renderers/haproxy/announce.ts';
import { haproxyGlobal } from '../../../renderers/haproxy/haproxy-cfg.ts';
import { haproxyTenant } from '../../../renderers/haproxy/tenant-cfg.ts';
import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { reveal } from '../../../renderers/lib/text.ts';
import { freePort, runCommand, until } from '../../support/processes.ts';

const master = '+OK\r\n$33\r\n# Replication\r\nrole:master\r\n\r\n+OK\r\n';
const replica = '+OK\r\n$32\r\n# Replication\r\nrole:slave\r\n\r\n+OK\r\n';
const full = '-ERR max number of clients reached\r\n';

/** A real HAProxy with the rendered files, in front of three members and their Sentinels, which answer what a test tells them to. */
describe('haproxy: whose sessions are closed', function () {
  this.timeout(60_000);
  let folder: string;
  let haproxy: ChildProcess;
  let port: number;
  let redis: readonly Fake[];
  let sentinels: readonly Fake[];
  let session: Socket | undefined;
  let intervalMs = 200;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haproxy-verdicts-'));
    for (const name of ['etc', 'run', 'run/jail']) mkdirSync(join(folder, name));
    port = await freePort();
    const [redisPort, sentinelPort] = [await freePort(), await freePort()];
    redis = await Promise.all(addresses.map((address) => fake(address, redisPort, replica)));
    sentinels = await Promise.all(addresses.map((address) => fake(address, sentinelPort, '')));
    const limits = { connectTimeoutMs: 1000, clientTimeoutMs: 60_000, serverTimeoutMs: 60_000, maxConnections: 100 };
    write('00-global.cfg', reveal(haproxyGlobal({ ...limits, drainTimeoutMs: 60_000 })));
    const members = addresses.map((address, index) => ({ name: `r${index + 1}`, address }));
    const tenant = haproxyTenant({
      name: 'my-app',
      masterName: 'my-app',
      vip: '127.0.0.1',
      address: '127.0.0.1',
      port,
      maxConnections: 100,
      maxConnectionsOfAll: 100,
      members,
      redisPort,
      sentinelPort,
      password: new Secret('env MY_APP_PASSWORD', 'p'),
      check: { intervalMs, fall: 2, rise: 1 },
    });
    write('tenant-my-app.cfg', reveal(tenant));
    becomesMaster('r1');
    writeFileSync(join(folder, 'run/state'), '');
    haproxy = spawn('/usr/sbin/haproxy', ['-W', '-f', join(folder, 'etc')], { stdio: 'ignore' });
    // Without the state file of the loader, all are up before their first check.
    for (const [name, state] of [
      ['r1.master', 'UP'],
      ['r1.denied', 'DOWN'],
      ['r1.lost', 'DOWN'],
    ] as const)
      await until(async () => (await column(name)) === state);
    session = dial(port, '127.0.0.1').on('error', () => {});
    session.write('MINE\r\n');
    expect(String(await once(session, 'data'))).to.equal('[r1]');
  });

  afterEach(async () => {
    session?.destroy();
    haproxy.kill('SIGTERM');
    if (haproxy.exitCode === null) await once(haproxy, 'exit');
    for (const one of [...redis, ...sentinels]) one.end();
    rmSync(folder, { recursive: true });
  });

  it('the Sentinels name another master: closed, and new ones get that', async () => {
    becomesMaster('r2');
    redis[0]?.say(master);
    await until(() => session?.closed === true);
    await until(async () => (await whoServes()) === '[r2]');
  });

  it('the member says that it is a replica: closed', async () => {
    redis[0]?.say(replica);
    await until(() => session?.closed === true);
    expect(await whoServes()).to.equal('');
  });

  it('the member does not answer, while the Sentinels do: closed', async () => {
    redis[0]?.refuse();
    await until(() => session?.closed === true);
  });

  it('most Sentinels do not answer, while the member does: closed', async () => {
    for (const one of sentinels.slice(1)) one.refuse();
    await until(() => session?.closed === true);
  });

  it('the member is at maxclients: open, and new ones get its own answer', async () => {
    redis[0]?.say(full);
    await until(async () => (await column('r1', 'member.my-app.r1')) === 'NOLB');
    await pass(10);
    expect(session?.closed).to.equal(false);
    expect(await whoServes()).to.equal('[r1]');
  });

  it('HAProxy reaches nobody, as without a free port, memory or file descriptor: open, then and when it reaches them again', async () => {
    for (const one of [...redis, ...sentinels]) one.refuse();
    for (const name of ['r1', 'r2', 'r3']) {
      await until(async () => (await column(name, `member.my-app.${name}`)) === 'DOWN');
      await until(async () => (await column(name, `sentinel.my-app.${name}`)) === 'DOWN');
    }
    await until(async () => (await column('r1.master')) === 'NOLB');
    // One after the other, as the checks come by.
    for (const one of [...redis, ...sentinels]) await one.accept();
    await until(async () => (await column('r1.master')) === 'UP');
    await pass(10);
    expect(session?.closed).to.equal(false);
  });

  describe('between two checks', () => {
    before(() => {
      intervalMs = 10_000;
    });
    after(() => {
      intervalMs = 200;
    });

    it('a new master that is announced gets the clients at the next look at the votes', async () => {
      await until(async () => (await column('r2.lost', 'redis.my-app.r2')) === 'DOWN');
      becomesMaster('r2');
      expect(await whoServes()).to.equal('[r1]');
      const [r1, r2, r3] = addresses.map((address, index) => ({ name: `r${index + 1}`, address }));
      if (!r1 || !r2 || !r3) throw new Error('three members');
      const tenant = { name: 'my-app', redisPort: redis[0]?.port ?? 0 };
      const script = reveal(announceMaster({ tenant, master: r2, former: r1, voters: [r1, r2, r3] }));
      await runCommand('sh', ['-c', script.replaceAll(haproxyPlaces.runtime, join(folder, 'run'))]);
      const page = (path: string) =>
        runCommand('sh', [
          '-c',
          `printf 'GET /my-app/${path} HTTP/1.0\\r\\n\\r\\n' | socat -t2 - UNIX-CONNECT:${join(folder, 'run/votes.sock')}`,
        ]);
      expect(await page('r2.master')).to.contain(' 200 ');
      expect(await page('r1.denied')).to.contain(' 200 ');
      expect(await whoServes()).to.equal('[r2]');
    });
  });

  function write(name: string, text: string): void {
    const placed = text
      .replaceAll(haproxyPlaces.runtime, join(folder, 'run'))
      .replaceAll(haproxyPlaces.votes, `unix@${join(folder, 'run/votes.sock')}`)
      .replace(/ {2}user .*\n {2}group .*\n {2}chroot .*\n/, '')
      .replace(' transparent\n', '\n');
    writeFileSync(join(folder, 'etc', name), placed);
  }

  function becomesMaster(name: string): void {
    for (const [index, one] of redis.entries()) one.say(`r${index + 1}` === name ? master : replica);
    const address = addresses[Number(name.slice(1)) - 1] ?? '';
    const [digits] = [String(redis[0]?.port)];
    const reply = `+OK\r\n*2\r\n$${address.length}\r\n${address}\r\n$${digits.length}\r\n${digits}\r\n`;
    for (const one of sentinels) one.say(reply);
  }

  /** The member that a new connection gets; nothing if it is closed. */
  async function whoServes(): Promise<string> {
    const socket = dial(port, '127.0.0.1').on('error', () => {});
    socket.write('MINE\r\n');
    const got = await Promise.race([
      once(socket, 'data').then(String),
      new Promise<string>((resolve) => socket.once('close', () => resolve(''))),
    ]);
    socket.destroy();
    return got;
  }

  async function row(server: string, backend: string): Promise<readonly string[]> {
    const stat = `echo show stat | socat - UNIX-CONNECT:${join(folder, 'run/admin.sock')} 2>/dev/null || :`;
    const found = (await runCommand('sh', ['-c', stat]))
      .split('\n')
      .find((line) => line.startsWith(`${backend},${server},`));
    return found?.split(',') ?? [];
  }

  async function column(server: string, backend = 'redis.my-app.r1'): Promise<string> {
    return (await row(server, backend))[17]?.split(' ')[0] ?? '';
  }

  /** Awaits that many further checks of each of the nine servers that ask for a verdict. */
  async function pass(checks: number): Promise<void> {
    const served = async () => Number((await row('BACKEND', 'votes.my-app'))[7]);
    const before = await served();
    await until(async () => (await served()) >= before + checks * 9);
  }
});

/** Addresses of loopback, all with the same port, as members have. */
const addresses = ['127.0.4.1', '127.0.4.2', '127.0.4.3'];

interface Fake {
  readonly port: number;
  /** To what a check sends. A client, which sends MINE, gets the name of the member. */
  say(reply: string): void;
  /** Connections are refused; those that are open stay. */
  refuse(): void;
  accept(): Promise<unknown>;
  end(): void;
}

async function fake(address: string, port: number, first: string): Promise<Fake> {
  let reply = first;
  const open = new Set<Socket>();
  const make = (): Server =>
    createServer((socket) => {
      open.add(socket.on('error', () => {}));
      socket.on('data', (sent) => {
        const client = String(sent).startsWith('MINE');
        if (client) socket.write(`[r${address.at(-1)}]`);
        else socket.write(reply, () => reply === full && socket.end());
      });
    });
  let server = make();
  const listen = () => once(server.listen(port, address), 'listening');
  await listen();
  return {
    port,
    say: (words) => {
      reply = words;
    },
    refuse: () => server.close(),
    accept: () => {
      server = make();
      return listen();
    },
    end: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
