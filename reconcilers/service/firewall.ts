import type { HostName } from '../../crds/fleet.ts';
import type { Observed } from '../contract/reconciler.ts';
import { type Drop, droppedBy } from '../shared/firewall.ts';
import { connection } from '../shared/firewall-traffic.ts';
import { deviceWith } from '../shared/network-device.ts';
import type { DesiredService, serviceFacts } from './desired.ts';

/** The rule on the proxy with the address that drops what the other one, `from`, sends to the tenant's port. */
export function portDrop(
  { tenant, pair, addresses }: DesiredService,
  { firewall, links }: Observed<ReturnType<typeof serviceFacts>>,
  from: HostName,
  holder: HostName,
): Drop | undefined {
  if (!tenant.expose) return undefined;
  const index = pair.hosts.indexOf(holder);
  const device = deviceWith(pair.vip, links[index])?.name;
  const between = { direction: 'in', from: addresses[pair.hosts.indexOf(from)], to: pair.vip, device } as const;
  return droppedBy(firewall[index], connection(tenant.expose.port, between));
}
