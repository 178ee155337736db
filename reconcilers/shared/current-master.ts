import type { Member, Tenant } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Reason } from '../contract/reasons.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import { type Denial, denialOf, type Observation } from '../facts/observation.ts';
import type { RedisFacts } from '../facts/redis/redis.ts';
import type { SentinelFacts, WatchedMaster } from '../facts/sentinel/sentinel.ts';

/**
 * Who is master. `agreed`: a strict majority of all Sentinels of the tenant names this member at one epoch, no Sentinel names another
 * one at a later epoch, and the member itself reports that it is master. Otherwise `none`.
 */
export type CurrentMaster =
  | {
      readonly state: 'agreed';
      readonly master: Member;
      readonly epoch: number;
      readonly agreeing: number;
      readonly of: number;
    }
  | NoMaster;

interface NoMaster {
  readonly state: 'none';
  readonly code: NoMasterCode;
  /** The member that a majority of the Sentinels names, if it is one. */
  readonly named?: Member;
  readonly message: string;
  /** It may resolve by itself: a failover or a start may be under way. */
  readonly settling: boolean;
}

export type NoMasterCode = Extract<
  Reason,
  | 'TooFewSentinels'
  | 'SentinelsDisagree'
  | 'ForeignMasterMonitored'
  | 'MasterUnreachable'
  | 'MasterIsReplica'
  | 'ConnectionLimit'
  | 'PasswordDiffers'
>;

/** The observations of a tenant's Redis and Sentinels, each list in the order of its members. */
export interface TenantObserved {
  readonly redis: readonly Observation<RedisFacts>[];
  readonly sentinels: readonly Observation<SentinelFacts>[];
}

/** Whether `count` is a strict majority `of` all. */
export function isMajority(count: number, of: number): boolean {
  return count * 2 > of;
}

/** Sentinel decides who is master. This reads its decision from the observations, again in every pass. */
export function currentMasterOf(tenant: Tenant, { redis, sentinels }: TenantObserved): CurrentMaster {
  const votes = sentinels.flatMap((seen) => (seen.state === 'present' && seen.value.master ? [seen.value.master] : []));
  const of = tenant.members.length;
  if (!isMajority(votes.length, of))
    return none('TooFewSentinels', `only ${votes.length} of ${of} Sentinels name a master`, false);
  const epoch = Math.max(...votes.map((vote) => vote.epoch));
  const newest = votes.filter((vote) => vote.epoch === epoch);
  const first = newest[0] && endpointName(newest[0]);
  const agreeing = newest.filter((vote) => endpointName(vote) === first).length;
  if (agreeing !== newest.length || !isMajority(agreeing, of)) {
    const named = votes.map((vote) => `${endpointName(vote)} at epoch ${vote.epoch}`);
    return none('SentinelsDisagree', `the Sentinels do not agree on a master: ${named.join(', ')}`, true);
  }
  const { port } = tenant.redis;
  const index = tenant.members.findIndex(({ address }) => endpointName({ address, port }) === first);
  const master = tenant.members[index];
  const majority = `${agreeing} of ${of} Sentinels name`;
  if (!master)
    return none('ForeignMasterMonitored', `${majority} ${first}, which is not a member of this tenant`, false);
  const reported = redis[index];
  if (reported?.state !== 'present') {
    const denial = denials[denialOf(reported) ?? 'none'];
    // The Sentinels' connections are from before: they do not notice, unless they have lost them.
    const settling = denial.code === 'MasterUnreachable' || newest.some(isDoubted);
    return { ...none(denial.code, `${majority} ${master.name}, which ${denial.words}`, settling), named: master };
  }
  if (reported.value.role !== 'master')
    return {
      ...none('MasterIsReplica', `${majority} ${master.name}, which reports that it is a replica`, true),
      named: master,
    };
  return { state: 'agreed', master, epoch, agreeing, of };
}

/** What a master that is not observed answers, if it answers. */
const denials = {
  none: { code: 'MasterUnreachable', words: 'does not answer' },
  password: { code: 'PasswordDiffers', words: 'refuses the declared password' },
  maxclients: {
    code: 'ConnectionLimit',
    words: 'lets nobody in: as many clients are connected as its maxclients allows',
  },
} as const satisfies Readonly<Record<Denial | 'none', { readonly code: NoMasterCode; readonly words: string }>>;

/** The Sentinel counts the master as down, or fails it over. */
function isDoubted({ flags }: WatchedMaster): boolean {
  return flags.some((flag) => flag !== 'master');
}

function none(code: NoMasterCode, message: string, settling: boolean): NoMaster {
  return { state: 'none', code, message, settling };
}

function endpointName({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}:${port}`;
}

/** What the markers of the members say about the bootstrap of the tenant. */
export type BootstrapState =
  | { readonly state: 'done' }
  | { readonly state: 'chosen'; readonly by: number; readonly member: string; readonly of: number }
  | { readonly state: 'none' }
  | { readonly state: 'conflict'; readonly values: readonly string[] };

/** `members` in the order of the tenant. One marker is enough for `done`; `by` counts the members that carry the choice. */
export function bootstrapStateOf(members: readonly (MemberFacts | undefined)[]): BootstrapState {
  const seen = members.map((member) => member?.marks ?? {});
  if (seen.some((mark) => mark[markers.bootstrapped] !== undefined)) return { state: 'done' };
  const chosen = seen.flatMap((mark) => mark[markers.bootstrap] ?? []);
  const values = [...new Set(chosen)].sort();
  const [member] = values;
  if (member === undefined) return { state: 'none' };
  if (values.length > 1) return { state: 'conflict', values };
  return { state: 'chosen', by: chosen.length, member, of: members.length };
}
