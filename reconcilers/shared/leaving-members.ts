import type { Fleet, Member, Tenant } from '../../crds/fleet.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { OwnContainer } from './addressing-evidence.ts';

/**
 * A tenant with the members that have not left their hosts yet: one that is declared on another host, or not at all any more. Until it can
 * leave, it is a member like the others, so that it is kept in order and may be master. A host has one member of a tenant at most: one that is
 * new waits until its host is free. Undefined if the members are in force as declared.
 */
export function withLeaving(
  fleet: Fleet,
  tenant: Tenant,
  own: readonly OwnContainer[],
  lookup: FactLookup,
): Tenant | undefined {
  const containers = own.filter(
    ({ vlan, name, member }) => vlan === tenant.vlan && name === `${tenant.name}-${member}`,
  );
  const moving = tenant.members.flatMap((member) => movingMember(fleet, member, containers, lookup) ?? []);
  const former = formerMembers(tenant, containers);
  if (!moving.length && !former.length) return undefined;
  const leaving = [...moving, ...former];
  const stays = tenant.members.filter(({ name }) => leaving.every((one) => one.name !== name));
  const members = stays.filter(({ name, host }) => {
    const exists = containers.some((one) => one.member === name && one.host === host);
    return exists || leaving.every((one) => one.host !== host);
  });
  return { ...tenant, members: [...members, ...leaving].sort((a, b) => (a.name < b.name ? -1 : 1)) };
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
