import { expect } from 'chai';
import { eventually, type Trio } from './trio.ts';

export const all = ['r1', 'r2', 'r3'] as const;

/** Sentinels up, r1 permitted, r2 and r3 joined and electable. */
export async function running(trio: Trio): Promise<void> {
  startAll(trio);
  await eventually('r1 waits for data', () => trio.startGuard('r1') === 'waiting-for-data');
  trio.permit('r1');
  await inOrder(trio, 'r1');
}

export async function inOrder(trio: Trio, master?: string): Promise<string> {
  let found = '';
  const isHealthy = async () => {
    const masters = await trio.masters();
    found = masters[0] ?? '';
    if (masters.length !== 1 || (master !== undefined && found !== master)) return false;
    const replicas = all.filter((name) => name !== found);
    const ready = await Promise.all(
      replicas.map(
        async (name) =>
          String(await trio.ask(name, trio.tenant.redis.port, 'INFO', 'replication')).includes(
            'master_link_status:up',
          ) && (await trio.settings(name, 'replica-priority')) === '100',
      ),
    );
    return ready.every(Boolean) && (await known(trio, found));
  };
  await eventually(`one master ${master ?? ''}, two electable replicas`, isHealthy, {
    seconds: 40,
    state: () => stateOf(trio),
  });
  return found;
}

/** Every Sentinel names this master, and knows both others and both replicas. */
async function known(trio: Trio, master: string): Promise<boolean> {
  const { port } = trio.tenant.sentinel;
  const answers = await Promise.all(all.map((name) => trio.ask(name, port, 'SENTINEL', 'MASTER', 'acme')));
  return answers.every((reply) => {
    const words = Array.isArray(reply) ? reply.map(String) : [];
    const field = (name: string) => words[words.indexOf(name) + 1];
    const { address } = trio.member(master);
    return field('ip') === address && field('num-slaves') === '2' && field('num-other-sentinels') === '2';
  });
}

export async function stateOf(trio: Trio): Promise<string> {
  const roles = await Promise.all(all.map((name) => trio.role(name)));
  return all.map((name, index) => `${name}: ${trio.startGuard(name)}, ${roles[index]}`).join('; ');
}

/** Writes keys, each acknowledged by a replica. */
export async function write(trio: Trio, member: string, from: number, to: number): Promise<void> {
  const client = trio.client(member);
  await client.connect();
  for (let n = from; n < to; n += 1) {
    await client.set(`key:${n}`, String(n));
    expect(await client.wait(1, 1000)).to.be.at.least(1);
  }
  client.disconnect();
}

export async function size(trio: Trio, member: string): Promise<unknown> {
  // On a busy machine a reply may take longer than a second.
  for (let attempt = 1; ; attempt += 1) {
    const keys = await trio.ask(member, trio.tenant.redis.port, 'DBSIZE');
    if (keys !== undefined || attempt === 5) return keys;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A field of INFO. */
export async function info(trio: Trio, member: string, field: string): Promise<string | undefined> {
  const reply = String(await trio.ask(member, trio.tenant.redis.port, 'INFO'));
  return new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(reply)?.[1];
}

/** Redis and Sentinel of all members die at once, as if their containers were killed. */
export function killAll(trio: Trio): void {
  trio.kill('redis', ...all);
  trio.kill('sentinel', ...all);
}

export function startAll(trio: Trio): void {
  trio.start('sentinel', ...all);
  trio.start('redis', ...all);
}
