import type { Fleet, ProxyPair, Tenant } from '../../crds/fleet.ts';
import type { Finding } from '../contract/finding.ts';
import type { Inventory } from '../contract/inventory.ts';
import type { Desired } from '../contract/reconciler.ts';
import { serviceFact } from '../facts/service/service.ts';
import { addressOf } from '../shared/hosts.ts';
import { containerName } from '../shared/names.ts';
import { memberZoneFindings } from './zones.ts';

/** That clients of a tenant can write at its virtual address. */
export interface DesiredService extends Desired {
  readonly tenant: Tenant;
  readonly pair: ProxyPair;
  /** About the zones of its members: they follow from the documents and the inventory. */
  readonly zones: readonly Finding[];
  /** Of its hosts, in their order; undefined while EC2 does not report one. */
  readonly addresses: readonly (string | undefined)[];
}

export function desiredServices(
  { cluster, tenants, proxyPairs }: Fleet,
  inventory: Inventory,
): readonly DesiredService[] {
  return tenants.flatMap((tenant) => {
    const pair = proxyPairs.find(({ name }) => name === tenant.expose?.proxyPair);
    if (!pair) return [];
    // Before there is an address to connect to, each attempt would take its whole time limit.
    const subject = `service/${tenant.name}` as const;
    // Nor is there anybody who would answer while all members are stopped for another addressing.
    const stopped = tenant.startsAgain
      ? tenant.members.map((member) => `container/${containerName(tenant, member)}` as const)
      : [];
    const dependsOn = [`vip/${pair.name}` as const, ...stopped];
    const zones = memberZoneFindings(cluster, tenant, inventory);
    const addresses = pair.hosts.map((host) => addressOf({ name: host }, inventory));
    return [{ subject, dependsOn, tenant, pair, zones, addresses }];
  });
}

export function serviceFacts({ tenant, pair }: DesiredService) {
  return {
    service: pair.hosts.map((host) => serviceFact(tenant, pair, host)),
    haproxy: pair.hosts.map((host) => ({ fact: 'haproxy', host }) as const),
    keepalived: pair.hosts.map((host) => ({ fact: 'keepalived', host, pair: pair.name }) as const),
    links: pair.hosts.map((host) => ({ fact: 'links', host }) as const),
    firewall: pair.hosts.map((host) => ({ fact: 'firewall', host }) as const),
  };
}
