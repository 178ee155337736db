import type { Fleet, Host, HostName, Member, ProxyPair, Tenant } from '../../crds/fleet.ts';
import { act, type Drift, type Remedy, type Subject } from '../drift.ts';
import { ec2Step } from '../ec2-tags.ts';
import type { Inventory } from '../inventory.ts';
import { marks } from '../marks.ts';
import { containerName } from '../names.ts';
import type { Answers, Desired } from '../reconciler.ts';
import { tenantQuestions } from '../tenant-sight.ts';

/** A host that is to be stopped, and what it carries. */
export interface DesiredStop extends Desired {
  readonly host: HostName;
  readonly instanceId: string;
  /** It is marked as one that was looked at for the driver: at an earlier pass, or by an earlier run. */
  readonly marked: boolean;
  /** Tenants with a member here; of a proxy, those that its pair exposes. */
  readonly tenants: readonly Tenant[];
  /** The pair, of a proxy. */
  readonly pair: ProxyPair | undefined;
  /** What is to be in order first, before it is this one's turn. */
  readonly turn: Subject | undefined;
}

export type StopAnswers = Answers<ReturnType<typeof stopQuestions>>;

/**
 * Hosts that run without what they are to have. The first one has its turn, and the others wait for it, or for one that is away: else two hosts
 * would hand their masters to each other.
 */
export function desiredStops(fleet: Fleet, inventory: Inventory): readonly DesiredStop[] {
  const wanting = fleet.cluster.hosts.flatMap((host) => stopOf(fleet, host, inventory) ?? []);
  const away = fleet.cluster.hosts.find(({ name }) => {
    const found = inventory.get(name);
    return found?.state === 'absent' || (found?.state === 'present' && found.value.state !== 'running');
  });
  const first: Subject | undefined = away ? `instance/${away.name}` : wanting[0]?.subject;
  return wanting.map((one) =>
    one.subject === first || first === undefined ? one : { ...one, needs: [], turn: first },
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
  const needs = needsOf(name, here, pair);
  const marked = marks.ec2Driver in tags;
  return {
    subject: `maintenance/${name}`,
    needs,
    host: name,
    instanceId,
    marked,
    tenants: here,
    pair,
    turn: undefined,
  };
}

/** Its host, with the driver of the card to come, what carries its tenants, and of a proxy the address: all must be in order before anything of it is taken away. */
function needsOf(host: HostName, tenants: readonly Tenant[], pair: ProxyPair | undefined): readonly Subject[] {
  const own: readonly Subject[] = [`instance/${host}`, `host/${host}`, `host/${host}@driver`];
  if (pair) return [...own, `vip/${pair.name}`];
  return [
    ...own,
    ...tenants.flatMap((tenant) => [
      `redis/${tenant.name}` as const,
      ...tenant.members.map((member): Subject => `redis/${containerName(tenant, member)}`),
    ]),
  ];
}

export const stopQuestions = ({ tenants, pair, turn }: DesiredStop) => {
  const asked = pair || turn ? [] : tenants.map(tenantQuestions);
  return {
    members: asked.flatMap(({ members }) => members),
    redis: asked.flatMap(({ redis }) => redis),
    sentinels: asked.flatMap(({ sentinels }) => sentinels),
    keepalived:
      pair && !turn ? pair.hosts.map((one) => ({ what: 'keepalived', host: one, pair: pair.name }) as const) : [],
  };
};

export function memberHere({ host }: DesiredStop, tenant: Tenant): Member | undefined {
  return tenant.members.find((member) => member.host === host);
}

/** SR-IOV is what the host is stopped for; `remedy` is the next step towards it. */
export function stopFinding({ subject }: DesiredStop, remedy: Remedy): Drift {
  return { subject, field: 'SR-IOV', want: 'on', have: 'off', hurts: [], remedy };
}

/**
 * Stops the instance, marked first. All tenants on it count as disrupted: so one host after the other is stopped, and only when nothing hurts them.
 * What this rests on was seen at the pass of the mark and is seen again at that of the stop.
 */
export function stop({ host, instanceId, marked, tenants }: DesiredStop): Remedy {
  if (!marked) {
    const Tags = [{ Key: marks.ec2Driver, Value: 'ixgbevf' }];
    const input = { Resources: [instanceId], Tags };
    return act([ec2Step(`mark ${instanceId} of ${host} as ready for SR-IOV`, 'CreateTags', input)]);
  }
  const step = ec2Step(`stop ${instanceId} of ${host}, to turn SR-IOV on`, 'StopInstances', {
    InstanceIds: [instanceId],
  });
  return act(
    [step],
    tenants.map(({ name }) => name),
  );
}
