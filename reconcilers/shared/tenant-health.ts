import type { Fleet, HostName, Pause, ProxyPair, Tenant } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { Observation } from '../facts/observation.ts';
import { type RedisFacts, redisFact } from '../facts/redis/redis.ts';
import type { FactRequest } from '../facts/requests.ts';
import { sentinelFact } from '../facts/sentinel/sentinel.ts';
import { serviceFact } from '../facts/service/service.ts';
import { connectionUse } from './connection-limit.ts';
import { currentMasterOf } from './current-master.ts';
import { degradationsOf } from './degradations.ts';
import { pathMtuFacts } from './path-mtu.ts';
import { proxyFacts } from './proxy-degradations.ts';
import { publicAddressFacts, publicAddressState } from './public-address.ts';
import { type Readiness, readinessOf } from './readiness.ts';
import { versionsText, versionText } from './redis-version.ts';
import { hasAddress, type ServiceObserved, viewFrom } from './service-view.ts';
import { ownerFacts, ownerOf } from './vip-owner.ts';

/** The health of a tenant as observed just now. Counts are `2/2`, actual and declared; `?` stands for unknown. */
export interface TenantStatus extends Readiness {
  readonly name: string;
  /** The pause in force, of the Tenant or of its Cluster. */
  readonly paused?: Pause;
  readonly endpoint: string;
  /** The same from outside the VPC: `none` if the pair declares no public address, `?` if it does not lead there as far as is known. */
  readonly publicEndpoint: string;
  readonly master: string;
  readonly epoch: number | undefined;
  readonly replicasInSync: string;
  readonly sentinelsAgree: string;
  readonly vipOwner: string;
  readonly vlan: number;
  readonly keys: number | undefined;
  /** Of the master. */
  readonly version: string;
  /** Of all members that are known: one, or each with its members. */
  readonly versions: string;
  /** Something that belongs to the tenant could not be observed, whether it serves or not. */
  readonly unknown: boolean;
}

/** The facts that `statusOf` needs. */
export function statusFacts(fleet: Fleet, inventory: Inventory): readonly FactRequest[] {
  const proxies = fleet.proxyPairs.flatMap((pair) => pair.hosts.flatMap((host) => proxyFacts(pair, host, inventory)));
  const members = fleet.tenants.flatMap((tenant) =>
    tenant.members.flatMap((member) => [
      redisFact(tenant, member),
      sentinelFact(tenant, member),
      { fact: 'members', host: member.host } as const,
    ]),
  );
  const services = fleet.tenants.flatMap((tenant) => {
    const pair = fleet.proxyPairs.find(({ name }) => name === tenant.expose?.proxyPair);
    return pair ? pair.hosts.map((host) => serviceFact(tenant, pair, host)) : [];
  });
  const paths = pathMtuFacts(fleet.cluster, inventory);
  const publicAddresses = fleet.proxyPairs.flatMap((pair) => publicAddressFacts(fleet.cluster, pair));
  return [...proxies, ...members, ...services, ...paths, ...publicAddresses, ...ownerFacts(fleet, inventory)];
}

export function statusOf(fleet: Fleet, inventory: Inventory, lookup: FactLookup): readonly TenantStatus[] {
  return fleet.tenants.map((tenant) => tenantStatus(fleet, tenant, inventory, lookup));
}

/** Of a tenant that is held up: there is nothing of it to observe, and who serves at its endpoint is another one. */
export function heldUpStatus({ name, vlan, members }: Tenant): TenantStatus {
  return {
    name,
    endpoint: 'none',
    publicEndpoint: 'none',
    master: '?',
    epoch: undefined,
    replicasInSync: `0/${members.length - 1}`,
    sentinelsAgree: `0/${members.length}`,
    vipOwner: 'none',
    vlan,
    keys: undefined,
    version: '?',
    versions: '?',
    ready: 'False',
    reason: 'NotCreated',
    message: 'another tenant has its VLAN or network: plan says which',
    unknown: false,
  };
}

