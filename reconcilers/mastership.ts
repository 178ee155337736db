import type { Member, Tenant } from '../crds/fleet.ts';
import { marks } from './marks.ts';
import type { Observation } from './observation.ts';
import type { MemberFacts } from './questions/members.ts';
import type { RedisFacts } from './questions/redis.ts';
import type { SentinelFacts } from './questions/sentinel.ts';

/**
 * Who is master. `agreed`: a strict majority of all the tenant's Sentinels names this member at one epoch, nobody names another
 * at a later one, and it says itself that it is master. `none`: not so; `settling` when it may come right by itself
 * (a failover, a start), and `named` if a majority does name a member.
 */
export type Mastership =
  | {
      readonly state: 'agreed';
      readonly master: Member;
      readonly epoch: number;
      readonly agreeing: number;
      readonly of: number;
    }
  | {
      readonly state: 'none';
      readonly reason: string;
      readonly settling: boolean;
      readonly named: Member | undefined;
    };

/** A tenant's answers, each list in the order of its members. */
export interface TenantAnswers {
  readonly redis: readonly Observation<RedisFacts>[];
  readonly sentinels: readonly Observation<SentinelFacts>[];
}

/** We never own who is master: this reads it, each time anew, from what Sentinels and Redis say. */
export function mastershipOf(tenant: Tenant, { redis, sentinels }: TenantAnswers): Mastership {
  const votes = sentinels.flatMap((seen) => (seen.state === 'present' && seen.value.master ? [seen.value.master] : []));
  const of = tenant.members.length;
  const none = (reason: string, settling: boolean, named?: Member): Mastership => ({
    state: 'none',
    reason,
    settling,
    named,
  });
  if (votes.length * 2 <= of) return none(`only ${votes.length} of ${of} Sentinels can be asked`, false);
  const epoch = Math.max(...votes.map((vote) => vote.epoch));
  const newest = votes.filter((vote) => vote.epoch === epoch);
  const name = ({ address, port }: { address: string; port: number }) => `${address}:${port}`;
  const first = newest[0] && name(newest[0]);
  const agreeing = newest.filter((vote) => name(vote) === first).length;
  if (agreeing !== newest.length || agreeing * 2 <= of)
    return none(
      `the Sentinels do not agree: ${votes.map((vote) => `${name(vote)} at epoch ${vote.epoch}`).join(', ')}`,
      true,
    );
  const index = tenant.members.findIndex(
    (member) => name({ address: member.address, port: tenant.redis.port }) === first,
  );
  const master = tenant.members[index];
  if (!master) return none(`${agreeing} of ${of} Sentinels name ${first}, which is no member of this tenant`, false);
  const says = redis[index];
  if (says?.state !== 'present')
    return none(`${agreeing} of ${of} Sentinels name ${master.name}, which does not answer`, true, master);
  if (says.value.role !== 'master')
    return none(`${agreeing} of ${of} Sentinels name ${master.name}, which says that it is a replica`, true, master);
  return { state: 'agreed', master, epoch, agreeing, of };
}

/** What the marks on the members say of the tenant's first start. A list in the order of the members. */
export type FirstStart =
  | { readonly state: 'done' }
  | { readonly state: 'chosen'; readonly by: number; readonly member: string; readonly of: number }
  | { readonly state: 'none' }
  | { readonly state: 'conflict'; readonly values: readonly string[] };

/** `done` needs one mark only; `by` counts the members that carry the choice. */
export function firstStartOf(members: readonly (MemberFacts | undefined)[]): FirstStart {
  const seen = members.map((member) => member?.marks ?? {});
  if (seen.some((mark) => mark[marks.bootstrapped] !== undefined)) return { state: 'done' };
  const chosen = seen.flatMap((mark) => mark[marks.bootstrap] ?? []);
  const values = [...new Set(chosen)].sort();
  const [member] = values;
  if (member === undefined) return { state: 'none' };
  if (values.length > 1) return { state: 'conflict', values };
  return { state: 'chosen', by: chosen.length, member, of: members.length };
}
