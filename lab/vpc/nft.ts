import type { Subnet } from '../topology.ts';

/** Where an address is delivered: one entry per address that an interface owns. */
export interface Delivery {
  readonly address: string;
  readonly mac: string;
  /** Bridge port of the owner. */
  readonly port: string;
  readonly bridge: string;
}

/** What faults block: `cuts` drop packets that enter at `port` for `address`, `unanswered` those that leave by `port` from `address`, `isolated` all of a port. */
export interface Outages {
  readonly cuts: readonly { readonly port: string; readonly address: string }[];
  readonly unanswered: readonly { readonly port: string; readonly address: string }[];
  readonly isolated: readonly string[];
}

/**
 * The VPC as one nftables ruleset, loaded in one transaction: no host sends from an address that it does not own, there is no broadcast or
 * multicast, and all packets go to the router, which knows the owner of each address. This includes packets between hosts of one subnet:
 * only the router tracks connections on every kernel, and security groups apply within a subnet too. `served` are addresses that the router
 * answers itself, those of endpoints; `unchecked`, ports without the source/destination check, which send from any address.
 */
export function vpcRuleset(
  subnets: readonly Subnet[],
  deliveries: readonly Delivery[],
  outages: Outages,
  { served = [], unchecked = [] }: { readonly served?: readonly string[]; readonly unchecked?: readonly string[] } = {},
): string {
  const flows = (all: Outages['cuts']) => all.map((cut) => `"${cut.port}" . ${cut.address}`);
  return [
    'table bridge vpc',
    'delete table bridge vpc',
    'table bridge vpc {',
    ...set(
      'set sources',
      'ifname . ipv4_addr',
      deliveries.map((d) => `"${d.port}" . ${d.address}`),
    ),
    ...set('set cuts', 'ifname . ipv4_addr', flows(outages.cuts)),
    ...set('set unanswered', 'ifname . ipv4_addr', flows(outages.unanswered)),
    ...set(
      'set isolated',
      'ifname',
      outages.isolated.map((port) => `"${port}"`),
    ),
    ...set(
      'set unchecked',
      'ifname',
      unchecked.map((port) => `"${port}"`),
    ),
    ...set('set owned', 'ipv4_addr', [
      ...subnets.map((subnet) => subnet.gateway),
      ...served,
      ...deliveries.map((d) => d.address),
    ]),
    // Not every kernel has the bridge meta keys (`meta ibrname`), so the ports of each subnet are listed.
    ...set('map routers', 'ifname : ether_addr', routers(subnets, deliveries)),
    '  chain prerouting {',
    '    type filter hook prerouting priority dstnat; policy drop;',
    '    iifname @isolated drop',
    '    ether type arp iifname . arp saddr ip @sources arp operation request accept',
    '    ether type arp arp saddr ip 0.0.0.0 arp operation request accept',
    '    ether type arp iifname @unchecked arp operation request accept',
    '    ether type != ip drop',
    '    meta pkttype { broadcast, multicast } drop',
    '    iifname != @unchecked iifname . ip saddr != @sources drop',
    '    iifname . ip daddr @cuts drop',
    ...subnets.map(({ cidr }) => `    ip daddr ${cidr} ip daddr != @owned drop`),
    '    meta pkttype set host ether daddr set iifname map @routers accept',
    '  }',
    '  chain forward {',
    // The bridge answers ARP itself, as the hypervisor does; hosts never receive each other's requests.
    '    type filter hook forward priority filter; policy accept;',
    '    ether type arp drop',
    '  }',
    '  chain output {',
    '    type filter hook output priority filter; policy accept;',
    '    oifname @isolated drop',
    '    oifname . ip saddr @unanswered drop',
    '  }',
    '}',
    '',
  ].join('\n');
}

/** A set or map of nft, with its elements if it has any. */
export function set(head: string, type: string, elements: readonly string[]): string[] {
  const content = elements.length === 0 ? [] : [`    elements = { ${elements.join(', ')} }`];
  return [`  ${head} {`, `    type ${type}`, ...content, '  }'];
}

function routers(subnets: readonly Subnet[], deliveries: readonly Delivery[]): string[] {
  const macs = new Map(subnets.map((subnet) => [subnet.bridge, subnet.gatewayMac]));
  const ports = new Map(deliveries.map((d) => [d.port, macs.get(d.bridge)]));
  return [...ports].flatMap(([port, mac]) => (mac === undefined ? [] : [`"${port}" : ${mac}`]));
}
