import { expect } from 'chai';
import type { Lab } from './lab.ts';
import { must, until } from './lab.ts';

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
  const { out, err } = await lab.reconcile('get', '-f', lab.documents, '-o', 'json');
  if (!out) throw new Error(err);
  const list = JSON.parse(out) as {
    items: readonly {
      metadata: { name: string };
      status: Omit<TenantView, 'ready'> & { conditions: readonly Condition[] };
    }[];
  };
  const item = list.items.find((one) => one.metadata.name === tenant);
  const ready = item?.status.conditions[0];
  if (!item || !ready) throw new Error(`get does not show ${tenant}: ${out}`);
  return { ...item.status, name: tenant, ready: ready.status, reason: ready.reason, message: ready.message };
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

/** apply, and then everything is in order: plan finds nothing, every tenant is Ready with all its members. */
export async function heal(lab: Lab): Promise<void> {
  await must(lab.reconcile('apply', '-f', lab.documents, '--timeout', '3m'));
  for (const tenant of ['acme', 'globex']) {
    const seen = await until(
      `${tenant} with all its members`,
      () => view(lab, tenant),
      ({ reason }) => reason === 'AllInOrder',
    );
    expect(seen).to.include({ ready: 'True', replicasInSync: '2/2', sentinelsAgree: '3/3' });
  }
  // What only waits (a check of HAProxy that a busy machine answered late) ends by itself; anything else apply has left undone.
  await until(
    'nothing to differ',
    async () => {
      const plan = await lab.reconcile('plan', '-f', lab.documents);
      expect(plan.out).not.to.match(/ {2}[~!?x] /);
      return plan;
    },
    ({ code }) => code === 0,
  );
}

/** The proxies whose interface carries the VIP, and those that own it by EC2's word. */
export async function vipHolders(
  lab: Lab,
  hosts: readonly string[] = Object.keys(proxies),
): Promise<{ interfaces: string[]; owners: string[] }> {
  const carries = await Promise.all(
    hosts.map(async (host) =>
      (await lab.host(host, 'ip -o -4 address show')).out.includes(' 10.80.1.100/') ? [host] : [],
    ),
  );
  const { out } = await must(lab.run([process.execPath, 'test/lab/support/vip.mjs', '10.80.1.100']));
  const addresses = JSON.parse(out) as readonly string[];
  const owners = Object.entries(proxies).flatMap(([host, address]) => (addresses.includes(address) ? [host] : []));
  return { interfaces: carries.flat(), owners };
}

/** A client of a tenant through the VIP: writes a key and reads it back. */
export function client(lab: Lab, tenant: 'acme' | 'globex', password: string) {
  return lab.run(
    [process.execPath, 'examples/quickstart/client.mjs', '10.80.1.100', String(ports[tenant]), tenant],
    password,
  );
}

export function figure(words: string): void {
  process.stdout.write(`      figure: ${words}\n`);
}
