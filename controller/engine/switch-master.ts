import type { RespCommand, RespEndpoint, RespReply } from '../../reconcilers/facts/fact.ts';
import { fieldsOf, infoOf, isError, isList } from '../../reconcilers/facts/resp-replies.ts';
import type { ActionOf } from '../../reconcilers/operations/actions.ts';
import { electable } from '../../renderers/redis/start-guard.ts';
import { messageOf, TransportError } from '../transport/errors.ts';
import type { Clock, Connect, RespConnection } from '../transport/io.ts';

type Switch = ActionOf<'master-switch'>;

/** What a switch is carried out with. `announce` tells the proxies of the new master, and never rejects. */
export interface SwitchIo {
  readonly connect: Connect;
  readonly clock: Clock;
  announce(): Promise<void>;
}

/** Sentinel asks a replica for INFO every 10 s (sentinel_info_period in sentinel.c), and sees its priority then. Milliseconds. */
const seenMs = 15_000;
/**
 * Sentinel sees that a replica is promoted by the next INFO, a second after the last one (sentinelSendPeriodicCommands), and takes three
 * turns of its timer of 100 ms until it has sent REPLICAOF NO ONE. If it starts so many milliseconds after an INFO, the next one
 * comes right after the promotion; at a random moment it would come up to a second later.
 */
const infoAgeMs = 600;
/** Of the pause of writes: longer than all that follows. It ends by itself, should the operator die. Milliseconds. */
const pauseMs = 10_000;
/**
 * For the replica to receive what was written before the pause, at most. Milliseconds. The Sentinels' own messages are paused too, and with
 * them the answers to their PINGs on the same connection (PUBLISH, may_replicate in server.c), so that it is half of down-after at most:
 * otherwise they would take the master for dead.
 */
const catchUpMs = 2_000;
/** For Sentinel to promote it, and for the other Sentinels to hear of that. Milliseconds. */
const promotionMs = 6_000;
/** Between two questions. Milliseconds. */
const askMs = 20;

/**
 * Hands the master over to the replica `to` while both are alive. Nothing that was acknowledged is lost: writes are paused, the replica has
 * received all of them, and only then Sentinel promotes it. It is preferred by its priority, as Sentinel has seen it, so that no other one
 * is promoted. Once a majority of the Sentinels names it, the former master is made its replica, as Sentinel itself would do 8 s
 * later: until then it would write the Sentinels' own messages into its history, and need a full synchronization. Rejects with the reason if
 * it was not done, or not all of it.
 */
export async function switchMaster(action: Switch, { connect, announce, clock }: SwitchIo): Promise<void> {
  const talk = conversation(connect);
  try {
    await requireRoles(action, talk);
    try {
      await preferred(action, talk, clock);
      await handOver(action, talk, clock, announce);
    } finally {
      // If that fails, a later pass does it: the setting differs.
      await unprefer(action, talk).catch(() => undefined);
    }
  } finally {
    talk.close();
  }
}

async function requireRoles({ from, to }: Switch, talk: Conversation): Promise<void> {
  const [own, next] = await Promise.all([replication(talk, from), replication(talk, to)]);
  if (own.get('role') !== 'master') throw new Error(`${nameOf(from)} is not the master any more`);
  if (next.get('role') !== 'slave' || next.get('master_host') !== from.address)
    throw new Error(`${nameOf(to)} is not a replica of ${nameOf(from)}`);
  if (next.get('master_link_status') !== 'up' || next.get('master_sync_in_progress') !== '0')
    throw new Error(`${nameOf(to)} is not in sync with ${nameOf(from)}`);
  if (next.get('slave_priority') === '0') throw new Error(incomplete(to));
}

/**
 * Prefers the replica, and waits until the Sentinel that will lead has seen that, and for the moment at which it starts best. A watch that
 * runs beside this takes the priority for one that is left over, and sets it back: then it is set again.
 */
async function preferred(action: Switch, talk: Conversation, clock: Clock): Promise<void> {
  const { to, master } = action;
  const leader = leaderOf(action);
  const age = await until(clock, seenMs, 50, async () => {
    const priority = await priorityOf(talk, to);
    if (priority === '0') throw new Error(incomplete(to));
    if (priority !== preferredPriority) await ask(talk, to, ['CONFIG', 'SET', 'replica-priority', preferredPriority]);
    const replicas = await ask(talk, leader, ['SENTINEL', 'REPLICAS', master]);
    const entry = (isList(replicas) ? replicas : []).map(fieldsOf).find((one) => one.get('ip') === to.address);
    return entry?.get('slave-priority') === preferredPriority ? Number(entry.get('info-refresh')) : undefined;
  });
  if (age === undefined)
    throw new Error(`the Sentinel of ${nameOf(leader)} has not asked ${nameOf(to)} for INFO within ${seenMs / 1000} s`);
  if (age < infoAgeMs) await clock.sleep(infoAgeMs - age);
}

