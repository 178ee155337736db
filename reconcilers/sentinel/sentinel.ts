import type { Member, Tenant } from '../../crds/fleet.ts';
import { fitPassword } from '../../renderers/redis-conf.ts';
import { act, blind, type Drift, operator, type Remedy, type Subject, wait } from '../drift.ts';
import { containerName, memberFolder } from '../names.ts';
import { passwordInUse } from '../password-in-use.ts';
import type { MemberFacts } from '../questions/members.ts';
import { bind, type Desired } from '../reconciler.ts';
import { sightOf, type TenantSight, tenantQuestions } from '../tenant-sight.ts';
import { fileDrift } from './files.ts';
import { optionsDrift } from './options.ts';
import { peersDrift } from './peers.ts';

/** One member's Sentinel. */
interface DesiredSentinel extends Desired {
  readonly tenant: Tenant;
  readonly member: Member;
  readonly index: number;
}

/** What a finding about one Sentinel needs to know. */
export interface Context extends Pick<DesiredSentinel, 'tenant' | 'member' | 'index'> {
  readonly sight: TenantSight;
  readonly facts: MemberFacts;
  finding(field: string, want: string, have: string, remedy: Remedy, hurts?: readonly string[]): Drift;
}

export const sentinel = bind<DesiredSentinel, ReturnType<typeof tenantQuestions>>({
  concern: 'sentinel',
  desire: (fleet) =>
    fleet.tenants.flatMap((tenant) => tenant.members.map((member, index) => desiredOf(tenant, member, index))),
  questions: ({ tenant }) => tenantQuestions(tenant),
  diff: ({ subject, tenant, member, index }, seen) => {
    const sight = sightOf(tenant, seen);
    // What is wrong with it is said once, of redis/<tenant>. With the wrong one the Sentinels only refuse, which is no blindness.
    if (!fitPassword(tenant.password.reveal()) || passwordInUse(tenant, sight).state === 'another') return [];
    return sentinelDrift(subject, tenant, member, index, sight);
  },
});

function desiredOf(tenant: Tenant, member: Member, index: number): DesiredSentinel {
  const name = containerName(tenant, member);
  return { subject: `sentinel/${name}`, needs: [`host/${member.host}`, `container/${name}`], tenant, member, index };
}

function sentinelDrift(
  subject: Subject,
  tenant: Tenant,
  member: Member,
  index: number,
  sight: TenantSight,
): readonly Drift[] {
  const seen = sight.members[index];
  const finding: Context['finding'] = (field, want, have, remedy, hurts = [tenant.name]) => ({
    subject,
    field,
    want,
    have,
    hurts,
    remedy,
  });
  if (seen?.state === 'unknown') return [finding('member', 'in sight', 'could not be seen', blind(seen.reason))];
  if (seen?.state !== 'present')
    return [
      finding('Sentinel', 'running', 'no container', wait(`rests on container/${containerName(tenant, member)}`)),
    ];
  const context: Context = { tenant, member, index, sight, facts: seen.value, finding };
  return [...fileDrift(context), ...processDrift(context)];
}

function processDrift(context: Context): readonly Drift[] {
  const { tenant, member, index, sight, facts, finding } = context;
  const name = containerName(tenant, member);
  if (facts.data === undefined)
    return [finding('Sentinel', 'running', 'its container does not run', wait(`rests on container/${name}`))];
  const process = facts.processes.find(({ command }) => command === 'redis-sentinel');
  const folder = memberFolder(tenant, member);
  if (!process) {
    const reason = `PID 1 of the container starts it within a second; if it does not stay up, see ${folder}/console.log`;
    return facts.files['sentinel.conf'] ? [finding('Sentinel', 'running', 'not running', wait(reason))] : [];
  }
  if (process.state === 'T') {
    const kill = act([{ verb: 'member-kill', host: member.host, folder, service: 'sentinel' }]);
    return [finding('Sentinel', 'running', 'stopped by a signal', kill)];
  }
  const says = sight.sentinels[index];
  if (says?.state !== 'present') {
    const reason = says?.state === 'unknown' ? says.reason : 'it was not asked';
    const words = `no host has an address in the network of ${tenant.name}: declare spec.expose, so that it can be looked at`;
    return [finding('Sentinel', 'answering', 'could not be seen', tenant.expose ? blind(reason) : operator(words))];
  }
  if (says.value.tilt)
    return [finding('TILT', 'no', 'yes', wait('its clock jumped or it hung: it acts on nothing for 30 s'))];
  return [...optionsDrift(context, says.value), ...peersDrift(context, says.value)];
}
