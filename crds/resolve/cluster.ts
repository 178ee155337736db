import type { Aws, Cluster, Fleet, ProxyPair } from '../fleet.ts';
import type { ClusterEntry, Declared, ProxyPairEntry, TenantEntry } from '../load/declared.ts';
import type { Passwords } from '../load/passwords.ts';
import { millis } from '../schema/quantity.ts';
import { checked, sorted } from './defaults-applied.ts';
import { resolveMaintenance } from './maintenance.ts';
import { resolvePause } from './pause.ts';
import { resolveSsh } from './ssh.ts';
import { resolveTemplate } from './template.ts';
import { resolveTenant } from './tenant.ts';
import { originOf, resolveHost, resolveNetwork } from './vpc-network.ts';

/** Outer IPv4 20, GRE with key 8, inner Ethernet 14, VLAN tag 4. */
const MESH_OVERHEAD = 46;

/** The fleets that valid documents declare: units as numbers, lists sorted by name. */
export function resolveFleets(declared: Declared, passwords: ReadonlyMap<string, Passwords>): readonly Fleet[] {
  return sorted(declared.clusters).map((cluster) => {
    const ours = <E extends TenantEntry | ProxyPairEntry>(entries: readonly E[]) =>
      sorted(entries).filter((one) => one.body.spec.clusterRef === cluster.name);
    return {
      cluster: resolveCluster(cluster),
      proxyPairs: ours(declared.proxyPairs).map(resolveProxyPair),
      tenants: ours(declared.tenants).map((one) => resolveTenant(one, declared, checked(passwords.get(one.name)))),
    };
  });
}

function resolveCluster({ name, body: { spec }, places }: ClusterEntry): Cluster {
  const { aws, network, ssh, mesh, runtime, prune, preparation } = spec;
  return {
    name,
    place: places.at(['metadata', 'name']),
    ...resolvePause(spec),
    ...resolveMaintenance(spec),
    aws: resolveAws(aws),
    network: resolveNetwork(network),
    ssh: resolveSsh(ssh),
    hosts: sorted(spec.hosts).map((host) => resolveHost(host, spec)),
    mesh: { ...mesh, innerMtu: mesh.underlayMtu - MESH_OVERHEAD },
    runtime: {
      type: runtime.type,
      template: resolveTemplate(runtime.template, aws.region),
    },
    prune: { retainForMs: checked(millis(prune.retainFor)) },
    preparation: { ...preparation, repositories: sorted(preparation.repositories) },
  };
}

function resolveAws({
  region,
  endpoint,
  tags,
  profile,
  assumeRole,
  accountId,
}: ClusterEntry['body']['spec']['aws']): Aws {
  const { roleArn, externalId, sessionName } = assumeRole ?? {};
  const role = roleArn === undefined ? undefined : { roleArn, externalId, sessionName: checked(sessionName) };
  return { region, endpoint, tags, profile, assumeRole: role, accountId };
}

function resolveProxyPair({ name, body: { spec }, places }: ProxyPairEntry): ProxyPair {
  const { haproxy, vrrp } = spec;
  return {
    name,
    place: places.at(['metadata', 'name']),
    ...resolvePause(spec),
    hosts: spec.hosts,
    acceptZoneRisk: spec.acceptZoneRisk,
    vip: spec.vip,
    overlay: spec.overlay && { routeTables: [...(spec.overlay.routeTables ?? [])].sort() },
    publicAddress: spec.publicAddress && originOf(spec.publicAddress),
    vrrp: { routerId: vrrp.routerId, advertIntervalMs: checked(millis(vrrp.advertInterval)) },
    haproxy: {
      connectTimeoutMs: checked(millis(haproxy.connectTimeout)),
      clientTimeoutMs: checked(millis(haproxy.clientTimeout)),
      serverTimeoutMs: checked(millis(haproxy.serverTimeout)),
      maxConnections: haproxy.maxConnections,
      drainTimeoutMs: checked(millis(haproxy.drainTimeout)),
    },
  };
}
