import type { Cluster } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { OvsBridge } from '../facts/ovs/ovs.ts';

type Declared = Pick<Cluster, 'name' | 'mesh'>;

/** Those of a host's bridges that have the mark of this Cluster. */
export function ownBridges({ name }: Declared, bridges: readonly OvsBridge[]): readonly OvsBridge[] {
  return bridges.filter(({ marks }) => marks[markers.ovsCluster] === name);
}

/** The bridge that carries tenants on a host: the declared one or, until that host was changed, the former one of this Cluster. */
export function bridgeInForce(cluster: Declared, bridges: readonly OvsBridge[]): OvsBridge | undefined {
  const own = ownBridges(cluster, bridges);
  return own.find(({ name }) => name === cluster.mesh.bridge) ?? own[0];
}

/** What is declared of the mesh, with the bridge and the datapath that carry tenants on this host now. */
export function meshInForce(cluster: Declared, bridges: readonly OvsBridge[]): Cluster['mesh'] {
  const bridge = bridgeInForce(cluster, bridges);
  if (!bridge) return cluster.mesh;
  const datapath = bridge.datapathType === 'netdev' ? 'netdev' : 'system';
  return { ...cluster.mesh, bridge: bridge.name, ...(bridge.datapathId ? { datapath } : {}) };
}
