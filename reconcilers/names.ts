import { createHash } from 'node:crypto';
import type { HostName, Member, Tenant } from '../crds/fleet.ts';
import { folders } from './marks.ts';

/** The container of a member, `acme-r1`: its name on the host, its host name inside. */
export function containerName(tenant: Pick<Tenant, 'name'>, member: Pick<Member, 'name'>): string {
  return `${tenant.name}-${member.name}`;
}

/**
 * Number of a member's OpenVZ container. A VLAN is one tenant's alone in a Cluster, and no host holds two of its members: so it never meets
 * another of ours, and is the same whoever computes it. A foreign container of this number is never touched.
 */
export function containerNumber(tenant: Pick<Tenant, 'vlan'>): string {
  return String(10_000 + tenant.vlan);
}

/** Device names hold 15 octets (IFNAMSIZ). No host holds two members of one tenant, so the VLAN alone tells them apart. */
export function memberPort(tenant: Pick<Tenant, 'vlan'>): string {
  return `ct${tenant.vlan}`;
}

/** The tenant's internal port on a proxy. */
export function proxyPort(tenant: Pick<Tenant, 'vlan'>): string {
  return `tn${tenant.vlan}`;
}

/** The GRE port towards a host: `gre-redis-2`, or with a digest where that is too long for a device name. */
export function tunnelPort(peer: HostName): string {
  const plain = `gre-${peer}`;
  return plain.length <= 15 ? plain : `gre-${createHash('sha256').update(peer).digest('hex').slice(0, 11)}`;
}

/** A member's folder on its host. `conf` in it is /etc/redis inside the container. */
export function memberFolder(tenant: Pick<Tenant, 'name'>, member: Pick<Member, 'name'>): string {
  return `${folders.state}/members/${containerName(tenant, member)}`;
}

/** Unique-local MAC of a member's eth0, pinned so that a container made anew keeps its neighbours' ARP entries right. */
export function memberMac(address: string): string {
  const octets = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return `02:00:${octets.join(':')}`;
}
