import type { ProxyPair, Tenant } from '../../crds/fleet.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import { haproxyLimitText, maxclientsText } from './connection-limit.ts';
import type { CurrentMaster } from './current-master.ts';
import type { Degradation } from './degradation.ts';
import { clientView, failureOf, isOutside, type ServiceObserved, type ServiceView } from './service-view.ts';

type Agreed = Extract<CurrentMaster, { state: 'agreed' }>;

/** The host that owns the virtual address according to EC2, or why there is none. */
export type Owner = { readonly host: string } | { readonly message: string; readonly unknown: boolean };

/** The published list of reasons of the Ready condition. A code is neither renamed nor given another meaning. */
export const readyReasons = {
  AllInOrder: 'The tenant serves, and every member and proxy is healthy.',
  ReplicaDown: 'The tenant serves, and not all of its replicas are in sync.',
  PersistenceFailing: 'The tenant serves, and a member could not save its data when it last tried.',
  DiskFull: 'The tenant serves, and the disk of a member has no space left.',
  OomKilled: 'The tenant serves, and the kernel killed a process of a member that reached its memory limit.',
  MemoryPressure: 'The tenant serves, and the memory of its master, which evicts nothing, is almost full.',
  PathMtu: 'The tenant serves, and large packets are lost between two of its hosts, so that large values hang.',
  SplitVip: 'The tenant serves, and its two proxies do not hear each other over VRRP.',
  StandbyCannotTakeOver: 'The tenant serves, and the other proxy could not take the virtual address over.',
  Degraded: 'The tenant serves, but something that belongs to it is unhealthy or could not be observed.',
  NotExposed: 'The master is up; no ProxyPair exposes the tenant.',
  NoMaster: 'The Sentinels do not agree on a running master.',
  TooFewReplicas: 'Fewer replicas are in sync than min-replicas-to-write: the master refuses writes.',
  NoVipOwner: 'According to EC2, not exactly one proxy owns the virtual address.',
  VipElsewhere: 'The proxy that owns the virtual address in EC2 does not have it on its interface.',
  MasterNotUp: 'HAProxy on the active proxy does not have the master UP.',
  WritesRefused: 'A client is connected, and the server answers its write with an error.',
  ConnectionLimit: 'As many clients are connected as the limit allows, and no other is let in.',
  NoConnection: 'Nothing takes connections at the virtual address and port.',
  PortBlocked: 'The proxy with the virtual address serves it, and a client cannot connect to it over the network.',
  ConnectionClosed: 'HAProxy takes the connection of a client, and closes it again.',
  Slow: 'A client is connected, and its write is not answered within seconds.',
  NotCreated: 'The tenant is not created, because another one has its VLAN or network.',
  NotObserved: 'Not enough could be observed to decide.',
} as const;
export type ReadyReason = keyof typeof readyReasons;

export interface Readiness {
  readonly ready: 'True' | 'False' | 'Unknown';
  /** A code for programs. */
  readonly reason: ReadyReason;
  /** A sentence for the report. */
  readonly message: string;
}

/** What readiness is derived from. */
export interface Facts {
  readonly tenant: Tenant;
  readonly currentMaster: CurrentMaster;
  readonly inSync: number | undefined;
  readonly pair: ProxyPair | undefined;
  readonly owner: Owner | undefined;
  readonly service: ServiceObserved;
  readonly lookup: FactLookup;
  readonly degradations: readonly Degradation[];
}

/**
 * Ready: what a client gets that writes to the virtual address. What is known of Redis, Sentinel, HAProxy and EC2 gives the reason. It
 * decides only where no client's view was had: of a tenant that no ProxyPair exposes, if no proxy could be asked, and if the only one that
 * could has the address itself, which it reaches past EC2.
 */
export function readinessOf(facts: Facts): Readiness {
  const { tenant, currentMaster, inSync, pair, service, degradations } = facts;
  const fault = faultOf(facts);
  if (!pair)
    return fault ?? { ready: 'True', reason: 'NotExposed', message: 'the master is up; no ProxyPair exposes it' };
  const view = clientView(service);
  if (!view) return fault ?? notObserved('no proxy could be asked whether clients can write');
  const failure = failureOf(service);
  if (failure) {
    // Without a reply of the server, the part that is at fault says more than the lost connection.
    const known = view.outcome !== 'refused' && fault?.ready === 'False' ? fault : undefined;
    return known ?? notReady(failure.reason, failureText(tenant, failure.reason, view, service));
  }
  // Tried from the proxy that has the address: whether clients reach that proxy is known from the parts.
  if (fault && !isOutside(view, service)) return fault;
  const all = fault
    ? [{ reason: 'Degraded' as const, message: fault.message, unknown: false }, ...degradations]
    : degradations;
  return { ready: 'True', ...degradedReason(tenant, currentMaster, inSync, all) };
}

