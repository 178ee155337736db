// Opens so many connections a second for so many seconds, each for one command, and closes each first, as clients do: HOST PORT RATE SECONDS,
// with the password on the first line of standard input. Meanwhile it keeps a few sessions. Prints how many connections were answered, how
// many were not, and how many of the sessions were closed by the other side.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [host, port, rate, seconds] = process.argv.slice(2);
const [password] = await once(createInterface({ input: process.stdin }), 'line');
const request = `*2\r\n$4\r\nAUTH\r\n$${Buffer.byteLength(password)}\r\n${password}\r\n`;
const sessions = Array.from({ length: 10 }, () => {
  const socket = connect(Number(port), host, () => socket.write(request));
  return socket.on('error', () => {});
});
await Promise.all(sessions.map((socket) => once(socket, 'data')));
const count = { answered: 0, failed: 0, cut: 0 };
for (const socket of sessions) socket.on('close', () => (count.cut += 1));
const begun = Date.now();
let opened = 0;
await new Promise((resolve) => {
  const timer = setInterval(() => {
    const passed = (Date.now() - begun) / 1000;
    if (passed > Number(seconds)) {
      clearInterval(timer);
      setTimeout(resolve, 5000);
    }
    for (; opened < Math.min(passed, Number(seconds)) * Number(rate); opened += 1) open();
  }, 10);
});
process.stdout.write(`${JSON.stringify({ opened, ...count })}\n`, () => process.exit(0));

function open() {
  const socket = connect(Number(port), host, () => socket.write(request));
  let answered = false;
  socket.setTimeout(5000, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', () => {
    answered = true;
    socket.end();
  });
  socket.on('close', () => (count[answered ? 'answered' : 'failed'] += 1));
}
