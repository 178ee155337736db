import type { Member, Tenant } from '../../crds/fleet.ts';
import type { ListedReplica, RedisFacts } from '../facts/redis/redis.ts';

/** Seconds without an acknowledgement, which a replica sends every second, after which it counts as silent. */
export const heartbeatTimeout = 10;

/** Whether a master lists the member as a replica at its own address, where the Sentinels, which read that list, then find it. */
export function isListed(tenant: Tenant, { replicas }: RedisFacts, member: Member): boolean {
  return replicas.some((one) => isAt(tenant, one, member));
}

/** Entries in the list of a master that are no member's: foreign replicas, or members that announced another address. */
export function foreignEntries(tenant: Tenant, { replicas }: RedisFacts): readonly ListedReplica[] {
  return replicas.filter((one) => !tenant.members.some((member) => isAt(tenant, one, member)));
}

function isAt({ redis }: Tenant, { address, port }: ListedReplica, member: Member): boolean {
  return address === member.address && port === redis.port;
}
