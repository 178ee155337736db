import { beginClient, type DrillClient } from '../engine/drill-client.ts';
import { messageOf } from '../transport/errors.ts';
import type { RespConnection } from '../transport/io.ts';
import type { CliContext } from './context.ts';
import type { Rehearsal } from './rehearsal.ts';

/** To connect, and for a reply, as an impatient client has it. Milliseconds. */
const clientTimeoutMs = 1000;
/** Before the kill, the client has written as many times. */
const writesBefore = 100;
/** Within which it does so. Milliseconds. */
const warmUpMs = 30_000;
/** The client's list expires as long after the last write. Seconds. */
const expireSeconds = 3600;

/** Begins to write through the virtual address, at the first place from which that works. */
export async function beginSomewhere(
  { clock, out, signal }: CliContext,
  { connections, endpoint, from, key, tenant }: Rehearsal,
): Promise<DrillClient | { readonly refused: string }> {
  const executor = connections.executor();
  const failures: string[] = [];
  for (const host of from) {
    const dial = () => executor.dial({ ...endpoint, through: [host.name] }, [host], clientTimeoutMs);
    const why = await failureOf(dial);
    if (why !== undefined) {
      failures.push(`${host.name}: ${why}`);
      continue;
    }
    const client = beginClient(dial, { clock, key, expireSeconds });
    out(`${tenant.name}: a client on ${host.name} writes\n`);
    const deadline = clock.now() + warmUpMs;
    while (client.acknowledged() < writesBefore && clock.now() < deadline && !signal.aborted) await clock.sleep(50);
    if (client.acknowledged() >= writesBefore) return client;
    const { errors } = await client.stop(clock.now());
    return { refused: `too few writes were acknowledged before the kill: ${JSON.stringify(errors)}` };
  }
  return { refused: `no host can connect to ${endpoint.address}:${endpoint.port} as a client: ${failures.join('; ')}` };
}

async function failureOf(dial: () => Promise<RespConnection>): Promise<string | undefined> {
  try {
    const connection = await dial();
    await connection.send([['PING']]);
    connection.close();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
