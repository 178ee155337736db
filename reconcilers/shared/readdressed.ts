import type { Fleet, HostName, Tenant } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { MemberFolder } from '../facts/container/container-facts.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { containerName } from './names.ts';

/**
 * A change of addressing stops all members of a tenant, and starts them again with the new one. Once all are stopped, nothing of the former
 * addressing is in force any more. Who was master last is read from the files of the Sentinels, which keep each failover before it counts
 * (sentinel.c, sentinelFlushConfig), and marked on each member when it is started again. If only some were stopped, the others go on with the
 * former addressing, and so do these.
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
  tenant: Tenant,
  registered: readonly { readonly member: string; readonly host: HostName }[],
  stopped: readonly StoppedMember[],
  lookup: FactLookup,
): Tenant['startsAgain'] {
  if (!stopped.length) return undefined;
  const hosts = [...new Set([...tenant.members, ...stopped, ...registered].map(({ host }) => host))];
  if (hosts.some((host) => lookup({ fact: 'members', host }).state === 'unknown')) return undefined;
  const factsOf = (one: { readonly member: string; readonly host: HostName }) => factsOn(tenant, one, lookup);
  if (registered.some((one) => hadMaster(factsOf(one)))) return undefined;
  const all = [...registered, ...stopped].map(factsOf);
  const chosen = all.flatMap((facts) => (hadMaster(facts) ? [] : (facts?.marks[markers.bootstrap] ?? [])));
  return { initialMaster: chosen[0] ?? lastMaster(tenant, stopped, all) };
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

/** The member whose address has the newest epoch in the files of the Sentinels. Undefined: none, or several have it. */
function lastMaster(
  tenant: Tenant,
  stopped: readonly StoppedMember[],
  all: readonly (MemberFacts | undefined)[],
): string | undefined {
  const votes = all.flatMap((facts) => voteIn(tenant, facts?.lines['sentinel.conf'] ?? []));
  const newest = Math.max(...votes.map(({ epoch }) => epoch));
  const addresses = new Set(votes.filter(({ epoch }) => epoch === newest).map(({ address }) => address));
  if (addresses.size !== 1) return undefined;
  return stopped.find(({ address }) => addresses.has(address))?.member;
}

/** `sentinel monitor acme 10.101.0.12 6379 2` and `sentinel config-epoch acme 3`. */
function voteIn(
  { masterName }: Tenant,
  lines: readonly string[],
): readonly { readonly address: string; readonly epoch: number }[] {
  const words = lines.map((line) => line.trim().split(/\s+/));
  const of = (option: string) =>
    words.find(([first, second, name]) => first === 'sentinel' && second === option && name === masterName)?.[3];
  const address = of('monitor');
  return address === undefined ? [] : [{ address, epoch: Number(of('config-epoch') ?? 0) }];
}
