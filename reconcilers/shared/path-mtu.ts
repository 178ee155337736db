import type { Cluster, Host, HostName, Tenant } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { FactLookup } from '../contract/reconciler.ts';
import type { PathMtu } from '../facts/host/path-mtu.ts';
import type { FactRequestOf } from '../facts/requests.ts';
import { type Degradation, degraded } from './degradation.ts';
import { addressOf, usesHost } from './hosts.ts';

/** The way of a tunnel from one host to another, whose address EC2 reports. */
export interface Path {
  readonly peer: HostName;
  readonly address: string;
}

/** All hosts, except that proxies have no tunnels between each other: protected ports forward nothing, so every pair needs its own. */
export function peersOf(cluster: Cluster, host: Host): readonly Host[] {
  return cluster.hosts.filter((peer) => peer.name !== host.name && (peer.role === 'redis' || host.role === 'redis'));
}

/** The ways to running hosts that a host tries. A reply has gone both ways, so that one of two hosts does: the one that is declared first. */
export function pathsFrom(cluster: Cluster, host: Host, inventory: Inventory): readonly Path[] {
  const later = cluster.hosts.slice(cluster.hosts.indexOf(host) + 1);
  return peersOf(cluster, host)
    .filter((peer) => later.includes(peer))
    .flatMap((peer) => {
      const seen = inventory.get(peer.name);
      const address = addressOf(peer, inventory);
      const isRunning = seen?.state === 'present' && seen.value.state === 'running';
      return address === undefined || !isRunning ? [] : [{ peer: peer.name, address }];
    });
}

/** None if there is no path to try from this host. */
export function pathMtuOn(host: HostName, mtu: number, paths: readonly Path[]): readonly FactRequestOf<'path-mtu'>[] {
  return paths.length ? [{ fact: 'path-mtu', host, mtu, peers: paths.map(({ address }) => address) }] : [];
}

/** Paths that carry some packets, and not those as large as declared. */
export function narrowPaths<P extends Path>(
  paths: readonly P[],
  mtu: number,
  seen: readonly PathMtu[],
): readonly (P & Pick<PathMtu, 'carries'>)[] {
  return paths.flatMap((path) => {
    const { carries = mtu } = seen.find(({ address }) => address === path.address) ?? {};
    return carries < mtu ? [{ ...path, carries }] : [];
  });
}

/** The requests for all paths between the hosts of a Cluster. */
export function pathMtuFacts(cluster: Cluster, inventory: Inventory): readonly FactRequestOf<'path-mtu'>[] {
  return cluster.hosts.flatMap((host) =>
    pathMtuOn(host.name, cluster.mesh.underlayMtu, pathsFrom(cluster, host, inventory)),
  );
}

/** Large values of a tenant do not pass between two of its hosts. */
export function pathDegradations(
  cluster: Cluster,
  tenant: Tenant,
  inventory: Inventory,
  lookup: FactLookup,
): readonly Degradation[] {
  return cluster.hosts
    .filter((host) => usesHost(tenant, host.name))
    .flatMap((host) => {
      const paths = pathsFrom(cluster, host, inventory);
      const tried = pathMtuOn(host.name, cluster.mesh.underlayMtu, paths).map((request) => lookup(request));
      const seen = tried.flatMap((one) => (one.state === 'present' ? one.value : []));
      return narrowPaths(paths, cluster.mesh.underlayMtu, seen)
        .filter(({ peer }) => usesHost(tenant, peer))
        .map(({ peer, carries }) =>
          degraded(
            `packets of more than ${carries} bytes are lost between ${host.name} and ${peer}: large values hang`,
            'PathMtu',
          ),
        );
    });
}
