// A client that keeps one connection and uses it: HOST PORT, with the password on the first line of standard input. It sends a PING ten times
// a second, connects again once it is reset, or not answered for two seconds, and writes "open" to standard error once it was admitted first.
// When standard input ends, it prints one line of JSON: when each connection began and, but for the last one, ended, milliseconds since 1970.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [host, port] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
const ended = once(lines, 'close');
const [password] = await once(lines, 'line');
const request = `*2\r\n$4\r\nAUTH\r\n$${Buffer.byteLength(password)}\r\n${password}\r\n`;
const sessions = [];

function open() {
  const socket = connect(Number(port), host, () => socket.write(request));
  let session;
  socket.setTimeout(2000, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', (reply) => {
    if (session || !String(reply).startsWith('+OK')) return;
    session = { began: Date.now() };
    sessions.push(session);
    process.stderr.write('open\n');
  });
  const pings = setInterval(() => session && socket.write('PING\r\n'), 100);
  socket.on('close', () => {
    clearInterval(pings);
    if (session) session.ended = Date.now();
    setTimeout(open, 20);
  });
}

open();
await ended;
process.stdout.write(`${JSON.stringify(sessions)}\n`, () => process.exit(0));
