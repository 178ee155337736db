import { isError, isList } from '../../reconcilers/facts/resp-replies.ts';
import type { ClientView } from '../events/drill.ts';
import { messageOf, TransportError } from '../transport/errors.ts';
import type { Clock, RespConnection } from '../transport/io.ts';

/** A client that writes until it is stopped. */
export interface DrillClient {
  /** Writes that were acknowledged so far. */
  acknowledged(): number;
  /** Stops, reads everything back, and removes it. `killed`: when that was, milliseconds since 1970. */
  stop(killed: number): Promise<ClientView>;
  /** Stops, and leaves its list to expire. */
  abandon(): void;
}

export interface DrillClientOptions {
  readonly clock: Clock;
  /** Of the list that it writes to. */
  readonly key: string;
  /** The list expires so many seconds after the last write. */
  readonly expireSeconds: number;
}

/** Between two writes, and after a failed one. Milliseconds. */
const pauseMs = 20;
/** For a replica to confirm a write. Milliseconds. */
const confirmMs = 250;
/** Reading back is tried so many times. */
const reads = 40;

/**
 * Writes numbers to one list, one after the other, as a client would: over one connection, and after any failure over another one. A write
 * counts as acknowledged if it was accepted, a replica confirmed it (WAIT 1), and it was read back. One that failed is not repeated: the next
 * number is written. It knows only the virtual address and the password.
 */
export function beginClient(
  dial: () => Promise<RespConnection>,
  { clock, key, expireSeconds }: DrillClientOptions,
): DrillClient {
  const times = new Map<number, number>();
  const errors: Record<string, number> = {};
  let [attempted, stopping] = [0, false];
  const write = async (connection: RespConnection, number: number): Promise<void> => {
    const replies = await connection.send([
      ['RPUSH', key, number],
      ['EXPIRE', key, expireSeconds],
      ['WAIT', 1, confirmMs],
      ['LINDEX', key, -1],
    ]);
    const error = replies.find(isError);
    if (error) throw new Error(error.error);
    const [, , confirmed, last] = replies;
    if (Number(confirmed) < 1) throw new Error('no replica confirmed the write in time');
    if (last !== String(number)) throw new Error('another value was read than was written');
    times.set(number, clock.now());
  };
  const run = async (): Promise<void> => {
    let connection: RespConnection | undefined;
    while (!stopping) {
      attempted += 1;
      try {
        connection ??= await dial();
        await write(connection, attempted);
      } catch (error) {
        const words = wordsOf(error);
        errors[words] = (errors[words] ?? 0) + 1;
        connection?.close();
        connection = undefined;
      }
      await clock.sleep(pauseMs);
    }
    connection?.close();
  };
  const running = run();
  return {
    acknowledged: () => times.size,
    abandon: () => {
      stopping = true;
    },
    stop: async (killed) => {
      stopping = true;
      await running;
      const kept = await readBack(dial, clock, key);
      const lost = kept && [...times.keys()].filter((number) => !kept.has(number)).length;
      return { attempted, acknowledged: times.size, lost, ...gapsOf([...times.values()], killed), errors };
    },
  };
}

/** The gap that lasts at the end counts as well, and is the longest. */
function gapsOf(times: readonly number[], killed: number): Pick<ClientView, 'gap' | 'usualGapMs'> {
  const before = times.filter((time) => time < killed);
  const after = times.filter((time) => time >= killed);
  const usualGapMs = longest(before).length;
  if (!after.length) return { gap: { began: (before.at(-1) ?? killed) - killed, ended: undefined }, usualGapMs };
  const { began, ended } = longest([before.at(-1) ?? killed, ...after]);
  return { gap: { began: began - killed, ended: ended - killed }, usualGapMs };
}

function longest(times: readonly number[]): {
  readonly began: number;
  readonly ended: number;
  readonly length: number;
} {
  const gaps = times.slice(1).map((ended, index) => {
    const began = times[index] ?? ended;
    return { began, ended, length: ended - began };
  });
  const none = { began: times[0] ?? 0, ended: times[0] ?? 0, length: 0 };
  return gaps.reduce((one, other) => (other.length > one.length ? other : one), none);
}

async function readBack(
  dial: () => Promise<RespConnection>,
  clock: Clock,
  key: string,
): Promise<ReadonlySet<number> | undefined> {
  for (let tries = 0; tries < reads; tries += 1) {
    const connection = await dial().catch(() => undefined);
    try {
      const [list] = (await connection?.send([['LRANGE', key, 0, -1]])) ?? [];
      if (isList(list)) {
        await connection?.send([['DEL', key]]).catch(() => undefined);
        return new Set(list.map(Number));
      }
    } catch {
      // As a client would: once more.
    } finally {
      connection?.close();
    }
    await clock.sleep(500);
  }
  return undefined;
}

const failures: { readonly [K in TransportError['kind']]?: string } = {
  'no-connection': 'could not connect',
  timeout: 'could not connect in time',
  unreachable: 'could not connect',
  lost: 'the connection was closed',
  'no-reply': 'was not answered in time',
};

/** Without addresses and numbers, so that the same failure counts as one. */
function wordsOf(error: unknown): string {
  const known = error instanceof TransportError ? failures[error.kind] : undefined;
  if (known) return known;
  return messageOf(error)
    .replace(/\d[\d.:]*/g, 'N')
    .slice(0, 70);
}