/** Lower than that of any other replica, which Sentinel prefers; and not 0, which it never promotes. */
const preferredPriority = '1';

async function priorityOf(talk: Conversation, endpoint: RespEndpoint): Promise<string | undefined> {
  return fieldsOf(await ask(talk, endpoint, ['CONFIG', 'GET', 'replica-priority'])).get('replica-priority');
}

function incomplete(endpoint: RespEndpoint): string {
  return `${nameOf(endpoint)} does not hold the whole data set on its disk yet`;
}

/** Only its own change: the load monitor sets priority 0 when a full synchronization begins, and such a replica must stay as it is. */
async function unprefer({ to }: Switch, talk: Conversation): Promise<void> {
  if ((await priorityOf(talk, to)) === preferredPriority)
    await ask(talk, to, ['CONFIG', 'SET', 'replica-priority', electable]);
}

async function handOver(
  action: Switch,
  talk: Conversation,
  clock: Clock,
  announce: () => Promise<void>,
): Promise<void> {
  const { from, to } = action;
  await ask(talk, from, ['CLIENT', 'PAUSE', pauseMs, 'WRITE']);
  try {
    await caughtUp(action, talk, clock);
    await failOver(action, talk);
  } catch (error) {
    await ask(talk, from, ['CLIENT', 'UNPAUSE']).catch(() => undefined);
    throw error;
  }
  if (!(await isNamed(action, talk, clock))) throw new Error(await withoutMajority(action, talk));
  const announced = announce();
  try {
    await ask(talk, from, ['REPLICAOF', to.address, to.port]);
    await ask(talk, from, ['CLIENT', 'UNPAUSE']);
  } catch (error) {
    const soon = 'Sentinel makes it a replica within seconds';
    throw new Error(`${nameOf(to)} is master; ${nameOf(from)} was not made its replica (${messageOf(error)}): ${soon}`);
  }
  await announced;
}

/**
 * Asks for the failover once. Rejects only if it was refused. Without an answer, and if one is in progress already, it may be carried out:
 * then writes must not continue on the former master.
 */
async function failOver(action: Switch, talk: Conversation): Promise<void> {
  const leader = leaderOf(action);
  const [reply] = await talk.sendOnce(leader, [['SENTINEL', 'FAILOVER', action.master]]).catch(() => []);
  if (isError(reply) && !/^INPROG/.test(reply.error))
    throw new Error(`the Sentinel of ${nameOf(leader)} answered: ${reply.error}`);
}

/** Whether a majority of the Sentinels names the replica in time. Each is asked on its own: one that hangs holds up no other. */
function isNamed(action: Switch, talk: Conversation, clock: Clock): Promise<boolean> {
  const { to, master, sentinels } = action;
  let names = 0;
  return new Promise((resolve) => {
    let ended = false;
    const end = (named: boolean) => {
      ended = true;
      resolve(named);
    };
    const asked = sentinels.map(async (sentinel) => {
      const named = await until(clock, promotionMs, askMs, async () =>
        ended || (await namedBy(talk, sentinel, master)) === to.address ? true : undefined,
      );
      if (named) names += 1;
      if (names * 2 > sentinels.length) end(true);
    });
    void Promise.all(asked).then(() => end(false));
  });
}

/**
 * Writes continue on the former master only if nothing was promoted, and nothing is going to be. Otherwise its pause ends by itself, and
 * Sentinel demotes it.
 */
async function withoutMajority(action: Switch, talk: Conversation): Promise<string> {
  const { from, to, master } = action;
  const seconds = promotionMs / 1000;
  const promoted = (await replication(talk, to)).get('role') === 'master';
  if (promoted) return `${nameOf(to)} is promoted, and no majority of the Sentinels names it after ${seconds} s`;
  const names = await Promise.all(action.sentinels.map((sentinel) => namedBy(talk, sentinel, master)));
  if (names.some((address) => address !== undefined && address !== from.address))
    return `the Sentinels promote another member than ${nameOf(to)}`;
  const flags = fieldsOf(await ask(talk, leaderOf(action), ['SENTINEL', 'MASTER', master])).get('flags') ?? '';
  if (flags.includes('failover_in_progress'))
    return `the Sentinels have not promoted ${nameOf(to)} within ${seconds} s, and still try to`;
  await ask(talk, from, ['CLIENT', 'UNPAUSE']).catch(() => undefined);
  return `the Sentinels have not promoted ${nameOf(to)} within ${seconds} s`;
}

