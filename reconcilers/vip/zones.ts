import type { Cluster, ProxyPair } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import { info } from '../contract/remedy.ts';
import { zonesOf } from '../shared/zones.ts';

/** Both proxies of a pair are in one zone. Where the virtual address is of a subnet they have to be, because a subnet is in one zone. */
export function pairZoneFindings(cluster: Cluster, pair: ProxyPair, inventory: Inventory): readonly Finding[] {
  if (pair.acceptZoneRisk) return [];
  const both = zonesOf(cluster, pair.hosts, inventory).find(({ hosts }) => hosts.length === 2);
  if (!both) return [];
  const values = { have: `both in ${both.zone}`, want: 'in two zones' };
  const way = pair.overlay
    ? 'place one of the proxies in another zone, or accept it (acceptZoneRisk: true)'
    : 'a virtual address in a subnet can move within its zone only, so accept it (acceptZoneRisk: true), give the pair an address outside the VPC (overlay) and a proxy in another zone, or serve the Tenants from a second ProxyPair there';
  const message = `clients reach no Tenant of ${pair.name} while ${both.zone} fails; ${way}`;
  return [findingsAbout(`vip/${pair.name}@zones`)('ZoneAtRisk', 'proxies', values, info(message))];
}
