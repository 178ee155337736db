import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { openRedis } from '../../../../controller/adapters/redis/redis.ts';
import { openSsh, type SshFleet } from '../../../../controller/adapters/ssh/ssh.ts';
import { NotForwarded } from '../../../../controller/transport/errors.ts';
import type { HostTarget, RespPort } from '../../../../controller/transport/io.ts';
import { Secret } from '../../../../crds/secret.ts';
import type { RespEndpoint } from '../../../../reconcilers/facts/fact.ts';
import { type Daemon, freePort, startDaemon, temporaryFolder, until } from '../../../support/processes.ts';
import { refusal } from '../support/refusal.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const password = new Secret('env ACME_PASSWORD', 'correct-horse');

describe('redis and sentinel, through channels of a real sshd', () => {
  let sshd: Sshd;
  let fleet: SshFleet;
  let resp: RespPort;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let redis: Daemon;
  let sentinel: Daemon;
  let redisPort: number;
  let sentinelPort: number;

  before(async () => {
    folder = await temporaryFolder();
    sshd = await startSshd();
    await sshd.trust();
    [redisPort, sentinelPort] = [await freePort(), await freePort()];
    redis = await startRedis(redisPort, ['requirepass correct-horse']);
    await writeFile(join(folder.path, 'sentinel.conf'), sentinelConf(sentinelPort, redisPort), { mode: 0o600 });
    sentinel = await startDaemon('redis-sentinel', [join(folder.path, 'sentinel.conf')], /Sentinel ID is/);
  });
  after(async () => {
    await Promise.all([redis.stop(), sentinel.stop(), sshd.stop()]);
    await folder.remove();
  });
  beforeEach(() => {
    fleet = openSsh(sshd.settings());
    resp = openRedis(fleet.channel, { connectTimeoutMs: 1_500, commandTimeoutMs: 1_000 });
  });
  afterEach(() => fleet.close());

  const at = (port: number, changes: Partial<RespEndpoint> = {}): RespEndpoint => ({
    tenant: 'acme',
    member: 'acme-0',
    through: ['proxy-a'],
    address: '127.0.0.1',
    port,
    password,
    ...changes,
  });
  const through = (): HostTarget[] => [sshd.target];

  async function startRedis(port: number, more: readonly string[]): Promise<Daemon> {
    const file = join(folder.path, `redis-${port}.conf`);
    const lines = [`port ${port}`, 'bind 127.0.0.1', 'save ""', `dir ${folder.path}`, ...more, ''];
    await writeFile(file, lines.join('\n'), { mode: 0o600 });
    return startDaemon('redis-server', [file], /Ready to accept connections/);
  }

  it('strings, numbers, nothing, lists and errors come back as they are', async () => {
    const replies = await resp.send(at(redisPort), through(), [
      ['SET', 'key', 'wört'],
      ['GET', 'key'],
      ['INCRBY', 'count', 41],
      ['GET', 'absent'],
      ['HSET', 'hash', 'a', '1', 'b', '2'],
      ['HGETALL', 'hash'],
      ['CONFIG', 'GET', 'maxmemory'],
      ['INCR', 'key'],
      ['ROLE'],
      ['EVAL', "return {1,{2,redis.error_reply('ERR inner')},false}", 0],
    ]);
    expect(replies).to.eql([
      'OK',
      'wört',
      41,
      null,
      2,
      ['a', '1', 'b', '2'],
      ['maxmemory', '0'],
      { error: 'ERR value is not an integer or out of range' },
      ['master', 0, []],
      [1, [2, { error: 'ERR inner' }], null],
    ]);
  });

  it('speaks to a Sentinel, which knows no QUIT and no CLIENT SETINFO, and closes', async () => {
    const replies = await resp.send(at(sentinelPort), through(), [
      ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'acme'],
      ['SENTINEL', 'MASTER', 'nobody'],
      ['PING'],
    ]);
    expect(replies).to.eql([['127.0.0.1', String(redisPort)], { error: 'ERR No such master with that name' }, 'PONG']);
  });

  it('one SSH connection for all, one channel a send, and none left behind', async () => {
    await Promise.all(Array.from({ length: 20 }, () => resp.send(at(redisPort), through(), [['PING']])));
    expect(fleet.counters().get(sshd.target.name)).to.eql({ connections: 1, commands: 0, channels: 20 });
    // The client of this test is the only one left; the Sentinel keeps one too.
    await until(async () => {
      const [clients] = await resp.send(at(redisPort), through(), [['CLIENT', 'LIST', 'TYPE', 'normal']]);
      return (
        String(clients)
          .split('\n')
          .filter((line) => line !== '' && !line.includes('name=sentinel-')).length === 1
      );
    });
  });

  it('a wrong password: refused, with whose and where, and neither password shown', async () => {
    for (const port of [redisPort, sentinelPort]) {
      const wrong = new Secret('env OTHER_PASSWORD', 'battery-staple');
      const error = await refusal(resp.send(at(port, { password: wrong }), through(), [['PING']]));
      expect(error.kind).to.equal('password');
      expect(error.message)
        .to.contain(`tenant acme, member acme-0 (127.0.0.1:${port})`)
        .and.contain('env OTHER_PASSWORD');
      expect(inspect(error, { depth: 9 })).not.to.match(/battery|correct-horse/);
    }
  });

  it('the previous password, if the server does not take the new one yet', async () => {
    const fresh = new Secret('env NEW', 'not-yet');
    const both = { password: fresh, previousPassword: password };
    expect(await resp.send(at(redisPort, both), through(), [['PING']])).to.deep.equal(['PONG']);
    const neither = { password: fresh, previousPassword: new Secret('file old', 'nor-this') };
    const error = await refusal(resp.send(at(redisPort, neither), through(), [['PING']]));
    expect([error.kind, error.message.includes('env NEW, and that of file old')]).to.deep.equal(['password', true]);
    expect(error.message).not.to.contain('not-yet').and.not.to.contain('nor-this');
  });

  it('a server that has no password: an error for each reply, and nothing done', async () => {
    const port = await freePort();
    const open = await startRedis(port, []);
    try {
      const replies = await resp.send(at(port), through(), [['SET', 'a', '1'], ['PING']]);
      expect(replies).to.have.length(2);
      for (const reply of replies) expect(reply).to.have.property('error').that.contains('without any password');
      const { Redis } = await import('ioredis');
      const client = new Redis(port, '127.0.0.1');
      expect(await client.exists('a')).to.equal(0);
      client.disconnect();
    } finally {
      await open.stop();
    }
  });

  it('a secret in a command is sent, and masked when the server repeats it', async () => {
    const [set, unknown] = await resp.send(at(redisPort), through(), [
      ['SET', 'secret', new Secret('env X', 'hunter2hunter2')],
      ['NOSUCHCOMMAND', new Secret('env X', 'hunter2hunter2')],
    ]);
    expect(set).to.equal('OK');
    expect(unknown).to.have.property('error').that.contains("'***'").and.does.not.contain('hunter2');
  });

  it('nothing listens: refused by the far end, and no other host is tried', async () => {
    const port = await freePort();
    const nowhere = { name: 'proxy-b', address: '127.0.0.2' };
    const error = await refusal(resp.send(at(port), [sshd.target, nowhere], [['PING']]));
    expect(error.kind).to.equal('no-connection');
    expect(error.message).to.contain(`connection refused by 127.0.0.1:${port}`).and.contain('through redis-a');
    expect(error.message).not.to.contain('proxy-b');
  });

  it('the first host is gone: the second is tried', async () => {
    const gone = { name: 'proxy-a', address: '127.0.0.9' };
    expect(await resp.send(at(redisPort), [gone, sshd.target], [['PING']])).to.eql(['PONG']);
  });

  it('all hosts are gone: each is reported', async () => {
    const gone = [1, 2].map((n) => ({ name: `proxy-${n}`, address: `127.0.0.${n + 7}` }));
    const error = await refusal(resp.send(at(redisPort), gone, [['PING']]));
    expect(error.kind).to.equal('unreachable');
    expect(error.message).to.contain('proxy-1').and.contain('proxy-2').and.contain('tenant acme');
  });

  it('no host at all', async () => {
    expect((await refusal(resp.send(at(redisPort), [], [['PING']]))).message).to.contain('no host');
  });

  it('an sshd that forwards nothing: the message states what to change', async () => {
    const closed = await startSshd({ config: ['AllowTcpForwarding no'] });
    const strict = openSsh(closed.settings());
    try {
      await closed.trust();
      const error = await refusal(openRedis(strict.channel).send(at(redisPort), [closed.target], [['PING']]));
      expect(error.kind).to.equal('refused');
      expect(error.message).to.contain('AllowTcpForwarding');
      expect(error)
        .to.be.instanceOf(NotForwarded)
        .and.deep.include({ hosts: [closed.target.name] });
    } finally {
      await strict.close();
      await closed.stop();
    }
  });

  it('a server at maxclients: its own words as the reply to each command, whenever they arrive', async () => {
    const port = await freePort();
    const full = await startRedis(port, ['requirepass correct-horse', 'maxclients 1']);
    const { Redis } = await import('ioredis');
    const other = new Redis(port, '127.0.0.1', { password: 'correct-horse' });
    const words = { error: 'ERR max number of clients reached' };
    try {
      await other.ping();
      for (let times = 0; times < 5; times += 1)
        expect(await resp.send(at(port), through(), [['PING'], ['PING']])).to.eql([words, words]);
    } finally {
      other.disconnect();
      await full.stop();
    }
  });

  it('a stopped server takes the connection and never answers: a time limit', async () => {
    const port = await freePort();
    const hung = await startRedis(port, ['requirepass correct-horse']);
    try {
      hung.process.kill('SIGSTOP');
      const error = await refusal(resp.send(at(port), through(), [['PING']]));
      expect(error.kind).to.equal('no-reply');
      expect(error.message).to.contain('hangs');
    } finally {
      await hung.stop();
    }
  });

  it('a server that is gone in the middle of the replies', async () => {
    const port = await freePort();
    // Without its crash report, for which a busy machine takes seconds while the connection stays open.
    const dying = await startRedis(port, [
      'requirepass correct-horse',
      'enable-debug-command yes',
      'crash-log-enabled no',
    ]);
    try {
      const error = await refusal(resp.send(at(port), through(), [['PING'], ['DEBUG', 'SEGFAULT'], ['PING']]));
      expect(error.kind).to.equal('lost');
      expect(error.message).to.contain('may have been carried out');
    } finally {
      await dying.stop();
    }
  });

  describe('what is no Redis', () => {
    let server: Server;
    const sockets: Socket[] = [];
    const listen = async (answer: (socket: Socket) => void) => {
      server = createServer((socket) => {
        sockets.push(socket.on('error', () => undefined));
        answer(socket);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    };
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
      server.close();
    });

    it('speaks something else', async () => {
      const port = await listen((socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
      const error = await refusal(resp.send(at(port), through(), [['PING']]));
      expect(error.kind).to.equal('protocol');
      expect(error.message).to.contain('does not speak RESP');
    });

    it('says an error before it is asked, and hangs up', async () => {
      const port = await listen((socket) => void socket.end('-ERR max number of clients reached\r\n'));
      const words = { error: 'ERR max number of clients reached' };
      expect(await resp.send(at(port), through(), [['PING']])).to.eql([words]);
    });

    it('hangs up at once', async () => {
      const port = await listen((socket) => void socket.destroy());
      expect((await refusal(resp.send(at(port), through(), [['PING']]))).kind).to.equal('lost');
    });
  });
});

function sentinelConf(port: number, redisPort: number): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    'requirepass correct-horse',
    `sentinel monitor acme 127.0.0.1 ${redisPort} 1`,
    'sentinel auth-pass acme correct-horse',
    '',
  ].join('\n');
}
