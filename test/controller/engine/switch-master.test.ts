import { expect } from 'chai';
import { switchMaster } from '../../../controller/engine/switch-master.ts';
import { TransportError } from '../../../controller/transport/errors.ts';
import type { Clock } from '../../../controller/transport/io.ts';
import { Secret } from '../../../crds/secret.ts';
import type { RespEndpoint, RespReply } from '../../../reconcilers/facts/fact.ts';

const endpointAt = (member: string, last: number, port: number): RespEndpoint => ({
  tenant: 'acme',
  member,
  through: ['proxy-1'],
  address: `10.101.0.${last}`,
  port,
  password: new Secret('test', 'none'),
});
const [r1, r2] = [endpointAt('r1', 11, 6379), endpointAt('r2', 12, 6379)];
const sentinels = [11, 12, 13].map((last, index) => endpointAt(`r${index + 1}`, last, 26379));
const action = {
  operation: 'master-switch',
  master: 'acme',
  from: r1,
  to: r2,
  sentinels,
  proxies: ['proxy-1'],
  downAfterMs: 5000,
} as const;

/** Two Redis and three Sentinels, as far as a switch asks them. */
interface Servers {
  now: number;
  priority: string;
  /** When the Sentinel asked for INFO last, and what it saw. */
  seenAt: number;
  seenPriority: string;
  paused: boolean;
  /** Bytes that the replica still has to receive; one question takes that many away. */
  behind: number;
  perQuestion: number;
  master: 'r1' | 'r2';
  linkUp: boolean;
  /** The replica begins a full synchronization once writes are paused. */
  resyncs: boolean;
  follows: string | undefined;
  /** How many Sentinels name the promoted one. */
  naming: number;
  promotes: boolean;
  refusal: string | undefined;
  /** The connection is lost after the Sentinel has carried the failover out. */
  unanswered: boolean;
  /** This Sentinel accepts questions, and never answers. */
  hung: string | undefined;
  /** What SENTINEL MASTER says. */
  flags: string;
  /** Another member that the Sentinels name. */
  elsewhere: boolean;
  /** The former master refuses REPLICAOF. */
  stubborn: boolean;
  /** Somebody sets the priority back, once. */
  meddled: boolean;
  readonly log: string[];
}

const healthy = (): Servers => ({
  now: 0,
  priority: '100',
  seenAt: 0,
  seenPriority: '100',
  paused: false,
  behind: 0,
  perQuestion: 0,
  master: 'r1',
  linkUp: true,
  resyncs: false,
  follows: undefined,
  naming: 3,
  promotes: true,
  refusal: undefined,
  unanswered: false,
  hung: undefined,
  flags: 'master',
  elsewhere: false,
  stubborn: false,
  meddled: false,
  log: [],
});

function answer(servers: Servers, { member, port }: RespEndpoint, words: readonly string[]): RespReply {
  const command = words.join(' ');
  if (port === 26379) return sentinelAnswer(servers, member ?? '', command);
  if (command === 'INFO replication') return infoOf(servers, member ?? '');
  if (words[1] === 'GET') return ['replica-priority', servers.priority];
  servers.log.push(`${member} ${command}`);
  if (words[0] === 'CONFIG') servers.priority = words[3] ?? '';
  if (command.startsWith('CLIENT')) servers.paused = command.startsWith('CLIENT PAUSE');
  if (words[0] === 'REPLICAOF' && servers.stubborn) return { error: 'ERR not now' };
  if (words[0] === 'REPLICAOF') servers.follows = words[1];
  return 'OK';
}

function infoOf(servers: Servers, member: string): string {
  if (servers.paused && servers.resyncs) Object.assign(servers, { linkUp: false, priority: '0' });
  const { master, linkUp, behind, perQuestion, priority } = servers;
  if (member === 'r1') return `role:${master === 'r1' ? 'master' : 'slave'}\r\nmaster_repl_offset:1000\r\n`;
  if (master === 'r2') return 'role:master\r\nmaster_repl_offset:1000\r\n';
  if (servers.paused) servers.behind = Math.max(0, behind - perQuestion);
  const link = `master_host:10.101.0.11\r\nmaster_link_status:${linkUp ? 'up' : 'down'}\r\nmaster_sync_in_progress:0`;
  return `role:slave\r\n${link}\r\nslave_repl_offset:${1000 - servers.behind}\r\nslave_priority:${priority}\r\n`;
}

