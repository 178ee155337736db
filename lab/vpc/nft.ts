import { HOSTS, METADATA_ADDRESS, type Subnet } from '../topology.ts';

/** Which address is delivered where: one line an address that some interface owns. */
export interface Delivery {
  readonly address: string;
  readonly mac: string;
  /** Bridge port of the owner. */
  readonly port: string;
  readonly bridge: string;
}

/** What faults took away: flows (what enters at `port` for `address` is lost; what leaves by `port` from `address` is), and whole ports. */
export interface Outages {
  readonly cuts: readonly { readonly port: string; readonly address: string }[];
  readonly unheard: readonly { readonly port: string; readonly address: string }[];
  readonly isolated: readonly string[];
}

/**
 * The VPC's truth as one nftables ruleset, to be loaded as one transaction: addresses go to the interface that owns them whatever
 * anybody's ARP cache says, nobody sends from an address it does not own, and there is neither broadcast nor multicast.
 */
export function vpcRuleset(subnets: readonly Subnet[], deliveries: readonly Delivery[], outages: Outages): string {
  return [
    'table bridge vpc',
    'delete table bridge vpc',
    'table bridge vpc {',
    ...set(
      'set sources',
      'ifname . ipv4_addr',
      deliveries.map((d) => `"${d.port}" . ${d.address}`),
    ),
    ...set(
      'set cuts',
      'ifname . ipv4_addr',
      outages.cuts.map((cut) => `"${cut.port}" . ${cut.address}`),
    ),
    ...set(
      'set unheard',
      'ifname . ipv4_addr',
      outages.unheard.map((cut) => `"${cut.port}" . ${cut.address}`),
    ),
    ...set(
      'set isolated',
      'ifname',
      outages.isolated.map((port) => `"${port}"`),
    ),
    ...subnets.flatMap((subnet) => set(`map ${mapName(subnet)}`, 'ipv4_addr : ether_addr', owners(subnet, deliveries))),
    '  chain prerouting {',
    '    type filter hook prerouting priority dstnat; policy drop;',
    '    iifname @isolated drop',
    '    ether type arp iifname . arp saddr ip @sources arp operation request accept',
    '    ether type arp arp saddr ip 0.0.0.0 arp operation request accept',
    '    ether type != ip drop',
    '    meta pkttype { broadcast, multicast } drop',
    '    iifname . ip saddr != @sources drop',
    '    iifname . ip daddr @cuts drop',
    ...subnets.flatMap(deliver),
    '    accept',
    '  }',
    '  chain forward {',
    // The bridge answers ARP itself, as the hypervisor does; hosts never hear each other's.
    '    type filter hook forward priority filter; policy accept;',
    '    oifname @isolated drop',
    '    ether type arp drop',
    '  }',
    '  chain output {',
    '    type filter hook output priority filter; policy accept;',
    '    oifname @isolated drop',
    '    oifname . ip saddr @unheard drop',
    '  }',
    '}',
    '',
  ].join('\n');
}

function set(head: string, type: string, elements: readonly string[]): string[] {
  const content = elements.length === 0 ? [] : [`    elements = { ${elements.join(', ')} }`];
  return [`  ${head} {`, `    type ${type}`, ...content, '  }'];
}

function mapName(subnet: Subnet): string {
  return subnet.bridge.replace('-', '_');
}

function owners(subnet: Subnet, deliveries: readonly Delivery[]): string[] {
  return deliveries.filter((d) => d.bridge === subnet.bridge).map((d) => `${d.address} : ${d.mac}`);
}

function deliver(subnet: Subnet): string[] {
  // Not every kernel has the bridge's own meta keys (`meta ibrname`); the ports of a subnet are known anyway.
  const ports = HOSTS.filter((host) => host.subnet === subnet).map((host) => `"${host.name}"`);
  const here = `iifname { ${ports.join(', ')} }`;
  return [
    `    ${here} ether daddr set ip daddr map @${mapName(subnet)} accept`,
    `    ${here} ip daddr ${subnet.cidr} ip daddr != ${subnet.gateway} drop`,
    `    ${here} ip daddr ${METADATA_ADDRESS} accept`,
  ];
}
