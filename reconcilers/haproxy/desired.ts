import type { Fleet, Host, HostName, ProxyPair, Tenant, TenantName } from '../../crds/fleet.ts';
import { haproxyGlobal } from '../../renderers/haproxy-cfg.ts';
import { haproxyLoader } from '../../renderers/haproxy-load.ts';
import { haproxyTenant } from '../../renderers/haproxy-tenant-cfg.ts';
import { haproxyUnit } from '../../renderers/haproxy-unit.ts';
import { haproxyPlaces } from '../../renderers/proxy-places.ts';
import { hostReady } from '../prepared.ts';
import type { Desired } from '../reconciler.ts';
import type { DesiredFile } from '../verbs/index.ts';

/** HAProxy of one host of a pair: its files, loaded and running. */
export interface DesiredProxy extends Desired {
  readonly kind: 'proxy';
  readonly host: HostName;
  /** The unit and its script. */
  readonly unitFiles: readonly DesiredFile[];
  readonly configuration: readonly DesiredCfg[];
  readonly tenants: readonly TenantName[];
  readonly declared: readonly Tenant[];
  /** Every Tenant that is declared, wherever it is exposed. */
  readonly known: readonly TenantName[];
  /** Hosts of the tenants' members, each once: they tell which passwords are in use. */
  readonly memberHosts: readonly HostName[];
}

export interface DesiredCfg {
  readonly file: DesiredFile;
  /** Undefined: what all tenants share. */
  readonly tenant: TenantName | undefined;
  readonly binds: string | undefined;
}

/** That one tenant's master is admitted on one host. A mark of its own: a tenant's Redis holds up nothing of the proxy. */
export interface DesiredAdmission extends Desired {
  readonly kind: 'admission';
  readonly host: HostName;
  readonly tenant: TenantName;
  readonly memberHosts: readonly [];
}

/** A host for proxies that belongs to no ProxyPair (any more): what of ours still runs there is told. */
export interface DesiredIdle extends Desired {
  readonly kind: 'idle';
  readonly host: HostName;
  readonly memberHosts: readonly [];
}

export function desiredHaproxy(fleet: Fleet): readonly (DesiredProxy | DesiredAdmission | DesiredIdle)[] {
  const known = fleet.tenants.map((tenant) => tenant.name);
  const paired = new Set(fleet.proxyPairs.flatMap((pair) => pair.hosts));
  const idle = fleet.cluster.hosts.filter(({ name, role }) => role === 'proxy' && !paired.has(name));
  return [...fleet.proxyPairs.flatMap((pair) => desiredPair(fleet, pair, known)), ...idle.map(desiredIdle)];
}

function desiredPair(
  fleet: Fleet,
  pair: ProxyPair,
  known: readonly TenantName[],
): readonly (DesiredProxy | DesiredAdmission)[] {
  const tenants = fleet.tenants.filter((tenant) => tenant.expose?.proxyPair === pair.name);
  return pair.hosts.flatMap((host) => [
    desiredProxy(pair, host, tenants, known),
    ...tenants.map((tenant) => desiredAdmission(host, tenant)),
  ]);
}

function desiredIdle({ name }: Host): DesiredIdle {
  return { kind: 'idle', subject: `haproxy/${name}`, needs: hostReady(name), host: name, memberHosts: [] };
}

/** The proxy itself rests on its host alone: checks of what is not there yet fail, and harm nobody. */
function desiredProxy(
  pair: ProxyPair,
  host: HostName,
  tenants: readonly Tenant[],
  known: readonly TenantName[],
): DesiredProxy {
  return {
    kind: 'proxy',
    subject: `haproxy/${host}`,
    needs: hostReady(host),
    host,
    unitFiles: [
      { path: haproxyPlaces.loader, mode: '0755', owner: 'root:root', content: haproxyLoader() },
      { path: haproxyPlaces.unitFile, mode: '0644', owner: 'root:root', content: haproxyUnit() },
    ],
    configuration: [
      { file: cfg('00-global.cfg', haproxyGlobal(pair.haproxy)), tenant: undefined, binds: undefined },
      ...tenants.flatMap((tenant) => cfgOf(pair, tenant)),
    ],
    tenants: tenants.map((tenant) => tenant.name),
    declared: tenants,
    known,
    memberHosts: [...new Set(tenants.flatMap((tenant) => tenant.members.map((member) => member.host)))],
  };
}

function desiredAdmission(host: HostName, { name }: Tenant): DesiredAdmission {
  return {
    kind: 'admission',
    subject: `haproxy/${host}:${name}`,
    needs: [`haproxy/${host}`, `mesh/${host}:${name}`],
    host,
    tenant: name,
    memberHosts: [],
  };
}

function cfgOf(pair: ProxyPair, tenant: Tenant): readonly DesiredCfg[] {
  const { name, masterName, members, redis, sentinel, password, expose } = tenant;
  if (!expose) return [];
  const content = haproxyTenant({
    name,
    masterName,
    vip: pair.vip,
    port: expose.port,
    maxConnections: pair.haproxy.maxConnections,
    members,
    redisPort: redis.port,
    sentinelPort: sentinel.port,
    password,
    check: sentinel.check,
  });
  return [{ file: cfg(`tenant-${name}.cfg`, content), tenant: name, binds: `${pair.vip}:${expose.port}` }];
}

/** Passwords stand in it: nobody but root reads it. HAProxy does so before it gives root up. */
function cfg(name: string, content: DesiredFile['content']): DesiredFile {
  return { path: `${haproxyPlaces.folder}/${name}`, mode: '0600', owner: 'root:root', content };
}
