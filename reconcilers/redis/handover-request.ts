import type { Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { manual } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { handOver } from '../shared/hand-over.ts';
import type { TenantState } from '../shared/tenant-state.ts';

/** A command asks for another master than the current one, or the current one is on a drained host. */
export function handoverFindings(subject: Subject, tenant: Tenant, state: TenantState): readonly Finding[] {
  const names = tenant.requested?.masterAmong;
  const { currentMaster } = state;
  if (currentMaster.state !== 'agreed' || names?.includes(currentMaster.master.name)) return [];
  const { master } = currentMaster;
  if (!names && master.drained) {
    const others = tenant.members.filter(({ drained }) => !drained);
    const want = others.map(({ name }) => name).join(' or ') || 'a member on another host';
    const have = `${master.name} on ${master.host}, which is drained`;
    const remedy = others.length
      ? handOver(tenant, state)
      : manual('the hosts of all members are drained: uncordon one of them (reconcile uncordon)');
    return [findingsAbout(subject)('MasterOnDrainedHost', 'master', { have, want }, remedy)];
  }
  if (!names) return [];
  const remedy = handOver(
    tenant,
    state,
    tenant.members.filter(({ name }) => names.includes(name)),
  );
  const values = { have: currentMaster.master.name, want: names.join(' or ') };
  return [findingsAbout(subject)('HandoverRequested', 'master', values, remedy)];
}
