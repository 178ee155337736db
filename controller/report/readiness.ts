import type { ProxyPair, Tenant } from '../../crds/fleet.ts';
import type { Mastership, TenantAnswers } from '../../reconcilers/mastership.ts';
import type { Observation } from '../../reconcilers/observation.ts';
import type { Seen } from '../../reconcilers/reconciler.ts';

/** Who has the virtual address by EC2's word, or why that is nobody. */
export type Owner = { readonly host: string } | { readonly reason: string; readonly unseen: boolean };

export interface Readiness {
  readonly ready: 'True' | 'False' | 'Unknown';
  /** One word for programs, and a sentence for people. */
  readonly reason: string;
  readonly message: string;
}

/** What the verdict follows from. */
export interface Facts {
  readonly tenant: Tenant;
  readonly mastership: Mastership;
  readonly inSync: number | undefined;
  readonly pair: ProxyPair | undefined;
  readonly owner: Owner | undefined;
  readonly seen: Seen;
  readonly complaints: readonly Complaint[];
}

/** Ready: a write sent to the endpoint reaches the one master, and enough replicas take it. */
export function readinessOf({ tenant, mastership, inSync, pair, owner, seen, complaints }: Facts): Readiness {
  const not = (reason: string, message: string): Readiness => ({ ready: 'False', reason, message });
  const unseen = (message: string): Readiness => ({ ready: 'Unknown', reason: 'NotSeen', message });
  if (mastership.state === 'none') {
    const cause = complaints.find((one) => one.unseen);
    if (!mastership.reason.includes('can be asked')) return not('NoMaster', mastership.reason);
    return unseen(cause ? `${mastership.reason}; ${cause.words}` : mastership.reason);
  }
  const wanted = tenant.redis.minReplicasToWrite;
  if ((inSync ?? 0) < wanted)
    return not('TooFewReplicas', `${inSync ?? 0} of at least ${wanted} replicas are in sync: writes are refused`);
  if (!pair || !owner)
    return { ready: 'True', reason: 'NotExposed', message: 'the master is up; no ProxyPair exposes it' };
  if (!('host' in owner)) return owner.unseen ? unseen(owner.reason) : not('NoVipOwner', owner.reason);
  const proxy = seen({ what: 'haproxy', host: owner.host });
  if (proxy.state === 'unknown') return unseen(`${owner.host} could not be asked: ${proxy.reason}`);
  const links = seen({ what: 'links', host: owner.host });
  if (links.state !== 'present') return unseen(`the interfaces of ${owner.host} could not be seen`);
  if (!links.value.some(({ addresses }) => addresses.some((address) => address.split('/')[0] === pair.vip)))
    return not('VipElsewhere', `EC2 delivers ${pair.vip} to ${owner.host}, whose interface does not carry it`);
  const process = proxy.state === 'present' ? proxy.value.process : undefined;
  const admitted =
    process?.tenants.find((one) => one.tenant === tenant.name)?.servers.filter((server) => server.up) ?? [];
  const master = mastership.master.name;
  if (!admitted.some((server) => server.name === master))
    return not(
      'NotAdmitted',
      `HAProxy on ${owner.host} does not admit the master ${master}${process ? '' : ': it does not run'}`,
    );
  return { ready: 'True', ...wholeness(tenant, mastership, inSync ?? 0, complaints) };
}

/** Whether what serves has everything that it should have. */
function wholeness(
  tenant: Tenant,
  mastership: Extract<Mastership, { state: 'agreed' }>,
  inSync: number,
  complaints: readonly Complaint[],
): Pick<Readiness, 'reason' | 'message'> {
  const replicas = tenant.members.length - 1;
  const all = [
    ...complaints.map(({ words }) => words),
    ...(inSync < replicas ? [`${inSync} of ${replicas} replicas are in sync`] : []),
    ...(mastership.agreeing < mastership.of ? [`${mastership.agreeing} of ${mastership.of} Sentinels agree`] : []),
  ];
  const [first, ...others] = all;
  if (first === undefined) return { reason: 'AllInOrder', message: 'it serves, and every member is in order' };
  const more = others.length ? ` (and ${others.length} more)` : '';
  return { reason: 'Degraded', message: `it serves, but ${first}${more}` };
}

export interface Complaint {
  readonly words: string;
  readonly unseen: boolean;
}

/** What of a tenant is not as it should be, whether it serves or not: a person should not have to find out by losing the rest. */
export function complaintsOf(
  tenant: Tenant,
  pair: ProxyPair | undefined,
  { redis, sentinels }: TenantAnswers,
  seen: Seen,
): readonly Complaint[] {
  const silent = (what: string, answer: Observation<unknown> | undefined): readonly Complaint[] => {
    if (answer?.state === 'present') return [];
    const reason = answer?.state === 'unknown' ? answer.reason : 'it is not there';
    return [{ words: `${what} could not be seen: ${reason}`, unseen: answer?.state === 'unknown' }];
  };
  const members = tenant.members.flatMap(({ name }, index) => {
    const facts = redis[index];
    const words = `Redis of ${name} cannot be promoted (replica-priority 0)`;
    return [
      ...silent(`Redis of ${name}`, redis[index]),
      ...silent(`Sentinel of ${name}`, sentinels[index]),
      ...(facts?.state === 'present' && facts.value.settings['replica-priority'] === '0'
        ? [{ words, unseen: false }]
        : []),
    ];
  });
  const proxies = (pair?.hosts ?? []).flatMap((host) => {
    const proxy = seen({ what: 'haproxy', host });
    const down = proxy.state === 'present' && !proxy.value.process;
    return [...silent(host, proxy), ...(down ? [{ words: `HAProxy on ${host} does not run`, unseen: false }] : [])];
  });
  return [...members, ...proxies];
}
