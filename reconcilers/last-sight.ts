import type { Member, Tenant } from '../crds/fleet.ts';
import { passwordInUse } from './password-in-use.ts';
import type { MemberFacts } from './questions/members.ts';
import type { TenantSight } from './tenant-sight.ts';

/** What is left to go by when most Sentinels have lost what they knew: whom new ones may watch, or that a person must decide. */
export type LastSight =
  | { readonly state: 'clear'; readonly member: Member; readonly epoch: number }
  | { readonly state: 'doubt'; readonly named: string };

interface Place {
  readonly member: Member;
  readonly facts: MemberFacts;
  readonly runs: boolean;
  /** Its Sentinel has lost its file, and does not run. */
  readonly lost: boolean;
  readonly redis: TenantSight['redis'][number] | undefined;
  readonly sentinel: TenantSight['sentinels'][number] | undefined;
}

/**
 * A tenant that had a master, all members in sight, and a majority of the sentinel.conf files gone. No majority can name anybody then,
 * and each new file would wait for one. It is clear whom to watch when the Sentinels that are left name one member at one epoch, and
 * no data can be newer than its: every other member runs as its replica, or holds nothing, or has a Sentinel of its own that names
 * the one (who is elected hears of it). A member that lost its file and kept its data may have been elected by those that lost theirs.
 * Undefined: it is not so, or something of it could not be seen.
 */
export function lastSight(tenant: Tenant, sight: TenantSight): LastSight | undefined {
  if (sight.firstStart.state !== 'done' || sight.mastership.state === 'agreed') return undefined;
  if (passwordInUse(tenant, sight).state !== 'declared') return undefined;
  const places = tenant.members.flatMap((member, index) => placeOf(member, index, sight));
  const left = places.filter(({ lost }) => !lost);
  if (places.length < tenant.members.length || left.length * 2 >= places.length) return undefined;
  if (left.some(({ sentinel }) => sentinel?.state !== 'present' || !sentinel.value.master)) return undefined;
  if (places.some(({ facts, runs, redis }) => facts.data === undefined || (runs && redis?.state !== 'present')))
    return undefined;
  // Lost data: that is said elsewhere.
  if (!places.some(({ runs, facts }) => runs || facts.data === 'complete')) return undefined;
  const votes = left.flatMap(({ sentinel }) =>
    sentinel?.state === 'present' && sentinel.value.master ? [sentinel.value.master] : [],
  );
  const [first] = votes;
  const named = first ? places.find(({ member }) => member.address === first.address) : soleHolder(places);
  const one = votes.every(({ address, epoch }) => address === first?.address && epoch === first.epoch);
  return named && one && clear(named, places)
    ? { state: 'clear', member: named.member, epoch: first?.epoch ?? 0 }
    : { state: 'doubt', named: named?.member.name ?? first?.address ?? 'nobody' };
}

function placeOf(member: Member, index: number, sight: TenantSight): readonly Place[] {
  const seen = sight.members[index];
  if (seen?.state !== 'present') return [];
  const facts = seen.value;
  const process = (name: string) => facts.processes.some(({ command }) => command === name);
  const lost = !facts.files['sentinel.conf'] && !process('redis-sentinel');
  const [redis, sentinel] = [sight.redis[index], sight.sentinels[index]];
  return [{ member, facts, runs: process('redis-server'), lost, redis, sentinel }];
}

/** No Sentinel is left: the only one that runs as master, or where none runs the only one with data. */
function soleHolder(places: readonly Place[]): Place | undefined {
  const masters = places.filter(isMaster);
  const holders = places.filter(({ facts }) => facts.data !== 'empty');
  const some = places.some(({ runs }) => runs) ? masters : holders;
  return some.length === 1 ? some[0] : undefined;
}

function clear(named: Place, places: readonly Place[]): boolean {
  const others = places.filter((place) => place !== named);
  if (!named.runs)
    return named.facts.data === 'complete' && others.every(({ runs, facts }) => !runs && facts.data === 'empty');
  return (
    isMaster(named) &&
    others.every((other) => (other.runs ? follows(other, named) : !other.lost || other.facts.data === 'empty'))
  );
}

function isMaster({ redis }: Place): boolean {
  return redis?.state === 'present' && redis.value.role === 'master';
}

function follows({ redis }: Place, { member }: Place): boolean {
  return redis?.state === 'present' && redis.value.role === 'slave' && redis.value.master?.address === member.address;
}
