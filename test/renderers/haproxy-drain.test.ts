import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { haproxyGlobal } from '../../renderers/haproxy-cfg.ts';
import { haproxyLoader } from '../../renderers/haproxy-load.ts';
import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { reveal } from '../../renderers/text.ts';
import { freePort, runCommand, until } from '../adapters/support/processes.ts';

/** A real HAProxy, started and reloaded by the real script as the unit does it, in front of two servers that echo. */
describe('haproxy: connections through a reload', function () {
  this.timeout(60_000);
  const silenceMs = 2500;
  let folder: string;
  let haproxy: ChildProcess;
  let port: number;
  let servers: readonly Echo[];
  const clients: Client[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haproxy-drain-'));
    for (const name of ['etc', 'run']) mkdirSync(join(folder, name));
    servers = await Promise.all([echo(), echo()]);
    port = await freePort();
    const limits = {
      connectTimeoutMs: 1000,
      clientTimeoutMs: silenceMs,
      serverTimeoutMs: silenceMs,
      maxConnections: 100,
    };
    const global = reveal(haproxyGlobal(limits)).replace(/ {2}user .*\n {2}group .*\n/, '');
    writeFileSync(join(folder, 'etc/00-global.cfg'), placed(global));
    const lines = servers.map((server, index) => `  server r${index + 1} 127.0.0.1:${server.port}\n`);
    const timing = 'default-server check inter 100ms fall 2 rise 1 on-marked-down shutdown-sessions';
    writeFileSync(
      join(folder, 'etc/tenant-a.cfg'),
      `listen redis.a from ec2-redis\n  bind 127.0.0.1:${port}\n  ${timing}\n${lines.join('')}`,
    );
    writeFileSync(join(folder, 'load'), placed(reveal(haproxyLoader())));
    chmodSync(join(folder, 'load'), 0o755);
    await load('start');
    const words = ['-f', 'loaded', '-f', 'description.cfg', '-S', `${folder}/run/master.sock,mode,600`];
    haproxy = spawn('/usr/sbin/haproxy', ['-Ws', ...words], { cwd: join(folder, 'run'), stdio: 'ignore' });
    await until(async () => {
      const seen = await runCommand('sh', [
        '-c',
        `echo show stat | socat - UNIX-CONNECT:${folder}/run/admin.sock || :`,
      ]);
      return (seen.match(/^redis\.a,r\d,.*,UP,/gm) ?? []).length === 2;
    });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.destroy();
    haproxy.kill('SIGTERM');
    if (haproxy.exitCode === null) await once(haproxy, 'exit');
    for (const server of servers) server.end();
    // What still looks after old workers ends with the folder it lies in.
    spawnSync('pkill', ['-f', folder]);
    rmSync(folder, { recursive: true });
  });

  it('one that is not silent goes on, longer than a client may be silent', async () => {
    const client = await open();
    await reload();
    const begun = Date.now();
    await until(() => Date.now() - begun > 3 * silenceMs);
    expect(client.socket.closed).to.equal(false);
    expect(client.echoes).to.be.greaterThan(10);
  });

  it('it is cut when the new worker marks its server down, and those to the other server are not', async () => {
    const all = await Promise.all([open(), open(), open(), open()]);
    const [doomed, spared] = servers;
    expect(doomed?.connections().length).to.be.greaterThan(0);
    expect(spared?.connections().length).to.be.greaterThan(0);
    await reload();
    // It refuses checks, and goes on serving whom it has: a master that was cut off from the others.
    doomed?.server.close();
    await until(() => all.some((client) => client.socket.closed));
    await until(() => (doomed?.connections() ?? []).every((socket) => socket.closed));
    expect(spared?.connections().filter((socket) => !socket.closed)).to.have.length.greaterThan(0);
    expect(all.filter((client) => !client.socket.closed)).to.have.length(2);
  });

  function placed(text: string): string {
    return text
      .replaceAll(haproxyPlaces.folder, join(folder, 'etc'))
      .replaceAll(haproxyPlaces.runtime, join(folder, 'run'))
      .replaceAll(haproxyPlaces.votes, `unix@${join(folder, 'run/votes.sock')}`);
  }

  /** Nothing here may hold up the clients, which must not fall silent. */
  async function load(order: string): Promise<void> {
    await runCommand(join(folder, 'load'), [order]);
  }

  /** As the unit's ExecReload lines; resolves when a new worker serves. */
  async function reload(): Promise<void> {
    const pid = await worker();
    await load('reload');
    process.kill(haproxy.pid ?? 0, 'SIGUSR2');
    await load('drain');
    await until(async () => {
      const now = await worker();
      return now !== undefined && now !== pid;
    });
  }

  async function worker(): Promise<string | undefined> {
    const ask = `echo show info | socat - UNIX-CONNECT:${folder}/run/admin.sock 2>&1 || :`;
    return /^Pid: (\d+)$/m.exec(await runCommand('sh', ['-c', ask]))?.[1];
  }

  async function open(): Promise<Client> {
    const client = await attempt(port);
    if (!client) throw new Error('HAProxy does not serve');
    clients.push(client);
    return client;
  }
});

interface Client {
  readonly socket: Socket;
  echoes: number;
}

/** A connection that was echoed once, and asks again ten times a second; undefined when it was closed at once. */
async function attempt(port: number): Promise<Client | undefined> {
  const socket = dial(port, '127.0.0.1');
  const client: Client = { socket, echoes: 0 };
  socket.on('error', () => {});
  socket.on('data', () => {
    client.echoes += 1;
  });
  socket.write('ping');
  const asking = setInterval(() => socket.write('ping'), 100);
  socket.once('close', () => clearInterval(asking));
  await new Promise<void>((resolve) => {
    socket.once('data', () => resolve());
    socket.once('close', () => resolve());
  });
  return socket.closed ? undefined : client;
}

interface Echo {
  readonly server: Server;
  readonly port: number;
  connections(): readonly Socket[];
  end(): void;
}

async function echo(): Promise<Echo> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    // A check says nothing, and is not counted.
    socket.once('data', () => sockets.push(socket));
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    server,
    port: address.port,
    connections: () => sockets,
    end: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
