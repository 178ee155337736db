import type { Member, Tenant } from '../../crds/fleet.ts';
import type { Kept } from '../../renderers/redis/redis-conf.ts';
import type { FindingBuilder } from '../contract/finding.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import type { TenantState } from '../shared/tenant-state.ts';
import type { WithheldSettings } from './withheld-settings.ts';

/** What findings about one member's Redis are derived from. */
export interface Context {
  readonly tenant: Tenant;
  readonly member: Member;
  /** Index in the tenant's members. */
  readonly index: number;
  readonly state: TenantState;
  readonly facts: MemberFacts;
  readonly finding: FindingBuilder;
  /** Declared settings that need a consent; undefined without a master to judge them by. */
  readonly withheld: readonly WithheldSettings[] | undefined;
  /** What redis.conf keeps in their place. */
  readonly kept: Kept;
}
