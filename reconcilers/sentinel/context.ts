import type { Member, Tenant } from '../../crds/fleet.ts';
import type { FindingBuilder } from '../contract/finding.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import type { TenantState } from '../shared/tenant-state.ts';

/** What findings about one Sentinel are derived from. */
export interface Context {
  readonly tenant: Tenant;
  readonly member: Member;
  /** Index in the tenant's members. */
  readonly index: number;
  readonly state: TenantState;
  readonly facts: MemberFacts;
  readonly finding: FindingBuilder;
}
