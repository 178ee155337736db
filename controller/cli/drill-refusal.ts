import type { Fleet, Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../../reconcilers/contract/finding.ts';
import type { Plan } from '../../reconcilers/contract/plan.ts';
import type { Subject } from '../../reconcilers/contract/subject.ts';
import type { TenantStatus } from '../../reconcilers/shared/tenant-health.ts';
import type { Kill } from '../events/drill.ts';

/** What is killed, and who is affected. */
export interface DrillTarget {
  readonly kill: Kill;
  readonly host: string;
  readonly member: string;
  /** Of a proxy: the one that takes over. */
  readonly standby: string | undefined;
  /** Every tenant that loses something by it, the named one first. */
  readonly affected: readonly Tenant[];
}

/** What would be killed, by the state that was observed. Undefined where that is not known. */
export function drillTarget(
  fleet: Fleet,
  tenant: Tenant,
  kill: Kill,
  { master, vipOwner }: Pick<TenantStatus, 'master' | 'vipOwner'>,
): DrillTarget | undefined {
  const member = tenant.members.find(({ name }) => name === master);
  const pair = fleet.proxyPairs.find(({ name }) => name === tenant.expose?.proxyPair);
  const host = kill === 'proxy' ? pair?.hosts.find((one) => one === vipOwner) : member?.host;
  if (!member || !host) return undefined;
  const others = fleet.tenants.filter((one) => one.name !== tenant.name);
  const affected = {
    master: [],
    proxy: others.filter(({ expose }) => expose?.proxyPair === pair?.name),
    host: others.filter(({ members }) => members.some((one) => one.host === host)),
  }[kill];
  const standby = kill === 'proxy' ? pair?.hosts.find((one) => one !== host) : undefined;
  return { kill, host, member: member.name, standby, affected: [tenant, ...affected] };
}

/** Why the drill is not begun, in words; undefined if it may be. A drill must not be the second failure. */
export function drillRefusal(
  { cluster }: Fleet,
  { kill, host, standby, affected }: DrillTarget,
  { findings, steps }: Plan,
  statuses: readonly TenantStatus[],
): string | undefined {
  for (const { name } of affected) {
    const status = statuses.find((one) => one.name === name);
    if (status?.ready !== 'True' || status.reason !== 'AllInOrder')
      return `tenant ${name} is not in order: ${status?.message ?? 'its state is not known'}`;
    const impact = findings.find((one) => one.impacts.includes(name) && one.remedy.by !== 'info');
    if (impact) return `${impact.subject} impacts tenant ${name}: ${textOf(impact)}`;
  }
  const [step] = steps;
  if (step) return `there is something to apply first (${step.description}), which would mix with what the drill shows`;
  const { reach } = cluster.ssh;
  if (kill === 'host' && 'through' in reach && 'host' in reach.through && reach.through.host === host)
    return `all hosts are reached through ${host}`;
  const part = kill === 'host' ? host : standby;
  const open = findings.find(({ subject, remedy }) => part && remedy.by !== 'info' && isAbout(subject, part));
  return open && `${open.subject} is not in order (${textOf(open)}), and ${part} must be able to ${ability(kill)}`;
}

function ability(kill: Kill): string {
  return kill === 'host' ? 'come up again as it was' : 'take over';
}

function textOf({ field, have, want }: Finding): string {
  return `${field}: ${have} -> ${want}`;
}

/** `host/redis-1@boot`, `mesh/redis-1>redis-2`, `haproxy/proxy-1:acme`, `vip/front@proxy-1`. */
function isAbout(subject: Subject, host: string): boolean {
  return subject.split(/[/@:>]/).includes(host);
}
