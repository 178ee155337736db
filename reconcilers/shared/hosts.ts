import type { Host, HostName, Tenant } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';

/** The private address of a host, as EC2 reports it. */
export function addressOf(host: Pick<Host, 'name'>, inventory: Inventory): string | undefined {
  const seen = inventory.get(host.name);
  return seen?.state === 'present' ? seen.value.privateAddress : undefined;
}

/** Whether a member of the tenant is on the host, or a proxy that exposes it. */
export function usesHost({ members, expose }: Tenant, host: HostName): boolean {
  return (
    members.some((member) => member.host === host) ||
    (expose?.proxyAddresses.some((entry) => entry.host === host) ?? false)
  );
}
