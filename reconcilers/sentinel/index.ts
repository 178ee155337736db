import type { Member, Tenant } from '../../crds/fleet.ts';
import { fitPassword } from '../../renderers/redis/redis-conf.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind, type Desired } from '../contract/reconciler.ts';
import { act, dependsOn, manual, notObserved, settling } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import { absent } from '../facts/observation.ts';
import { containerName, memberFolder } from '../shared/names.ts';
import { passwordInUse, usersOfPasswords } from '../shared/password-in-use.ts';
import { type TenantState, tenantFacts, tenantStateOf } from '../shared/tenant-state.ts';
import { acceptedFindings, formerFindings, formerSubject } from './accepted-passwords.ts';
import type { Context } from './context.ts';
import { fileFindings } from './files.ts';
import { identityFindings } from './identity.ts';
import { knownInstancesFindings } from './known-instances.ts';
import { notQueryable } from './messages.ts';
import { notRunning, savedFindings } from './not-running.ts';
import { optionsFindings } from './options.ts';

/** One member's Sentinel. */
interface DesiredSentinel extends Desired {
  readonly tenant: Tenant;
  readonly member: Member;
  readonly index: number;
  /** About passwords that are not declared any more, and nothing else. */
  readonly former?: true;
}

export const sentinel = bind<DesiredSentinel, ReturnType<typeof tenantFacts>>({
  component: 'sentinel',
  desire: (fleet) =>
    fleet.tenants.flatMap((tenant) => [
      ...tenant.members.map((member, index) => desiredOf(tenant, member, index)),
      ...tenant.members.map((member, index) => desiredFormer(tenant, member, index)),
    ]),
  facts: ({ tenant }) => tenantFacts(tenant),
  diff: ({ subject, tenant, member, index, former }, observed) => {
    const state = tenantStateOf(tenant, observed);
    // Reported once, for redis/<tenant>. With the wrong password the Sentinels only refuse: that is not an unknown state.
    if (!fitPassword(tenant.password.reveal()) || passwordInUse(tenant, state).state === 'another') return [];
    if (former) return formerFindings(subject, tenant, index, state);
    return sentinelFindings(subject, tenant, member, index, state);
  },
});

function desiredOf(tenant: Tenant, member: Member, index: number): DesiredSentinel {
  const name = containerName(tenant, member);
  return {
    subject: `sentinel/${name}`,
    dependsOn: [`host/${member.host}`, `container/${name}`],
    tenant,
    member,
    index,
  };
}

function desiredFormer(tenant: Tenant, member: Member, index: number): DesiredSentinel {
  const dependsOn = usersOfPasswords(tenant);
  return { subject: formerSubject(tenant, member), dependsOn, tenant, member, index, former: true };
}

function sentinelFindings(
  subject: Subject,
  tenant: Tenant,
  member: Member,
  index: number,
  state: TenantState,
): readonly Finding[] {
  const seen = state.members[index] ?? absent;
  const finding = findingsAbout(subject, { impacts: [tenant.name] });
  if (seen.state === 'unknown')
    return [finding('NotObserved', 'member', { have: 'unknown', want: 'present' }, notObserved(seen))];
  if (seen.state !== 'present') {
    const remedy = dependsOn(`container/${containerName(tenant, member)}`);
    return [finding('DependencyNotReady', 'Sentinel', { have: 'no container', want: 'running' }, remedy)];
  }
  const context: Context = { tenant, member, index, state, facts: seen.value, finding };
  return [...fileFindings(context), ...identityFindings(context), ...processFindings(context)];
}

function processFindings(context: Context): readonly Finding[] {
  const { tenant, member, index, state, facts, finding } = context;
  const want = 'running';
  if (facts.data === undefined) {
    const remedy = dependsOn(`container/${containerName(tenant, member)}`);
    return [finding('DependencyNotReady', 'Sentinel', { have: 'container stopped', want }, remedy)];
  }
  const process = serverProcess(facts, 'redis-sentinel');
  if (!process) {
    // Without its file it is not started: that is a finding of its own.
    if (!facts.files['sentinel.conf']) return [];
    return [notRunning(context)];
  }
  if (process.state === 'T') {
    const folder = memberFolder(tenant, member);
    const kill = act([{ operation: 'member-kill', host: member.host, folder, service: 'sentinel' }]);
    return [finding('StoppedBySignal', 'Sentinel', { have: 'stopped by a signal', want }, kill)];
  }
  const says = state.sentinels[index] ?? absent;
  if (says.state !== 'present')
    return tenant.expose
      ? [finding('NotObserved', 'Sentinel', { have: 'unknown', want }, notObserved(says))]
      : [finding('NotQueryable', 'Sentinel', { have: 'unknown', want }, manual(notQueryable(tenant)))];
  if (says.value.tilt) {
    const message = 'its clock jumped, or it hung: it takes no action for 30 s';
    return [finding('InTilt', 'TILT', { have: 'yes', want: 'no' }, settling(message))];
  }
  return [
    ...savedFindings(context),
    ...acceptedFindings(context, says.value),
    ...optionsFindings(context, says.value),
    ...knownInstancesFindings(context, says.value),
  ];
}
