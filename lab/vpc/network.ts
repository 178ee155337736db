import { sh } from '../daemon/shell.ts';
import { EC2_API, INTERNET, METADATA_ADDRESS, MTU, OPERATOR, OUTSIDE, PACKAGES, type Subnet } from '../topology.ts';
import { type Delivery, type Outages, vpcRuleset } from './nft.ts';
import { type RouterTable, tableCommands } from './tables.ts';

/** The wanted network: one bridge per subnet, the owner of each address, and the rules for what is routed (nftables). */
export interface Wires {
  readonly subnets: readonly Subnet[];
  readonly deliveries: readonly Delivery[];
  /** Addresses that the router answers itself. */
  readonly served: readonly string[];
  readonly routed: string;
  /** Routes to network interfaces. */
  readonly tables: readonly RouterTable[];
  /** Bridge ports of interfaces without the source/destination check: they send from any address. */
  readonly unchecked: readonly string[];
}

export const NO_WIRES: Wires = { subnets: [], deliveries: [], served: [], routed: '', tables: [], unchecked: [] };

/**
 * Builds the fixed part of the network in this process's network namespace: the kernel as the router, and behind it, each as a namespace,
 * the operator's machine and one on the internet. Subnets are added by `applyWires`.
 */
export async function buildNetwork(): Promise<void> {
  for (const machine of ['operator', 'outside']) await sh('ip', ['netns', 'add', machine]);
  await sh('ip', ['-batch', '-'], { input: routerLines().join('\n') });
  for (const [machine, place] of [
    ['operator', OPERATOR],
    ['outside', OUTSIDE],
  ] as const) {
    await sh('ip', ['-n', machine, '-batch', '-'], { input: insideLines(place).join('\n') });
    // Packets with offloaded checksums arrive corrupted in the hosts' userspace datapath.
    await sh('ethtool', ['-K', place.bridge, 'tx', 'off']);
    await sh('ip', ['netns', 'exec', machine, 'ethtool', '-K', 'eth0', 'tx', 'off']);
  }
  await sh('sysctl', [
    '-qw',
    'net.ipv4.ip_forward=1',
    ...['all', 'default', OPERATOR.bridge, OUTSIDE.bridge].flatMap(routerSettings),
  ]);
  // Bridged packets must not be filtered as routed ones too: they pass the router's rules once, when they are routed.
  await sh('sysctl', ['-qw', 'net.bridge.bridge-nf-call-iptables=0']).catch(() => undefined);
}

/**
 * Switches the network to `next`: the ruleset changes in one transaction, then the router's neighbour entries, from which the bridge also
 * answers ARP.
 */
export async function applyWires(next: Wires, before: Wires, outages: Outages): Promise<void> {
  const missing = (from: Wires, to: Wires) =>
    from.subnets.filter((subnet) => to.subnets.every((one) => one.bridge !== subnet.bridge));
  await addBridges(missing(next, before));
  await sh('nft', ['-f', '-'], {
    input: vpcRuleset(next.subnets, next.deliveries, outages, next) + next.routed,
  });
  const kept = new Set(next.deliveries.map((d) => d.address));
  const removed = before.deliveries
    .filter((d) => !kept.has(d.address))
    .map((d) => `neigh del ${d.address} dev ${d.bridge}`);
  const set = next.deliveries.map((d) => `neigh replace ${d.address} lladdr ${d.mac} nud permanent dev ${d.bridge}`);
  const served = [
    ...before.served.filter((one) => !next.served.includes(one)).map((one) => `address del ${one}/32 dev lo`),
    ...next.served.filter((one) => !before.served.includes(one)).map((one) => `address add ${one}/32 dev lo`),
  ];
  // After the neighbours, through which they lead.
  const tables = tableCommands(next.tables, before.tables);
  const down = missing(before, next).map((subnet) => `link del ${subnet.bridge}`);
  await sh('ip', ['-force', '-batch', '-'], { input: [...removed, ...set, ...served, ...tables, ...down].join('\n') });
}

async function addBridges(subnets: readonly Subnet[]): Promise<void> {
  if (subnets.length === 0) return;
  await sh('ip', ['-batch', '-'], { input: subnets.flatMap(bridgeLines).join('\n') });
  for (const { bridge } of subnets) await sh('ethtool', ['-K', bridge, 'tx', 'off']);
  await sh('sysctl', ['-qw', ...subnets.flatMap(({ bridge }) => routerSettings(bridge))]);
}

function bridgeLines(subnet: Subnet): string[] {
  return [
    // A bridge without its own MAC address takes that of its first port, and loses its neighbour entries then.
    `link add ${subnet.bridge} address ${subnet.gatewayMac} mtu ${MTU} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `link set ${subnet.bridge} addrgenmode none up`,
    `address add ${subnet.gateway}/${subnet.prefix} dev ${subnet.bridge}`,
  ];
}

function routerLines(): string[] {
  const linkTo = (machine: string, mtu: number, { bridge, gateway, prefix }: Place) => [
    `link add ${bridge} mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns ${machine}`,
    `link set ${bridge} addrgenmode none up`,
    `address add ${gateway}/${prefix} dev ${bridge}`,
  ];
  return [
    ...linkTo('operator', MTU, OPERATOR),
    ...linkTo('outside', OUTSIDE.mtu, OUTSIDE),
    // A public address that stands for nothing.
    `route add blackhole ${INTERNET.cidr}`,
    `address add ${EC2_API.address}/32 dev ${OPERATOR.bridge}`,
    ...[METADATA_ADDRESS, ...Object.values(PACKAGES)].map((address) => `address add ${address}/32 dev lo`),
  ];
}

/** A machine behind the router, and its link there. */
type Place = typeof OPERATOR | typeof OUTSIDE;

function insideLines({ address, prefix, gateway }: Place): string[] {
  return [
    'link set lo up',
    'link set eth0 addrgenmode none up',
    `address add ${address}/${prefix} dev eth0`,
    `route add default via ${gateway}`,
  ];
}

/** A new namespace inherits the machine's defaults; strict reverse-path filtering or redirects would differ from EC2. */
function routerSettings(link: string): string[] {
  return [`net.ipv4.conf.${link}.send_redirects=0`, `net.ipv4.conf.${link}.rp_filter=0`];
}
