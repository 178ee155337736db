import type { RespCommand, RespEndpoint, RespReply } from '../../reconcilers/facts/fact.ts';
import { fieldsOf, infoOf, isError, isList } from '../../reconcilers/facts/resp-replies.ts';
import type { ActionOf } from '../../reconcilers/operations/actions.ts';
import { electable } from '../../renderers/redis/start-guard.ts';
import { TransportError } from '../transport/errors.ts';
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
/** For the replica to receive what was written before the pause. Milliseconds. */
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
 * it was not done; then writes continue on the former master.
 */
export async function switchMaster(action: Switch, { connect, announce, clock }: SwitchIo): Promise<void> {
  const talk = conversation(connect);
  try {
    await requireRoles(action, talk);
    try {
      await ask(talk, action.to, ['CONFIG', 'SET', 'replica-priority', 1]);
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
  if (next.get('slave_priority') === '0')
    throw new Error(`${nameOf(to)} does not hold the whole data set on its disk yet`);
}

/** Waits until the Sentinel that will lead has seen the priority of the replica, and for the moment at which it starts best. */
async function preferred(action: Switch, talk: Conversation, clock: Clock): Promise<void> {
  const { to, master } = action;
  const leader = leaderOf(action);
  const age = await until(clock, seenMs, 50, async () => {
    const replicas = await ask(talk, leader, ['SENTINEL', 'REPLICAS', master]);
    const entry = (isList(replicas) ? replicas : []).map(fieldsOf).find((one) => one.get('ip') === to.address);
    return entry?.get('slave-priority') === '1' ? Number(entry.get('info-refresh')) : undefined;
  });
  if (age === undefined)
    throw new Error(`the Sentinel of ${nameOf(leader)} has not asked ${nameOf(to)} for INFO within ${seenMs / 1000} s`);
  if (age < infoAgeMs) await clock.sleep(infoAgeMs - age);
}

/** Only its own change: the load monitor sets priority 0 when a full synchronization begins, and such a replica must stay as it is. */
async function unprefer({ to }: Switch, talk: Conversation): Promise<void> {
  const have = fieldsOf(await ask(talk, to, ['CONFIG', 'GET', 'replica-priority'])).get('replica-priority');
  if (have === '1') await ask(talk, to, ['CONFIG', 'SET', 'replica-priority', electable]);
}

async function handOver(
  action: Switch,
  talk: Conversation,
  clock: Clock,
  announce: () => Promise<void>,
): Promise<void> {
  const { from, to, master } = action;
  await ask(talk, from, ['CLIENT', 'PAUSE', pauseMs, 'WRITE']);
  try {
    await caughtUp(action, talk, clock);
    await ask(talk, leaderOf(action), ['SENTINEL', 'FAILOVER', master]);
  } catch (error) {
    await ask(talk, from, ['CLIENT', 'UNPAUSE']).catch(() => undefined);
    throw error;
  }
  const named = await until(clock, promotionMs, askMs, async () => {
    const names = await Promise.all(action.sentinels.map((sentinel) => namedBy(talk, sentinel, master)));
    return names.filter((address) => address === to.address).length * 2 > names.length ? true : undefined;
  });
  if (!named) throw new Error(await withoutMajority(action, talk));
  const announced = announce();
  await ask(talk, from, ['REPLICAOF', to.address, to.port]);
  await ask(talk, from, ['CLIENT', 'UNPAUSE']);
  await announced;
}

/** Writes continue on the former master only if nothing was promoted. Otherwise its pause ends by itself, and Sentinel demotes it. */
async function withoutMajority({ from, to }: Switch, talk: Conversation): Promise<string> {
  const seconds = promotionMs / 1000;
  const promoted = (await replication(talk, to)).get('role') === 'master';
  if (promoted) return `${nameOf(to)} is promoted, and no majority of the Sentinels names it after ${seconds} s`;
  await ask(talk, from, ['CLIENT', 'UNPAUSE']).catch(() => undefined);
  return `the Sentinels have not promoted ${nameOf(to)} within ${seconds} s`;
}

async function caughtUp({ from, to }: Switch, talk: Conversation, clock: Clock): Promise<void> {
  let behind = 0;
  const equal = await until(clock, catchUpMs, askMs, async () => {
    const own = Number((await replication(talk, from)).get('master_repl_offset'));
    const next = await replication(talk, to);
    behind = own - Number(next.get('slave_repl_offset'));
    // A full synchronization that has begun meanwhile takes the priority away.
    if (next.get('master_link_status') !== 'up' || next.get('slave_priority') !== '1')
      throw new Error(`${nameOf(to)} is not in sync with ${nameOf(from)} any more`);
    return behind === 0 ? true : undefined;
  });
  if (!equal)
    throw new Error(`${nameOf(to)} is still ${behind} bytes behind ${nameOf(from)} after ${catchUpMs / 1000} s`);
}

/** The address that a Sentinel names; undefined if it does not answer. */
async function namedBy(talk: Conversation, sentinel: RespEndpoint, master: string): Promise<string | undefined> {
  const reply = await ask(talk, sentinel, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master]).catch(() => undefined);
  return isList(reply) ? String(reply[0]) : undefined;
}

/** Its own Sentinel: it reaches the replica whatever happens to the network. */
function leaderOf({ to, sentinels, from }: Switch): RespEndpoint {
  return sentinels.find(({ member }) => member === to.member) ?? from;
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
  send(endpoint: RespEndpoint, commands: readonly RespCommand[]): Promise<readonly RespReply[]>;
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
  return {
    send: async (endpoint, commands) => {
      const { key, known } = to(endpoint);
      try {
        return await (await known).send(commands);
      } catch (error) {
        open.delete(key);
        if (!(error instanceof TransportError) || error.kind !== 'lost') throw error;
        return await (await to(endpoint).known).send(commands);
      }
    },
    close: () => {
      for (const known of open.values())
        known.then(
          (connection) => connection.close(),
          () => undefined,
        );
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
