import { createHash } from 'node:crypto';
import type { Fleet, HostName, Member, Tenant, TenantName } from '../../crds/fleet.ts';
import { folders } from '../../renderers/lib/markers.ts';

/** The container of a member, `acme-r1`: its name on the host, and the host name inside it. */
export function containerName(tenant: Pick<Tenant, 'name'>, member: Pick<Member, 'name'>): string {
  return `${tenant.name}-${member.name}`;
}

/** Every Tenant in the documents, those that are held up included. */
export function declaredTenants({ tenants, heldUp = [] }: Fleet): readonly TenantName[] {
  return [...tenants.map(({ name }) => name), ...heldUp];
}

/** The tenant of a container, by its name. Exact, since names of members contain no hyphen: `acme-eu-r1` is of `acme-eu`. */
export function tenantOfContainer(container: string): TenantName {
  return container.slice(0, Math.max(container.lastIndexOf('-'), 0));
}

/**
 * Number of a member's OpenVZ container. A VLAN belongs to one tenant of a Cluster, and no host has two of its members. So the number is
 * unique among our containers, and the same whoever computes it. A foreign container of this number is never touched.
 */
export function containerNumber(tenant: Pick<Tenant, 'vlan'>): string {
  return String(10_000 + tenant.vlan);
}

/** Device names have at most 15 bytes (IFNAMSIZ). No host has two members of one tenant, so the VLAN is enough to tell them apart. */
export function memberPort(tenant: Pick<Tenant, 'vlan'>): string {
  return `ct${tenant.vlan}`;
}

/** The tenant's internal port on a proxy. */
export function proxyPort(tenant: Pick<Tenant, 'vlan'>): string {
  return `tn${tenant.vlan}`;
}

/** The GRE port to a host: `gre-redis-2`, or with a digest where that is too long for a device name. */
export function tunnelPort(peer: HostName): string {
  const plain = `gre-${peer}`;
  return plain.length <= 15 ? plain : `gre-${createHash('sha256').update(peer).digest('hex').slice(0, 11)}`;
}

/** A member's directory on its host. `conf` in it is /etc/redis inside the container. */
export function memberFolder(tenant: Pick<Tenant, 'name'>, member: Pick<Member, 'name'>): string {
  return `${folders.state}/members/${containerName(tenant, member)}`;
}

/** Locally administered MAC of a member's eth0, derived from its address: ARP entries of its neighbors stay valid when it is recreated. */
export function memberMac(address: string): string {
  const bytes = address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `02:00:${bytes.join(':')}`;
}
