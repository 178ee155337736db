import type { Fleet, HostName, Tenant } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { MemberFolder } from '../facts/container/container-facts.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { isMajority } from './current-master.ts';
import { containerName } from './names.ts';

/**
 * A change of addressing stops all members of a tenant, and starts them again with the new one. Once all are stopped, nothing of the former
 * addressing is in force any more. Who was master last is read from the files of the Sentinels, to which each failover is written at once
 * (sentinel.c, sentinelFlushConfig): the one that a majority of them names, as HAProxy lets clients write to no other. It is marked on each
 * member when it is started again. If only some were stopped, the others go on with the former addressing, and so do these.
 */

/** A member that was stopped for another addressing, and has not been started again. */
export interface StoppedMember {
  readonly member: string;
  readonly host: HostName;
  readonly vlan: number;
  readonly address: string;
}

/** The members of a tenant that were stopped for another addressing, on the hosts that were observed. */
export function stoppedMembers(fleet: Fleet, tenant: Tenant, lookup: FactLookup): readonly StoppedMember[] {
  const { name: cluster, hosts, runtime } = fleet.cluster;
  return hosts.flatMap(({ name: host }) => {
    const seen = lookup({ fact: 'containers', host, runtime: runtime.type });
    if (seen.state !== 'present') return [];
    const { folders, containers } = seen.value;
    const known = new Set(containers.map((one) => one.name));
    return folders.flatMap((folder) => {
      const stopped = known.has(folder.name) ? undefined : stoppedIn(folder, cluster, tenant);
      return stopped ? [{ ...stopped, host }] : [];
    });
  });
}

function stoppedIn(
  { identity, retired }: MemberFolder,
  cluster: string,
  tenant: Tenant,
): Omit<StoppedMember, 'host'> | undefined {
  if (!retired?.readdressed || retired.vlan === undefined || retired.address === undefined) return undefined;
  if (identity?.cluster !== cluster || identity.tenant !== tenant.name) return undefined;
  return { member: identity.member, vlan: retired.vlan, address: retired.address };
}

/**
 * Whether all members were stopped, and not all of them have been started again. Undefined if not, or as long as a host is not observed.
 * `registered`: members with a container.
 */
export function startsAgain(
  { cluster }: Fleet,
  tenant: Tenant,
  registered: readonly { readonly member: string; readonly host: HostName }[],
  stopped: readonly StoppedMember[],
  lookup: FactLookup,
): Tenant['startsAgain'] {
  if (!stopped.length) return undefined;
  const hosts = [...new Set([...tenant.members, ...stopped, ...registered].map(({ host }) => host))];
  const runtime = cluster.runtime.type;
  const isUnknown = (host: HostName) =>
    lookup({ fact: 'members', host }).state === 'unknown' ||
    lookup({ fact: 'containers', host, runtime }).state === 'unknown';
  if (hosts.some(isUnknown)) return undefined;
  const factsOf = (one: { readonly member: string; readonly host: HostName }) => factsOn(tenant, one, lookup);
  if (registered.some((one) => hadMaster(factsOf(one)))) return undefined;
  // Of one whose registration was interrupted, only its marks tell.
  const known = [...registered, ...stopped, ...tenant.members.map((one) => ({ ...one, member: one.name }))].map(
    factsOf,
  );
  const chosen = known.flatMap((facts) => (hadMaster(facts) ? [] : (facts?.marks[markers.bootstrap] ?? [])));
  return chosen[0] === undefined ? lastMaster(tenant, stopped, stopped.map(factsOf)) : { initialMaster: chosen[0] };
}

function factsOn(
  tenant: Tenant,
  { member, host }: { readonly member: string; readonly host: HostName },
  lookup: FactLookup,
): MemberFacts | undefined {
  const seen = lookup({ fact: 'members', host });
  const name = containerName(tenant, { name: member });
  return seen.state === 'present' ? seen.value.find((one) => one.name === name) : undefined;
}

function hadMaster(facts: MemberFacts | undefined): boolean {
  return facts?.marks[markers.bootstrapped] !== undefined;
}

/** The member that the files of a majority of all members name, if it was stopped with the others and is declared. */
function lastMaster(
  tenant: Tenant,
  stopped: readonly StoppedMember[],
  all: readonly (MemberFacts | undefined)[],
): NonNullable<Tenant['startsAgain']> {
  const votes = all.flatMap((facts) => monitoredIn(tenant, facts?.lines['sentinel.conf'] ?? []));
  const of = Math.max(all.length, tenant.members.length);
  const named = votes.find((one) => isMajority(votes.filter((other) => other === one).length, of));
  if (named === undefined) return { initialMaster: undefined };
  const member = stopped.find(({ address }) => address === named)?.member;
  const isDeclared = tenant.members.some(({ name }) => name === member);
  return { initialMaster: isDeclared ? member : undefined, named };
}

/** The address in `sentinel monitor acme 10.101.0.12 6379 2`. */
function monitoredIn({ masterName }: Tenant, lines: readonly string[]): readonly string[] {
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([first, second, name]) => first === 'sentinel' && second === 'monitor' && name === masterName)
    .flatMap(([, , , address]) => address ?? [])
    .slice(0, 1);
}
