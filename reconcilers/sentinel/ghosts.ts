import type { Member, Tenant } from '../../crds/fleet.ts';
import { act, type Drift, operator, type Remedy, wait } from '../drift.ts';
import { endpointOf } from '../questions/redis.ts';
import type { SentinelFacts } from '../questions/sentinel.ts';
import { forgettingWaits, hears } from './forgetting.ts';
import type { Context } from './sentinel.ts';

/** An entry of a Sentinel's lists that no declared member stands behind. */
interface Ghost {
  readonly kind: 'Sentinel' | 'replica';
  readonly at: string;
  readonly flags: readonly string[];
}

/**
 * Sentinel forgets nobody by itself, and counts the dead in the majority that an election needs. One that lives is a person's
 * matter: it would be known anew at once. When all that are strange to a Sentinel are down it is made to forget (RESET), one
 * Sentinel at a time, and only while nothing calls for a failover: for some seconds it could not lead one.
 */
export function ghostDrift(context: Context, says: SentinelFacts): readonly Drift[] {
  const { tenant, member, finding } = context;
  const ghosts = ghostsOf(tenant, member, says);
  if (!ghosts.length) return [];
  const remedy = remedyFor(context, ghosts);
  const foreign = (kind: Ghost['kind'], field: string, want: string): readonly Drift[] => {
    const words = ghosts.flatMap((one) => (one.kind === kind ? [`${one.at}${hears(one) ? '' : ' (down)'}`] : []));
    return words.length ? [finding(field, want, `foreign ${kind} ${words.join(', ')}`, remedy)] : [];
  };
  const others = tenant.members.flatMap(({ name }) => (name === member.name ? [] : [name]));
  return [
    ...foreign('Sentinel', 'other Sentinels', `${others.join(' and ')} alone`),
    ...foreign('replica', 'replicas', 'members alone'),
  ];
}

/** Two entries of one address: a Sentinel that was made anew has another identity, and what it was before is known still. */
function ghostsOf({ members, sentinel, redis }: Tenant, own: Member, says: SentinelFacts): readonly Ghost[] {
  const others = members.filter((one) => one !== own);
  const standing = others.map(({ address }) => {
    const entries = says.sentinels.filter((one) => one.address === address && one.port === sentinel.port);
    return entries.find(hears) ?? entries[0];
  });
  const ghost =
    (kind: Ghost['kind']) =>
    ({ address, port, flags }: { address: string; port: number; flags: readonly string[] }): Ghost => ({
      kind,
      at: `${address}:${port}`,
      flags,
    });
  const isMember = (one: { address: string; port: number }) =>
    one.port === redis.port && members.some(({ address }) => address === one.address);
  return [
    ...says.sentinels.filter((one) => !standing.includes(one)).map(ghost('Sentinel')),
    ...says.replicas.filter((one) => !isMember(one)).map(ghost('replica')),
  ];
}

function remedyFor({ tenant, member, sight }: Context, ghosts: readonly Ghost[]): Remedy {
  const alive = ghosts.find(hears);
  if (alive) return operator(living(tenant, alive));
  const down = tenant.sentinel.downAfterMs / 1000;
  if (ghosts.some(({ flags }) => !flags.includes('s_down')))
    return wait(`it does not answer any more, and counts as down after ${down} s of that`);
  const first = tenant.members.find((one, place) => {
    const seen = sight.sentinels[place];
    return seen?.state === 'present' && ghostsOf(tenant, one, seen.value).length > 0;
  });
  if (first !== member && first) return wait(`one Sentinel forgets at a time, and first that of ${first.name}`);
  const reason = forgettingWaits(tenant, sight);
  if (reason) return wait(reason);
  const endpoint = endpointOf(tenant, member, tenant.sentinel.port);
  const forget = ghosts.map(({ at }) => at);
  return act([{ verb: 'sentinel-reset', endpoint, master: tenant.masterName, forget }], [tenant.name]);
}

function living({ vlan }: Tenant, { kind, at }: Ghost): string {
  const danger = {
    Sentinel: 'it has a vote, and raises the majority that a failover needs',
    replica: "it takes the tenant's data, and may be made its master",
  };
  return (
    `${danger[kind]}. It is in VLAN ${vlan} and has the tenant's password: find it (on a proxy, ip neighbour show tells the MAC address ` +
    `of ${at.split(':')[0]}, and ovs-appctl fdb/show the port behind which that is) and stop it. The next apply has the Sentinels ` +
    `forget it, one after the other`
  );
}
