import type { Cluster, Tenant } from '../../crds/fleet.ts';
import { type Finding, findingsAbout } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import { info } from '../contract/remedy.ts';
import { zonesOf } from '../shared/zones.ts';
import { membersInOneZone } from './messages.ts';

/** One zone has so many members of a tenant that without it, no majority of its Sentinels is left, and nothing is promoted. */
export function memberZoneFindings(cluster: Cluster, tenant: Tenant, inventory: Inventory): readonly Finding[] {
  const { name, members, acceptZoneRisk } = tenant;
  if (acceptZoneRisk) return [];
  const hosts = members.map(({ host }) => host);
  const majority = Math.floor(members.length / 2) + 1;
  const finding = findingsAbout(`service/${name}@zones`);
  return zonesOf(cluster, hosts, inventory)
    .filter((one) => members.length - one.hosts.length < majority)
    .map((one) => {
      const values = { have: `${one.hosts.length} of ${members.length}`, want: `at most ${members.length - majority}` };
      return finding('ZoneAtRisk', `members in ${one.zone}`, values, info(membersInOneZone(name, one)));
    });
}
