import type { Fleet, Member, Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import { type Policy, withSteps } from '../contract/plan.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import { type Act, dependsOn, type Remedy, settling } from '../contract/remedy.ts';
import type { Action } from '../operations/actions.ts';
import { handOver } from './hand-over.ts';
import { containerName } from './names.ts';
import { unsteady } from './steady.ts';
import { tenantFacts, tenantStateOf } from './tenant-state.ts';

interface Restarted {
  readonly tenant: Tenant;
  readonly member: Member;
}

/**
 * Containers of a tenant are restarted, or leave their hosts, replicas first. The one with the master comes last, and hands over before:
 * otherwise it would cost the clients the whole time in which Sentinel notices that it is gone. `fleet`: in force. Without a master the plan stays as it is: then the
 * tenant is impacted, and has no budget.
 */
export function masterLast(fleet: Fleet, lookup: FactLookup): Policy {
  const members = new Map(
    fleet.tenants.flatMap((tenant) =>
      tenant.members.map((member): [string, Restarted] => [containerName(tenant, member), { tenant, member }]),
    ),
  );
  const restartedBy = ({ remedy }: Finding) =>
    remedy.by === 'action'
      ? remedy.actions.flatMap((action) => members.get(stoppedName(action, remedy)) ?? [])[0]
      : undefined;
  return (plan) => {
    const restarts = plan.findings.flatMap((finding) => {
      const restarted = restartedBy(finding);
      return restarted ? [{ ...restarted, finding }] : [];
    });
    if (!restarts.length) return plan;
    const findings = plan.findings.map((finding): Finding => {
      const own = restartedBy(finding);
      if (!own) return finding;
      const others = restarts.filter(({ tenant, member }) => tenant === own.tenant && member !== own.member);
      const remedy = remedyOf({ ...own, finding }, others[0]?.finding, lookup);
      return remedy ? { ...finding, remedy } : finding;
    });
    return withSteps(findings);
  };
}

/** The container that an action stops, for a moment or for good. */
function stoppedName(action: Action, { disrupts }: Act): string {
  if (action.operation === 'member-retire') return disrupts.length ? action.name : '';
  return action.operation === 'container-run' && action.order === 'restart' ? action.name : '';
}

/** What is done in place of that, if anything. `other`: a finding by which another member of the tenant is stopped. */
function remedyOf(
  { tenant, member, finding }: Restarted & { readonly finding: Finding },
  other: Finding | undefined,
  lookup: FactLookup,
): Remedy | undefined {
  const { members, redis, sentinels } = tenantFacts(tenant);
  const state = tenantStateOf(tenant, {
    members: members.map((request) => lookup(request)),
    redis: redis.map((request) => lookup(request)),
    sentinels: sentinels.map((request) => lookup(request)),
  });
  if (state.currentMaster.state !== 'agreed') return undefined;
  const { master } = state.currentMaster;
  if (master === member && other)
    return dependsOn(
      other.subject,
      'the replicas come first; then the master hands over, and it is done to it as a replica',
    );
  // One that is cut off already, say, has nothing to wait for.
  const why = finding.impacts.includes(tenant.name) ? undefined : unsteady(tenant, state, master);
  if (why) return settling(why);
  return master === member ? handOver(tenant, state) : undefined;
}
