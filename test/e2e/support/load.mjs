/**
 * `load.mjs HOST PORT MEGABYTES RATE`, with the password on the first line of standard input: writes that many megabytes of data, and then
 * rewrites keys of it at random, RATE megabytes a second, until standard input ends. Prints `loaded` to standard error when all are written,
 * and at the end one line of JSON: the megabytes rewritten, and the longest time without an accepted write.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { Redis } from 'ioredis';

const [host, port, megabytes, rate] = process.argv.slice(2);
const size = 4000;
const count = Math.floor((Number(megabytes) * 1e6) / size);
const batch = 25;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let password = '';
let stopping = false;
let redis;

process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  password += chunk;
  if (password.endsWith('\n')) void run();
});
process.stdin.on('end', () => {
  stopping = true;
});

function connect() {
  const options = { connectTimeout: 500, commandTimeout: 2000, maxRetriesPerRequest: 0, enableReadyCheck: false };
  redis = new Redis({ host, port: Number(port), password: password.trim(), retryStrategy: () => null, ...options });
  redis.on('error', () => {});
}

async function write(keys) {
  for (;;) {
    try {
      const values = keys.flatMap((key) => [`load:${key}`, randomBytes(size / 2).toString('hex')]);
      await redis.mset(...values);
      return;
    } catch {
      redis.disconnect();
      await pause(50);
      if (stopping) return;
      connect();
    }
  }
}

async function run() {
  connect();
  for (let first = 0; first < count; first += batch)
    await write(Array.from({ length: Math.min(batch, count - first) }, (_, index) => first + index));
  process.stderr.write('loaded\n');
  const begun = Date.now();
  let [written, last, longestGapMs] = [0, begun, 0];
  while (!stopping) {
    await write(Array.from({ length: batch }, () => randomInt(count)));
    longestGapMs = Math.max(longestGapMs, Date.now() - last);
    last = Date.now();
    written += batch * size;
    const ahead = (written / (Number(rate) * 1e6)) * 1000 - (last - begun);
    if (ahead > 0) await pause(ahead);
  }
  redis.disconnect();
  process.stdout.write(`${JSON.stringify({ megabytes: Math.round(written / 1e6), longestGapMs })}\n`);
  process.exit(0);
}
