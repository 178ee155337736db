import type { Member, Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { act, dependsOn, type Remedy, settling } from '../contract/remedy.ts';
import { endpointOf, type RedisFacts } from '../facts/redis/redis.ts';
import { foreignEntries, isListed } from '../shared/listed-replicas.ts';
import { containerName } from '../shared/names.ts';
import type { Context } from './context.ts';

/**
 * A replica in sync that its master lists under another address, where the Sentinels look for it. It announces its address when its link
 * comes up (REPLCONF ip-address), so that the link is renewed once replica-announce-ip is right: one replica after the other.
 */
export function announcedAddressFindings(context: Context, says: RedisFacts, master: Member): readonly Finding[] {
  const { tenant, member, state, finding } = context;
  const listing = state.redis[tenant.members.indexOf(master)];
  if (listing?.state !== 'present' || isListed(tenant, listing.value, member)) return [];
  const foreign = foreignEntries(tenant, listing.value);
  if (!foreign.length) return [];
  const values = {
    have: foreign.map(({ address, port }) => `${address}:${port}`).join(', '),
    want: `${member.address}:${tenant.redis.port}`,
  };
  return [
    finding('ReplicaListedElsewhere', `address at ${master.name}`, values, remedyFor(context, says, listing.value)),
  ];
}

function remedyFor({ tenant, member, state }: Context, { settings }: RedisFacts, master: RedisFacts): Remedy {
  const announces = { ip: settings['replica-announce-ip'], port: settings['replica-announce-port'] };
  if (announces.ip !== member.address || announces.port !== String(tenant.redis.port))
    return settling('its link is renewed once it announces its own address');
  const first = tenant.members.find((one, index) => {
    const seen = state.redis[index];
    return seen?.state === 'present' && seen.value.linkUp && !isListed(tenant, master, one);
  });
  if (first && first !== member)
    return dependsOn(`redis/${containerName(tenant, first)}`, 'the links of replicas are renewed one after the other');
  const action = { operation: 'redis-relink', endpoint: endpointOf(tenant, member, tenant.redis.port) } as const;
  return act([action], needsIt(tenant, master) ? [tenant.name] : []);
}

/** Whether the master refuses writes while this replica is not connected. */
function needsIt({ redis }: Tenant, { goodReplicas }: RedisFacts): boolean {
  return goodReplicas !== undefined && goodReplicas <= redis.minReplicasToWrite;
}
