import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Member, Tenant } from '../../../crds/fleet.ts';
import { reveal, type Text } from '../../../renderers/lib/text.ts';
import { redisConf } from '../../../renderers/redis/redis-conf.ts';
import { authFile, type Layout, redisRun } from '../../../renderers/redis/run.ts';
import { sentinelConf } from '../../../renderers/redis/sentinel-conf.ts';
import { sentinelRun } from '../../../renderers/redis/sentinel-run.ts';
import { tenantOf } from './tenant.ts';

type Service = 'redis' | 'sentinel';

/** Three members without containers: real daemons on loopback addresses, each script restarted a second after it ended. */
export class Trio {
  readonly tenant: Tenant;
  readonly #folder: string;
  readonly #loops = new Map<string, ChildProcess>();
  readonly #clients: Redis[] = [];

  /** `hold` and `grace` of the start guard in seconds, short for tests. */
  constructor(
    part: Partial<Tenant['redis']> = {},
    { hold, grace }: { hold: number; grace: number } = { hold: 6, grace: 9 },
  ) {
    const network = `127.${randomByte()}.${randomByte()}`;
    const plain = tenantOf(network);
    this.tenant = {
      ...plain,
      redis: { ...plain.redis, port: 16379, ...part },
      sentinel: { ...plain.sentinel, port: 26379, downAfterMs: 1000, failoverTimeoutMs: 4000 },
    };
    this.#folder = mkdtempSync(join(tmpdir(), 'trio-'));
    // The daemons run as user redis and have to read it.
    chmodSync(this.#folder, 0o711);
    for (const member of this.tenant.members) this.#makeFiles(member, hold, grace);
  }

  layout(member: string): Layout {
    const folder = join(this.#folder, member);
    return { conf: join(folder, 'conf'), data: join(folder, 'data'), scratch: join(folder, 'scratch') };
  }

  #makeFiles(member: Member, hold: number, grace: number): void {
    const layout = this.layout(member.name);
    mkdirSync(layout.conf, { recursive: true });
    const alone = (text: Text) =>
      reveal(text)
        .replace(/^(bind \S+) 127\.0\.0\.1$/m, '$1')
        .replace('/var/lib/redis', layout.data);
    const write = (name: string, content: string) => writeFileSync(join(layout.conf, name), content, { mode: 0o600 });
    write('auth', reveal(authFile(this.tenant)));
    write('redis.conf', alone(redisConf(this.tenant, member)));
    const run = reveal(redisRun(this.tenant, member, layout));
    write('redis-run', run.replace(/^hold=.*$/m, `hold=${hold} grace=${grace}`));
    const [first] = this.tenant.members;
    if (first) write('sentinel.conf', alone(sentinelConf(this.tenant, member, first)));
    write('sentinel-run', reveal(sentinelRun(layout)));
  }

  start(service: Service, ...members: readonly string[]): void {
    for (const member of members) {
      const script = join(this.layout(member).conf, `${service}-run`);
      const loop = spawn('sh', ['-c', 'while :; do sh "$0"; sleep 1; done', script], {
        detached: true,
        stdio: 'ignore',
      });
      this.#loops.set(`${service} ${member}`, loop);
    }
  }

  /** The supervisor and all that it started, at once, as if the container was killed. */
  kill(service: Service, ...members: readonly string[]): void {
    for (const member of members) {
      const loop = this.#loops.get(`${service} ${member}`);
      this.#loops.delete(`${service} ${member}`);
      if (loop?.pid !== undefined) end(-loop.pid, 'SIGKILL');
    }
  }

  /** The server alone; its supervisor starts it again after a second. */
  signalRedis(member: string, signal: NodeJS.Signals): void {
    const { address } = this.member(member);
    // Redis sets its process title to its first address: no other process has it.
    const listing = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
    const pid = listing
      .split('\n')
      .find((line) => line.includes(`redis-server ${address}:`))
      ?.trim()
      .split(/\s+/)[0];
    if (pid === undefined) throw new Error(`no redis-server at ${address}`);
    end(Number(pid), signal);
  }

  member(name: string): Member {
    const found = this.tenant.members.find((member) => member.name === name);
    if (!found) throw new Error(`no member ${name}`);
    return found;
  }

  /** The last state of the start guard. */
  startGuard(member: string): string {
    try {
      return readFileSync(join(this.layout(member).conf, 'start-guard'), 'utf8').split(' ')[0] ?? '';
    } catch {
      return '';
    }
  }

  permit(member: string): void {
    writeFileSync(join(this.layout(member).conf, 'permit-first-master'), '');
  }

  wipe(member: string): void {
    rmSync(this.layout(member).data, { recursive: true, force: true });
  }

  client(member: string, port = this.tenant.redis.port): Redis {
    const redis = new Redis({
      host: this.member(member).address,
      port,
      password: this.tenant.password.reveal(),
      lazyConnect: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      connectTimeout: 1000,
      commandTimeout: 1000,
      retryStrategy: () => null,
    });
    redis.on('error', () => {});
    this.#clients.push(redis);
    return redis;
  }

  /** One command on its own connection; undefined if there was no reply, or an error. */
  async ask(member: string, port: number, ...command: readonly string[]): Promise<unknown> {
    const redis = this.client(member, port);
    const [name = 'PING', ...words] = command;
    try {
      await redis.connect();
      return await redis.call(name, ...words);
    } catch {
      return undefined;
    } finally {
      redis.disconnect();
    }
  }

  async role(member: string): Promise<string> {
    const reply = await this.ask(member, this.tenant.redis.port, 'ROLE');
    return Array.isArray(reply) ? String(reply[0]) : 'none';
  }

  /** Members that report the role master. */
  async masters(): Promise<readonly string[]> {
    const names = this.tenant.members.map(({ name }) => name);
    const roles = await Promise.all(names.map((name) => this.role(name)));
    return names.filter((_, index) => roles[index] === 'master');
  }

  async settings(member: string, name: string): Promise<string> {
    const reply = await this.ask(member, this.tenant.redis.port, 'CONFIG', 'GET', name);
    return Array.isArray(reply) ? String(reply[1]) : 'none';
  }

  down(): void {
    for (const client of this.#clients) client.disconnect();
    for (const key of [...this.#loops.keys()]) {
      const [service, member] = key.split(' ') as [Service, string];
      this.kill(service, member);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Waits for a condition, checked five times a second. The error contains the state. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  { seconds = 20, state = () => '' as string | Promise<string> } = {},
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}. ${await state()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function randomByte(): number {
  return 10 + Math.floor(Math.random() * 200);
}
