import type { Fleet, HostName, Member, ProxyPair, Tenant } from '../../crds/fleet.ts';
import { act, type Drift, type Remedy, type Subject } from '../drift.ts';
import { ec2Step } from '../ec2-tags.ts';
import type { Inventory } from '../inventory.ts';
import { containerName } from '../names.ts';
import type { Answers, Desired } from '../reconciler.ts';
import { tenantQuestions } from '../tenant-sight.ts';

/** A host that is to be stopped, and what it carries. */
export interface DesiredStop extends Desired {
  readonly host: HostName;
  readonly instanceId: string;
  /** Tenants with a member here; of a proxy, those that its pair exposes. */
  readonly tenants: readonly Tenant[];
  /** The pair, of a proxy. */
  readonly pair: ProxyPair | undefined;
}

export type StopAnswers = Answers<ReturnType<typeof stopQuestions>>;

/** Hosts that run without what they are to have. */
export function desiredStops({ cluster, tenants, proxyPairs }: Fleet, inventory: Inventory): readonly DesiredStop[] {
  return cluster.hosts.flatMap(({ name, origin }) => {
    const found = inventory.get(name);
    if (!('create' in origin) || origin.create.enhancedNetworking !== 'sriov') return [];
    if (found?.state !== 'present' || found.value.state !== 'running' || found.value.sriov) return [];
    const pair = proxyPairs.find(({ hosts }) => hosts.includes(name));
    const here = tenants.filter(({ members, expose }) =>
      pair ? expose?.proxyPair === pair.name : members.some(({ host }) => host === name),
    );
    const { instanceId } = found.value;
    return [
      { subject: `maintenance/${name}`, needs: needsOf(name, here, pair), host: name, instanceId, tenants: here, pair },
    ];
  });
}

/** Its host, what carries its tenants, and of a proxy the address: all must be in order before anything of it is taken away. */
function needsOf(host: HostName, tenants: readonly Tenant[], pair: ProxyPair | undefined): readonly Subject[] {
  const own: readonly Subject[] = [`instance/${host}`, `host/${host}`];
  if (pair) return [...own, `vip/${pair.name}`];
  return [
    ...own,
    ...tenants.flatMap((tenant) => [
      `redis/${tenant.name}` as const,
      ...tenant.members.map((member): Subject => `redis/${containerName(tenant, member)}`),
    ]),
  ];
}

export const stopQuestions = ({ tenants, pair }: DesiredStop) => {
  const asked = pair ? [] : tenants.map(tenantQuestions);
  return {
    members: asked.flatMap(({ members }) => members),
    redis: asked.flatMap(({ redis }) => redis),
    sentinels: asked.flatMap(({ sentinels }) => sentinels),
    keepalived: pair ? pair.hosts.map((one) => ({ what: 'keepalived', host: one, pair: pair.name }) as const) : [],
  };
};

export function memberHere({ host }: DesiredStop, tenant: Tenant): Member | undefined {
  return tenant.members.find((member) => member.host === host);
}

/** SR-IOV is what the host is stopped for; `remedy` is the next step towards it. */
export function stopFinding({ subject }: DesiredStop, remedy: Remedy): Drift {
  return { subject, field: 'SR-IOV', want: 'on', have: 'off', hurts: [], remedy };
}

/** Stops the instance. All tenants on it count as disrupted: so one host after the other is stopped, and only when nothing hurts them. */
export function stop({ host, instanceId, tenants }: DesiredStop): Remedy {
  const step = ec2Step(`stop ${instanceId} of ${host}, to turn SR-IOV on`, 'StopInstances', {
    InstanceIds: [instanceId],
  });
  return act(
    [step],
    tenants.map(({ name }) => name),
  );
}
