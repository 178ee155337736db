import type { Cluster, Fleet, HostName, Member, Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import { bind, type Desired, type Observed } from '../contract/reconciler.ts';
import { act, dependsOn, manual, notObserved, type Remedy } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { serverProcess } from '../facts/member/server-process.ts';
import { dataReady } from '../shared/data-volume.ts';
import { hostReady } from '../shared/host-readiness.ts';
import { joiningSubject } from '../shared/joining-members.ts';
import { containerName, memberPort } from '../shared/names.ts';

/** A member that is to leave its host. */
interface DesiredDeparture extends Desired {
  readonly cluster: Cluster;
  readonly tenant: Tenant;
  readonly member: Member;
  readonly to: HostName | undefined;
}

const facts = ({ cluster, member }: DesiredDeparture) => ({
  containers: { fact: 'containers', host: member.host, runtime: cluster.runtime.type } as const,
  members: { fact: 'members', host: member.host } as const,
});

/**
 * Members leave their hosts one at a time, replicas first, while all other members of the tenant are in order (the master hands over before:
 * shared/master-last.ts). The container is retired: stopped, with its data kept. A member that moves is created on its new host in the next
 * pass, and gets its data from the master; its address goes with it, so that both copies never run at once.
 */
export const departures = bind<DesiredDeparture, ReturnType<typeof facts>>({
  component: 'maintenance',
  desire: (fleet) =>
    fleet.tenants.flatMap((tenant) =>
      tenant.members.flatMap((member) => (member.leaves ? [departureOf(fleet, tenant, member, member.leaves.to)] : [])),
    ),
  facts,
  diff: (desired, observed): readonly Finding[] => {
    const { subject, tenant, member, to } = desired;
    // One whose Redis does not run impacts the tenant by that already, and has its budget. One that runs and does not answer may serve.
    const serves = runs(desired, observed) !== false;
    const finding = findingsAbout(subject, { impacts: serves ? [] : [tenant.name] });
    const values = { have: member.host, want: to ?? 'not declared' };
    return [finding(to ? 'MemberMoves' : 'MemberLeaves', 'host', values, remedyFor(desired, observed))];
  },
});

/** Whether the member's Redis runs; undefined: not known. */
function runs(
  { tenant, member }: DesiredDeparture,
  { members }: Observed<ReturnType<typeof facts>>,
): boolean | undefined {
  if (members.state === 'unknown') return undefined;
  const own =
    members.state === 'present' ? members.value.find(({ name }) => name === containerName(tenant, member)) : undefined;
  return own !== undefined && serverProcess(own, 'redis-server') !== undefined;
}

function departureOf({ cluster }: Fleet, tenant: Tenant, member: Member, to: HostName | undefined): DesiredDeparture {
  const others = tenant.members.filter((one) => one !== member).map((one) => containerName(tenant, one));
  const ofTenant = others.flatMap((name): readonly Subject[] => [
    `container/${name}`,
    `redis/${name}`,
    `sentinel/${name}`,
  ]);
  const joining = (tenant.joins?.members ?? []).flatMap((one): readonly Subject[] => [
    `container/${containerName(tenant, one)}`,
    joiningSubject(tenant, one),
  ]);
  const target = to === undefined ? [] : targetReady(cluster, to);
  return {
    subject: departureSubject(tenant, member),
    dependsOn: [...hostReady(member.host), `redis/${tenant.name}`, ...ofTenant, ...joining, ...target],
    cluster,
    tenant,
    member,
    to,
  };
}

/** What a member's departure is about. */
export function departureSubject(tenant: Tenant, member: Member): Subject {
  return `container/${containerName(tenant, member)}@departure`;
}

/** A container can be created there. */
function targetReady(cluster: Cluster, host: HostName): readonly Subject[] {
  return [
    ...hostReady(host),
    ...dataReady(cluster, host),
    `mesh/${host}`,
    `container/${host}@template`,
    ...(cluster.runtime.type === 'openvz' ? [`container/${host}@network` as const] : []),
  ];
}

function remedyFor(desired: DesiredDeparture, { containers }: Observed<ReturnType<typeof facts>>): Remedy {
  const { cluster, tenant, member, to } = desired;
  if (containers.state !== 'present') return notObserved(containers);
  const occupant = tenant.members.find(({ host }) => host === to);
  if (occupant?.leaves?.to !== undefined && returnsTo(tenant, occupant, member))
    return manual(
      `it is to move to ${to}, ${occupant.name} is there, and a host has one member of a tenant: move one of them to a third host first`,
    );
  if (occupant) return dependsOn(departureSubject(tenant, occupant), `${occupant.name} leaves ${to} first`);
  const name = containerName(tenant, member);
  const own = containers.value.containers.find((one) => one.name === name);
  const { vlan } = tenant;
  const was = { port: memberPort(tenant), vlan, address: member.address };
  const number = cluster.runtime.type === 'openvz' && own ? { ctid: own.id } : {};
  const owner = { cluster: cluster.name, tenant: tenant.name, member: member.name };
  return act(
    [{ operation: 'member-retire', host: member.host, name, owner, was, ...number, left: true }],
    [tenant.name],
  );
}

/** Whether one who waits for this occupant's host is, by way of others that move too, who the occupant waits for. */
function returnsTo(tenant: Tenant, occupant: Member, member: Member): boolean {
  const seen = new Set<Member>();
  for (let one: Member | undefined = occupant; one && !seen.has(one); ) {
    seen.add(one);
    const to: HostName | undefined = one.leaves?.to;
    if (to === member.host) return true;
    one = tenant.members.find(({ host }) => host === to);
  }
  return false;
}
