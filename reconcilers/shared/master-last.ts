import type { Fleet, Member, Tenant } from '../../crds/fleet.ts';
import { type Finding, isUnknown } from '../contract/finding.ts';
import { type Plan, type Policy, withSteps } from '../contract/plan.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import { type Act, dependsOn, type Remedy, settling } from '../contract/remedy.ts';
import type { Action, ActionOf } from '../operations/actions.ts';
import { readsFrom, rebuildRefusal, successorsAllCanRead } from './change-of-engine.ts';
import { handOver } from './hand-over.ts';
import { containerName } from './names.ts';
import { unsteady } from './steady.ts';
import { type TenantState, tenantFacts, tenantStateOf } from './tenant-state.ts';

interface Restarted {
  readonly tenant: Tenant;
  readonly member: Member;
  readonly finding: Finding;
  /** Its container gets another root, and not only a restart. */
  readonly rebuild: ActionOf<'container-rebuild'> | undefined;
}

/**
 * Containers of a tenant are restarted, rebuilt from another template, or leave their hosts, replicas first. The one with the master comes last,
 * and hands over before: otherwise it would cost the clients the whole time in which Sentinel notices that it is gone. `fleet`: in force.
 * Without a master the plan stays as it is, but for rebuilds: then the tenant is impacted, and has no budget.
 */
export function masterLast(fleet: Fleet, lookup: FactLookup): Policy {
  const members = new Map(
    fleet.tenants.flatMap((tenant) =>
      tenant.members.map((member) => [containerName(tenant, member), { tenant, member }] as const),
    ),
  );
  const restartedBy = (finding: Finding): Restarted | undefined => {
    const { remedy } = finding;
    if (remedy.by !== 'action') return undefined;
    const own = remedy.actions.flatMap((action) => members.get(stoppedName(action, remedy)) ?? [])[0];
    const rebuild = remedy.actions.find((action) => action.operation === 'container-rebuild');
    return own && { ...own, finding, rebuild };
  };
  return (plan) => {
    const restarts = plan.findings.flatMap((finding) => restartedBy(finding) ?? []);
    if (!restarts.length) return plan;
    const findings = plan.findings.map((finding): Finding => {
      const own = restarts.find((one) => one.finding === finding);
      if (!own) return finding;
      const others = restarts.filter(({ tenant, member }) => tenant === own.tenant && member !== own.member);
      return { ...finding, ...changeOf(own, others[0]?.finding, plan, lookup) };
    });
    return withSteps(findings);
  };
}

/** The container that an action stops, for a moment or for good. */
function stoppedName(action: Action, { disrupts }: Act): string {
  // All members are stopped at once for another addressing: none is left to hand over to.
  if (action.operation === 'member-retire') return disrupts.length && !action.readdressed ? action.name : '';
  const restarts = action.operation === 'container-run' && action.order === 'restart';
  return restarts || action.operation === 'container-rebuild' ? action.name : '';
}

/** What is done in place of that, if anything. `other`: a finding by which another member of the tenant is stopped. */
function changeOf(own: Restarted, other: Finding | undefined, plan: Plan, lookup: FactLookup): Partial<Finding> {
  const { tenant, member, finding, rebuild } = own;
  const { members, redis, sentinels } = tenantFacts(tenant);
  const state = tenantStateOf(tenant, {
    members: members.map((request) => lookup(request)),
    redis: redis.map((request) => lookup(request)),
    sentinels: sentinels.map((request) => lookup(request)),
  });
  if (state.currentMaster.state !== 'agreed')
    return rebuild ? { remedy: dependsOn(`redis/${tenant.name}`, 'the Sentinels agree on no master') } : {};
  const { master } = state.currentMaster;
  const refused = rebuild && (templatesMissing(tenant, plan) ?? rebuildRefusal(tenant, member, state, rebuild.engine));
  if (refused) return { remedy: refused };
  if (master === member && other)
    return {
      remedy: dependsOn(
        other.subject,
        'the replicas come first; then the master hands over, and it is done to it as a replica',
      ),
    };
  // Nothing but its rebuild gets it back.
  const cutOff = rebuild !== undefined && master !== member && cannotFollow(tenant, member, master, state);
  if (cutOff) return { impacts: [tenant.name] };
  // One that is cut off already, say, has nothing to wait for.
  const why = finding.impacts.includes(tenant.name) ? undefined : unsteady(tenant, state, master);
  if (why) return { remedy: settling(why) };
  if (master !== member) return {};
  return { remedy: handOver(tenant, state, rebuild ? successorsAllCanRead(tenant, master, state) : undefined) };
}

/** Its members' hosts have the template, before the first of them is rebuilt: a tenant is not left half way for lack of it. */
function templatesMissing(tenant: Tenant, { findings }: Plan): Remedy | undefined {
  const subjects = tenant.members.map(({ host }) => `container/${host}@template`);
  const first = findings.find((one) => subjects.includes(one.subject) && (isUnknown(one) || one.remedy.by !== 'info'));
  return first && dependsOn(first.subject, 'the hosts of all members have the template first');
}

/** A replica that runs, and cannot read what its master writes: it became one by a failover to a later engine. */
function cannotFollow(tenant: Tenant, member: Member, master: Member, { redis }: TenantState): boolean {
  const own = redis[tenant.members.indexOf(member)];
  if (own?.state !== 'present' || own.value.role !== 'slave' || own.value.linkUp) return false;
  return !readsFrom(tenant, member, master, { redis });
}
