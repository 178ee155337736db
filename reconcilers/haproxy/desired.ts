import type { Fleet, Host, HostName, ProxyPair, Tenant, TenantName } from '../../crds/fleet.ts';
import { haproxyGlobal } from '../../renderers/haproxy/haproxy-cfg.ts';
import { haproxyLoader } from '../../renderers/haproxy/load.ts';
import { haproxyTenant } from '../../renderers/haproxy/tenant-cfg.ts';
import { haproxyUnit } from '../../renderers/haproxy/unit.ts';
import { haproxyPlaces } from '../../renderers/lib/proxy-paths.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Desired } from '../contract/reconciler.ts';
import type { DesiredFile } from '../operations/actions.ts';
import { hostReady } from '../shared/host-readiness.ts';
import { declaredTenants } from '../shared/names.ts';
import { type PairPeer, peerIn } from '../shared/pair-order.ts';

/** HAProxy of one host of a pair: its files, loaded and running. */
export interface DesiredProxy extends Desired {
  readonly kind: 'proxy';
  readonly host: HostName;
  readonly pair: string;
  readonly declaredPair: ProxyPair;
  readonly peer: PairPeer;
  /** Whether the pair names this host first. */
  readonly firstOfPair: boolean;
  /** The unit and its script. */
  readonly unitFiles: readonly DesiredFile[];
  readonly configuration: readonly DesiredCfg[];
  /** Of the other proxy: the same files, with its own addresses. */
  readonly peerConfiguration: readonly DesiredCfg[];
  readonly drainTimeoutMs: number;
  readonly tenants: readonly TenantName[];
  readonly declared: readonly Tenant[];
  /** Every Tenant that is declared, wherever it is exposed. */
  readonly known: readonly TenantName[];
  /** Hosts of the tenants' members, each once: the passwords in use are read there. */
  readonly memberHosts: readonly HostName[];
}

export interface DesiredCfg {
  readonly file: DesiredFile;
  /** Undefined for what all tenants share. */
  readonly tenant: TenantName | undefined;
  readonly binds: string | undefined;
}

/** That one tenant's master is admitted on one host. A subject of its own: the Redis of a tenant must not hold up the proxy. */
export interface DesiredBackendHealth extends Desired {
  readonly kind: 'backend-health';
  readonly host: HostName;
  readonly tenant: TenantName;
  readonly memberHosts: readonly [];
}

/** A proxy host that belongs to no ProxyPair (any more): what is managed here and still runs there is reported. */
export interface DesiredUnpaired extends Desired {
  readonly kind: 'unpaired';
  readonly host: HostName;
  readonly memberHosts: readonly [];
}

export function desiredHaproxy(
  fleet: Fleet,
  inventory: Inventory,
): readonly (DesiredProxy | DesiredBackendHealth | DesiredUnpaired)[] {
  const known = declaredTenants(fleet);
  const paired = new Set(fleet.proxyPairs.flatMap((pair) => pair.hosts));
  const idle = fleet.cluster.hosts.filter(({ name, role }) => role === 'proxy' && !paired.has(name));
  return [
    ...fleet.proxyPairs.flatMap((pair) => desiredPair(fleet, inventory, pair, known)),
    ...idle.map(desiredUnpaired),
  ];
}

function desiredPair(
  fleet: Fleet,
  inventory: Inventory,
  pair: ProxyPair,
  known: readonly TenantName[],
): readonly (DesiredProxy | DesiredBackendHealth)[] {
  const tenants = fleet.tenants.filter((tenant) => tenant.expose?.proxyPair === pair.name);
  return pair.hosts.flatMap((host) => [
    desiredProxy(inventory, pair, host, tenants, known),
    ...tenants.map((tenant) => desiredBackendHealth(host, tenant)),
  ]);
}

function desiredUnpaired({ name }: Host): DesiredUnpaired {
  return { kind: 'unpaired', subject: `haproxy/${name}`, dependsOn: hostReady(name), host: name, memberHosts: [] };
}

