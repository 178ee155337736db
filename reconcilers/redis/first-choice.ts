import type { Tenant } from '../../crds/fleet.ts';
import type { MemberFacts } from '../questions/members.ts';

/**
 * Which member is to be the tenant's first master, where no mark says: whom most of the Sentinels' own files name, if there are any (a
 * tenant begun anew keeps them, and no fence starts another one), else the first. By the files and not by what the Sentinels say:
 * who cannot be asked at the moment must not change a choice that is made once.
 */
export function firstChoice(tenant: Tenant, members: readonly MemberFacts[]): string | undefined {
  const named = members.flatMap(({ lines }) => (lines['sentinel.conf'] ?? []).flatMap((line) => watched(tenant, line)));
  const votes = (address: string) => named.filter((one) => one === address).length;
  const [first, ...others] = tenant.members;
  return others.reduce((best, member) => (best && votes(member.address) <= votes(best.address) ? best : member), first)
    ?.name;
}

/** `sentinel monitor acme 10.101.0.12 6379 2` */
function watched({ masterName }: Tenant, line: string): readonly string[] {
  const [, name, address] = /^sentinel\s+monitor\s+(\S+)\s+(\S+)\s/i.exec(line.trim()) ?? [];
  return name === masterName && address !== undefined ? [address] : [];
}
