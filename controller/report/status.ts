import type { Fleet, ProxyPair, Tenant } from '../../crds/fleet.ts';
import type { Inventory } from '../../reconcilers/inventory.ts';
import { mastershipOf } from '../../reconcilers/mastership.ts';
import type { Observation } from '../../reconcilers/observation.ts';
import type { Ask } from '../../reconcilers/questions/index.ts';
import { askRedis, type RedisFacts } from '../../reconcilers/questions/redis.ts';
import { askSentinel } from '../../reconcilers/questions/sentinel.ts';
import type { Seen } from '../../reconcilers/reconciler.ts';
import { complaintsOf, type Owner, type Readiness, readinessOf } from './readiness.ts';

/** How a tenant fares, as it was seen just now. Counts are `2/2`: so many, of so many declared; `?` where nothing could be seen. */
export interface TenantStatus extends Readiness {
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
  /** Something that belongs to the tenant could not be seen, whether it serves or not. */
  readonly unseen: boolean;
}

/** What must be asked to know it. */
export function asksForStatus(fleet: Fleet): readonly Ask[] {
  const hosts = fleet.proxyPairs.flatMap((pair) => pair.hosts);
  const proxies = hosts.flatMap((host) => [{ what: 'haproxy', host } as const, { what: 'links', host } as const]);
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
  const complaints = complaintsOf(tenant, pair, { redis, sentinels }, seen);
  const facts = { tenant, mastership, inSync, pair, owner, seen, complaints };
  const readiness = readinessOf(facts);
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
    ...readiness,
    unseen: readiness.ready === 'Unknown' || complaints.some((one) => one.unseen),
  };
}

function goodReplicas(tenant: Tenant, master: RedisFacts): number {
  const members = new Set(tenant.members.map((member) => member.address));
  const maxLag = tenant.redis.minReplicasMaxLagSeconds;
  return master.replicas.filter(
    ({ address, state, lag }) => members.has(address) && state === 'online' && lag >= 0 && lag <= maxLag,
  ).length;
}

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

function factsOf(seen: Observation<RedisFacts> | undefined): RedisFacts | undefined {
  return seen?.state === 'present' ? seen.value : undefined;
}
