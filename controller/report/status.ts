import type { Fleet, ProxyPair, Tenant } from '../../crds/fleet.ts';
import type { Inventory } from '../../reconcilers/inventory.ts';
import { type Mastership, mastershipOf } from '../../reconcilers/mastership.ts';
import type { Observation } from '../../reconcilers/observation.ts';
import type { Ask } from '../../reconcilers/questions/index.ts';
import { askRedis, type RedisFacts } from '../../reconcilers/questions/redis.ts';
import { askSentinel } from '../../reconcilers/questions/sentinel.ts';
import type { Seen } from '../../reconcilers/reconciler.ts';

/** How a tenant fares, as it was seen just now. Counts are `2/2`: so many, of so many declared; `?` where nothing could be seen. */
export interface TenantStatus {
  readonly name: string;
  readonly endpoint: string;
  readonly master: string;
  readonly epoch: number | undefined;
  readonly replicasInSync: string;
  readonly sentinelsAgree: string;
  readonly vipOwner: string;
  readonly vlan: number;
  readonly keys: number | undefined;
  readonly version: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  /** One word for programs, and a sentence for people. */
  readonly reason: string;
  readonly message: string;
}

/** What must be asked to know it. */
export function asksForStatus(fleet: Fleet): readonly Ask[] {
  const proxies = fleet.proxyPairs.flatMap((pair) => pair.hosts.map((host) => ({ what: 'haproxy', host }) as const));
  const members = fleet.tenants.flatMap((tenant) =>
    tenant.members.flatMap((member) => [askRedis(tenant, member), askSentinel(tenant, member)]),
  );
  return [...proxies, ...members, ...(fleet.proxyPairs.length ? [askOwners(fleet)] : [])];
}

export function statusOf(fleet: Fleet, inventory: Inventory, seen: Seen): readonly TenantStatus[] {
  return fleet.tenants.map((tenant) => tenantStatus(fleet, tenant, inventory, seen));
}

function askOwners(fleet: Fleet) {
  return { what: 'address-owner', addresses: fleet.proxyPairs.map((pair) => pair.vip).sort() } as const;
}

function tenantStatus(fleet: Fleet, tenant: Tenant, inventory: Inventory, seen: Seen): TenantStatus {
  const redis = tenant.members.map((member) => seen(askRedis(tenant, member)));
  const sentinels = tenant.members.map((member) => seen(askSentinel(tenant, member)));
  const mastership = mastershipOf(tenant, { redis, sentinels });
  const master = mastership.state === 'agreed' ? factsOf(redis[tenant.members.indexOf(mastership.master)]) : undefined;
  const pair = fleet.proxyPairs.find((one) => one.name === tenant.expose?.proxyPair);
  const owner = pair && ownerOf(fleet, pair, inventory, seen);
  const inSync = master && goodReplicas(tenant, master);
  const verdict = verdictOf({ tenant, mastership, inSync, pair, owner, seen });
  return {
    name: tenant.name,
    endpoint: pair && tenant.expose ? `${pair.vip}:${tenant.expose.port}` : 'none',
    master: mastership.state === 'agreed' ? mastership.master.name : '?',
    epoch: mastership.state === 'agreed' ? mastership.epoch : undefined,
    replicasInSync: `${inSync ?? '?'}/${tenant.members.length - 1}`,
    sentinelsAgree: `${mastership.state === 'agreed' ? mastership.agreeing : '?'}/${tenant.members.length}`,
    vipOwner: owner === undefined ? 'none' : 'host' in owner ? owner.host : '?',
    vlan: tenant.vlan,
    keys: master?.keys,
    version: master?.version ?? '?',
    ...verdict,
  };
}

function factsOf(seen: Observation<RedisFacts> | undefined): RedisFacts | undefined {
  return seen?.state === 'present' ? seen.value : undefined;
}

function goodReplicas(tenant: Tenant, master: RedisFacts): number {
  const members = new Set(tenant.members.map((member) => member.address));
  const maxLag = tenant.redis.minReplicasMaxLagSeconds;
  return master.replicas.filter(
    ({ address, state, lag }) => members.has(address) && state === 'online' && lag >= 0 && lag <= maxLag,
  ).length;
}

type Owner = { readonly host: string } | { readonly reason: string; readonly unseen: boolean };

/** The host of the pair whose network interface owns the virtual address, by EC2's word. */
function ownerOf(fleet: Fleet, pair: ProxyPair, inventory: Inventory, seen: Seen): Owner {
  const answer = seen(askOwners(fleet));
  if (answer.state !== 'present') return { reason: `EC2 could not be asked who owns ${pair.vip}`, unseen: true };
  const holding = answer.value
    .filter((one) => one.addresses.some(({ address }) => address === pair.vip))
    .map((one) => one.networkInterfaceId);
  const hosts = pair.hosts.filter((host) => {
    const instance = inventory.get(host);
    return (
      instance?.state === 'present' &&
      instance.value.networkInterfaceId !== undefined &&
      holding.includes(instance.value.networkInterfaceId)
    );
  });
  const [host] = hosts;
  if (host && hosts.length === 1) return { host };
  return { reason: hosts.length ? `both proxies own ${pair.vip}` : `neither proxy owns ${pair.vip}`, unseen: false };
}

interface Facts {
  readonly tenant: Tenant;
  readonly mastership: Mastership;
  readonly inSync: number | undefined;
  readonly pair: ProxyPair | undefined;
  readonly owner: Owner | undefined;
  readonly seen: Seen;
}

type Verdict = Pick<TenantStatus, 'ready' | 'reason' | 'message'>;

/** Ready: a write sent to the endpoint reaches the one master, and enough replicas take it. */
function verdictOf({ tenant, mastership, inSync, pair, owner, seen }: Facts): Verdict {
  const not = (reason: string, message: string): Verdict => ({ ready: 'False', reason, message });
  const unseen = (message: string): Verdict => ({ ready: 'Unknown', reason: 'NotSeen', message });
  if (mastership.state === 'none') {
    return mastership.reason.includes('can be asked') ? unseen(mastership.reason) : not('NoMaster', mastership.reason);
  }
  const wanted = tenant.redis.minReplicasToWrite;
  if ((inSync ?? 0) < wanted)
    return not('TooFewReplicas', `${inSync ?? 0} of at least ${wanted} replicas are in sync: writes are refused`);
  if (!pair || !owner)
    return { ready: 'True', reason: 'NotExposed', message: 'the master is up; no ProxyPair exposes it' };
  if (!('host' in owner)) return owner.unseen ? unseen(owner.reason) : not('NoVipOwner', owner.reason);
  const proxy = seen({ what: 'haproxy', host: owner.host });
  if (proxy.state === 'unknown') return unseen(`${owner.host} could not be asked: ${proxy.reason}`);
  const process = proxy.state === 'present' ? proxy.value.process : undefined;
  const admitted =
    process?.tenants.find((one) => one.tenant === tenant.name)?.servers.filter((server) => server.up) ?? [];
  const master = mastership.master.name;
  if (!admitted.some((server) => server.name === master))
    return not(
      'NotAdmitted',
      `HAProxy on ${owner.host} does not admit the master ${master}${process ? '' : ': it does not run'}`,
    );
  const short = (inSync ?? 0) < tenant.members.length - 1 || mastership.agreeing < mastership.of;
  return {
    ready: 'True',
    reason: short ? 'Degraded' : 'AllInOrder',
    message: short ? 'it serves, with a member missing' : 'it serves, and every member is in order',
  };
}
