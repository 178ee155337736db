import type { Cluster, Host, HostName, Tenant } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';

/** The private address of a host, as EC2 reports it. */
export function addressOf(host: Pick<Host, 'name'>, inventory: Inventory): string | undefined {
  const seen = inventory.get(host.name);
  return seen?.state === 'present' ? seen.value.privateAddress : undefined;
}

/** The Redis host that builds the template of the Cluster: the first. Undefined: it is not built. */
export function templateBuilder({ hosts, runtime }: Cluster): HostName | undefined {
  const { from } = runtime.template;
  return from && 'build' in from ? hosts.find((host) => host.role === 'redis')?.name : undefined;
}

/** Whether a member of the tenant is on the host, or a proxy that exposes it. */
export function usesHost({ members, expose }: Tenant, host: HostName): boolean {
  return (
    members.some((member) => member.host === host) ||
    (expose?.proxyAddresses.some((entry) => entry.host === host) ?? false)
  );
}
