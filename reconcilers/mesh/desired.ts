import type { Cluster, Fleet, Host, HostName, Tenant } from '../../crds/fleet.ts';
import type { Subject } from '../drift.ts';
import type { Inventory } from '../inventory.ts';
import { marks } from '../marks.ts';
import { proxyPort, tunnelPort } from '../names.ts';
import { hostReady } from '../prepared.ts';
import type { Desired } from '../reconciler.ts';

/** A host's bridge with its tunnels, and on a proxy a port for each tenant that it serves. */
export interface DesiredMesh extends Desired {
  readonly host: HostName;
  readonly bridge: Bridge;
  readonly tunnels: readonly Tunnel[];
  readonly ports: readonly TenantPort[];
  readonly underlay: Underlay;
  /** Tenants that lose something when this host's bridge is not in order. */
  readonly tenants: readonly string[];
  /** Every Tenant that is declared, wherever. */
  readonly known: readonly string[];
  readonly role: Host['role'];
}

export interface Bridge {
  readonly name: string;
  readonly datapath: string;
  readonly marks: Readonly<Record<string, string>>;
}

/** What the tunnels run over: the device with the instance's address, undefined while EC2 does not show it. */
export interface Underlay {
  readonly address: string | undefined;
  readonly mtu: number;
}

export interface Tunnel {
  readonly subject: Subject;
  readonly peer: HostName;
  readonly port: string;
  /** Undefined while EC2 does not show the peer. */
  readonly remote: string | undefined;
  readonly key: number;
}

export interface TenantPort {
  readonly subject: Subject;
  readonly tenant: string;
  readonly port: string;
  readonly tag: number;
  readonly mtu: number;
  readonly address: string;
}

export function desiredMesh(fleet: Fleet, inventory: Inventory): readonly DesiredMesh[] {
  return fleet.cluster.hosts.map((host) => ({
    subject: `mesh/${host.name}` as const,
    needs: hostReady(host.name),
    host: host.name,
    bridge: {
      name: fleet.cluster.mesh.bridge,
      datapath: fleet.cluster.mesh.datapath,
      marks: { [marks.ovsCluster]: fleet.cluster.name },
    },
    tunnels: peersOf(fleet.cluster, host).map((peer) => tunnelTo(fleet.cluster, host, peer, inventory)),
    ports: fleet.tenants.flatMap((tenant) => portsOn(fleet.cluster, host, tenant)),
    underlay: { address: addressOf(host, inventory), mtu: fleet.cluster.mesh.underlayMtu },
    tenants: fleet.tenants.filter((tenant) => uses(tenant, host)).map((tenant) => tenant.name),
    known: fleet.tenants.map((tenant) => tenant.name),
    role: host.role,
  }));
}

/** Two proxies have nothing to say to each other inside the mesh; all others do, and protected ports pass nothing on. */
function peersOf(cluster: Cluster, host: Host): readonly Host[] {
  return cluster.hosts.filter((peer) => peer.name !== host.name && (peer.role === 'redis' || host.role === 'redis'));
}

function tunnelTo(cluster: Cluster, host: Host, peer: Host, inventory: Inventory): Tunnel {
  return {
    subject: `mesh/${host.name}>${peer.name}`,
    peer: peer.name,
    port: tunnelPort(peer.name),
    remote: addressOf(peer, inventory),
    key: cluster.mesh.greKey,
  };
}

function addressOf(host: Host, inventory: Inventory): string | undefined {
  const seen = inventory.get(host.name);
  return seen?.state === 'present' ? seen.value.privateAddress : undefined;
}

function portsOn(cluster: Cluster, host: Host, tenant: Tenant): readonly TenantPort[] {
  const own = tenant.expose?.proxyAddresses.find((entry) => entry.host === host.name);
  if (!own) return [];
  const address = `${own.address}/${tenant.prefixLength}`;
  return [
    {
      subject: `mesh/${host.name}:${tenant.name}`,
      tenant: tenant.name,
      port: proxyPort(tenant),
      tag: tenant.vlan,
      mtu: cluster.mesh.innerMtu,
      address,
    },
  ];
}

function uses(tenant: Tenant, host: Host): boolean {
  return (
    tenant.members.some((member) => member.host === host.name) ||
    (tenant.expose?.proxyAddresses.some((entry) => entry.host === host.name) ?? false)
  );
}
