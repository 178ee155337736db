import type { Lab } from './lab.ts';

/** The runtime directory of the tenants' HAProxy. */
export const runtime = '/run/ec2-redis-haproxy';

/** A row of `show stat`: its cells, in the order of HAProxy's management guide. */
export async function statOf(lab: Lab, host: string, proxy: string, server: string): Promise<readonly string[]> {
  const { out } = await lab.host(host, `echo show stat | timeout 3 socat -t3 - UNIX-CONNECT:${runtime}/admin.sock`);
  const row = out.split('\n').find((line) => line.startsWith(`${proxy},${server},`));
  return row?.split(',') ?? [];
}

/** How many sessions of a tenant are open on a proxy. */
export async function sessionsOf(lab: Lab, host: string, tenant: string): Promise<string | undefined> {
  return (await statOf(lab, host, `redis.${tenant}`, 'FRONTEND'))[4];
}
