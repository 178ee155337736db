import type { Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Subject } from '../contract/subject.ts';
import { handOver } from '../shared/hand-over.ts';
import type { TenantState } from '../shared/tenant-state.ts';

/** A command asks for another master than the current one. */
export function handoverFindings(subject: Subject, tenant: Tenant, state: TenantState): readonly Finding[] {
  const names = tenant.requested?.masterAmong;
  const { currentMaster } = state;
  if (!names || currentMaster.state !== 'agreed' || names.includes(currentMaster.master.name)) return [];
  const remedy = handOver(
    tenant,
    state,
    tenant.members.filter(({ name }) => names.includes(name)),
  );
  const values = { have: currentMaster.master.name, want: names.join(' or ') };
  return [findingsAbout(subject)('HandoverRequested', 'master', values, remedy)];
}