function tenantStatus(fleet: Fleet, tenant: Tenant, inventory: Inventory, lookup: FactLookup): TenantStatus {
  const redis = tenant.members.map((member) => lookup(redisFact(tenant, member)));
  const sentinels = tenant.members.map((member) => lookup(sentinelFact(tenant, member)));
  const currentMaster = currentMasterOf(tenant, { redis, sentinels });
  const master =
    currentMaster.state === 'agreed' ? factsOf(redis[tenant.members.indexOf(currentMaster.master)]) : undefined;
  const pair = fleet.proxyPairs.find((one) => one.name === tenant.expose?.proxyPair);
  const owner = pair && ownerOf(fleet, pair, inventory, lookup);
  const inSync = master && goodReplicas(tenant, master);
  const degradations = degradationsOf(fleet.cluster, tenant, pair, { redis, sentinels }, inventory, lookup);
  const service = serviceOf(tenant, pair, lookup);
  const readiness = readinessOf({ tenant, currentMaster, inSync, pair, owner, service, lookup, degradations });
  return {
    name: tenant.name,
    endpoint: pair && tenant.expose ? `${pair.vip}:${tenant.expose.port}` : 'none',
    publicEndpoint: pair && tenant.expose ? publicEndpointOf(fleet, pair, tenant.expose.port, lookup) : 'none',
    master: currentMaster.state === 'agreed' ? currentMaster.master.name : '?',
    epoch: currentMaster.state === 'agreed' ? currentMaster.epoch : undefined,
    replicasInSync: `${inSync ?? '?'}/${tenant.members.length - 1}`,
    sentinelsAgree: `${currentMaster.state === 'agreed' ? currentMaster.agreeing : '?'}/${tenant.members.length}`,
    vipOwner: owner === undefined ? 'none' : 'host' in owner ? owner.host : '?',
    vlan: tenant.vlan,
    keys: master?.keys,
    version: master ? versionText(master) : '?',
    versions: versionsText(
      tenant.members.map(({ name }, at) => {
        const facts = factsOf(redis[at]);
        return { name, version: facts && versionText(facts) };
      }),
    ),
    ...readiness,
    unknown: readiness.ready === 'Unknown' || degradations.some((one) => one.unknown),
  };
}

function publicEndpointOf({ cluster }: Fleet, pair: ProxyPair, port: number, lookup: FactLookup): string {
  const { name, publicAddress, vip } = pair;
  const [request] = publicAddressFacts(cluster, pair);
  if (!publicAddress || !request) return 'none';
  const { address } = publicAddressState(cluster, name, publicAddress, lookup(request));
  return address.state === 'present' && address.value.boundTo?.address === vip
    ? `${address.value.publicIp}:${port}`
    : '?';
}

function serviceOf(tenant: Tenant, pair: ProxyPair | undefined, lookup: FactLookup): ServiceObserved {
  if (!pair) return { service: [], hosts: [], outside: [], use: undefined };
  const on = (host: HostName) => hasAddress(lookup({ fact: 'links', host }), pair.vip);
  const holders = pair.hosts.filter((host) => on(host) === true);
  return {
    service: pair.hosts.map((host) =>
      viewFrom(lookup(serviceFact(tenant, pair, host)), lookup({ fact: 'keepalived', host, pair: pair.name })),
    ),
    hosts: pair.hosts,
    outside: pair.hosts.filter((host) => on(host) === false),
    use: connectionUse(tenant, pair, holders, (host) => lookup({ fact: 'haproxy', host })),
  };
}

function goodReplicas(tenant: Tenant, master: RedisFacts): number {
  const members = new Set(tenant.members.map((member) => member.address));
  const maxLag = tenant.redis.minReplicasMaxLagSeconds;
  return master.replicas.filter(
    ({ address, state, lag }) => members.has(address) && state === 'online' && lag >= 0 && lag <= maxLag,
  ).length;
}

function factsOf(seen: Observation<RedisFacts> | undefined): RedisFacts | undefined {
  return seen?.state === 'present' ? seen.value : undefined;
}
