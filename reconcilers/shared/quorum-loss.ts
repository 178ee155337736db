import type { Member, Tenant } from '../../crds/fleet.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import { isMajority } from './current-master.ts';
import { passwordInUse } from './password-in-use.ts';
import type { TenantState } from './tenant-state.ts';

/**
 * What to do when most Sentinels lost their configuration. `safe`: new Sentinels may monitor this member, at this epoch. `ambiguous`:
 * another member may hold newer data, so a manual decision is required. `named`: the member that the remaining Sentinels name.
 */
export type QuorumLossRecovery =
  | { readonly state: 'safe'; readonly member: Member; readonly epoch: number }
  | { readonly state: 'ambiguous'; readonly named: string };

interface MemberState {
  readonly member: Member;
  readonly facts: MemberFacts;
  readonly runs: boolean;
  /** Its Sentinel does not run and has no sentinel.conf. */
  readonly lost: boolean;
  readonly redis: TenantState['redis'][number] | undefined;
  readonly sentinel: TenantState['sentinels'][number] | undefined;
}

/**
 * The tenant was bootstrapped, all members are observed, and a majority of the sentinel.conf files is gone. Then no majority can name a
 * master, and every new file would wait for one. Recovery is safe if the remaining Sentinels name one member at one epoch, and no
 * member can hold newer data: every other member runs as its replica, or is empty, or has its own Sentinel, which names the same member
 * (an elected member's Sentinel would know of the election). A member that kept its data and lost its sentinel.conf may have been
 * elected by the Sentinels that lost theirs. Undefined: there is no such loss, or not everything that decides was observed.
 */
export function quorumLossRecovery(tenant: Tenant, state: TenantState): QuorumLossRecovery | undefined {
  if (state.bootstrap.state !== 'done' || state.currentMaster.state === 'agreed') return undefined;
  if (passwordInUse(tenant, state).state !== 'declared') return undefined;
  const states = tenant.members.flatMap((member, index) => memberStateOf(member, index, state));
  const left = states.filter(({ lost }) => !lost);
  if (states.length < tenant.members.length || !isMajority(states.length - left.length, states.length))
    return undefined;
  if (left.some(({ sentinel }) => sentinel?.state !== 'present' || !sentinel.value.master)) return undefined;
  if (states.some(({ facts, runs, redis }) => facts.data === undefined || (runs && redis?.state !== 'present')))
    return undefined;
  // All data is lost: bootstrap.ts reports that.
  if (!states.some(({ runs, facts }) => runs || facts.data === 'complete')) return undefined;
  const votes = left.flatMap(({ sentinel }) =>
    sentinel?.state === 'present' && sentinel.value.master ? [sentinel.value.master] : [],
  );
  const [first] = votes;
  const named = first ? states.find(({ member }) => member.address === first.address) : onlyDataHolder(states);
  const one = votes.every(({ address, epoch }) => address === first?.address && epoch === first.epoch);
  return named && one && isSafe(named, states)
    ? { state: 'safe', member: named.member, epoch: first?.epoch ?? 0 }
    : { state: 'ambiguous', named: named?.member.name ?? first?.address ?? 'no member' };
}

function memberStateOf(member: Member, index: number, state: TenantState): readonly MemberState[] {
  const seen = state.members[index];
  if (seen?.state !== 'present') return [];
  const facts = seen.value;
  const lost = !facts.files['sentinel.conf'] && !serverProcess(facts, 'redis-sentinel');
  const [redis, sentinel] = [state.redis[index], state.sentinels[index]];
  return [{ member, facts, runs: serverProcess(facts, 'redis-server') !== undefined, lost, redis, sentinel }];
}

/** No Sentinel is left: the only member that runs as master or, if none runs, the only one with data. */
function onlyDataHolder(states: readonly MemberState[]): MemberState | undefined {
  const masters = states.filter(isMaster);
  const holders = states.filter(({ facts }) => facts.data !== 'empty');
  const some = states.some(({ runs }) => runs) ? masters : holders;
  return some.length === 1 ? some[0] : undefined;
}

function isSafe(named: MemberState, states: readonly MemberState[]): boolean {
  const others = states.filter((state) => state !== named);
  if (!named.runs)
    return named.facts.data === 'complete' && others.every(({ runs, facts }) => !runs && facts.data === 'empty');
  return (
    isMaster(named) &&
    others.every((other) => (other.runs ? follows(other, named) : !other.lost || other.facts.data === 'empty'))
  );
}

function isMaster({ redis }: MemberState): boolean {
  return redis?.state === 'present' && redis.value.role === 'master';
}

function follows({ redis }: MemberState, { member }: MemberState): boolean {
  return redis?.state === 'present' && redis.value.role === 'slave' && redis.value.master?.address === member.address;
}
