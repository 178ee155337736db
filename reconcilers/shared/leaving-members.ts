import type { Fleet, Member, Tenant } from '../../crds/fleet.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { OwnContainer } from './addressing-evidence.ts';
import { joiningMembers, servedMembers } from './joining-members.ts';

/**
 * A tenant with the members that are in force, if they are others than declared. One that is declared on another host, or not at all any more,
 * has not left yet: until it can, it is a member like the others, so that it is kept in order and may be master. One that is new has not joined
 * yet (joining-members.ts). A host has one member of a tenant at most: one that is new waits until its host is free.
 */
export function withMembersInForce(
  fleet: Fleet,
  tenant: Tenant,
  own: readonly OwnContainer[],
  lookup: FactLookup,
): Tenant | undefined {
  const containers = own.filter(
    ({ vlan, name, member }) => vlan === tenant.vlan && name === `${tenant.name}-${member}`,
  );
  const moving = tenant.members.flatMap((member) => movingMember(fleet, member, containers, lookup) ?? []);
  const leaving = [...moving, ...formerMembers(tenant, containers), ...unseenMembers(fleet, tenant, own, lookup)];
  const { joined, joins } = joiningMembers(fleet, tenant, leaving, containers, lookup);
  if (!leaving.length && !joins) return undefined;
  const free = joined.filter(({ name, host }) => {
    const exists = containers.some((one) => one.member === name && one.host === host);
    return exists || leaving.every((one) => one.host !== host);
  });
  const members = [...free, ...leaving].sort((a, b) => (a.name < b.name ? -1 : 1));
  const waiting = joins?.members.filter(({ host }) => members.every((one) => one.host !== host)) ?? [];
  return {
    ...tenant,
    members,
    sentinel: { ...tenant.sentinel, quorum: quorumFor(tenant, members.length) },
    ...(joins && waiting.length ? { joins: { ...joins, members: waiting } } : {}),
  };
}

/** As declared; while there are more members than declared, a majority of them at least, and with fewer, at most. */
function quorumFor({ sentinel: { quorum }, members }: Tenant, count: number): number {
  const majority = Math.floor(count / 2) + 1;
  if (count === members.length) return quorum;
  return count > members.length ? Math.max(quorum, majority) : Math.min(quorum, majority);
}

/** Its only container is on another host than declared, and the declared host was observed to have none. */
function movingMember(
  { cluster }: Fleet,
  member: Member,
  containers: readonly OwnContainer[],
  lookup: FactLookup,
): Member | undefined {
  const [copy, ...others] = containers.filter((one) => one.member === member.name);
  if (!copy || others.length || copy.host === member.host || copy.address !== member.address) return undefined;
  const declared = lookup({ fact: 'containers', host: member.host, runtime: cluster.runtime.type });
  return declared.state === 'unknown' ? undefined : { ...member, host: copy.host, leaves: { to: member.host } };
}

/** Members that no document declares any more, each with one container, at an address that no declared member has. */
function formerMembers({ members }: Tenant, containers: readonly OwnContainer[]): readonly Member[] {
  const former = containers.filter(({ member, address }) =>
    members.every((one) => one.name !== member && one.address !== address),
  );
  const isOnly = (one: OwnContainer) => former.every((other) => other === one || other.member !== one.member);
  return former
    .filter(isOnly)
    .map(({ member: name, host, address }) => ({ name, host, address, leaves: { to: undefined } }));
}

/**
 * Members that no document declares any more, and that HAProxy knows, while a host on which they may be was not observed: one of them may be
 * master. Which of these hosts it is does not matter, as nothing is done there.
 */
function unseenMembers(
  fleet: Fleet,
  tenant: Tenant,
  own: readonly OwnContainer[],
  lookup: FactLookup,
): readonly Member[] {
  const { type } = fleet.cluster.runtime;
  const [host] = fleet.cluster.hosts.filter(
    ({ name, role }) =>
      role === 'redis' && lookup({ fact: 'containers', host: name, runtime: type }).state === 'unknown',
  );
  if (!host) return [];
  const served = [...(servedMembers(fleet, tenant, lookup) ?? [])];
  return served.flatMap(([name, address]): readonly Member[] => {
    const isKnown = [...tenant.members, ...own].some(
      (one) => ('member' in one ? one.member : one.name) === name || one.address === address,
    );
    return isKnown ? [] : [{ name, host: host.name, address, leaves: { to: undefined } }];
  });
}
