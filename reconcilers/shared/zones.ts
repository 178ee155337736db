import type { Cluster, HostName } from '../../crds/fleet.ts';
import type { Inventory } from '../contract/inventory.ts';

/** Hosts in one availability zone. */
export interface ZoneOfHosts {
  readonly zone: string;
  readonly hosts: readonly HostName[];
}

/** These hosts by availability zone: that of the declared subnet, or as EC2 shows it of adopted ones. Hosts of an unknown zone are left out. */
export function zonesOf(cluster: Cluster, hosts: readonly HostName[], inventory: Inventory): readonly ZoneOfHosts[] {
  const placed = hosts.map((host) => ({ host, zone: zoneOf(cluster, host, inventory) }));
  const zones = [...new Set(placed.flatMap(({ zone }) => zone ?? []))].sort();
  return zones.map((zone) => ({ zone, hosts: placed.flatMap((one) => (one.zone === zone ? [one.host] : [])) }));
}

function zoneOf({ hosts, network }: Cluster, name: HostName, inventory: Inventory): string | undefined {
  const origin = hosts.find((one) => one.name === name)?.origin;
  if (origin && 'create' in origin) return network.subnets.find((one) => one.name === origin.create.subnet)?.zone;
  const seen = inventory.get(name);
  return seen?.state === 'present' ? seen.value.zone : undefined;
}