/** The proxy itself depends on its host alone: checks of what does not exist yet fail, and impact nobody. */
function desiredProxy(
  inventory: Inventory,
  pair: ProxyPair,
  host: HostName,
  tenants: readonly Tenant[],
  known: readonly TenantName[],
): DesiredProxy {
  const peer = peerIn(pair.hosts, host, inventory);
  return {
    kind: 'proxy',
    subject: `haproxy/${host}`,
    dependsOn: hostReady(host),
    host,
    pair: pair.name,
    declaredPair: pair,
    peer,
    firstOfPair: host === pair.hosts[0],
    unitFiles: [
      { path: haproxyPlaces.loader, mode: '0755', owner: 'root:root', content: haproxyLoader() },
      { path: haproxyPlaces.unitFile, mode: '0644', owner: 'root:root', content: haproxyUnit() },
    ],
    configuration: configurationOf(pair, host, tenants),
    peerConfiguration: configurationOf(pair, peer.host, tenants),
    drainTimeoutMs: pair.haproxy.drainTimeoutMs,
    tenants: tenants.map((tenant) => tenant.name),
    declared: tenants,
    known,
    memberHosts: [...new Set(tenants.flatMap((tenant) => tenant.members.map((member) => member.host)))],
  };
}

/** Limits of connections that are not those of the documents. */
export interface Limits {
  readonly tenants: ReadonlyMap<TenantName, number>;
  /** Of all tenants of the pair together. Undefined: as declared. */
  readonly ofAll: number | undefined;
}

/** The same proxy with other limits of connections in its configuration, and in that of the other one. */
export function withLimits(desired: DesiredProxy, own: Limits, peer: Limits): DesiredProxy {
  const { declaredPair, declared, host } = desired;
  const pairWith = ({ ofAll = declaredPair.haproxy.maxConnections }: Limits): ProxyPair => {
    return { ...declaredPair, haproxy: { ...declaredPair.haproxy, maxConnections: ofAll } };
  };
  const limited = ({ tenants }: Limits) =>
    declared.map((tenant): Tenant => {
      const maxConnections = tenants.get(tenant.name);
      if (!tenant.expose || maxConnections === undefined) return tenant;
      return { ...tenant, expose: { ...tenant.expose, maxConnections } };
    });
  return {
    ...desired,
    configuration: configurationOf(pairWith(own), host, limited(own)),
    peerConfiguration: configurationOf(pairWith(peer), desired.peer.host, limited(peer)),
  };
}

function configurationOf(pair: ProxyPair, host: HostName, tenants: readonly Tenant[]): readonly DesiredCfg[] {
  return [
    { file: cfg('00-global.cfg', haproxyGlobal(pair.haproxy)), tenant: undefined, binds: undefined },
    ...tenants.flatMap((tenant) => cfgOf(pair, host, tenant)),
  ];
}

function desiredBackendHealth(host: HostName, { name }: Tenant): DesiredBackendHealth {
  return {
    kind: 'backend-health',
    subject: `haproxy/${host}:${name}`,
    dependsOn: [`haproxy/${host}`, `mesh/${host}:${name}`],
    host,
    tenant: name,
    memberHosts: [],
  };
}

function cfgOf(pair: ProxyPair, host: HostName, tenant: Tenant): readonly DesiredCfg[] {
  const { name, masterName, members, redis, sentinel, password, expose } = tenant;
  const address = expose?.proxyAddresses.find((one) => one.host === host)?.address;
  if (!expose || address === undefined) return [];
  const content = haproxyTenant({
    name,
    masterName,
    vip: pair.vip,
    address,
    port: expose.port,
    maxConnections: expose.maxConnections,
    maxConnectionsOfAll: pair.haproxy.maxConnections,
    members,
    redisPort: redis.port,
    sentinelPort: sentinel.port,
    password,
    check: sentinel.check,
  });
  return [{ file: cfg(`tenant-${name}.cfg`, content), tenant: name, binds: `${pair.vip}:${expose.port}` }];
}

/** It contains passwords, so that only root may read it. HAProxy reads it before it drops root. */
function cfg(name: string, content: DesiredFile['content']): DesiredFile {
  return { path: `${haproxyPlaces.folder}/${name}`, mode: '0600', owner: 'root:root', content };
}
