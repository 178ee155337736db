// A client that reads: HOST PORT, with the password on the first line of standard input. It reads one key twenty times a second, connects again
// once it is reset, answered with an error, or not answered for a second, and writes "reading" to standard error after the first answer. When
// standard input ends, it prints one line of JSON: how many answers there were, and the longest time between two, milliseconds.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [host, port] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
const ended = once(lines, 'close');
const [password] = await once(lines, 'line');
const command = (...words) =>
  `*${words.length}\r\n${words.map((one) => `$${Buffer.byteLength(one)}\r\n${one}\r\n`).join('')}`;
let reads = 0;
let last = 0;
let longestGapMs = 0;

function open() {
  const socket = connect(Number(port), host, () => socket.write(command('AUTH', password)));
  let admitted = false;
  socket.setTimeout(1000, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', (reply) => {
    if (String(reply).startsWith('-')) return socket.destroy();
    if (admitted) {
      const now = Date.now();
      if (reads) longestGapMs = Math.max(longestGapMs, now - last);
      else process.stderr.write('reading\n');
      reads += 1;
      last = now;
    }
    admitted = true;
    setTimeout(() => socket.write(command('GET', 'w:1')), 50);
  });
  socket.on('close', () => setTimeout(open, 20));
}

open();
await ended;
longestGapMs = Math.max(longestGapMs, Date.now() - last);
process.stdout.write(`${JSON.stringify({ reads, longestGapMs })}\n`, () => process.exit(0));
