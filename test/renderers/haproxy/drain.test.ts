import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { haproxyGlobal } from '../../../renderers/haproxy/haproxy-cfg.ts';
import { haproxyLoader } from '../../../renderers/haproxy/load.ts';
import { haproxyPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { reveal } from '../../../renderers/lib/text.ts';
import { freePort, runCommand, until } from '../../support/processes.ts';

/** A real HAProxy, started and reloaded by the real script as the unit does it, in front of two servers that echo. */
describe('haproxy: connections during a reload', function () {
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
    writeGlobal(60_000);
    const backends = servers.map(({ port: echoing, closing }, index) => {
      const name = `r${index + 1}`;
      const closed = `server ${name}.denied 127.0.0.1:${closing.port} check inter 100ms on-marked-up shutdown-backup-sessions`;
      return `backend redis.a.${name} from ec2-redis\n  use-server ${name} if TRUE\n  server ${name} 127.0.0.1:${echoing} backup\n  ${closed}\n`;
    });
    const uses = '  use_backend redis.a.r1 if { rand(2) 0 }\n  default_backend redis.a.r2\n';
    writeFileSync(
      join(folder, 'etc/tenant-a.cfg'),
      `frontend redis.a from ec2-redis\n  bind 127.0.0.1:${port}\n${uses}${backends.join('')}`,
    );
    writeFileSync(join(folder, 'load'), placed(reveal(haproxyLoader())));
    chmodSync(join(folder, 'load'), 0o755);
    await load('start');
    const words = ['-f', 'loaded', '-f', 'description.cfg', '-S', `${folder}/run/master.sock,mode,600`];
    haproxy = spawn('/usr/sbin/haproxy', ['-Ws', ...words], { cwd: join(folder, 'run'), stdio: 'ignore' });
    await until(async () => {
      const stat = await runCommand('sh', [
        '-c',
        `echo show stat | socat - UNIX-CONNECT:${folder}/run/admin.sock || :`,
      ]);
      return (stat.match(/^redis\.a\.r\d,r\d\.denied,.*,DOWN,.*,L4CON,/gm) ?? []).length === 2;
    });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.destroy();
    haproxy.kill('SIGTERM');
    if (haproxy.exitCode === null) await once(haproxy, 'exit');
    for (const server of servers) server.end();
    // The drain script ends when its folder is removed.
    spawnSync('pkill', ['-f', folder]);
    rmSync(folder, { recursive: true });
  });

  it('an active connection stays open for longer than the client timeout', async () => {
    const client = await open();
    await reload();
    const begun = Date.now();
    await until(() => Date.now() - begun > 3 * silenceMs);
    expect(client.socket.closed).to.equal(false);
    expect(client.echoes).to.be.greaterThan(10);
  });

  it('a connection is closed when the new worker ends the sessions of its member, and those of the other are not', async () => {
    const [doomed, spared] = servers;
    const all: Client[] = [];
    const enough = (server: Echo | undefined) => (server?.connections().length ?? 0) > 1;
    while (!enough(doomed) || !enough(spared)) all.push(await open());
    const those = doomed?.connections().length ?? 0;
    await reload();
    await doomed?.closing.begin();
    await until(() => all.some((client) => client.socket.closed));
    await until(() => (doomed?.connections() ?? []).every((socket) => socket.closed));
    expect(spared?.connections().filter((socket) => !socket.closed)).to.have.length.greaterThan(0);
    expect(all.filter((client) => client.socket.closed)).to.have.length(those);
  });

  it('after the drain timeout, a connection is closed although it is in use, and the process ends', async () => {
    writeGlobal(1000);
    await reload();
    const client = await open();
    const pid = Number(await worker());
    await reload();
    await until(() => client.socket.closed);
    await until(() => !existsSync(`/proc/${pid}`));
  });

  function writeGlobal(drainTimeoutMs: number): void {
    const limits = {
      connectTimeoutMs: 1000,
      clientTimeoutMs: silenceMs,
      serverTimeoutMs: silenceMs,
      maxConnections: 100,
      drainTimeoutMs,
    };
    const global = reveal(haproxyGlobal(limits)).replace(/ {2}user .*\n {2}group .*\n/, '');
    writeFileSync(join(folder, 'etc/00-global.cfg'), placed(global));
  }

  function placed(text: string): string {
    return text
      .replaceAll(haproxyPlaces.folder, join(folder, 'etc'))
      .replaceAll(haproxyPlaces.runtime, join(folder, 'run'))
      .replaceAll(haproxyPlaces.votes, `unix@${join(folder, 'run/votes.sock')}`);
  }

  /** Asynchronous, so that the clients keep sending. */
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
    const request = `echo show info | socat - UNIX-CONNECT:${folder}/run/admin.sock 2>&1 || :`;
    return /^Pid: (\d+)$/m.exec(await runCommand('sh', ['-c', request]))?.[1];
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

/** A connection that was echoed once and sends ten times per second; undefined if it was closed immediately. */
async function attempt(port: number): Promise<Client | undefined> {
  const socket = dial(port, '127.0.0.1');
  const client: Client = { socket, echoes: 0 };
  socket.on('error', () => {});
  socket.on('data', () => {
    client.echoes += 1;
  });
  socket.write('ping');
  const timer = setInterval(() => socket.write('ping'), 100);
  socket.once('close', () => clearInterval(timer));
  await new Promise<void>((resolve) => {
    socket.once('data', () => resolve());
    socket.once('close', () => resolve());
  });
  return socket.closed ? undefined : client;
}

interface Echo {
  readonly port: number;
  /** A port that is closed until `begin`. */
  readonly closing: { readonly port: number; begin(): Promise<unknown> };
  connections(): readonly Socket[];
  end(): void;
}

async function echo(): Promise<Echo> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    // A check sends nothing, and is not counted.
    socket.once('data', () => sockets.push(socket));
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const closing: Server = createServer((socket) => socket.destroy());
  const closingPort = await freePort();
  return {
    port: address.port,
    closing: { port: closingPort, begin: () => once(closing.listen(closingPort, '127.0.0.1'), 'listening') },
    connections: () => sockets,
    end: () => {
      server.close();
      closing.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