function sentinelAnswer(servers: Servers, member: string, command: string): RespReply {
  if (servers.now - servers.seenAt >= 10_000) {
    servers.seenAt = servers.now;
    servers.seenPriority = servers.priority;
  }
  if (command === 'SENTINEL MASTER acme') return ['name', 'acme', 'flags', servers.flags];
  if (command === 'SENTINEL REPLICAS acme') {
    if (servers.meddled) Object.assign(servers, { meddled: false, priority: '100' });
    const age = String(servers.now - servers.seenAt);
    return [['ip', '10.101.0.12', 'slave-priority', servers.seenPriority, 'info-refresh', age]];
  }
  if (command === 'SENTINEL FAILOVER acme') {
    servers.log.push(`sentinel ${member} FAILOVER at ${servers.now - servers.seenAt} ms, behind ${servers.behind}`);
    if (servers.refusal !== undefined) return { error: servers.refusal };
    if (servers.promotes) servers.master = 'r2';
    if (servers.unanswered) throw new TransportError('lost', 'the connection was lost');
    return 'OK';
  }
  if (servers.elsewhere) return ['10.101.0.13', '6379'];
  const names = servers.master === 'r2' && Number(member.slice(1)) <= servers.naming;
  return [names ? '10.101.0.12' : '10.101.0.11', '6379'];
}

async function run(servers: Servers, one: Parameters<typeof switchMaster>[0] = action): Promise<string> {
  const clock: Clock = {
    now: () => servers.now,
    random: () => 0,
    sleep: async (ms) => {
      servers.now += ms;
    },
  };
  const open = new Set<string>();
  const connect = async (endpoint: RespEndpoint) => {
    const key = `${endpoint.member}:${endpoint.port}`;
    open.add(key);
    // Sentinel disconnects the clients of a Redis that it has promoted.
    const role = servers.master;
    return {
      send: async (commands: readonly (readonly (string | number | Secret)[])[]) => {
        servers.now += 1;
        if (endpoint.port === 26379 && endpoint.member === servers.hung) return new Promise<never>(() => {});
        if (endpoint.member === 'r2' && endpoint.port === 6379 && servers.master !== role)
          throw new TransportError('lost', 'the connection was lost');
        return commands.map((words) => answer(servers, endpoint, words.map(String)));
      },
      close: () => open.delete(key),
    };
  };
  const announce = async () => {
    servers.log.push('announced to the proxies');
  };
  const result = await switchMaster(one, { connect, announce, clock }).then(
    () => 'done',
    (error: Error) => error.message,
  );
  await Promise.resolve();
  expect([...open], 'connections left open').to.deep.equal([]);
  return result;
}