async function caughtUp({ from, to, downAfterMs }: Switch, talk: Conversation, clock: Clock): Promise<void> {
  let behind = 0;
  const limitMs = Math.min(catchUpMs, downAfterMs / 2);
  const equal = await until(clock, limitMs, askMs, async () => {
    const own = Number((await replication(talk, from)).get('master_repl_offset'));
    const next = await replication(talk, to);
    behind = own - Number(next.get('slave_repl_offset'));
    // A full synchronization that has begun meanwhile takes the priority away.
    if (next.get('master_link_status') !== 'up' || next.get('slave_priority') === '0')
      throw new Error(`${nameOf(to)} is not in sync with ${nameOf(from)} any more`);
    return behind === 0 ? true : undefined;
  });
  if (!equal)
    throw new Error(`${nameOf(to)} is still ${behind} bytes behind ${nameOf(from)} after ${limitMs / 1000} s`);
}

/** The address that a Sentinel names; undefined if it does not answer. */
async function namedBy(talk: Conversation, sentinel: RespEndpoint, master: string): Promise<string | undefined> {
  const reply = await ask(talk, sentinel, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master]).catch(() => undefined);
  return isList(reply) ? String(reply[0]) : undefined;
}

/** Its own Sentinel: it reaches the replica whatever happens to the network. */
function leaderOf({ to, sentinels }: Switch): RespEndpoint {
  const own = sentinels.find(({ member }) => member === to.member);
  if (!own) throw new Error(`${nameOf(to)} has no Sentinel`);
  return own;
}

async function replication(talk: Conversation, endpoint: RespEndpoint): Promise<ReadonlyMap<string, string>> {
  return infoOf(await ask(talk, endpoint, ['INFO', 'replication']));
}

async function ask(talk: Conversation, endpoint: RespEndpoint, command: RespCommand): Promise<RespReply> {
  const [reply] = await talk.send(endpoint, [command]);
  if (isError(reply)) throw new Error(`${nameOf(endpoint)} answered: ${reply.error}`);
  return reply ?? null;
}

interface Conversation {
  /** Sent a second time if the connection was lost: commands that may be repeated. */
  send(endpoint: RespEndpoint, commands: readonly RespCommand[]): Promise<readonly RespReply[]>;
  sendOnce(endpoint: RespEndpoint, commands: readonly RespCommand[]): Promise<readonly RespReply[]>;
  close(): void;
}

/** One connection for each server. Sentinel disconnects all clients of a Redis whose role it changes: then it is opened once more. */
function conversation(connect: Connect): Conversation {
  const open = new Map<string, Promise<RespConnection>>();
  const to = (endpoint: RespEndpoint) => {
    const key = `${endpoint.address}:${endpoint.port}`;
    const known = open.get(key) ?? connect(endpoint);
    open.set(key, known);
    return { key, known };
  };
  const close = (known: Promise<RespConnection>) =>
    known.then(
      (connection) => connection.close(),
      () => undefined,
    );
  const sendOnce: Conversation['send'] = async (endpoint, commands) => {
    const { key, known } = to(endpoint);
    try {
      return await (await known).send(commands);
    } catch (error) {
      open.delete(key);
      await close(known);
      throw error;
    }
  };
  return {
    sendOnce,
    send: (endpoint, commands) =>
      sendOnce(endpoint, commands).catch((error: unknown) => {
        if (!(error instanceof TransportError) || error.kind !== 'lost') throw error;
        return sendOnce(endpoint, commands);
      }),
    close: () => {
      for (const known of open.values()) void close(known);
    },
  };
}

/** Asks until there is an answer; undefined once the time is up. */
async function until<T>(
  clock: Clock,
  limitMs: number,
  everyMs: number,
  question: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = clock.now() + limitMs;
  for (;;) {
    const answer = await question();
    if (answer !== undefined || clock.now() >= deadline) return answer;
    await clock.sleep(everyMs);
  }
}

function nameOf({ tenant, member }: RespEndpoint): string {
  return member === undefined ? tenant : `${tenant}-${member}`;
}
