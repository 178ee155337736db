import type { Fleet, Member, Tenant } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import { dependsOn } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import type { MemberFacts } from '../facts/member/members.ts';
import type { OwnContainer } from './addressing-evidence.ts';
import { containerName } from './names.ts';

interface Joining {
  /** Members that count: their votes make the majority, and HAProxy knows them. */
  readonly joined: readonly Member[];
  /** Undefined if all do. `blockedBy`: a member that has to be in order first. */
  readonly joins: Tenant['joins'] | undefined;
}

/**
 * Members that are added to a tenant that had a master join one at a time. A new one is created, and counts once its container runs, or
 * something of it was set up; the next one comes when all that count have a Sentinel. So the Sentinels that vote are always a majority of
 * those that count, for HAProxy, for the start guards and for us, however many are added. A member that HAProxy knows has joined before, and
 * one on a host that was not observed may have. `leaving`: members that count until they have left.
 */
export function joiningMembers(
  fleet: Fleet,
  tenant: Tenant,
  leaving: readonly Member[],
  containers: readonly OwnContainer[],
  lookup: FactLookup,
): Joining {
  const members = tenant.members.filter(({ name }) => leaving.every((one) => one.name !== name));
  const facts = (member: Member) => factsOf(tenant, member, lookup);
  const had = [
    ...members.map((one) => facts(one)),
    ...containers.map((one) => factsOf(tenant, { ...one, name: one.member }, lookup)),
  ];
  const isBootstrapped = had.some((seen) => typeof seen === 'object' && seen.marks[markers.bootstrapped] !== undefined);
  const served = servedMembers(fleet, tenant, lookup);
  if (!isBootstrapped || !served) return { joined: members, joins: undefined };
  const hasJoined = (member: Member) => {
    const seen = facts(member);
    if (served.has(member.name) || seen === 'unknown') return true;
    const isSetUp = typeof seen === 'object' && (seen.files['redis.conf'] ?? seen.files['sentinel.conf']) !== undefined;
    return isSetUp || isRunning(fleet, tenant, member, lookup);
  };
  const joined = members.filter(hasJoined);
  const waiting = members.filter((one) => !joined.includes(one));
  const counting = [...joined, ...leaving];
  if (!waiting.length || !counting.length) return { joined: members, joins: undefined };
  const unready = counting.find((one) => {
    const seen = facts(one);
    return seen === 'absent' || (typeof seen === 'object' && !seen.files['sentinel.conf']);
  });
  return { joined, joins: { members: waiting, ...(unready ? { blockedBy: unready.name } : {}) } };
}

/** The members that HAProxy knows on any proxy, with their addresses. Undefined if the tenant is exposed, and HAProxy was observed nowhere. */
export function servedMembers(
  { cluster }: Fleet,
  { name, expose }: Tenant,
  lookup: FactLookup,
): ReadonlyMap<string, string> | undefined {
  const proxies = cluster.hosts.filter(({ role }) => role === 'proxy');
  const processes = proxies.flatMap((host) => {
    const seen = lookup({ fact: 'haproxy', host: host.name });
    return seen.state === 'present' ? (seen.value.process ?? []) : [];
  });
  if (expose && !processes.length) return undefined;
  const tenants = processes.flatMap((one) => one.tenants);
  const servers = tenants.filter(({ tenant }) => tenant === name).flatMap((one) => one.servers);
  return new Map(servers.flatMap((one) => (one.address ? [[one.name, one.address.split(':')[0] ?? ''] as const] : [])));
}

function factsOf(
  tenant: Tenant,
  member: Pick<Member, 'name' | 'host'>,
  lookup: FactLookup,
): MemberFacts | 'absent' | 'unknown' {
  const seen = lookup({ fact: 'members', host: member.host });
  if (seen.state !== 'present') return seen.state === 'unknown' ? 'unknown' : 'absent';
  return seen.value.find(({ name }) => name === containerName(tenant, member)) ?? 'absent';
}

function isRunning({ cluster }: Fleet, tenant: Tenant, member: Member, lookup: FactLookup): boolean {
  const seen = lookup({ fact: 'containers', host: member.host, runtime: cluster.runtime.type });
  const containers = seen.state === 'present' ? seen.value.containers : [];
  return containers.some(
    ({ name, state, mark }) => name === containerName(tenant, member) && mark && state === 'RUNNING',
  );
}

/** What is said of members that do not join yet. The first of them may: its container is missing, which is a finding of its own. */
export function joiningFindings(tenant: Tenant): readonly Finding[] {
  const { members = [], blockedBy } = tenant.joins ?? {};
  const [first] = members;
  return members.flatMap((member): readonly Finding[] => {
    if (member === first && blockedBy === undefined) return [];
    const on: Subject =
      member === first || !first
        ? `sentinel/${containerName(tenant, { name: blockedBy ?? '' })}`
        : blockedBy === undefined
          ? `container/${containerName(tenant, first)}`
          : joiningSubject(tenant, first);
    const finding = findingsAbout(joiningSubject(tenant, member));
    const values = { have: 'not a member yet', want: 'a member' };
    return [finding('MemberJoinsLater', 'membership', values, dependsOn(on, 'members join one at a time'))];
  });
}

/** What a declared member is about before it joins. */
export function joiningSubject(tenant: Tenant, member: Pick<Member, 'name'>): Subject {
  return `container/${containerName(tenant, member)}@joining`;
}