describe('a switch of the master', () => {
  it('pauses writes, lets Sentinel promote the replica that has all of them, and makes the former master follow it', async () => {
    const servers = { ...healthy(), behind: 500, perQuestion: 200 };
    expect(await run(servers)).to.equal('done');
    const [failover = ''] = servers.log.filter((line) => line.includes('FAILOVER'));
    expect(servers.log.filter((line) => line !== failover)).to.deep.equal([
      'r2 CONFIG SET replica-priority 1',
      'r1 CLIENT PAUSE 10000 WRITE',
      'announced to the proxies',
      'r1 REPLICAOF 10.101.0.12 6379',
      'r1 CLIENT UNPAUSE',
      'r2 CONFIG SET replica-priority 100',
    ]);
    expect(servers.log.indexOf(failover)).to.equal(2);
    // Not at a random moment: the next INFO comes 1000 ms after the last one.
    expect(failover).to.match(/^sentinel r2 FAILOVER at [67]\d\d ms, behind 0$/);
  });

  it('no answer of the Sentinel that was asked: the failover is awaited, and asked for only once', async () => {
    const servers = { ...healthy(), unanswered: true };
    expect(await run(servers)).to.equal('done');
    expect(servers.log.filter((line) => line.includes('FAILOVER'))).to.have.lengthOf(1);
    expect(servers.follows).to.equal(r2.address);
  });

  it('a Sentinel that hangs holds nothing up', async () => {
    const servers = { ...healthy(), hung: 'r3' };
    expect(await run(servers)).to.equal('done');
    expect(servers.follows).to.equal(r2.address);
  });

  it('a priority that somebody sets back is set again', async () => {
    const servers = { ...healthy(), meddled: true };
    expect(await run(servers)).to.equal('done');
    expect(servers.log.filter((line) => line.endsWith('replica-priority 1'))).to.have.lengthOf(2);
  });

  it('a former master that cannot be made a replica: says that the switch is done', async () => {
    const servers = { ...healthy(), stubborn: true };
    expect(await run(servers)).to.equal(
      'acme-r2 is master; acme-r1 was not made its replica (acme-r1 answered: ERR not now): Sentinel makes it a replica within seconds',
    );
  });

  it('gives up before the Sentinels would take the paused master for dead', async () => {
    const servers = { ...healthy(), behind: 500 };
    expect(await run(servers, { ...action, downAfterMs: 1000 })).to.equal(
      'acme-r2 is still 500 bytes behind acme-r1 after 0.5 s',
    );
  });

  const refusals: readonly (readonly [string, Partial<Servers>, RegExp, string[]])[] = [
    ['another master by now', { master: 'r2' }, /^acme-r1 is not the master any more$/, []],
    [
      'a replica that may not be promoted',
      { priority: '0' },
      /^acme-r2 does not hold the whole data set on its disk yet$/,
      [],
    ],
    ['a replica that is not in sync', { linkUp: false }, /^acme-r2 is not in sync with acme-r1$/, []],
    [
      'a replica that does not catch up',
      { behind: 500 },
      /^acme-r2 is still 500 bytes behind acme-r1 after 2 s$/,
      ['r1 CLIENT PAUSE 10000 WRITE', 'r1 CLIENT UNPAUSE'],
    ],
    [
      'a replica that begins a full synchronization meanwhile: it stays one that cannot be promoted',
      { resyncs: true },
      /^acme-r2 is not in sync with acme-r1 any more$/,
      ['r1 CLIENT PAUSE 10000 WRITE', 'r1 CLIENT UNPAUSE'],
    ],
    [
      'a Sentinel that refuses',
      { refusal: 'NOGOODSLAVE No suitable replica to promote' },
      /^the Sentinel of acme-r2 answered: NOGOODSLAVE/,
      ['r1 CLIENT PAUSE 10000 WRITE', 'r1 CLIENT UNPAUSE'],
    ],
    [
      'a failover that is in progress already, to another member: the former master stays paused',
      { refusal: 'INPROG Failover already in progress', elsewhere: true },
      /^the Sentinels promote another member than acme-r2$/,
      ['r1 CLIENT PAUSE 10000 WRITE'],
    ],
    [
      'a failover that goes on: the former master stays paused',
      { promotes: false, flags: 'master,failover_in_progress,force_failover' },
      /^the Sentinels have not promoted acme-r2 within 6 s, and still try to$/,
      ['r1 CLIENT PAUSE 10000 WRITE'],
    ],
    [
      'a Sentinel that promotes nobody',
      { promotes: false },
      /^the Sentinels have not promoted acme-r2 within 6 s$/,
      ['r1 CLIENT PAUSE 10000 WRITE', 'r1 CLIENT UNPAUSE'],
    ],
    [
      'Sentinels that do not hear of it: the former master stays paused and is not made a replica',
      { naming: 1 },
      /^acme-r2 is promoted, and no majority of the Sentinels names it after 6 s$/,
      ['r1 CLIENT PAUSE 10000 WRITE'],
    ],
  ];
  for (const [name, part, message, ofMaster] of refusals)
    it(`${name}: says so`, async () => {
      const servers = { ...healthy(), ...part };
      expect(await run(servers)).to.match(message);
      expect(servers.log.filter((line) => line.startsWith('r1'))).to.deep.equal(ofMaster);
      expect(servers.follows).to.equal(undefined);
      expect(servers.priority).to.equal(part.resyncs ? '0' : (part.priority ?? '100'));
    });
});
