import type { Tenant } from '../../crds/fleet.ts';
import type { MemberFacts } from '../facts/member/members.ts';

/**
 * Which member becomes the initial master if no marker says: the one that most sentinel.conf files name, if there are any (a tenant
 * that starts again keeps them, and no start guard starts another member as master), else the first member. The files decide and not the
 * answers of the Sentinels: a Sentinel that does not answer at the moment must not change a choice that is made once.
 */
export function initialMaster(tenant: Tenant, members: readonly MemberFacts[]): string | undefined {
  const named = members.flatMap(({ lines }) =>
    (lines['sentinel.conf'] ?? []).flatMap((line) => monitored(tenant, line)),
  );
  const votes = (address: string) => named.filter((one) => one === address).length;
  const [first, ...others] = tenant.members;
  return others.reduce((best, member) => (best && votes(member.address) <= votes(best.address) ? best : member), first)
    ?.name;
}

/** The address in `sentinel monitor acme 10.101.0.12 6379 2`. */
function monitored({ masterName }: Tenant, line: string): readonly string[] {
  const [, name, address] = /^sentinel\s+monitor\s+(\S+)\s+(\S+)\s/i.exec(line.trim()) ?? [];
  return name === masterName && address !== undefined ? [address] : [];
}
