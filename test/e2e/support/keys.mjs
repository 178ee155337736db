// Prints the number of keys of a tenant and the value of `greeting` as JSON: keys.mjs HOST PORT, the password on standard input.
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';

const [host, port] = process.argv.slice(2);
const password = (await text(process.stdin)).trimEnd();
const client = new Redis({ host, port: Number(port), password, connectTimeout: 5000, maxRetriesPerRequest: 0 });
client.on('error', () => {}); // the command below rejects with it
try {
  process.stdout.write(JSON.stringify({ keys: await client.dbsize(), greeting: await client.get('greeting') }));
} catch (error) {
  process.stderr.write(`${host}:${port}: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  client.disconnect();
}
