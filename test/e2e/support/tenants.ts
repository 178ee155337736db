import { expect } from 'chai';
import { observe } from './findings.ts';
import { type Lab, must, until } from './lab.ts';

export interface TenantView {
  readonly name: string;
  readonly master: string;
  readonly replicasInSync: string;
  readonly sentinelsAgree: string;
  readonly vipOwner: string;
  readonly ready: string;
  readonly reason: string;
  readonly message: string;
}

export const ports = { acme: 6379, globex: 6380 } as const;
export const proxies = { 'proxy-1': '10.80.1.21', 'proxy-2': '10.80.1.22' } as const;

/** What `reconcile get` shows of a tenant. */
export async function view(lab: Lab, tenant: string): Promise<TenantView> {
  const one = (await views(lab)).find(({ name }) => name === tenant);
  if (!one) throw new Error(`get does not show ${tenant}`);
  return one;
}

/** What it shows of all tenants. */
export async function views(lab: Lab): Promise<readonly TenantView[]> {
  const { out, err } = await lab.reconcile('get', '-f', lab.documents, '-o', 'json');
  if (!out) throw new Error(err);
  const list = JSON.parse(out) as {
    items: readonly {
      metadata: { name: string };
      status: Omit<TenantView, 'ready'> & { conditions: readonly Condition[] };
    }[];
  };
  return list.items.map(({ metadata: { name }, status }) => {
    const [ready] = status.conditions;
    if (!ready) throw new Error(`get shows no condition of ${name}: ${out}`);
    return { ...status, name, ready: ready.status, reason: ready.reason, message: ready.message };
  });
}

interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** `r2` runs in container acme-r2 on redis-2. */
export function hostOf(member: string): string {
  return `redis-${member.slice(1)}`;
}

/** An apply; then everything is in order: plan reports no differences, and every tenant is Ready with all its members. */
export async function heal(lab: Lab): Promise<void> {
  await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '3m'));
  const shown = await until(
    'both tenants with all their members',
    () => views(lab),
    (all) => all.length === 2 && all.every(({ reason }) => reason === 'AllInOrder'),
  );
  for (const tenant of ['acme', 'globex'])
    expect(shown.find(({ name }) => name === tenant)).to.include({
      ready: 'True',
      replicasInSync: '2/2',
      sentinelsAgree: '3/3',
    });
  // What only waits (a check of HAProxy that a busy machine answered late) resolves without action; apply must not leave anything else.
  await until(
    'plan to report no differences',
    async () => {
      const plan = await observe(lab);
      const notWaiting = plan.findings.filter(({ remedy }) => remedy.by !== 'waiting' && remedy.by !== 'info');
      expect(notWaiting, plan.err).to.deep.equal([]);
      return plan;
    },
    ({ code }) => code === 0,
  );
}

/**
 * An apply to a fleet that is in order: no step, in one pass. On a busy machine a daemon may react late for a moment, which another pass waits
 * for; then apply is tried again.
 */
export async function applyNothing(lab: Lab, cluster: string): Promise<void> {
  await until(
    'an apply in one pass',
    async () => {
      const { code, out, err } = await lab.reconcile('apply', '-f', lab.documents);
      expect(code, out + err).to.equal(0);
      expect(out).to.contain(`${cluster}: in order (0 steps done in `);
      return out;
    },
    (out) => out === `${cluster}: in order (0 steps done in 1 pass)\n`,
  );
}

/** The proxies whose network interface has the VIP, and those that own it according to EC2. */
export async function vipHolders(
  lab: Lab,
  hosts: readonly string[] = Object.keys(proxies),
): Promise<{ interfaces: string[]; owners: string[] }> {
  const having = await Promise.all(
    hosts.map(async (host) =>
      (await lab.host(host, 'ip -o -4 address show')).out.includes(' 10.80.1.100/') ? [host] : [],
    ),
  );
  const owners = (await lab.status()).hosts.filter(({ addresses }) => addresses.includes('10.80.1.100'));
  return { interfaces: having.flat(), owners: owners.map(({ name }) => name) };
}

/** A client of a tenant through the VIP: writes a key and reads it back. */
export function client(lab: Lab, tenant: 'acme' | 'globex', password: string) {
  return lab.run(
    [process.execPath, 'examples/quickstart/client.mjs', '10.80.1.100', String(ports[tenant]), tenant],
    password,
  );
}

/** The reply that redis-cli gets through the virtual address, which connects as any client does. */
export async function redisCli(lab: Lab, tenant: 'acme' | 'globex', ...words: readonly string[]): Promise<string> {
  const line = (all: readonly string[]) => `${all.map((word) => `"${word.replace(/["\\]/g, '\\$&')}"`).join(' ')}\n`;
  // Not in its arguments or environment, where others could read the password.
  const input = line(['AUTH', lab.passwords[tenant]]) + line(words);
  const { out, err } = await lab.run(
    ['timeout', '5', 'redis-cli', '-h', '10.80.1.100', '-p', String(ports[tenant])],
    input,
  );
  return `${out}${err}`.replace(/^OK\n/, '').trim();
}

/** Prints a measured value. */
export function figure(text: string): void {
  process.stdout.write(`      figure: ${text}\n`);
}
