import type { Cluster, Fleet, Host, HostName, ProxyPair, Runtime, Tenant, TenantName } from '../../crds/fleet.ts';
import { markers } from '../../renderers/lib/markers.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Desired } from '../contract/reconciler.ts';
import type { Subject } from '../contract/subject.ts';
import { hostReady } from '../shared/host-readiness.ts';
import { addressOf, usesHost } from '../shared/hosts.ts';
import { declaredTenants, proxyPort, tunnelPort } from '../shared/names.ts';
import { isGone, type PairPeer, peerIn } from '../shared/pair-order.ts';
import { type Path, pathsFrom, peersOf } from '../shared/path-mtu.ts';

/** A host's bridge with its tunnels, and on a proxy one port per tenant that it exposes. */
export interface DesiredMesh extends Desired {
  readonly host: HostName;
  readonly cluster: Pick<Cluster, 'name' | 'mesh'>;
  readonly bridge: Bridge;
  readonly tunnels: readonly Tunnel[];
  readonly ports: readonly TenantPort[];
  /** The pair of a proxy. */
  readonly pair: MeshPair | undefined;
  readonly underlay: Underlay;
  /** The ways to other hosts that this host tries. */
  readonly paths: readonly MeshPath[];
  /** Tenants that are impacted by faults of this host's bridge. */
  readonly tenants: readonly TenantName[];
  /** All declared Tenants, on whatever host. */
  readonly known: readonly TenantName[];
  readonly role: Host['role'];
  readonly runtime: Runtime['type'];
  /** Hosts with members. */
  readonly redisHosts: readonly HostName[];
}

export interface Bridge {
  readonly name: string;
  readonly datapath: string;
  readonly marks: Readonly<Record<string, string>>;
}

/** The device under the tunnels, identified by the instance's address; undefined while EC2 does not report it. */
export interface Underlay {
  readonly address: string | undefined;
  readonly mtu: number;
}

export interface Tunnel {
  readonly subject: Subject;
  readonly peer: HostName;
  readonly port: string;
  /** Undefined while EC2 does not report the peer. */
  readonly remote: string | undefined;
  readonly key: number;
  /** Those that use both hosts. */
  readonly tenants: readonly TenantName[];
}

/** The way to another host, and the tenants that need it. */
export interface MeshPath extends Path {
  readonly tenants: readonly TenantName[];
}

/** The ProxyPair of a host, and its other proxy. */
export interface MeshPair {
  readonly name: string;
  /** Whether the pair names this host first. */
  readonly firstOfPair: boolean;
  /** `gone`: it does not exist any more, so that it cannot come back with an address. */
  readonly peer: PairPeer & { readonly gone: boolean; readonly ports: readonly TenantPort[] };
}

export interface TenantPort {
  readonly subject: Subject;
  readonly tenant: TenantName;
  readonly port: string;
  readonly tag: number;
  readonly mtu: number;
  readonly address: string;
}

export function desiredMesh(fleet: Fleet, inventory: Inventory): readonly DesiredMesh[] {
  return fleet.cluster.hosts.map((host) => ({
    subject: `mesh/${host.name}` as const,
    dependsOn: hostReady(host.name),
    host: host.name,
    cluster: { name: fleet.cluster.name, mesh: fleet.cluster.mesh },
    bridge: {
      name: fleet.cluster.mesh.bridge,
      datapath: fleet.cluster.mesh.datapath,
      marks: { [markers.ovsCluster]: fleet.cluster.name },
    },
    tunnels: peersOf(fleet.cluster, host).map((peer) => tunnelTo(fleet, host, peer, inventory)),
    ports: fleet.tenants.flatMap((tenant) => portsOn(fleet.cluster, host.name, tenant)),
    pair: pairOf(fleet, host.name, inventory),
    paths: pathsFrom(fleet.cluster, host, inventory).map((path) => ({
      ...path,
      tenants: using(fleet, [host.name, path.peer]),
    })),
    underlay: { address: addressOf(host, inventory), mtu: fleet.cluster.mesh.underlayMtu },
    tenants: using(fleet, [host.name]),
    known: declaredTenants(fleet),
    role: host.role,
    runtime: fleet.cluster.runtime.type,
    redisHosts: fleet.cluster.hosts.filter(({ role }) => role === 'redis').map(({ name }) => name),
  }));
}

function tunnelTo(fleet: Fleet, host: Host, peer: Host, inventory: Inventory): Tunnel {
  return {
    subject: `mesh/${host.name}>${peer.name}`,
    peer: peer.name,
    port: tunnelPort(peer.name),
    remote: addressOf(peer, inventory),
    key: fleet.cluster.mesh.greKey,
    tenants: using(fleet, [host.name, peer.name]),
  };
}

function pairOf(fleet: Fleet, host: HostName, inventory: Inventory): MeshPair | undefined {
  const pair = fleet.proxyPairs.find(({ hosts }: ProxyPair) => hosts.includes(host));
  if (!pair) return undefined;
  const peer = peerIn(pair.hosts, host, inventory);
  const ports = fleet.tenants.flatMap((tenant) => portsOn(fleet.cluster, peer.host, tenant));
  const gone = isGone(inventory.get(peer.host));
  return { name: pair.name, firstOfPair: host === pair.hosts[0], peer: { ...peer, gone, ports } };
}

function portsOn(cluster: Cluster, host: HostName, tenant: Tenant): readonly TenantPort[] {
  const own = tenant.expose?.proxyAddresses.find((entry) => entry.host === host);
  if (!own) return [];
  const address = `${own.address}/${tenant.prefixLength}`;
  return [
    {
      subject: `mesh/${host}:${tenant.name}`,
      tenant: tenant.name,
      port: proxyPort(tenant),
      tag: tenant.vlan,
      mtu: cluster.mesh.innerMtu,
      address,
    },
  ];
}

/** The tenants that use all of these hosts. */
function using({ tenants }: Fleet, hosts: readonly HostName[]): readonly TenantName[] {
  return tenants.filter((tenant) => hosts.every((host) => usesHost(tenant, host))).map(({ name }) => name);
}