/** What the client met, in words. */
function failureText(
  tenant: Tenant,
  reason: ReadyReason,
  { host, outcome, words }: ServiceView,
  { use }: ServiceObserved,
): string {
  if (reason === 'ConnectionLimit')
    return use?.reached && outcome !== 'refused'
      ? haproxyLimitText(use.reached)
      : maxclientsText(tenant, 'the master', use);
  return outcome === 'refused' ? `a write is refused: ${words}` : `tried from ${host}: ${words}`;
}

/** What is wrong with the parts that a write passes: the master, its replicas, the virtual address, HAProxy. Undefined if nothing is. */
function faultOf({
  tenant,
  currentMaster,
  inSync,
  pair,
  owner,
  service,
  lookup,
  degradations,
}: Facts): Readiness | undefined {
  if (currentMaster.state === 'none') {
    const cause = degradations.find((one) => one.unknown);
    if (currentMaster.code === 'ConnectionLimit')
      return notReady(
        'ConnectionLimit',
        maxclientsText(tenant, currentMaster.named?.name ?? 'the master', service.use),
      );
    if (currentMaster.code !== 'TooFewSentinels') return notReady('NoMaster', currentMaster.message);
    return notObserved(cause ? `${currentMaster.message}; ${cause.message}` : currentMaster.message);
  }
  const wanted = tenant.redis.minReplicasToWrite;
  if ((inSync ?? 0) < wanted)
    return notReady('TooFewReplicas', `${inSync ?? 0} of at least ${wanted} replicas are in sync: writes are refused`);
  if (!pair || !owner) return undefined;
  if (!('host' in owner)) return owner.unknown ? notObserved(owner.message) : notReady('NoVipOwner', owner.message);
  return throughProxy(tenant, currentMaster, pair, owner.host, lookup);
}

/** Why the endpoint does not lead to the master; undefined if it does. */
function throughProxy(
  tenant: Tenant,
  { master }: Agreed,
  pair: ProxyPair,
  host: string,
  lookup: FactLookup,
): Readiness | undefined {
  const proxy = lookup({ fact: 'haproxy', host });
  if (proxy.state === 'unknown') return notObserved(`${host} could not be observed: ${proxy.reason}`);
  const links = lookup({ fact: 'links', host });
  if (links.state !== 'present') return notObserved(`the interfaces of ${host} could not be observed`);
  if (!links.value.some(({ addresses }) => addresses.some((address) => address.split('/')[0] === pair.vip)))
    return notReady('VipElsewhere', `EC2 delivers ${pair.vip} to ${host}, whose interface does not have it`);
  const process = proxy.state === 'present' ? proxy.value.process : undefined;
  if (proxy.state === 'present' && !process && proxy.value.serves)
    return notObserved(`HAProxy on ${host} serves, and does not respond on its stats socket`);
  const servers = process?.tenants.find((one) => one.tenant === tenant.name)?.servers ?? [];
  if (servers.some(({ name, up }) => up && name === master.name)) return undefined;
  return notReady(
    'MasterNotUp',
    process ? `the master ${master.name} is not UP in HAProxy on ${host}` : `HAProxy on ${host} is not running`,
  );
}

function notReady(reason: ReadyReason, message: string): Readiness {
  return { ready: 'False', reason, message };
}

function notObserved(message: string): Readiness {
  return { ready: 'Unknown', reason: 'NotObserved', message };
}

/** The first of these that applies is the reason; the message gives all in the order of the members. */
const degradedReasons: readonly Degradation['reason'][] = [
  'DiskFull',
  'PersistenceFailing',
  'ReplicaDown',
  'PathMtu',
  'OomKilled',
  'StandbyCannotTakeOver',
  'MemoryPressure',
  'SplitVip',
  'Degraded',
];

/** Whether a tenant that serves is fully healthy. */
function degradedReason(
  tenant: Tenant,
  currentMaster: CurrentMaster,
  inSync: number | undefined,
  degradations: readonly Degradation[],
): Pick<Readiness, 'reason' | 'message'> {
  const replicas = tenant.members.length - 1;
  const all: readonly Pick<Degradation, 'reason' | 'message'>[] = [
    ...degradations,
    ...(inSync !== undefined && inSync < replicas
      ? [{ reason: 'ReplicaDown' as const, message: `${inSync} of ${replicas} replicas are in sync` }]
      : []),
    ...(currentMaster.state === 'agreed' && currentMaster.agreeing < currentMaster.of
      ? [{ reason: 'Degraded' as const, message: `${currentMaster.agreeing} of ${currentMaster.of} Sentinels agree` }]
      : []),
  ];
  const [first, ...others] = all;
  const worst = degradedReasons.find((reason) => all.some((one) => one.reason === reason));
  if (first === undefined) return { reason: 'AllInOrder', message: 'it serves, and every member is in order' };
  const more = others.length ? ` (and ${others.length} more)` : '';
  return { reason: worst ?? first.reason, message: `it serves, but ${first.message}${more}` };
}
