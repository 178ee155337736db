import type { Fleet, Host, HostName, Member, ProxyPair, Tenant, TenantName } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Reason } from '../contract/reasons.ts';
import type { Desired, Observed } from '../contract/reconciler.ts';
import { act, type Remedy } from '../contract/remedy.ts';
import type { Subject } from '../contract/subject.ts';
import { ec2Step } from '../shared/ec2-tags.ts';
import { containerName } from '../shared/names.ts';
import { tenantFacts } from '../shared/tenant-state.ts';

/** A host that has to be stopped, and what runs on it. */
export interface DesiredStop extends Desired {
  readonly host: HostName;
  readonly instanceId: string;
  /** Its instance is tagged as checked for the driver, in an earlier pass or run. */
  readonly marked: boolean;
  /** Tenants with a member on it; for a proxy, those that its pair exposes. */
  readonly tenants: readonly Tenant[];
  /** For a proxy: its pair. */
  readonly pair: ProxyPair | undefined;
  /** The subject that has the rolling slot before this one. */
  readonly rollingSlot: Subject | undefined;
}

export type StopObserved = Observed<ReturnType<typeof stopFacts>>;

/**
 * Hosts that run without SR-IOV although it is declared. One host at a time: the others wait for the first, or for one that is down. Otherwise
 * two hosts would hand their masters to each other.
 */
export function desiredStops(fleet: Fleet, inventory: Inventory): readonly DesiredStop[] {
  const pendingHosts = fleet.cluster.hosts.flatMap((host) => stopOf(fleet, host, inventory) ?? []);
  const down = fleet.cluster.hosts.find(({ name }) => {
    const found = inventory.get(name);
    return found?.state === 'absent' || (found?.state === 'present' && found.value.state !== 'running');
  });
  const first: Subject | undefined = down ? `instance/${down.name}` : pendingHosts[0]?.subject;
  return pendingHosts.map((one) =>
    one.subject === first || first === undefined ? one : { ...one, dependsOn: [], rollingSlot: first },
  );
}

function stopOf({ tenants, proxyPairs }: Fleet, { name, origin }: Host, inventory: Inventory): DesiredStop | undefined {
  const found = inventory.get(name);
  if (!('create' in origin) || origin.create.enhancedNetworking !== 'sriov') return undefined;
  if (found?.state !== 'present' || found.value.state !== 'running' || found.value.sriov) return undefined;
  const pair = proxyPairs.find(({ hosts }) => hosts.includes(name));
  const here = tenants.filter(({ members, expose }) =>
    pair ? expose?.proxyPair === pair.name : members.some(({ host }) => host === name),
  );
  const { instanceId, tags } = found.value;
  return {
    subject: `maintenance/${name}`,
    dependsOn: dependenciesOf(name, here, pair),
    host: name,
    instanceId,
    marked: markers.ec2Driver in tags,
    tenants: here,
    pair,
    rollingSlot: undefined,
  };
}

/** The host itself, with the driver of its future NIC; on a Redis host its tenants and their members, on a proxy the VIP, and the other proxy able to take it over. */
function dependenciesOf(host: HostName, tenants: readonly Tenant[], pair: ProxyPair | undefined): readonly Subject[] {
  const own: readonly Subject[] = [`instance/${host}`, `host/${host}`, `host/${host}@driver`];
  if (pair) {
    const others = pair.hosts.filter((other) => other !== host);
    return [...own, `vip/${pair.name}`, ...others.map((other): Subject => `vip/${pair.name}@${other}`)];
  }
  return [
    ...own,
    ...tenants.flatMap((tenant) => [
      `redis/${tenant.name}` as const,
      ...tenant.members.map((member): Subject => `redis/${containerName(tenant, member)}`),
    ]),
  ];
}

export const stopFacts = ({ tenants, pair, rollingSlot }: DesiredStop) => {
  const requested = pair || rollingSlot ? [] : tenants.map(tenantFacts);
  return {
    members: requested.flatMap(({ members }) => members),
    redis: requested.flatMap(({ redis }) => redis),
    sentinels: requested.flatMap(({ sentinels }) => sentinels),
    keepalived:
      pair && !rollingSlot
        ? pair.hosts.map((one) => ({ fact: 'keepalived', host: one, pair: pair.name }) as const)
        : [],
  };
};

export function memberHere({ host }: DesiredStop, tenant: Tenant): Member | undefined {
  return tenant.members.find((member) => member.host === host);
}

export function tenantNames({ tenants }: DesiredStop): readonly TenantName[] {
  return tenants.map(({ name }) => name);
}

/** The one finding of a host: SR-IOV is not enabled. `remedy` is the next step towards that. */
export function stopFinding({ subject }: DesiredStop, reason: Reason, remedy: Remedy): Finding {
  return findingsAbout(subject)(reason, 'SR-IOV', { have: 'disabled', want: 'enabled' }, remedy);
}

/**
 * Stops the instance, after tagging it in an earlier pass. All its tenants count as disrupted, so hosts are stopped one at a time, and
 * only while nothing impacts those tenants. What the stop depends on is observed both in the pass of the tag and in that of the stop.
 */
export function stop(desired: DesiredStop): Remedy {
  const { host, instanceId, marked } = desired;
  if (!marked) {
    const Tags = [{ Key: markers.ec2Driver, Value: 'ixgbevf' }];
    const input = { Resources: [instanceId], Tags };
    return act([ec2Step(`mark ${instanceId} of ${host} as ready for SR-IOV`, 'CreateTags', input)]);
  }
  const input = { InstanceIds: [instanceId] };
  const step = ec2Step(`stop ${instanceId} of ${host}, to enable SR-IOV`, 'StopInstances', input);
  return act([step], tenantNames(desired));
}
