import { type Lab, must } from './lab.ts';
import { hostOf } from './tenants.ts';

export type TenantName = 'acme' | 'globex';

const networks = { acme: '10.101.0', globex: '10.102.0' } as const;
export const redisPort = 6379;
export const sentinelPort = 26379;

/** `r2` of acme has 10.101.0.12. */
export function addressOf(tenant: TenantName, member: string): string {
  return `${networks[tenant]}.1${member.slice(1)}`;
}

/** A script on the host of a member. */
export function onHostOf(lab: Lab, member: string, script: string, input?: string) {
  return must(lab.host(hostOf(member), script, input));
}

/** Sends commands to a member's Redis or Sentinel; the password is passed on standard input. Returns the replies. */
export async function send(
  lab: Lab,
  tenant: TenantName,
  member: string,
  port: number,
  ...commands: readonly string[]
): Promise<string> {
  const lines = [`AUTH "${lab.passwords[tenant]}"`, ...commands].map((line) => `${line}\n`).join('');
  const { out } = await onHostOf(
    lab,
    member,
    lab.containers.inside(`${tenant}-${member}`, `redis-cli -p ${port}`),
    lines,
  );
  if (/^(ERR|NOAUTH|WRONGPASS)/m.test(out)) throw new Error(`${tenant}-${member} refused: ${out}`);
  return out;
}

/** The member that a tenant's first Sentinel names. */
export async function masterOf(lab: Lab, tenant: TenantName): Promise<string> {
  const replies = await send(lab, tenant, 'r1', sentinelPort, `SENTINEL GET-MASTER-ADDR-BY-NAME ${tenant}`);
  const member = ['r1', 'r2', 'r3'].find((one) => replies.split('\n').includes(addressOf(tenant, one)));
  if (!member) throw new Error(`the Sentinel of ${tenant}-r1 names no member: ${replies}`);
  return member;
}

/** The tenant's replicas, in order. A fault of the first does not cause a failover. */
export async function replicasOf(lab: Lab, tenant: TenantName): Promise<readonly [string, string]> {
  const master = await masterOf(lab, tenant);
  const [first = '', second = ''] = ['r1', 'r2', 'r3'].filter((one) => one !== master);
  return [first, second];
}
