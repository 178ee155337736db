import { sh } from '../daemon/shell.ts';
import { EC2_API, METADATA_ADDRESS, MTU, OPERATOR, SUBNETS } from '../topology.ts';
import { type Delivery, type Outages, vpcRuleset } from './nft.ts';

/**
 * Builds the VPC in the network namespace this process lives in: a bridge a subnet, the kernel as the router between them, and the
 * operator's machine as a namespace of its own behind that router.
 */
export async function buildVpc(): Promise<void> {
  await sh('ip', ['netns', 'add', 'operator']);
  await sh('ip', ['-batch', '-'], { input: [...SUBNETS.flatMap(bridgeLines), ...operatorLines()].join('\n') });
  await sh('ip', ['-n', 'operator', '-batch', '-'], { input: insideOperator().join('\n') });
  // Segments whose checksum is left to a network card arrive spoilt in the hosts' userspace datapath.
  for (const link of [...SUBNETS.map((subnet) => subnet.bridge), OPERATOR.bridge])
    await sh('ethtool', ['-K', link, 'tx', 'off']);
  await sh('ip', ['netns', 'exec', 'operator', 'ethtool', '-K', 'eth0', 'tx', 'off']);
  await sh('sysctl', ['-qw', ...routerSettings()]);
}

/**
 * Makes `deliveries` the truth, at once for everyone: the ruleset is one transaction, and the router's neighbour entries, which the
 * bridge also answers ARP from, follow it.
 */
export async function applyDeliveries(
  next: readonly Delivery[],
  before: readonly Delivery[],
  outages: Outages,
): Promise<void> {
  await sh('nft', ['-f', '-'], { input: vpcRuleset(SUBNETS, next, outages) });
  const kept = new Set(next.map((d) => d.address));
  const gone = before.filter((d) => !kept.has(d.address)).map((d) => `neigh del ${d.address} dev ${d.bridge}`);
  const set = next.map((d) => `neigh replace ${d.address} lladdr ${d.mac} nud permanent dev ${d.bridge}`);
  await sh('ip', ['-force', '-batch', '-'], { input: [...gone, ...set].join('\n') });
}

function bridgeLines(subnet: (typeof SUBNETS)[number]): string[] {
  return [
    // A bridge without an address of its own takes its first port's, and forgets its neighbours as it does.
    `link add ${subnet.bridge} address ${subnet.gatewayMac} mtu ${MTU} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `link set ${subnet.bridge} addrgenmode none up`,
    `address add ${subnet.gateway}/${subnet.prefix} dev ${subnet.bridge}`,
  ];
}

function operatorLines(): string[] {
  return [
    `link add ${OPERATOR.bridge} mtu ${MTU} type veth peer name eth0 mtu ${MTU} netns operator`,
    `link set ${OPERATOR.bridge} addrgenmode none up`,
    `address add ${OPERATOR.gateway}/${OPERATOR.prefix} dev ${OPERATOR.bridge}`,
    `address add ${EC2_API.address}/32 dev ${OPERATOR.bridge}`,
    `address add ${METADATA_ADDRESS}/32 dev lo`,
  ];
}

function insideOperator(): string[] {
  return [
    'link set lo up',
    'link set eth0 addrgenmode none up',
    `address add ${OPERATOR.address}/${OPERATOR.prefix} dev eth0`,
    `route add default via ${OPERATOR.gateway}`,
  ];
}

function routerSettings(): string[] {
  // A new namespace inherits the machine's defaults; a strict reverse path or a redirect would show a router EC2 does not have.
  const links = ['all', 'default', ...SUBNETS.map((subnet) => subnet.bridge), OPERATOR.bridge];
  const perLink = links.flatMap((link) => [
    `net.ipv4.conf.${link}.send_redirects=0`,
    `net.ipv4.conf.${link}.rp_filter=0`,
  ]);
  return ['net.ipv4.ip_forward=1', ...perLink];
}
