// Opens connections, one after the other, sends the password, and keeps them until standard input ends: HOST PORT COUNT, with the password on
// the first line of standard input. Writes "open" to standard error once each of them was admitted (its password was answered) or closed. At
// the end prints how many were admitted, and how many of those were closed by the other side meanwhile.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [host, port, count] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
const ended = once(lines, 'close');
const [password] = await once(lines, 'line');
const request = `*2\r\n$4\r\nAUTH\r\n$${Buffer.byteLength(password)}\r\n${password}\r\n`;
const sessions = [];
for (let opened = 0; opened < Number(count); opened += 1) {
  const session = { admitted: false, cut: false };
  const socket = connect(Number(port), host, () => socket.write(request));
  socket.on('error', () => {});
  sessions.push(session);
  // At once, many are refused while those that are being refused still count.
  await new Promise((resolve) => {
    socket.on('data', (reply) => {
      session.admitted ||= String(reply).startsWith('+OK');
      resolve();
    });
    socket.on('close', () => {
      session.cut = session.admitted;
      resolve();
    });
  });
}
process.stderr.write('open\n');
await ended;
const admitted = sessions.filter((session) => session.admitted);
const cut = admitted.filter((session) => session.cut);
process.stdout.write(`${JSON.stringify({ admitted: admitted.length, cut: cut.length })}\n`, () => process.exit(0));
