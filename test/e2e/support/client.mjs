/** `client.mjs HOST PORT COMMAND...`: one command through a tenant's port, the password on standard input. */
import { Redis } from 'ioredis';

const [host, port, ...command] = process.argv.slice(2);
let password = '';
for await (const chunk of process.stdin) password += chunk;
const redis = new Redis({ host, port: Number(port), password: password.trim(), retryStrategy: () => null });
process.stdout.write(`${await redis.call(...command)}\n`);
redis.disconnect();
