import type { Member, Tenant } from '../../crds/fleet.ts';
import type { SentinelFacts } from '../questions/sentinel.ts';
import type { TenantSight } from '../tenant-sight.ts';

/**
 * Why no Sentinel may forget anybody now; undefined when one may. All Sentinels are there, name one master, find nothing wrong with
 * it, and know each other and all replicas: so nothing calls for a failover, the others could carry one out, and who forgot
 * last has found everybody again. What does not answer would be forgotten for good.
 */
export function forgettingWaits(tenant: Tenant, sight: TenantSight): string | undefined {
  const { mastership, sentinels, redis } = sight;
  if (mastership.state !== 'agreed' || mastership.agreeing < mastership.of)
    return 'no Sentinel forgets anybody before all of them name one master';
  const { master } = mastership;
  const reasons = tenant.members.flatMap((member, place) => {
    const [says, server] = [sentinels[place], redis[place]];
    const fault = says?.state === 'present' ? blemish(tenant, member, master, says.value) : 'could not be asked';
    if (fault) return [`none forgets anybody now: the Sentinel of ${member.name} ${fault}`];
    const follows = server?.state === 'present' && server.value.linkUp && !server.value.syncing;
    return follows || member === master ? [] : [`none forgets anybody now: ${member.name} does not follow the master`];
  });
  return reasons[0];
}

/** It answers the Sentinel that lists it. */
export function hears({ flags }: { readonly flags: readonly string[] }): boolean {
  return !flags.includes('s_down') && !flags.includes('disconnected');
}

function blemish(tenant: Tenant, own: Member, master: Member, says: SentinelFacts): string | undefined {
  if (says.tilt) return 'is in TILT';
  const doubts = says.master?.flags.filter((flag) => flag !== 'master') ?? [];
  if (doubts.length) return `says of the master: ${doubts.join(', ')}`;
  const well = (known: readonly { readonly address: string; readonly flags: readonly string[] }[], who: Member) =>
    known.some((one) => one.address === who.address && hears(one));
  const missed = tenant.members.find((one) => one !== own && !well(says.sentinels, one));
  if (missed) return `does not hear that of ${missed.name}`;
  const behind = tenant.members.find((one) => one !== master && !well(says.replicas, one));
  return behind && `does not hear Redis of ${behind.name}`;
}
