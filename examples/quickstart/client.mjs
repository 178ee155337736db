// A tenant's client: node client.mjs HOST PORT TENANT, the password on standard input. Writes a key and reads it back.
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';

const [host, port, tenant] = process.argv.slice(2);
const password = (await text(process.stdin)).trimEnd();
const client = new Redis({ host, port: Number(port), password, connectTimeout: 5000, maxRetriesPerRequest: 1 });
client.on('error', () => {}); // the command below rejects with it
try {
  const value = `hello from ${tenant} at ${new Date().toISOString()}`;
  await client.set('greeting', value);
  const back = await client.get('greeting');
  process.stdout.write(`${tenant} ${host}:${port}  SET greeting "${value}"  GET greeting "${back}"\n`);
  process.exitCode = back === value ? 0 : 1;
} catch (error) {
  process.stderr.write(`${tenant} ${host}:${port}: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  client.disconnect();
}
