import { Redis } from 'ioredis';

/**
 * A client of one tenant, run where the VIP is reachable: `writer.ts HOST PORT`, with the password on the first line of standard input.
 * It writes w:1, w:2 … one after the other. A write is plain if SET returned OK, and acknowledged if a replica confirmed it too (WAIT 1).
 * When standard input ends, it stops, reads every key back, and prints one line of JSON.
 */
export interface WriterReport {
  readonly attempted: number;
  readonly plain: number;
  readonly acknowledged: number;
  /** Plain writes that the last master does not have. */
  readonly lostPlain: number;
  readonly lostAcknowledged: number;
  /** The longest time between two acknowledged writes, milliseconds. */
  readonly longestGapMs: number;
  /** When that gap began and ended, milliseconds since 1970. */
  readonly gapBegan: number;
  readonly gapEnded: number;
  readonly errors: Readonly<Record<string, number>>;
}

const [host = '', port = ''] = process.argv.slice(2);
let password = '';
let stopping = false;

process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  password += chunk;
  if (password.endsWith('\n')) void run(password.trimEnd());
});
process.stdin.on('end', () => {
  stopping = true;
});

async function run(secret: string): Promise<void> {
  const plain = new Set<number>();
  const acknowledged = new Map<number, number>();
  const errors: Record<string, number> = {};
  let attempted = 0;
  let client = connect(secret);
  while (!stopping) {
    attempted += 1;
    try {
      await client.set(`w:${attempted}`, attempted);
      plain.add(attempted);
      if ((await client.wait(1, 250)) >= 1) acknowledged.set(attempted, Date.now());
      if (acknowledged.size === 1 && acknowledged.has(attempted)) process.stderr.write('writing\n');
      await pause(2);
    } catch (error) {
      const word = (error instanceof Error ? error.message : String(error)).slice(0, 40);
      errors[word] = (errors[word] ?? 0) + 1;
      client.disconnect();
      await pause(20);
      client = connect(secret);
    }
  }
  client.disconnect();
  const kept = await readBack(secret, attempted);
  process.stdout.write(`${JSON.stringify(report(attempted, plain, acknowledged, kept, errors))}\n`);
  process.exit(0);
}

function connect(secret: string): Redis {
  const client = new Redis({
    host,
    port: Number(port),
    password: secret,
    connectTimeout: 500,
    commandTimeout: 1000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  client.on('error', () => {});
  return client;
}

async function readBack(secret: string, count: number): Promise<ReadonlySet<number>> {
  for (;;) {
    const client = connect(secret);
    try {
      const keys = Array.from({ length: count }, (_, index) => `w:${index + 1}`);
      const values = count ? await client.mget(keys) : [];
      return new Set(values.flatMap((value, index) => (value === null ? [] : [index + 1])));
    } catch {
      await pause(50);
    } finally {
      client.disconnect();
    }
  }
}

function report(
  attempted: number,
  plain: ReadonlySet<number>,
  acknowledged: ReadonlyMap<number, number>,
  kept: ReadonlySet<number>,
  errors: Readonly<Record<string, number>>,
): WriterReport {
  const times = [...acknowledged.values()];
  const gaps = times.slice(1).map((time, index) => ({ began: times[index] ?? time, ended: time }));
  const longest = gaps.reduce((a, b) => (b.ended - b.began > a.ended - a.began ? b : a), { began: 0, ended: 0 });
  return {
    attempted,
    plain: plain.size,
    acknowledged: acknowledged.size,
    lostPlain: [...plain].filter((number) => !kept.has(number)).length,
    lostAcknowledged: [...acknowledged.keys()].filter((number) => !kept.has(number)).length,
    longestGapMs: longest.ended - longest.began,
    gapBegan: longest.began,
    gapEnded: longest.ended,
    errors,
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
